"""``sitecustomize`` for processes that must not reach for the network: Python then refuses every connection and look-up."""

from __future__ import annotations

from pathlib import Path

NO_NETWORK = """
import sys
def _refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"):
        raise PermissionError(f"no network: {event} {arguments[1:]}")
sys.addaudithook(_refuse)
"""


def without_network(folder: Path, more: str = "") -> Path:
    """A folder for PYTHONPATH; what such a process starts is kept from the network as well."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NO_NETWORK + more, encoding="utf-8")
    return folder

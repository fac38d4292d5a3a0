"""The data-package zip, and wheel and sdist; same input, same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from datetime import datetime, timezone
from pathlib import Path

from ..metadata import package
from .descriptor import FILE as DESCRIPTOR
from .dictionary import FILE as DICTIONARY


def zip_members(folder: Path) -> list[str]:
    """Descriptor, tables, dictionary and licence, in the order in which the zip holds them."""
    described = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    return [DESCRIPTOR, *(resource["path"] for resource in described["resources"]), DICTIONARY, "LICENSE"]


def write(folder: Path, target: Path) -> Path:
    """Write the data-package zip into the folder ``target``."""
    about = package()
    path = target / f"{about['name']}-{about['version']}.zip"
    released = about["created"].timetuple()[:3] + (0, 0, 0)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member in zip_members(folder):
            info = zipfile.ZipInfo(member, date_time=released)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, (folder / member).read_bytes())
    return path


def write_distributions(folder: Path, target: Path) -> None:
    """Write wheel and sdist into the folder ``target``, with the release date as the time of every file.

    Raises RuntimeError with the last words of hatchling if it fails.
    """
    released = datetime.combine(package()["created"], datetime.min.time(), timezone.utc)
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(int(released.timestamp()))}
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target)]
    finished = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if finished.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {finished.stderr.strip()[-500:]}")

"""Folders that a test edits and compares: tables, their descriptor, and the repository around them."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path


def edit(path: Path, old: str, new: str) -> None:
    """Replace text that stands in the file exactly once."""
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, f"{path.name} holds {old!r} {content.count(old)} times"
    path.write_text(content.replace(old, new), encoding="utf-8", newline="")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Files of two trees that are not the same."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def sign(folder: Path, table: str) -> None:
    """Bring size, sum and row count of one table in the descriptor up to date, as a user's own tool would."""
    content = (folder / "data" / f"{table}.csv").read_bytes()
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    (resource,) = [item for item in descriptor["resources"] if item["name"] == table]
    resource |= {"bytes": len(content), "hash": "sha256:" + hashlib.sha256(content).hexdigest(), "rows": max(content.count(b"\n") - 1, 0)}
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def git(repository: Path, *arguments: str) -> None:
    """Run git as a user without settings of their own."""
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false")
    subprocess.run(["git", *identity, *arguments], cwd=repository, check=True, capture_output=True)

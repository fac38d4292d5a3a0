"""The descriptor against the files and the models: what it promises is what is there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from .export.descriptor import FILE, table_schema
from .faults import Fault
from .files import leftovers
from .models import MODELS

REBUILD = "Run make (scripts/build.py) to write the descriptor anew."


def _fault(rule_id: str, reason: str, mend: str, table: str = "", column: str = "", value: str = "") -> Fault:
    return Fault(rule_id=rule_id, reason=reason, mend=mend, file=FILE, table=table, row_id=f"resource '{table}'" if table else "", column=column, value=value)


def read_descriptor(folder: Path) -> tuple[dict[str, Any] | None, list[Fault]]:
    """The descriptor as an object whose ``resources`` are objects with a name; None with a fault if it is not that."""
    path = folder / FILE
    try:
        content = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return None, [_fault("descriptor-missing", "there is no descriptor in the folder", f"Name the folder that holds {FILE}, or run make to write it.")]
    except OSError as error:
        return None, [_fault("descriptor-unreadable", f"the descriptor cannot be read: {error.strerror}", "Restore the file, or its permissions.")]
    except (ValueError, RecursionError) as error:
        return None, [_fault("descriptor-syntax", f"not JSON in UTF-8: {error}", REBUILD)]
    resources = content.get("resources") if isinstance(content, dict) else None
    if not isinstance(resources, list) or not all(isinstance(item, dict) and _is_printable(item.get("name")) for item in resources):
        return None, [_fault("descriptor-syntax", "not a data package: no list of named resources", REBUILD)]
    return content, []


def descriptor_faults(folder: Path, descriptor: dict[str, Any] | None) -> Iterator[Fault]:
    """Faults of every resource, of table files that no resource names, and of writes that were cut short."""
    if descriptor is None:
        return
    names = [resource["name"] for resource in descriptor["resources"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _fault("descriptor-resource", "two resources have this name", REBUILD, name)
    for resource in descriptor["resources"]:
        yield from _resource_faults(folder, resource, names)
    for path in sorted((folder / "data").glob("*.csv")):
        if path.stem not in names:
            mend = REBUILD if path.stem in MODELS else "Add a model and a resource for it, or delete the file."
            yield _fault("descriptor-resource", f"data/{path.name} is not in the descriptor", mend, path.stem)
    for path in [path for table in MODELS for path in leftovers(folder / "data" / f"{table}.csv")] + leftovers(folder / FILE):
        yield Fault("file-leftover", "a write was cut short and left this file", "Run make, or delete it: what it was to replace is whole.",
                    file=path.relative_to(folder).as_posix())


def _resource_faults(folder: Path, resource: dict[str, Any], names: list[str]) -> Iterator[Fault]:
    name, path = resource["name"], resource.get("path")
    if not _is_printable(path) or not _stays_inside(folder, path):
        yield _fault("descriptor-path", "the path is not a file inside the package folder", "Write a relative path such as data/foods.csv.", name, "path", str(path))
        return
    try:
        content = (folder / path).read_bytes()
    except OSError as error:
        yield _fault("file-missing", f"the descriptor names {path}, which cannot be read: {error.strerror}",
                     "Restore the file from the release, or run make.", name, "path", path)
        return
    if name in MODELS and path != f"data/{name}.csv":
        yield _fault("descriptor-path", f"the table is data/{name}.csv in this package", REBUILD, name, "path", path)
    found = {"bytes": len(content), "hash": "sha256:" + hashlib.sha256(content).hexdigest()}
    if name in MODELS:
        found["rows"] = max(content.count(b"\n") - 1, 0)
        found |= {"schema": table_schema(name, names), "encoding": "utf-8", "dialect": None}
    for promise, value in found.items():
        if resource.get(promise) != value:
            detail = _first_difference(resource.get(promise), value)
            what, shown = ("the model", "") if promise == "schema" else (path, str(resource.get(promise, "")))
            yield _fault(f"descriptor-{promise}", f"the descriptor does not fit {what}: {detail}", REBUILD, name, promise, shown)


def _is_printable(value: Any) -> bool:
    return isinstance(value, str) and value != "" and value.isprintable()


def _stays_inside(folder: Path, path: str) -> bool:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or ":" in path:
        return False
    return Path(os.path.realpath(folder / path)).is_relative_to(folder.resolve())


def _first_difference(stated: Any, found: Any, place: str = "") -> str:
    if isinstance(stated, dict) and isinstance(found, dict):
        for key in dict.fromkeys([*found, *stated]):
            if stated.get(key) != found.get(key):
                return _first_difference(stated.get(key), found.get(key), f"{place}/{key}")
    if isinstance(stated, list) and isinstance(found, list):
        for index, (one, other) in enumerate(zip(stated, found)):
            if one != other:
                label = one.get("name", index) if isinstance(one, dict) else index
                return _first_difference(one, other, f"{place}/{label}")
        return f"{place}: {len(stated)} items stated, {len(found)} found"
    return f"{place + ': ' if place else ''}states {json.dumps(stated)[:80]}, found {json.dumps(found)[:80]}"

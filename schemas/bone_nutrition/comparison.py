"""Comparison of two packages, and the smallest version step that their differences allow.

Only the packages' own descriptors and CSV files are read: the older one may have been made by older models. The weight of each kind
of change stands in ``WEIGHT``:

- *major*: a column, type, key or meaning changed; an id or table removed; a constraint tightened;
- *minor*: a published value changed; rows, columns or tables added; rows retired (named in ``retirements``); a constraint loosened;
- *patch*: wording, and whatever else the descriptor says beside the tables.

Before 1.0 what would be major or minor is a minor step (0.1.0 to 0.2.0), and a patch is a patch.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from . import archives

DESCRIPTOR = "datapackage.json"
RETIREMENTS = "retirements"
DOWNLOAD_SECONDS = 60
BLOCK_BYTES = 1 << 24

WEIGHTS = ("none", "patch", "minor", "major")
WEIGHT = {
    "package renamed": "major",
    "table removed": "major",
    "table added": "minor",
    "file changed": "major",
    "column removed": "major",
    "column added": "minor",
    # Whoever reads by position then reads other numbers.
    "columns reordered": "minor",
    "type changed": "major",
    "key changed": "major",
    "meaning changed": "major",
    "constraint tightened": "major",
    "constraint loosened": "minor",
    "change promise changed": "minor",
    "wording changed": "patch",
    "rows removed": "major",
    "rows retired": "minor",
    "rows closed": "minor",
    "rows added": "minor",
    "values changed": "minor",
    "prose changed": "patch",
}
# The validator itself asks to delete an exception or a gap once it is mended: that removes no id of the subject.
CLOSED_WHEN_MENDED = ("exceptions", "gaps")

# What it means when a property of the descriptor changes; any other property is wording.
OF_PACKAGE = {"name": "package renamed"}
OF_TABLE = {"path": "file changed", "format": "file changed", "encoding": "file changed", "dialect": "file changed", "compression": "file changed"}
OF_SCHEMA = {"missingValues": "file changed", "fieldsMatch": "file changed", "primaryKey": "key changed"}
OF_COLUMN = {
    "type": "type changed", "format": "type changed", "delimiter": "type changed", "itemType": "type changed", "trueValues": "type changed",
    "falseValues": "type changed", "decimalChar": "type changed", "groupChar": "type changed", "bareNumber": "type changed",
    "missingValues": "type changed", "unit": "meaning changed", "references": "key changed", "change": "change promise changed",
}
# Compared in their own way, or known from the bytes.
SKIPPED_OF_PACKAGE = ("version", "created", "resources")
SKIPPED_OF_TABLE = ("name", "bytes", "hash", "rows", "schema")
SKIPPED_OF_SCHEMA = ("fields", "foreignKeys", "uniqueKeys")
SKIPPED_OF_COLUMN = ("name", "constraints", "categories", "ofType")
BOUNDS = {"lower bound": ("minimum", "exclusiveMinimum", 1), "upper bound": ("maximum", "exclusiveMaximum", -1)}
BOUND_NAMES = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
COMPARED_CONSTRAINTS = ("required", "unique", "enum", "pattern", *BOUND_NAMES)

Found = Iterator[tuple[str, str, Any, Any]]


class ComparisonError(RuntimeError):
    """A package cannot be read, in one line."""


@dataclass(frozen=True)
class Package:
    """A package opened for comparison; ``content`` gives the bytes of a file of it by its relative path."""

    label: str
    descriptor: dict[str, Any]
    content: Callable[[str], bytes]

    @property
    def version(self) -> str:
        return str(self.descriptor.get("version", ""))

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        return {resource["name"]: resource for resource in self.descriptor["resources"]}


@dataclass(frozen=True)
class Change:
    """One difference, or several of one kind in a table or column.

    ``kind`` is a key of ``WEIGHT``; ``detail`` names the property that changed, ``old`` and ``new`` what it was and is (None: not
    stated); ``count`` counts rows or cells.
    """

    kind: str
    table: str = ""
    column: str = ""
    detail: str = ""
    old: Any = None
    new: Any = None
    count: int | None = None

    @property
    def weight(self) -> str:
        return WEIGHT[self.kind]


@dataclass(frozen=True)
class ColumnChanges:
    """Changed cells of a column: ``row_id``, ``old``, ``new`` and ``relative_change`` (null unless both are numbers and the old is not 0).

    Numbers that differ by the largest factor stand first, then those from or to zero, then cells filled or emptied, in order of rows.
    """

    column: str
    change: str
    is_number: bool
    cells: pa.Table


@dataclass(frozen=True)
class TableChanges:
    """How the rows of a table differ; row ids are key parts joined by ``/``; ``retired`` maps a row to its successor."""

    table: str
    rows_before: int
    rows_after: int
    rows_changed: int
    added: pa.Array
    removed: pa.Array
    retired: dict[str, str]
    columns: list[ColumnChanges]


@dataclass(frozen=True)
class Comparison:
    """The differences of two packages: of their ``schema``, and of the rows of each of the ``tables`` that has any."""

    old: str
    new: str
    old_version: str
    new_version: str
    schema: list[Change]
    tables: list[TableChanges]
    notes: list[str] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        """All differences, those of rows counted by table and column; the heaviest first."""
        found = [*self.schema, *(change for table in self.tables for change in _row_changes(table))]
        return sorted(found, key=lambda change: -WEIGHTS.index(change.weight))

    @property
    def weight(self) -> str:
        """Weight of the heaviest difference; ``none`` without any."""
        return max((change.weight for change in self.changes), key=WEIGHTS.index, default="none")

    @property
    def step(self) -> str:
        """The smallest version step allowed: ``weight``, except that before 1.0 major is minor."""
        is_early = self.old_version.startswith("0.")
        return "minor" if self.weight == "major" and is_early else self.weight

    @property
    def smallest_version(self) -> str | None:
        """The smallest version allowed after the old one; None if that is not of the form 1.2.3."""
        return after(self.old_version, self.step) if version_parts(self.old_version) else None


def version_parts(version: str) -> tuple[int, ...] | None:
    """The three numbers of a version such as 1.2.3; None for anything else."""
    return tuple(map(int, version.split("."))) if re.fullmatch(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}", version, re.ASCII) else None


def after(version: str, step: str) -> str:
    """The version one step after another; ValueError if that is not of the form 1.2.3."""
    parts = version_parts(version)
    if parts is None:
        raise ValueError(f"version {version!r} is not of the form 1.2.3")
    major, minor, patch = parts
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0", "patch": f"{major}.{minor}.{patch + 1}", "none": version}[step]


# Opening


@contextmanager
def open_package(source: str | Path, repository: Path | None = None) -> Iterator[Package]:
    """Open a package given as zip (or wheel), folder, address of a zip, or tag or commit of the git ``repository``; only read.

    A file or folder of that name goes before a tag. Raises ComparisonError if there is no package, or none that can be read.
    """
    label, path = str(source), Path(source)
    if label.startswith(("http://", "https://")):
        with tempfile.TemporaryDirectory(prefix="bone-nutrition-") as folder, _archive(label, _downloaded(label, Path(folder))) as archive:
            yield _package(label, partial(_from_zip, label, archive, _top(label, archive)))
    elif label and path.is_dir():
        yield _package(label, partial(_from_folder, label, path))
    elif path.is_file():
        with _archive(label, path) as archive:
            yield _package(label, partial(_from_zip, label, archive, _top(label, archive)))
    else:
        yield _package(label, partial(_from_git, label, _commit(label, repository), repository))


def _package(label: str, content: Callable[[str], bytes]) -> Package:
    try:
        descriptor = json.loads(content(DESCRIPTOR).decode("utf-8"))
    except (ValueError, RecursionError):
        raise ComparisonError(f"{label}: {DESCRIPTOR} is not JSON in UTF-8") from None
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(resources, list) or not all(map(_is_table, resources)):
        raise ComparisonError(f"{label}: {DESCRIPTOR} does not describe tables: each resource needs a name, a relative path and a schema with fields")
    names = [resource["name"] for resource in resources]
    for name in names:
        if names.count(name) > 1:
            raise ComparisonError(f"{label}: {DESCRIPTOR} names the table {name} twice")
    return Package(label, descriptor, content)


def _is_table(resource: Any) -> bool:
    """Whether everything that is compared has the shape that the standard gives it."""
    if not isinstance(resource, dict) or not isinstance(resource.get("name"), str) or not isinstance(resource.get("schema"), dict):
        return False
    path, declared = resource.get("path"), resource["schema"]
    is_relative = isinstance(path, str) and path != "" and not path.startswith("/") and ".." not in PurePosixPath(path).parts
    foreign_keys = declared.get("foreignKeys", [])
    return (is_relative and _is_list_of(dict, declared.get("fields")) and declared["fields"] != [] and all(map(_is_field, declared["fields"]))
            and _is_names(declared.get("primaryKey", [])) and isinstance(declared.get("uniqueKeys", []), list) and _is_list_of(dict, foreign_keys)
            and all(map(_is_foreign_key, foreign_keys)))


def _is_foreign_key(key: dict[str, Any]) -> bool:
    return _is_names(key.get("fields")) and isinstance(key.get("reference"), dict) and _is_names(key["reference"].get("fields"))


def _is_field(field: dict[str, Any]) -> bool:
    constraints = field.get("constraints", {})
    return (isinstance(field.get("name"), str) and isinstance(constraints, dict) and isinstance(constraints.get("pattern", ""), str)
            and all(isinstance(values, list) for values in (constraints.get("enum", []), field.get("categories", []), field.get("ofType", []))))


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _is_names(value: Any) -> bool:
    return isinstance(value, str) or _is_list_of(str, value)


def _from_folder(label: str, folder: Path, path: str) -> bytes:
    file = folder / path
    if not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder)):
        raise ComparisonError(f"{label}: {path} leaves the folder")
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise ComparisonError(f"{label}: {path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _archive(label: str, path: Path) -> zipfile.ZipFile:
    archive = None
    try:
        archive = zipfile.ZipFile(path)
        archives.check_names(archive)
    except archives.UNREADABLE as error:
        if archive:
            archive.close()
        raise ComparisonError(f"{label}: no zip that can be read: {_line(error)}") from None
    return archive


def _top(label: str, archive: zipfile.ZipFile) -> str:
    """Folder of a zip that holds the descriptor: a wheel and a code host's archive have one."""
    found = sorted((name for name in archive.namelist() if PurePosixPath(name).name == DESCRIPTOR), key=lambda name: name.count("/"))
    if not found:
        raise ComparisonError(f"{label}: the zip holds no {DESCRIPTOR}")
    if len(found) > 1 and found[0].count("/") == found[1].count("/"):
        raise ComparisonError(f"{label}: the zip holds {found[0]} and {found[1]}: which is the package?")
    return found[0].removesuffix(DESCRIPTOR)


def _from_zip(label: str, archive: zipfile.ZipFile, top: str, path: str) -> bytes:
    try:
        return archives.read_member(archive, top + path)
    except KeyError:
        raise ComparisonError(f"{label}: the zip holds no {path}") from None
    except archives.UNREADABLE as error:
        raise ComparisonError(f"{label}: {path} cannot be read: {_line(error)}") from None


def _from_git(label: str, commit: str, repository: Path, path: str) -> bytes:
    done = _git(repository, "cat-file", "blob", f"{commit}:./{path}")
    if done.returncode:
        raise ComparisonError(f"{label}: this commit holds no {path}")
    return done.stdout


def _commit(label: str, repository: Path | None) -> str:
    nothing = ComparisonError(f"{label}: no zip, folder or address, and no tag or commit of this repository")
    if repository is None or not label or "\0" in label:
        raise nothing
    done = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", label + "^{commit}")
    if done.returncode:
        raise nothing
    return done.stdout.decode().strip()


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], cwd=repository, capture_output=True)
    except FileNotFoundError:
        raise ComparisonError("git is missing: give a zip or a folder instead of a tag") from None


def _downloaded(address: str, folder: Path) -> Path:
    try:
        import pooch
    except ImportError:
        raise ComparisonError("reading an address needs pooch: pip install 'bone-nutrition[fdc]'") from None
    pooch.get_logger().setLevel("WARNING")
    downloader = pooch.HTTPDownloader(timeout=DOWNLOAD_SECONDS)
    try:
        return Path(pooch.retrieve(address, known_hash=None, fname="package.zip", path=folder, downloader=downloader))
    except (OSError, ValueError) as error:
        raise ComparisonError(f"{address}: {_line(error)}") from None


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


# Comparing


def compare(old: Package, new: Package) -> Comparison:
    """All differences between two open packages, read table by table.

    Raises ComparisonError for a table that is not the CSV which its descriptor declares, or in which two rows share a key.
    """
    notes: list[str] = []
    retired = _retirements(new)
    tables = [_compare_rows(old, new, name, retired.get(name, {}), notes) for name in old.tables if name in new.tables]
    return Comparison(old.label, new.label, old.version, new.version, list(_schema_changes(old, new)), [table for table in tables if table], notes)


def _schema_changes(old: Package, new: Package) -> Iterator[Change]:
    for kind, detail, was, now in _properties(old.descriptor, new.descriptor, OF_PACKAGE, SKIPPED_OF_PACKAGE):
        yield Change(kind, detail=detail, old=was, new=now)
    for name in dict.fromkeys([*old.tables, *new.tables]):
        if name not in new.tables:
            yield Change("table removed", name)
        elif name not in old.tables:
            yield Change("table added", name)
        else:
            yield from _table_changes(old.tables[name], new.tables[name], old.tables.keys(), new.tables.keys())


def _table_changes(old: Mapping[str, Any], new: Mapping[str, Any], tables_before: Iterable[str], tables_after: Iterable[str]) -> Iterator[Change]:
    name = old["name"]
    columns_before, columns_after = _fields(old), _fields(new)
    was, now = _with_key_as_list(old["schema"]), _with_key_as_list(new["schema"])
    for found in (_properties(old, new, OF_TABLE, SKIPPED_OF_TABLE), _properties(was, now, OF_SCHEMA, SKIPPED_OF_SCHEMA), _unique_keys(was, now),
                  _foreign_keys(old, new, set(tables_after) - set(tables_before), set(tables_before) - set(tables_after))):
        for kind, detail, before, after_ in found:
            yield Change(kind, name, detail=detail, old=before, new=after_)
    for column in dict.fromkeys([*columns_before, *columns_after]):
        if column not in columns_after:
            yield Change("column removed", name, column)
        elif column not in columns_before:
            yield Change("column added", name, column)
        else:
            for kind, detail, before, after_ in _column_changes(columns_before[column], columns_after[column]):
                yield Change(kind, name, column, detail, before, after_)
    kept_before, kept_after = [c for c in columns_before if c in columns_after], [c for c in columns_after if c in columns_before]
    if kept_before != kept_after:
        yield Change("columns reordered", name, old=kept_before, new=kept_after)


def _column_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    yield from _properties(old, new, OF_COLUMN, SKIPPED_OF_COLUMN)
    labels_before, labels_after = _labels(old), _labels(new)
    for value in labels_before.keys() & labels_after.keys():
        if labels_before[value] != labels_after[value]:
            yield "wording changed", f"label of {value}", labels_before[value], labels_after[value]
    was, now = _constraints(old), _constraints(new)
    for name in ("required", "unique"):
        if bool(was.get(name)) != bool(now.get(name)):
            yield "constraint tightened" if now.get(name) else "constraint loosened", name, bool(was.get(name)), bool(now.get(name))
    yield from _allowed("enumeration", was.get("enum") or list(labels_before) or None, now.get("enum") or list(labels_after) or None)
    yield from _allowed("ofType", old.get("ofType"), new.get("ofType"))
    yield from _pattern(was.get("pattern"), now.get("pattern"))
    for name, (inclusive, exclusive, direction) in BOUNDS.items():
        yield from _bound(name, _limit(was, inclusive, exclusive, direction), _limit(now, inclusive, exclusive, direction), direction)
    for name in sorted(was.keys() | now.keys()):
        # A bound of a date is text.
        is_compared = name in COMPARED_CONSTRAINTS and not (name in BOUND_NAMES and any(isinstance(side.get(name), str) for side in (was, now)))
        if not is_compared and was.get(name) != now.get(name):
            yield "constraint loosened" if name not in now else "constraint tightened", name, was.get(name), now.get(name)


def _properties(old: Mapping[str, Any], new: Mapping[str, Any], kinds: Mapping[str, str], skipped: Iterable[str]) -> Found:
    for name in dict.fromkeys([*old, *new]):
        if name not in skipped and old.get(name) != new.get(name):
            yield kinds.get(name, "wording changed"), name, old.get(name), new.get(name)


def _allowed(name: str, old: Sequence[Any] | None, new: Sequence[Any] | None) -> Found:
    """Values that came to be allowed and to be refused; None allows all."""
    if old is None or new is None:
        if old != new:
            yield "constraint tightened" if old is None else "constraint loosened", name, old, new
        return
    gone, come = [value for value in old if value not in new], [value for value in new if value not in old]
    if gone:
        yield "constraint tightened", f"{name} without", gone, None
    if come:
        yield "constraint loosened", f"{name} with", None, come


def _pattern(old: str | None, new: str | None) -> Found:
    """A pattern with more alternatives is loosened; of any other change nobody can say, so it counts as tightened."""
    before, after_ = _alternatives(old or ""), _alternatives(new or "")
    if old and new and set(before) & set(after_):
        yield from _allowed("pattern", before, after_)
    elif old != new:
        yield "constraint loosened" if new is None else "constraint tightened", "pattern", old, new


def _alternatives(pattern: str) -> list[str]:
    """Alternatives of ``^(?:one|two)$``, or the pattern itself; those inside groups and character classes stay together."""
    if not (pattern.startswith("^(?:") and pattern.endswith(")$")):
        return [pattern]
    parts, depth, in_class = [""], 0, False
    for token in re.findall(r"\\.|.", pattern[4:-2], re.DOTALL):
        if in_class:
            in_class = token != "]"
        elif token == "[":
            in_class = True
        elif token in "()":
            depth += 1 if token == "(" else -1
        if depth < 0:
            return [pattern]
        if token == "|" and not depth and not in_class:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _limit(constraints: Mapping[str, Any], inclusive: str, exclusive: str, direction: int) -> tuple[float, bool] | None:
    """The bound that binds, and whether it is itself excluded."""
    stated = [(constraints[name], name == exclusive) for name in (inclusive, exclusive) if isinstance(constraints.get(name), (int, float))]
    return max(stated, key=lambda limit: (direction * limit[0], limit[1]), default=None)


def _bound(name: str, old: tuple[float, bool] | None, new: tuple[float, bool] | None, direction: int) -> Found:
    def tightness(limit: tuple[float, bool] | None) -> tuple[float, bool]:
        return (direction * limit[0], limit[1]) if limit else (-math.inf, False)

    def shown(limit: tuple[float, bool] | None) -> Any:
        return f"{limit[0]:g}, excluded" if limit and limit[1] else limit and limit[0]

    if tightness(old) != tightness(new):
        yield "constraint tightened" if tightness(new) > tightness(old) else "constraint loosened", name, shown(old), shown(new)


def _unique_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    before, after_ = old.get("uniqueKeys", []), new.get("uniqueKeys", [])
    for key in before:
        if key not in after_:
            yield "constraint loosened", "unique key", key, None
    for key in after_:
        if key not in before:
            yield "constraint tightened", "unique key", None, key


def _foreign_keys(old: Mapping[str, Any], new: Mapping[str, Any], tables_added: set[str], tables_removed: set[str]) -> Found:
    """Foreign keys added and removed, less those that follow from a table or column added or removed."""
    before, after_ = _references(old), _references(new)
    for columns, target in before.items():
        if target != after_.get(columns) and target[0] not in tables_removed and all(column in _fields(new) for column in columns):
            yield "key changed", f"foreign key {', '.join(columns)}", _shown_target(target), _shown_target(after_.get(columns))
    for columns, target in after_.items():
        if columns in before or not all(column in _fields(old) for column in columns):
            continue
        is_announced = target[0] in tables_added and all(_fields(old)[column].get("references") == target[0] for column in columns)
        if not is_announced:
            yield "constraint tightened", f"foreign key {', '.join(columns)}", None, _shown_target(target)


def _references(resource: Mapping[str, Any]) -> dict[tuple[str, ...], tuple[str, tuple[str, ...]]]:
    """Columns -> table and columns that their foreign key names."""
    keys = {}
    for key in resource["schema"].get("foreignKeys", []):
        target = key["reference"]
        keys[tuple(_as_list(key["fields"]))] = (target.get("resource") or resource["name"], tuple(_as_list(target["fields"])))
    return keys


def _shown_target(target: tuple[str, tuple[str, ...]] | None) -> str | None:
    return target and f"{target[0]}({', '.join(target[1])})"


def _fields(resource: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in resource["schema"]["fields"]}


def _constraints(field: Mapping[str, Any]) -> dict[str, Any]:
    return field.get("constraints", {})


def _labels(field: Mapping[str, Any]) -> dict[str, Any]:
    return {category["value"]: category.get("label") for category in field.get("categories", [])
            if isinstance(category, dict) and isinstance(category.get("value"), (str, int, float))}


def _as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _with_key_as_list(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "primaryKey": _as_list(schema.get("primaryKey", []))}


# Rows


def _compare_rows(old: Package, new: Package, name: str, retired: Mapping[str, str], notes: list[str]) -> TableChanges | None:
    """How the rows of a table differ; None if they do not, or if no key lets them be matched."""
    content_before, content_after = _content(old, name, notes), _content(new, name, notes)
    if content_before == content_after:
        return None
    before = _table(old, name, content_before)
    del content_before
    after_ = _table(new, name, content_after)
    del content_after
    key = _common_key(old, new, name, before, after_)
    if key is None:
        notes.append(f"{name}: the key changed, so the rows cannot be matched")
        return None
    codes_before, codes_after = _key_codes(before, after_, key)
    _refuse_repeated(old, name, before, key, codes_before)
    _refuse_repeated(new, name, after_, key, codes_after)
    here, there = _matched(codes_before, codes_after)
    gone, come = np.ones(len(before), dtype=bool), np.ones(len(after_), dtype=bool)
    gone[here], come[there] = False, False
    removed = _row_ids(before, key, np.flatnonzero(gone))
    is_retired = pc.is_in(removed, value_set=pa.array(list(retired), pa.large_string()))
    columns, rows_changed = _changed_cells(old.tables[name], new.tables[name], before, after_, key, here, there)
    changes = TableChanges(
        name, len(before), len(after_), rows_changed,
        added=_row_ids(after_, key, np.flatnonzero(come)),
        removed=removed.filter(pc.invert(is_retired)),
        retired={row_id: retired[row_id] for row_id in removed.filter(is_retired).to_pylist()},
        columns=columns,
    )
    return changes if any(_row_changes(changes)) else None


def _row_changes(table: TableChanges) -> Iterator[Change]:
    """The differences of a table's rows, counted."""
    removed = "rows closed" if table.table in CLOSED_WHEN_MENDED else "rows removed"
    for kind, count in ((removed, len(table.removed)), ("rows retired", len(table.retired)), ("rows added", len(table.added))):
        if count:
            yield Change(kind, table.table, count=count)
    for column in table.columns:
        yield Change("prose changed" if column.change == "wording" else "values changed", table.table, column.column, count=len(column.cells))


def _content(package: Package, name: str, notes: list[str]) -> bytes:
    path, promised = package.tables[name]["path"], package.tables[name].get("hash")
    content = package.content(path)
    if isinstance(promised, str) and promised.startswith("sha256:") and promised != f"sha256:{hashlib.sha256(content).hexdigest()}":
        notes.append(f"{package.label}: {path} is not what its descriptor promises")
    return content


def _table(package: Package, name: str, content: bytes) -> pa.Table:
    """A table with every cell as text, missing cells empty."""
    resource = package.tables[name]
    columns = list(_fields(resource))
    try:
        table = csv.read_csv(
            pa.py_buffer(content),
            read_options=csv.ReadOptions(block_size=BLOCK_BYTES),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.large_string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise ComparisonError(f"{package.label}: {resource['path']} is not CSV in UTF-8: {_line(error)[:120]!r}") from None
    if sorted(table.column_names) != sorted(columns):
        raise ComparisonError(f"{package.label}: the header of {resource['path']} is not the columns that {DESCRIPTOR} declares")
    return table


def _retirements(package: Package) -> dict[str, dict[str, str]]:
    """Table -> retired row -> the row that stands in for it."""
    retired: dict[str, dict[str, str]] = {}
    if RETIREMENTS in package.tables:
        rows = _table(package, RETIREMENTS, package.content(package.tables[RETIREMENTS]["path"]))
        if not {"table", "row_id", "successor_id"} <= set(rows.column_names):
            raise ComparisonError(f"{package.label}: {RETIREMENTS} needs the columns table, row_id and successor_id")
        for row in rows.select(["table", "row_id", "successor_id"]).to_pylist():
            retired.setdefault(row["table"], {})[row["row_id"]] = row["successor_id"]
    return retired


def _common_key(old: Package, new: Package, name: str, before: pa.Table, after_: pa.Table) -> list[str] | None:
    """The key by which rows of both sides can be matched; where it changed, whichever of the two both sides hold and is one in both."""
    was, now = (_as_list(package.tables[name]["schema"].get("primaryKey", [])) for package in (old, new))
    if was == now and was and set(was) <= set(before.column_names):
        return was
    for key in (now, was):
        if key and set(key) <= set(before.column_names) & set(after_.column_names) and all(_is_key(table, key) for table in (before, after_)):
            return key
    return None


def _is_key(table: pa.Table, key: Sequence[str]) -> bool:
    codes, _ = _key_codes(table, table.slice(0, 0), key)
    return len(np.unique(codes)) == len(codes)


def _key_codes(before: pa.Table, after_: pa.Table, key: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """A whole number for every row of both sides, equal where the keys are equal."""
    codes, span = np.zeros(len(before) + len(after_), dtype=np.int64), 1
    for name in key:
        encoded = pa.chunked_array([*before[name].chunks, *after_[name].chunks], pa.large_string()).combine_chunks().dictionary_encode()
        size = max(len(encoded.dictionary), 1)
        if span * size >= 2**62:
            distinct, codes = np.unique(codes, return_inverse=True)
            span = len(distinct)
        codes = codes * size + encoded.indices.to_numpy()
        span *= size
    return codes[:len(before)], codes[len(before):]


def _refuse_repeated(package: Package, name: str, table: pa.Table, key: Sequence[str], codes: np.ndarray) -> None:
    distinct, first = np.unique(codes, return_index=True)
    if len(distinct) < len(codes):
        repeated = np.setdiff1d(np.arange(len(codes)), first)[:1]
        raise ComparisonError(f"{package.label}: two rows of {name} have the key {_row_ids(table, key, repeated)[0].as_py()!r}")


def _matched(before: np.ndarray, after_: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows that both sides hold, in the order of the old side."""
    if np.array_equal(before, after_):
        return np.arange(len(before)), np.arange(len(before))
    _, here, there = np.intersect1d(before, after_, assume_unique=True, return_indices=True)
    order = np.argsort(here)
    return here[order], there[order]


def _row_ids(table: pa.Table, key: Sequence[str], positions: np.ndarray) -> pa.Array:
    parts = [_taken(table[name], positions) for name in key]
    return pc.binary_join_element_wise(*parts, pa.scalar("/", pa.large_string()))


def _taken(column: pa.ChunkedArray, positions: np.ndarray) -> pa.Array:
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return whole if len(positions) == len(whole) and np.array_equal(positions, np.arange(len(whole))) else whole.take(pa.array(positions))


def _changed_cells(old: Mapping[str, Any], new: Mapping[str, Any], before: pa.Table, after_: pa.Table, key: Sequence[str], here: np.ndarray,
                   there: np.ndarray) -> tuple[list[ColumnChanges], int]:
    """Changed cells of every column that both sides hold, and the number of rows in which any changed."""
    fields_before, fields_after = _fields(old), _fields(new)
    is_changed = np.zeros(len(here), dtype=bool)
    columns = []
    for name in fields_before:
        if name in key or name not in fields_after:
            continue
        was, now = _taken(before[name], here), _taken(after_[name], there)
        differs = pc.not_equal(was, now).to_numpy(zero_copy_only=False)
        positions = np.flatnonzero(differs)
        if not len(positions):
            continue
        is_changed |= differs
        pair = (fields_before[name], fields_after[name])
        is_number = all(field.get("type") in ("number", "integer") for field in pair)
        is_prose = all(field.get("change") == "wording" for field in pair)
        chosen = pa.array(positions)
        cells = pa.table({"row_id": _row_ids(before, key, here[positions]), "old": was.take(chosen), "new": now.take(chosen)})
        columns.append(ColumnChanges(name, "wording" if is_prose else "value", is_number, _ranked(cells, is_number)))
    return columns, int(is_changed.sum())


def _ranked(cells: pa.Table, is_number: bool) -> pa.Table:
    """Cells with their relative change, the largest factor between old and new first, whichever way."""
    if not is_number:
        return cells.append_column("relative_change", pa.nulls(len(cells), pa.float64()))
    was, now = _numbers(cells["old"]), _numbers(cells["new"])
    difference, smaller = np.abs(now - was), np.minimum(np.abs(was), np.abs(now))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = (now - was) / np.abs(was)
        spread = np.where(smaller > 0, difference / smaller, difference)
    group = np.select([np.isnan(difference), smaller == 0], [2, 1], default=0)
    order = np.lexsort((-np.nan_to_num(spread), group))
    relative_change = pa.array(relative, mask=~np.isfinite(relative))
    return cells.append_column("relative_change", relative_change).take(pa.array(order))


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Cells as numbers; NaN for one that is empty or no finite number."""
    numbers = pd.to_numeric(column.to_pandas(), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)

"""How the descriptors of two packages differ: tables, columns, keys, constraints."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .changes import Change
from .opening import Package

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


def schema_changes(old: Package, new: Package) -> Iterator[Change]:
    """Differences of package, tables and columns as the descriptors declare them, in the order of the old one."""
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
    table = old["name"]
    columns_before, columns_after = fields(old), fields(new)
    was, now = _with_key_as_list(old["schema"]), _with_key_as_list(new["schema"])
    for found in (_properties(old, new, OF_TABLE, SKIPPED_OF_TABLE), _properties(was, now, OF_SCHEMA, SKIPPED_OF_SCHEMA), _unique_keys(was, now),
                  _foreign_keys(old, new, set(tables_after) - set(tables_before), set(tables_before) - set(tables_after))):
        for kind, detail, before, after_ in found:
            yield Change(kind, table, detail=detail, old=before, new=after_)
    for column in dict.fromkeys([*columns_before, *columns_after]):
        if column not in columns_after:
            yield Change("column removed", table, column)
        elif column not in columns_before:
            yield Change("column added", table, column)
        else:
            for kind, detail, before, after_ in _column_changes(columns_before[column], columns_after[column]):
                yield Change(kind, table, column, detail, before, after_)
    kept_before = [name for name in columns_before if name in columns_after]
    kept_after = [name for name in columns_after if name in columns_before]
    if kept_before != kept_after:
        yield Change("columns reordered", table, old=kept_before, new=kept_after)


def _column_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    yield from _properties(old, new, OF_COLUMN, SKIPPED_OF_COLUMN)
    labels_before, labels_after = _labels(old), _labels(new)
    for value, label in labels_before.items():
        if value in labels_after and label != labels_after[value]:
            yield "wording changed", f"label of {value}", label, labels_after[value]
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
        if target != after_.get(columns) and target[0] not in tables_removed and all(column in fields(new) for column in columns):
            yield "key changed", f"foreign key {', '.join(columns)}", _shown_target(target), _shown_target(after_.get(columns))
    for columns, target in after_.items():
        if columns in before or not all(column in fields(old) for column in columns):
            continue
        is_announced = target[0] in tables_added and all(fields(old)[column].get("references") == target[0] for column in columns)
        if not is_announced:
            yield "constraint tightened", f"foreign key {', '.join(columns)}", None, _shown_target(target)


def _references(resource: Mapping[str, Any]) -> dict[tuple[str, ...], tuple[str, tuple[str, ...]]]:
    """Columns -> table and columns that their foreign key names."""
    keys = {}
    for key in resource["schema"].get("foreignKeys", []):
        target = key["reference"]
        keys[tuple(as_list(key["fields"]))] = (target.get("resource") or resource["name"], tuple(as_list(target["fields"])))
    return keys


def _shown_target(target: tuple[str, tuple[str, ...]] | None) -> str | None:
    return target and f"{target[0]}({', '.join(target[1])})"


def fields(resource: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Column name -> field of the descriptor, in file order."""
    return {field["name"]: field for field in resource["schema"]["fields"]}


def _constraints(field: Mapping[str, Any]) -> dict[str, Any]:
    return field.get("constraints", {})


def _labels(field: Mapping[str, Any]) -> dict[str, Any]:
    return {category["value"]: category.get("label") for category in field.get("categories", [])
            if isinstance(category, dict) and isinstance(category.get("value"), (str, int, float))}


def as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _with_key_as_list(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "primaryKey": as_list(schema.get("primaryKey", []))}

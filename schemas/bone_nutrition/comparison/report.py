"""A comparison as text, Markdown or JSON."""

from __future__ import annotations

import heapq
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..versions import version_parts
from .changes import Change, ColumnChanges, Comparison, TableChanges

FORMATS = ("text", "markdown", "json")
MOST = 20
LONGEST_VALUE_SHOWN = 80
BEFORE_DIFFERENCE = 20
REASONS_SHOWN = 5
# From this factor on a change is shown as a factor, below it in percent.
SHOWN_AS_FACTOR = 2
COUNTED = {"values changed": ("value", "changed"), "prose changed": ("text", "reworded")}


def render(comparison: Comparison, format: str = "text", most: int = MOST) -> str:
    """A comparison in one of ``FORMATS``; of every list of rows or cells at most ``most``, of every count all."""
    if format == "json":
        return json.dumps(as_object(comparison, most), ensure_ascii=False, indent=2, allow_nan=False)
    return "\n".join(_markdown(comparison, most) if format == "markdown" else _text(comparison, most))


def verdict(comparison: Comparison) -> str:
    """What the version has to be, and whether it is."""
    smallest = comparison.smallest_version
    if smallest is None:
        return f"step needed: {comparison.step}; the old version {_shown(comparison.old_version)} is not of the form 1.2.3"
    needed = f"step needed: {comparison.step}, so {smallest} at least" if comparison.step != "none" else "step needed: none"
    if comparison.step != comparison.weight:
        needed += f" (before 1.0; from 1.0 on: {comparison.weight})"
    declared = version_parts(comparison.new_version)
    if declared is None:
        return f"{needed}; the new version {_shown(comparison.new_version)} is not of the form 1.2.3"
    return f"{needed}; {comparison.new_version} is {'enough' if declared >= version_parts(smallest) else 'too small'}"


def reasons(comparison: Comparison) -> str:
    """The heaviest changes in one line."""
    heaviest = [change for change in comparison.changes if change.weight == comparison.weight]
    shown = [sentence(change) for change in heaviest[:REASONS_SHOWN]]
    return "; ".join(shown + [f"and {len(heaviest) - len(shown)} more"] * (len(heaviest) > len(shown)))


def sentence(change: Change) -> str:
    """One change in words: where, what, from what to what."""
    place = f"{change.table}.{change.column}" if change.column else change.table or "package"
    if change.count is not None:
        noun, verb = COUNTED.get(change.kind, ("row", change.kind.removeprefix("rows ")))
        return f"{place}: {change.count:,} {noun}{'s' * (change.count != 1)} {verb}"
    detail = f", {change.detail}" if change.detail else ""
    if change.old is None and change.new is None:
        return f"{place}: {change.kind}{detail}"
    return f"{place}: {change.kind}{detail}: {' -> '.join(_sides(change.old, change.new))}"


def largest(comparison: Comparison, most: int) -> list[dict[str, Any]]:
    """The largest changes of numbers in all tables, by the factor between old and new."""
    found = ({"table": table.table, "column": column.column, **cell} for table in comparison.tables for column in table.columns if column.is_number
             for cell in column.cells.slice(0, most).to_pylist() if cell["relative_change"] is not None and float(cell["new"]) != 0)
    return heapq.nlargest(most, found, key=_spread)


def as_object(comparison: Comparison, most: int) -> dict[str, Any]:
    """A comparison as the JSON format has it."""
    return {
        "old": {"source": comparison.old, "version": comparison.old_version},
        "new": {"source": comparison.new, "version": comparison.new_version},
        "weight": comparison.weight,
        "step": comparison.step,
        "smallest_version": comparison.smallest_version,
        "changes": [_change_as_object(change) for change in comparison.changes],
        "largest": largest(comparison, most),
        "tables": [_table_as_object(table, most) for table in comparison.tables],
        "notes": comparison.notes,
    }


def _change_as_object(change: Change) -> dict[str, Any]:
    about = {"weight": change.weight, "kind": change.kind, "table": change.table, "column": change.column, "detail": change.detail}
    return {**about, "count": change.count} if change.count is not None else {**about, "old": change.old, "new": change.new}


def _table_as_object(table: TableChanges, most: int) -> dict[str, Any]:
    retired = [{"row_id": row, "successor_id": successor} for row, successor in _first(table.retired, most)]
    return {
        "table": table.table,
        "rows_before": table.rows_before,
        "rows_after": table.rows_after,
        "rows_changed": table.rows_changed,
        "added": {"count": len(table.added), "rows": table.added.slice(0, most).to_pylist()},
        "removed": {"count": len(table.removed), "rows": table.removed.slice(0, most).to_pylist()},
        "retired": {"count": len(table.retired), "rows": retired},
        "changed": [{"column": column.column, "change": column.change, "count": len(column.cells), "cells": column.cells.slice(0, most).to_pylist()}
                    for column in table.columns],
    }


def _text(comparison: Comparison, most: int) -> Iterator[str]:
    yield f"{_version(comparison.old_version)} ({comparison.old}) -> {_version(comparison.new_version)} ({comparison.new})"
    yield verdict(comparison)
    for note in comparison.notes:
        yield f"note: {note}"
    if not comparison.changes:
        yield "no change"
    if comparison.schema:
        yield ""
        yield "schema"
        for change in sorted(comparison.schema, key=lambda change: comparison.changes.index(change)):
            yield f"  {change.weight:5}  {sentence(change)}"
    greatest = largest(comparison, most)
    if greatest:
        yield ""
        yield "largest changes of numbers"
        for cell in greatest:
            yield f"  {cell['table']}.{cell['column']}  {_cell(cell)}"
    for table in comparison.tables:
        yield ""
        yield f"{table.table}: {_counts(table)}"
        for word, rows, count in _row_lists(table, most):
            yield f"  {word}: {count:,}"
            yield from (f"    {row}" for row in rows)
            yield from _rest(count, most, "    ")
        for column in table.columns:
            yield f"  {_heading(column)}"
            yield from (f"    {_cell(cell)}" for cell in column.cells.slice(0, most).to_pylist())
            yield from _rest(len(column.cells), most, "    ")


def _markdown(comparison: Comparison, most: int) -> Iterator[str]:
    yield f"## {_escaped(_version(comparison.old_version))} to {_escaped(_version(comparison.new_version))}"
    yield ""
    yield _escaped(f"{verdict(comparison)[0].upper()}{verdict(comparison)[1:]}.")
    if not comparison.changes:
        yield from ("", "No change.")
    if comparison.notes:
        yield ""
        yield from (f"- Note: {_escaped(note)}" for note in comparison.notes)
    if comparison.schema:
        yield from ("", "### Schema", "", "| weight | change |", "| --- | --- |")
        for change in sorted(comparison.schema, key=lambda change: comparison.changes.index(change)):
            yield f"| {change.weight} | {_escaped(sentence(change))} |"
    greatest = largest(comparison, most)
    if greatest:
        yield from ("", "### Largest changes of numbers", "", "| column | row | old | new | change |", "| --- | --- | ---: | ---: | ---: |")
        for cell in greatest:
            yield f"| {_escaped(cell['table'])}.{_escaped(cell['column'])} | {_cells_of_markdown(cell)} |"
    for table in comparison.tables:
        yield from ("", f"### {_escaped(table.table)}", "", f"{_escaped(_counts(table))}.")
        for word, rows, count in _row_lists(table, most):
            yield from ("", f"{word.capitalize()}: {count:,}", "")
            yield from (f"- {_escaped(row)}" for row in rows)
            yield from _rest(count, most, "- ")
        for column in table.columns:
            yield from ("", f"{_escaped(_heading(column))}", "", "| row | old | new | change |", "| --- | ---: | ---: | ---: |")
            yield from (f"| {_cells_of_markdown(cell)} |" for cell in column.cells.slice(0, most).to_pylist())
            yield from (f"\n{line}" for line in _rest(len(column.cells), most, ""))


def _row_lists(table: TableChanges, most: int) -> Iterator[tuple[str, list[str], int]]:
    """Rows removed, retired and added, as far as they are shown, with their number."""
    retired = [f"{_shown(row)} -> {_shown(successor)}" if successor else _shown(row) for row, successor in _first(table.retired, most)]
    for word, rows, count in (("removed", _plain(table.removed, most), len(table.removed)), ("retired", retired, len(table.retired)),
                              ("added", _plain(table.added, most), len(table.added))):
        if count:
            yield word, rows, count


def _plain(rows: Any, most: int) -> list[str]:
    return [_shown(row) for row in rows.slice(0, most).to_pylist()]


def _first(rows: Mapping[str, str], most: int) -> list[tuple[str, str]]:
    return list(rows.items())[:most]


def _rest(count: int, most: int, indent: str) -> Iterable[str]:
    return [f"{indent}and {count - most:,} more"] if count > most else []


def _counts(table: TableChanges) -> str:
    return f"{table.rows_before:,} -> {table.rows_after:,} rows, {table.rows_changed:,} changed"


def _heading(column: ColumnChanges) -> str:
    return f"{column.column}: {len(column.cells):,} changed ({column.change})"


def _cell(cell: Mapping[str, Any]) -> str:
    change = _relative(cell)
    return f"{_shown(cell['row_id'])}: {' -> '.join(_sides(cell['old'] or None, cell['new'] or None))}{f'  ({change})' if change else ''}"


def _cells_of_markdown(cell: Mapping[str, Any]) -> str:
    return " | ".join(map(_escaped, (_shown(cell["row_id"]), *_sides(cell["old"], cell["new"]), _relative(cell))))


def _relative(cell: Mapping[str, Any]) -> str:
    relative = cell["relative_change"]
    if relative is None:
        return ""
    old, new = float(cell["old"]), float(cell["new"])
    if old * new > 0 and _spread(cell) >= SHOWN_AS_FACTOR - 1:
        return f"×{new / old:.4g}" if abs(new) > abs(old) else f"÷{old / new:.4g}"
    return f"{relative:+.4g}" if abs(relative) >= 10 else f"{relative:+.2%}"


def _spread(cell: Mapping[str, Any]) -> float:
    old, new = float(cell["old"]), float(cell["new"])
    return abs(new - old) / min(abs(old), abs(new))


def _version(version: str) -> str:
    return _shown(version) if version else "no version"


def _sides(old: Any, new: Any) -> tuple[str, str]:
    """Both values as shown; of long ones that begin alike, from shortly before they differ."""
    texts = ["none" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in (old, new)]
    shared = len(os.path.commonprefix(texts))
    if shared > BEFORE_DIFFERENCE and max(map(len, texts)) > LONGEST_VALUE_SHOWN:
        texts = ["…" + text[shared - BEFORE_DIFFERENCE:] for text in texts]
    return _shown(texts[0]), _shown(texts[1])


def _shown(value: str) -> str:
    """A value without what a terminal would act on, cut to a readable length."""
    shortened = value if len(value) <= LONGEST_VALUE_SHOWN else value[:LONGEST_VALUE_SHOWN] + "…"
    return shortened if shortened.isprintable() else shortened.encode("unicode_escape").decode("ascii")


def _escaped(value: str) -> str:
    """Text as Markdown shows it in a cell of a table."""
    for character in "\\|`*_<>[]":
        value = value.replace(character, "\\" + character)
    return value

"""What can differ between two packages, how heavy each kind of difference is, and what all of them come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from ..versions import after, version_parts

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
        found = [*self.schema, *(change for table in self.tables for change in row_changes(table))]
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


def row_changes(table: TableChanges) -> Iterator[Change]:
    """The differences of a table's rows, counted."""
    removed = "rows closed" if table.table in CLOSED_WHEN_MENDED else "rows removed"
    for kind, count in ((removed, len(table.removed)), ("rows retired", len(table.retired)), ("rows added", len(table.added))):
        if count:
            yield Change(kind, table.table, count=count)
    for column in table.columns:
        yield Change("prose changed" if column.change == "wording" else "values changed", table.table, column.column, count=len(column.cells))

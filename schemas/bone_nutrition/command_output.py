"""Rows as the command line shows them: a table for people, JSON or CSV for pipes."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

import bone_nutrition
from bone_nutrition import cells

ROWS_SHOWN = 20
WIDEST_COLUMN = 40
# A pipe has no width: there nothing is cut or folded.
WIDTH_OF_PIPE = 1_000_000
# Types of columns that no table has.
COMPUTED = {"rows": "integer", "per_100_g": "number", "per_serving": "number", "total": "number"}

Row = Mapping[str, str]


def show_rows(rows: Sequence[Row], format: str, columns: Sequence[str] | None = None, limit: int | None = None) -> None:
    """Print rows as ``table``, ``json`` or ``csv``; ``columns`` are those that the table shows, json and csv have all."""
    if format == "table":
        show_table(rows, columns or list(rows[0]), limit or ROWS_SHOWN)
    elif format == "json":
        print(json.dumps(_typed(rows[:limit]), ensure_ascii=False, indent=2))
    else:
        show_csv(rows[:limit], list(rows[0]))


def show_row(row: Row, format: str) -> None:
    """Print one row; for people as a list of its filled cells."""
    if format == "table":
        filled = [{"column": name, "value": value} for name, value in row.items() if value]
        show_table(filled, ("column", "value"), len(filled))
    else:
        show_rows([row], format)


def show_csv(rows: Sequence[Row], columns: Sequence[str]) -> None:
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def show_table(rows: Sequence[Row], columns: Sequence[str], limit: int) -> None:
    """Print the first rows and the first columns that fit; what is left out is counted on standard error."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_PIPE)
    shown = rows[:limit]
    fitting = columns_that_fit(shown, columns, console.width)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in fitting:
        table.add_column(name, overflow="fold")
    for row in shown:
        # As Text, because [IU] would else be read as markup.
        table.add_row(*(Text(row[name]) for name in fitting))
    console.print(table)
    for left, things, remedy in ((len(rows) - len(shown), "rows", "--limit"), (len(columns) - len(fitting), "columns", "a wider window")):
        if left:
            print(f"{left:,} more {things}: {remedy}, or --format csv", file=sys.stderr)


def columns_that_fit(rows: Sequence[Row], columns: Sequence[str], width: int) -> Sequence[str]:
    """The first columns that fit side by side, two at least."""
    used = 0
    for position, name in enumerate(columns):
        widest = max(len(text) for text in (name, *(row[name] for row in rows)))
        used += min(widest, WIDEST_COLUMN) + 2
        if used > width and position >= 2:
            return columns[:position]
    return columns


def _typed(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows with the types of their columns; a column has the same type in every table."""
    fields = (field for resource in bone_nutrition.describe()["resources"] for field in resource["schema"]["fields"])
    types = COMPUTED | {field["name"]: field["type"] for field in fields}
    return [{name: cells.value(cell, types.get(name, "string")) for name, cell in row.items()} for row in rows]

"""One .xlsx workbook, a sheet a table: spreadsheets that open it guess no types and mangle neither µ nor ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .. import schema
from ..files import read_rows
from ..metadata import package

README = "README"
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
NARROWEST, WIDEST = 8, 40

README_COLUMNS: dict[str, tuple[int, Callable[[str, str, Mapping[str, Any]], str]]] = {
    "table": (24, lambda table, name, column: table),
    "column": (24, lambda table, name, column: name),
    "title": (24, lambda table, name, column: column["title"]),
    "meaning": (70, lambda table, name, column: column["description"]),
    "type": (10, lambda table, name, column: column["type"]),
    "unit": (10, lambda table, name, column: column.get("unit", "")),
    "required": (10, lambda table, name, column: "yes" if column["required"] else ""),
    "key": (6, lambda table, name, column: "yes" if column.get("key") else ""),
    "refers to": (20, lambda table, name, column: column.get("references") or ""),
    "values": (70, lambda table, name, column: "; ".join(f"{value}: {label}" for value, label in column.get("enum", {}).items())),
}


def write(folder: Path, rows: Mapping[str, int], target: Path) -> Path:
    """Write the published tables of the package in ``folder`` to the folder ``target``.

    Numbers, flags and dates are such cells, everything else is text; missing cells are empty. Raises ValueError for a table or cell
    that is larger than a sheet can hold.
    """
    about = package()
    path = target / f"{about['name']}-{about['version']}.xlsx"
    too_long = [table for table, count in rows.items() if count >= MOST_ROWS]
    if too_long:
        raise ValueError(f"{', '.join(too_long)}: more rows than the {MOST_ROWS:,} of a sheet")
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        # The release date stands for the time of writing, so that the same tables give the same bytes.
        book.set_properties({"title": about["title"], "created": datetime.combine(about["created"], time())})
        bold, dated = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        _write_readme(book.add_worksheet(README), rows, bold)
        for table in rows:
            _write_table(book.add_worksheet(table), table, read_rows(folder / "data" / f"{table}.csv"), bold, dated)
    return path


def _write_readme(sheet: Worksheet, rows: Mapping[str, int], bold: Format) -> None:
    about = package()
    for position, (width, _) in enumerate(README_COLUMNS.values()):
        sheet.set_column(position, position, width)
    lines = (
        about["title"],
        f"Version {about['version']}, {about['created'].isoformat()}. Licence: {about['licenses'][0]['title']}.",
        "One sheet a table. A missing value is an empty cell. Items of a list are joined by |.",
    )
    for line, text in enumerate(lines):
        sheet.write_string(line, 0, text, bold if line == 0 else None)
    first = len(lines) + 1
    for position, title in enumerate(README_COLUMNS):
        sheet.write_string(first, position, title, bold)
    sheet.freeze_panes(first + 1, 0)
    described = ((table, name, column) for table in rows for name, column in schema.columns(table).items())
    for line, column in enumerate(described, first + 1):
        for position, (_, text) in enumerate(README_COLUMNS.values()):
            _write_cell(sheet, line, position, text(*column), "string", None)


def _write_table(sheet: Worksheet, table: str, rows: list[dict[str, str]], bold: Format, dated: Format) -> None:
    columns = {name: metadata["type"] for name, metadata in schema.columns(table).items()}
    for position, name in enumerate(columns):
        longest = max((len(row[name]) for row in rows), default=0)
        sheet.set_column(position, position, min(max(NARROWEST, len(name), longest), WIDEST) + 2)
        sheet.write_string(0, position, name, bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    for line, row in enumerate(rows, 1):
        for position, (name, type_) in enumerate(columns.items()):
            _write_cell(sheet, line, position, row[name], type_, dated)


def _write_cell(sheet: Worksheet, line: int, position: int, cell: str, type_: str, dated: Format | None) -> None:
    if cell == "":
        return
    if type_ in ("number", "integer"):
        sheet.write_number(line, position, float(cell))
    elif type_ == "boolean":
        sheet.write_boolean(line, position, cell == "true")
    elif type_ == "date":
        sheet.write_datetime(line, position, date.fromisoformat(cell), dated)
    elif len(cell) > LONGEST_CELL:
        raise ValueError(f"sheet {sheet.get_name()}, line {line + 1}: a cell of {len(cell):,} characters, {LONGEST_CELL:,} are possible")
    else:
        sheet.write_string(line, position, cell)

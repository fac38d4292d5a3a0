"""Every table as pages of rows, with what each column means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import schema
from ..export import schema_org
from ..export.dictionary import first_sentence, type_words
from ..models import GROUPS
from . import linked_data
from .contents import Contents, Row
from .links import ELSEWHERE, ROWS_ON_A_PAGE, parts
from .page import Page

NOT_SAID = {"unit": "", "references": "", "enum": {}, "derived": False}
# A filter with more choices is a list nobody reads.
MOST_CHOICES = 25


def pages(contents: Contents) -> Iterator[Page]:
    groups = {group: [(table, len(contents.rows(table)), first_sentence(schema.description(table))) for table in tables if table in contents.tables]
              for group, tables in GROUPS.items()}
    yield Page("tables/index.html", "tables.html", "Tables", "Every table of the package, to sort, filter, search and download.", linked_data.page(None),
               {"groups": {group: tables for group, tables in groups.items() if tables}})
    for table in contents.tables:
        if table in ELSEWHERE:
            yield _signpost(table, contents)
        else:
            yield from _table_pages(table, contents)


def _table_pages(table: str, contents: Contents) -> Iterator[Page]:
    rows = contents.rows(table)
    all_parts = parts(f"tables/{table}", len(rows), ROWS_ON_A_PAGE)
    for first, last, path in all_parts:
        part = f", rows {first} to {last}" if len(all_parts) > 1 else ""
        yield Page(path, "table.html", f"Table {table}{part}", schema.description(table), {"@context": schema_org.CONTEXT, **schema_org.table_dataset(table)}, {
            "table": table, "description": schema.description(table), "columns": columns(table), "key": schema.primary_key(table),
            "rows": [(schema.row_key(table, row), row) for row in rows[first - 1:last]],
            "n_rows": len(rows), "first": first, "last": last, "parts": all_parts,
            "filters": _filters(table, rows),
        }, scripts=("vendor/dataTables.min.js", "tables.js"))


def _signpost(table: str, contents: Contents) -> Page:
    counts = {nutrient_id: len(rows) for nutrient_id, rows in contents.grouped(table, "nutrient_id").items()}
    nutrients = [(nutrient, counts[nutrient["nutrient_id"]]) for nutrient in contents.rows("nutrients") if nutrient["nutrient_id"] in counts]
    return Page(f"tables/{table}.html", "table_elsewhere.html", f"Table {table}", schema.description(table),
                {"@context": schema_org.CONTEXT, **schema_org.table_dataset(table)},
                {"table": table, "description": schema.description(table), "columns": columns(table), "n_rows": len(contents.rows(table)), "nutrients": nutrients})


def columns(table: str) -> dict[str, dict[str, Any]]:
    """Columns with their kind in words and their meaning."""
    return {name: {**NOT_SAID, **metadata, "kind": type_words(metadata), "is_number": metadata["type"] in ("number", "integer")}
            for name, metadata in schema.columns(table).items()}


def _filters(table: str, rows: list[Row]) -> dict[str, list[str]]:
    """Closed vocabularies by which the rows differ: column -> values that occur."""
    found: dict[str, list[str]] = {}
    for name, metadata in schema.columns(table).items():
        if "enum" in metadata or metadata["type"] == "boolean":
            values = sorted({row[name] for row in rows if row[name]})
            if 1 < len(values) <= MOST_CHOICES:
                found[name] = values
    return found

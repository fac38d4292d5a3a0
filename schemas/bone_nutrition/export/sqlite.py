"""One SQLite database: strict tables with their keys, an index on every foreign key, and views that people want ready-made."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from .. import schema
from ..files import read_rows
from ..metadata import package
from .views import VIEWS

TYPE = {"number": "REAL", "integer": "INTEGER", "boolean": "INTEGER"}


def write(folder: Path, rows: Mapping[str, int], target: Path) -> Path:
    """Write the published tables of the package in ``folder`` to the folder ``target``.

    Text, dates and lists (items joined by ``|``) are TEXT, flags 0 or 1, missing cells NULL. Raises sqlite3.IntegrityError if a
    row breaks a key, which a validated package cannot.
    """
    about = package()
    path = target / f"{about['name']}-{about['version']}.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        for table in rows:
            database.execute(create_table(table, rows))
            _fill(database, folder, table)
        for table in rows:
            for column in _foreign_keys(table, rows):
                database.execute(f'CREATE INDEX "{table}_{column}" ON "{table}" ("{column}")')
        for name, (needs, query) in VIEWS.items():
            if all(table in rows for table in needs):
                database.execute(f"CREATE VIEW {name} AS {query}")
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise sqlite3.IntegrityError(f"{len(broken)} rows break a foreign key, the first in {broken[0][0]}")
        database.commit()
        database.execute("VACUUM")
    return path


def create_table(table: str, published: Mapping[str, int]) -> str:
    """The CREATE TABLE statement of one table; enumerations and bounds are checked by the database as well."""
    columns = [_column(name, metadata) for name, metadata in schema.columns(table).items()]
    keys = ", ".join(f'"{name}"' for name in schema.primary_key(table))
    columns.append(f"PRIMARY KEY ({keys})")
    for column, target in _foreign_keys(table, published).items():
        columns.append(f'FOREIGN KEY ("{column}") REFERENCES "{target}" ("{schema.primary_key(target)[0]}")')
    body = ",\n  ".join(columns)
    return f'CREATE TABLE "{table}" (\n  {body}\n) STRICT, WITHOUT ROWID'


def _column(name: str, metadata: Mapping[str, Any]) -> str:
    parts = [f'"{name}"', TYPE.get(metadata["type"], "TEXT")]
    if metadata["required"]:
        parts.append("NOT NULL")
    if metadata.get("unique"):
        parts.append("UNIQUE")
    checks = []
    if "enum" in metadata and metadata["type"] == "string":
        checks.append(f'"{name}" IN ({", ".join(_quoted(value) for value in metadata["enum"])})')
    if metadata["type"] == "boolean":
        checks.append(f'"{name}" IN (0, 1)')
    for bound, operator in (("minimum", ">="), ("exclusive_minimum", ">"), ("maximum", "<=")):
        if bound in metadata:
            checks.append(f'"{name}" {operator} {metadata[bound]}')
    return " ".join(parts + [f"CHECK ({' AND '.join(checks)})"] * bool(checks))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _foreign_keys(table: str, published: Mapping[str, int]) -> dict[str, str]:
    """Columns that hold one key of a published table each."""
    return {name: metadata["references"] for name, metadata in schema.references(table).items()
            if metadata["type"] == "string" and metadata["references"] in published}


def _fill(database: sqlite3.Connection, folder: Path, table: str) -> None:
    columns = schema.columns(table)
    places = ", ".join("?" * len(columns))
    rows = read_rows(folder / "data" / f"{table}.csv")
    database.executemany(f'INSERT INTO "{table}" VALUES ({places})', ([_value(row[name], metadata["type"]) for name, metadata in columns.items()] for row in rows))


def _value(cell: str, type_: str) -> str | float | int | None:
    if cell == "":
        return None
    if type_ == "number":
        return float(cell)
    if type_ == "integer":
        return int(cell)
    return int(cell == "true") if type_ == "boolean" else cell

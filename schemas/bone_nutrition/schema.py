"""What the models say of a table, without Pandera's vocabulary: columns, keys, metadata, order of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from .models import MODELS


@cache
def columns(table: str) -> dict[str, dict[str, Any]]:
    """Column name -> metadata (see ``models.fields``) with ``title`` and ``description``, in file order.

    Raises TypeError for a column without title or description.
    """
    declared = {}
    for name, column in MODELS[table].to_schema().columns.items():
        if not column.title or not column.description:
            raise TypeError(f"{table}.{name} has no title or no description: add both in models/{table}.py")
        declared[name] = {"title": column.title, "description": column.description, **column.metadata}
    return declared


@cache
def primary_key(table: str) -> tuple[str, ...]:
    return tuple(name for name, metadata in columns(table).items() if metadata.get("key"))


def unique_keys(table: str) -> list[list[str]]:
    """Sets of columns, besides the primary key, whose values are unique together (an empty cell counts as a value)."""
    config = getattr(MODELS[table].Config, "metadata", None) or {}
    return config.get("unique_keys", [])


def references(table: str) -> dict[str, dict[str, Any]]:
    """Columns that hold keys of other tables."""
    return {name: metadata for name, metadata in columns(table).items() if metadata.get("references")}


def description(table: str) -> str:
    """Docstring of the model: its first sentence says what one row is."""
    return " ".join((MODELS[table].__doc__ or "").split())


def row_key(table: str, row: Mapping[str, str]) -> str:
    """Primary key of a row as ``exceptions.row_id`` writes it: parts joined by ``/``."""
    return "/".join(row[column] for column in primary_key(table))


def sorted_rows(table: str, rows: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Rows in canonical order: by primary key, integers as numbers, text by code point."""
    numeric = {name for name in primary_key(table) if columns(table)[name]["type"] == "integer"}
    return sorted(rows, key=lambda row: [
        (0, int(row[name]), "") if name in numeric and row[name].isdecimal() else (1, 0, row[name]) for name in primary_key(table)
    ])

"""``data/README.md``: the data dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import schema
from ..metadata import package
from ..models import GROUPS

FILE = "data/README.md"


def dictionary_bytes(rows: Mapping[str, int]) -> bytes:
    """The dictionary of the published tables, which have these numbers of rows."""
    about = package()
    parts = [
        "# Data dictionary",
        "",
        f"Generated from the models of {about['name']} {about['version']}; edit `schemas/bone_nutrition/models/`, then run `make`.",
        "",
        "All files: UTF-8, comma-separated, LF, one header row, rows sorted by primary key, an empty cell is a missing value. Numbers stand as their",
        "source prints them. Items of a list are joined by `|`. Units are UCUM (`ug` is µg, `[IU]` is international units).",
        "",
        *table_of_tables(rows, link="#{}"),
    ]
    for group, tables in GROUPS.items():
        published = [table for table in tables if table in rows]
        if published:
            parts += ["", f"## {group}"]
        for table in published:
            parts += ["", *_table_section(table, rows[table])]
    waiting = [table for tables in GROUPS.values() for table in tables if table not in rows]
    if waiting:
        parts += ["", "## Defined, not published yet", "", "These tables have a model and no rows: " + ", ".join(f"`{table}`" for table in waiting) + "."]
    return ("\n".join(parts) + "\n").encode("utf-8")


def table_of_tables(rows: Mapping[str, int], link: str) -> list[str]:
    """Markdown table of the published tables with their row counts; ``link`` is an address with {} for the table."""
    lines = ["| table | rows | one row is |", "| --- | ---: | --- |"]
    for tables in GROUPS.values():
        for table in tables:
            if table in rows:
                lines.append(f"| [`{table}`]({link.format(table)}) | {rows[table]:,} | {first_sentence(schema.description(table))} |")
    return lines


def first_sentence(text: str) -> str:
    sentence = text.split(". ")[0].rstrip(".")
    return sentence[0].lower() + sentence[1:]


def _table_section(table: str, rows: int) -> list[str]:
    key = ", ".join(f"`{name}`" for name in schema.primary_key(table))
    lines = [f"### {table}", "", schema.description(table), "", f"{rows:,} rows. Primary key: {key}.", "", "| column | type | meaning |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {type_words(metadata)} | {_meaning(metadata)} |" for name, metadata in schema.columns(table).items()]
    for name, metadata in schema.columns(table).items():
        if "enum" in metadata:
            lines += ["", f"<details><summary>Values of <code>{name}</code></summary>", "", "| value | meaning |", "| --- | --- |"]
            lines += [f"| `{value}` | {label} |" for value, label in metadata["enum"].items()]
            lines += ["", "</details>"]
    return lines


def type_words(metadata: Mapping[str, Any]) -> str:
    kind = "enumeration" if "enum" in metadata else metadata["type"]
    return kind + (", required" if metadata["required"] else "")


def _meaning(metadata: Mapping[str, Any]) -> str:
    parts = [metadata["description"]]
    if "references" in metadata:
        of_type = f" of type {', '.join(metadata['of_type'])}" if "of_type" in metadata else ""
        parts.append(f"Key of [`{metadata['references']}`](#{metadata['references']}){of_type}.")
    if "unit" in metadata:
        parts.append(f"Unit: `{metadata['unit']}`.")
    if metadata.get("derived"):
        parts.append("Derived.")
    return " ".join(parts).replace("|", "\\|")

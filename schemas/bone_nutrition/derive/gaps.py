"""Rows of ``gaps`` that say 'not searched yet', generated for each nutrient and table without rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..nutrient_tables import NAMED_IN, counted, named

NOT_SEARCHED = "not-searched"

Rows = Sequence[Mapping[str, str]]


def derive(tables: Mapping[str, Rows]) -> list[dict[str, str]]:
    """Gaps as they should stand: what was searched for stays as written; the rest is as the published tables are, with its notes."""
    searched = [dict(row) for row in tables.get("gaps", ()) if row["reason"] != NOT_SEARCHED]
    notes = {_cell(row): row["note"] for row in tables.get("gaps", ()) if row["reason"] == NOT_SEARCHED}
    known = {_cell(row) for row in searched}
    published = [table for table in NAMED_IN if table in tables]
    covered = {table: {name for row in counted(table, tables[table]) for name in named(table, row)} for table in published}
    lacking = [(nutrient["nutrient_id"], table) for nutrient in tables["nutrients"] for table in published
               if nutrient["nutrient_id"] not in covered[table]]
    return searched + [{"nutrient_id": nutrient, "table": table, "reason": NOT_SEARCHED, "searched_on": "", "note": notes.get((nutrient, table), "")}
                       for nutrient, table in lacking if (nutrient, table) not in known]


def _cell(row: Mapping[str, str]) -> tuple[str, str]:
    return row["nutrient_id"], row["table"]

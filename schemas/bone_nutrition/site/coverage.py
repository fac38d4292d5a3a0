"""How much the tables hold, and how well it is checked: numbers for the home page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..derive.retraction import CONCERNING

Row = Mapping[str, str]

# Table -> columns that name the nutrient a row speaks of.
SPEAKS_OF = {
    "functions": ("nutrient_id",),
    "food_sources": ("nutrient_id",),
    "reference_intakes": ("nutrient_id",),
    "interactions": ("subject_id", "object_id", "via_id"),
    "questions": ("exposure_id",),
    "claims": ("subject_id", "object_id"),
}
FIRST_HAND = ("full-text", "abstract", "official-table")


def coverage(tables: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """Rows by table, rows by nutrient and table, shares of works that were verified and checked for retraction, and known gaps."""
    works = tables.get("citations", ())
    retractable = [work for work in works if work["publication_status"] != "not-applicable"]
    read = [row["read_in"] for rows in tables.values() for row in rows if row.get("read_in")]
    by_nutrient = {table: _by_nutrient(table, tables.get(table, ())) for table in SPEAKS_OF}
    return {
        "rows": {table: len(rows) for table, rows in tables.items()},
        "nutrients": by_nutrient,
        "verification": Counter(work["verification"] for work in works),
        "works": len(works),
        "retractable": len(retractable),
        "retraction_checked": sum(work["publication_status"] != "not-checked" for work in retractable),
        "unsound": sum(work["publication_status"] in CONCERNING for work in works),
        "numbers_read": len(read),
        "numbers_first_hand": sum(where in FIRST_HAND for where in read),
        "gaps": list(tables.get("gaps", ())),
        "empty": sum(not by_nutrient[table][nutrient["nutrient_id"]] for table in SPEAKS_OF for nutrient in tables.get("nutrients", ())),
    }


def _by_nutrient(table: str, rows: Sequence[Row]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for row in rows:
        if table != "food_sources" or row["is_preferred"] == "true":
            counted.update({row[column] for column in SPEAKS_OF[table] if row[column]})
    return counted

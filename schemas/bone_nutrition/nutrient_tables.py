"""The tables in which a nutrient is looked for, and the columns that name it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

NAMED_IN: dict[str, tuple[str, ...]] = {
    "functions": ("nutrient_id",),
    "food_sources": ("nutrient_id",),
    "bioavailability": ("nutrient_id",),
    "reference_intakes": ("nutrient_id",),
    "biomarker_thresholds": ("nutrient_id",),
    "interactions": ("subject_id", "object_id"),
    "questions": ("exposure_id",),
    "effect_estimates": ("exposure_id",),
}
# A core nutrient has rows here, or was searched for.
OF_CORE = ("functions", "food_sources", "reference_intakes", "interactions", "questions")


def counted(table: str, rows: Iterable[Mapping[str, str]]) -> Iterator[Mapping[str, str]]:
    """Rows that count as rows of a nutrient: of the food values the preferred ones."""
    return (row for row in rows if table != "food_sources" or row["is_preferred"] == "true")


def named(table: str, row: Mapping[str, str]) -> set[str]:
    """Nutrients, or other entities, that a row is about."""
    return {row[column] for column in NAMED_IN[table]}

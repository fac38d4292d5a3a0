"""Core nutrients: covered by every table, or by a row of gaps that says why not."""

from __future__ import annotations

from collections.abc import Iterator

from ..faults import Fault
from ..models import MODELS
from ..reading import TableData
from .declare import Rule, Tables


def _covered(data: TableData, column: str) -> set[str]:
    cells = data.text[column]
    if data.name == "food_sources":
        cells = cells[data.typed["is_preferred"].fillna(False).astype(bool)]
    return set(cells.dropna().unique())


def core_nutrients_are_covered(table: str, columns: tuple[str, ...]):
    def check(tables: Tables) -> Iterator[Fault]:
        nutrients = tables["nutrients"]
        covered = set().union(*(_covered(tables[table], column) for column in columns))
        if "gaps" in tables:
            gaps = tables["gaps"].text
            covered |= set(gaps.loc[gaps["table"].eq(table), "nutrient_id"])
        lacking = nutrients.text["bone_relevance"].eq("core") & ~nutrients.text["nutrient_id"].isin(covered)
        yield from nutrients.faults_where(lacking, "core-covered", "bone_relevance", f"a core nutrient without rows in {table}",
                                          f"Add rows to data/{table}.csv, or a row to data/gaps.csv that says why there are none.")
    return check


def gaps_are_gaps(table: str, columns: tuple[str, ...]):
    def check(tables: Tables) -> Iterator[Fault]:
        gaps = tables["gaps"]
        covered = set().union(*(_covered(tables[table], column) for column in columns))
        filled = gaps.text["table"].eq(table) & gaps.text["nutrient_id"].isin(covered)
        yield from gaps.faults_where(filled, "gap-stale", "table", f"{table} has rows for this nutrient", "Delete the row of gaps.")
    return check


def gaps_name_a_table(tables: Tables) -> Iterator[Fault]:
    gaps = tables["gaps"]
    yield from gaps.faults_where(~gaps.text["table"].isin(MODELS), "gap-table", "table", "no table of the package has this name", "Name the table that lacks it.")


COVERAGE = (
    ("functions", ("nutrient_id",)),
    ("food_sources", ("nutrient_id",)),
    ("reference_intakes", ("nutrient_id",)),
    ("interactions", ("subject_id", "object_id")),
    ("questions", ("exposure_id",)),
)

RULES = (
    *(Rule("core-covered", ("nutrients", table), core_nutrients_are_covered(table, columns)) for table, columns in COVERAGE),
    *(Rule("gap-stale", ("gaps", table), gaps_are_gaps(table, columns)) for table, columns in COVERAGE),
    Rule("gap-table", ("gaps",), gaps_name_a_table),
)

"""Every nutrient: rows in each table, or a row of gaps that says why there are none; a core nutrient: rows, or a search that found none."""

from __future__ import annotations

from collections.abc import Iterator

from ..derive.gaps import NOT_SEARCHED
from ..faults import Fault
from ..models import MODELS
from ..nutrient_tables import NAMED_IN, OF_CORE
from ..table_data import TableData
from .declare import Rule, Tables


def _covered(data: TableData) -> set[str]:
    covered: set[str] = set()
    for column in NAMED_IN[data.name]:
        cells = data.text[column]
        if data.name == "food_sources":
            cells = cells[data.typed["is_preferred"].fillna(False).astype(bool)]
        covered |= set(cells.dropna().unique())
    return covered


def core_nutrients_are_covered(table: str):
    def check(tables: Tables) -> Iterator[Fault]:
        nutrients = tables["nutrients"]
        covered = _covered(tables[table])
        if "gaps" in tables:
            gaps = tables["gaps"].text
            covered |= set(gaps.loc[gaps["table"].eq(table) & gaps["reason"].ne(NOT_SEARCHED), "nutrient_id"])
        lacking = nutrients.text["bone_relevance"].eq("core") & ~nutrients.text["nutrient_id"].isin(covered)
        yield from nutrients.faults_where(lacking, "core-covered", "bone_relevance", f"a core nutrient without rows in {table}",
                                          f"Search; add rows to data/{table}.csv, or say in data/gaps.csv on which day none was found.")
    return check


def nutrients_are_covered(table: str):
    def check(tables: Tables) -> Iterator[Fault]:
        nutrients, gaps = tables["nutrients"], tables["gaps"].text
        covered = _covered(tables[table]) | set(gaps.loc[gaps["table"].eq(table), "nutrient_id"])
        lacking = ~nutrients.text["nutrient_id"].isin(covered)
        yield from nutrients.faults_where(lacking, "gap-missing", "nutrient_id", f"{table} has no row of this nutrient, and gaps does not say why",
                                          "Run make: it adds the gap as not-searched.")
    return check


def gaps_are_gaps(table: str):
    def check(tables: Tables) -> Iterator[Fault]:
        gaps = tables["gaps"]
        filled = gaps.text["table"].eq(table) & gaps.text["nutrient_id"].isin(_covered(tables[table]))
        yield from gaps.faults_where(filled, "gap-stale", "table", f"{table} has rows for this nutrient",
                                     "Delete the row of gaps; make deletes it if it says not-searched.")
    return check


def gaps_name_a_table(tables: Tables) -> Iterator[Fault]:
    gaps = tables["gaps"]
    yield from gaps.faults_where(~gaps.text["table"].isin(MODELS), "gap-table", "table", "no table of the package has this name", "Name the table that lacks it.")


RULES = (
    *(Rule("core-covered", ("nutrients", table), core_nutrients_are_covered(table)) for table in OF_CORE),
    *(Rule("gap-missing", ("nutrients", "gaps", table), nutrients_are_covered(table)) for table in NAMED_IN),
    *(Rule("gap-stale", ("gaps", table), gaps_are_gaps(table)) for table in NAMED_IN),
    Rule("gap-table", ("gaps",), gaps_name_a_table),
)

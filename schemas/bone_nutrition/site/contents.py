"""The tables as pages ask for them: rows by id, rows by what they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

from .. import schema
from ..derive.retraction import CONCERNING
from ..export import figures, forest_rows
from ..export.forest_rows import Question
from ..files import read_rows
from ..models import MODELS

Row = Mapping[str, str]

# A body with a longer name goes by the acronym in its citation id.
LONGEST_NAME = 20
LONGEST_ACRONYM = 5


class Contents:
    """All tables of one package; a table that is not published has no rows."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.tables: dict[str, list[dict[str, str]]] = {
            table: read_rows(path) for table in MODELS if (path := folder / "data" / f"{table}.csv").exists()
        }
        self.by_id = cache(self._by_id)
        self.grouped = cache(self._grouped)

    def rows(self, table: str) -> Sequence[Row]:
        return self.tables.get(table, [])

    def get(self, table: str, key: str) -> Row:
        """The row with this key; an empty row if there is none."""
        return self.by_id(table).get(key, {})

    def _by_id(self, table: str) -> dict[str, Row]:
        return {schema.row_key(table, row): row for row in self.rows(table)}

    def _grouped(self, table: str, column: str) -> dict[str, list[Row]]:
        """Rows by the value of a column; a list counts under each of its items."""
        groups: defaultdict[str, list[Row]] = defaultdict(list)
        is_list = schema.columns(table)[column]["type"] == "list"
        for row in self.rows(table):
            for value in row[column].split("|") if is_list else [row[column]]:
                if value:
                    groups[value].append(row)
        return dict(groups)

    def of(self, table: str, column: str, value: str) -> list[Row]:
        return self.grouped(table, column).get(value, [])

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Questions with their results; none without the tables of the evidence."""
        if not all(table in self.tables for table in figures.NEEDED):
            return {}
        return {question.row["question_id"]: question for question in figures.questions(self.tables)}

    @cached_property
    def preferred(self) -> dict[tuple[str, str], Row]:
        """The value to use, by food and nutrient."""
        return {(row["food_id"], row["nutrient_id"]): row for row in self.rows("food_sources") if row["is_preferred"] == "true"}

    def label(self, entity_id: str) -> str:
        return self.get("entities", entity_id).get("label") or self.get("nutrients", entity_id).get("name") or entity_id

    def short_work(self, citation_id: str) -> str:
        """Family name and year, as forest plots have them."""
        slug, _, year = citation_id.rpartition("-")
        author = forest_rows.first_author(self.get("citations", citation_id))
        return f"{author if 0 < len(author) <= LONGEST_NAME else _body(slug)} {_year(year)}"

    def works_of(self, table: str, column: str, key: str) -> list[Row]:
        """Links from a row to its works, those that carry it first."""
        order = ("supports", "disputes", "background")
        return sorted(self.of(table, column, key), key=lambda row: (order.index(row["stance"]), row["citation_id"]))


def _body(slug: str) -> str:
    return " ".join(part.upper() if len(part) <= LONGEST_ACRONYM else part.title() for part in slug.split("-"))


def _year(year: str) -> str:
    return "n.d." if year.startswith("nd") else year


def is_unsound(work: Row) -> bool:
    """Whether a notice stands against a work."""
    return bool(work) and work.get("publication_status") in CONCERNING

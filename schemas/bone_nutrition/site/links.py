"""Where each page lies; all links between pages are relative, so that the site works under any path."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from .. import schema
from ..export.prefixes import REGISTRIES

# Rows of a table, and of the lists of questions and works, on one page; the rest follows on further pages.
ROWS_ON_A_PAGE = 250
LINES_ON_A_PAGE = 800
# Their rows stand on the pages of foods and nutrients.
ELSEWHERE = ("food_sources",)


def parts(path: str, n_rows: int, on_a_page: int) -> list[tuple[int, int, str]]:
    """Number of the first row, number of the last, and address of each page of a long list."""
    starts = range(0, max(n_rows, 1), on_a_page)
    return [(start + 1, min(start + on_a_page, n_rows), _part(path, start // on_a_page)) for start in starts]


def table_page(table: str, position: int) -> str:
    """The page on which the row at this position stands."""
    return _part(f"tables/{table}", position // ROWS_ON_A_PAGE)


def _part(path: str, part: int) -> str:
    return f"{path}.html" if part == 0 else f"{path}-{part + 1}.html"


class Links:
    """Addresses as seen from one page; ``root`` leads from it to the home page's folder."""

    def __init__(self, root: str, positions: Mapping[str, Mapping[str, int]]):
        self.root = root
        self._positions = positions

    def page(self, path: str) -> str:
        return self.root + path

    def nutrient(self, nutrient_id: str) -> str:
        return f"{self.root}nutrients/{quote(nutrient_id)}.html"

    def nutrient_foods(self, nutrient_id: str) -> str:
        return f"{self.root}food-values/{quote(nutrient_id)}.html"

    def food(self, food_id: str) -> str:
        return f"{self.root}foods/{quote(food_id)}.html"

    def question(self, question_id: str) -> str:
        return f"{self.root}evidence/{quote(question_id)}.html"

    def work(self, citation_id: str) -> str:
        return f"{self.root}works/{quote(citation_id)}.html"

    def interaction(self, interaction_id: str) -> str:
        return f"{self.root}interactions.html#{quote(interaction_id)}"

    def claim(self, article_id: str, claim_id: str) -> str:
        return f"{self.root}claims/{quote(article_id)}.html#{quote(claim_id)}"

    def row(self, table: str, key: str) -> str:
        """The row in the pages of its table."""
        if table == "food_sources":
            food_id, nutrient_id, *_ = key.split("/")
            return f"{self.food(food_id)}#{quote(nutrient_id)}"
        position = self._positions.get(table, {}).get(key, 0)
        return f"{self.root}{table_page(table, position)}#{quote(key, safe='/')}"

    def cell(self, table: str, column: str, value: str) -> str:
        """What the key in a cell leads to; empty if it is no key."""
        target = schema.columns(table)[column].get("references") or (table if schema.primary_key(table) == (column,) else "")
        own = {"nutrients": self.nutrient, "foods": self.food, "citations": self.work, "questions": self.question}
        if target in own:
            return own[target](value)
        return self.row(target, value) if value in self._positions.get(target, {}) and target != table else ""


def registry(curie: str) -> str:
    """The address of a registry's entry; empty for a prefix without addresses."""
    prefix, _, name = curie.partition(":")
    address = REGISTRIES.get(prefix, "")
    return address + quote(name, safe="") if address.startswith("http") else ""


def external(address: str) -> str:
    """The address if it is one of the web, else nothing: a link must not run a script."""
    return address if address.startswith(("https://", "http://")) else ""

"""Keys between tables: they resolve, to the right type, and nothing stands unused."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from .. import schema
from ..faults import Fault
from ..models import MODELS
from ..table_data import TableData
from .declare import Rule, Tables

MEND_OF_UNUSED = {
    "foods": "Add its values to data/food_sources.csv, which scripts/import_fdc.py does for those of USDA; or delete it.",
}
MEND_OF_ANY_UNUSED = "Delete it, or add the row that needs it."


def _items(data: TableData, column: str) -> pd.Series:
    """Non-empty cells of a column, list cells one item a row; the index is the row's position."""
    cells = data.text[column].dropna()
    if schema.columns(data.name)[column]["type"] == "list":
        cells = cells.str.split("|").explode()
    return cells


def _distinct_items(data: TableData, column: str) -> set[str]:
    cells = data.distinct(column)
    if schema.columns(data.name)[column]["type"] == "list":
        return {item for cell in cells for item in cell.split("|")}
    return set(cells)


def _mask(data: TableData, positions: pd.Index) -> pd.Series:
    return pd.Series(data.text.index.isin(positions))


def foreign_keys_resolve(source: str, column: str, target: str):
    def check(tables: Tables) -> Iterator[Fault]:
        data = tables[source]
        missing = _distinct_items(data, column) - tables[target].distinct(schema.primary_key(target)[0])
        if not missing:
            return
        items = _items(data, column)
        unknown = items[items.isin(missing)]
        yield from data.faults_where(_mask(data, unknown.index), "foreign-key", column, f"no row of {target} has this key",
                                     f"Use a key of data/{target}.csv, or add the row there first.")
    return check


def entity_types_fit(source: str, column: str, of_type: tuple[str, ...]):
    def check(tables: Tables) -> Iterator[Fault]:
        data, entities = tables[source], tables["entities"].text[["entity_id", "type"]]
        items = _items(data, column)
        found = items.map(entities.drop_duplicates("entity_id").set_index("entity_id")["type"])
        wrong = items[found.notna() & ~found.isin(of_type)]
        yield from data.faults_where(_mask(data, wrong.index), "foreign-key-type", column, f"the entity is not of type {' or '.join(of_type)}",
                                     "Name an entity of that type, or correct the entity's type.")
    return check


def _users(target: str) -> Iterator[tuple[str, str]]:
    """Tables and columns that refer to a table from outside it."""
    for name in MODELS:
        for column, metadata in schema.references(name).items():
            if metadata["references"] == target and name != target:
                yield name, column


def _used_keys(tables: Tables, target: str) -> set[str]:
    used: set[str] = set()
    for name, column in _users(target):
        if name in tables:
            used |= _distinct_items(tables[name], column)
    return used


def every_row_is_used(target: str):
    def check(tables: Tables) -> Iterator[Fault]:
        data = tables[target]
        key = schema.primary_key(target)[0]
        unused = ~data.text[key].isin(_used_keys(tables, target))
        if target == "entities":
            unused &= data.text["type"].ne("nutrient")
        yield from data.faults_where(unused, "used", key, f"no row of another table uses this row of {target}",
                                     MEND_OF_UNUSED.get(target, MEND_OF_ANY_UNUSED))
    return check


def _foreign_key_rules() -> Iterator[Rule]:
    for source in MODELS:
        for column, metadata in schema.references(source).items():
            target, of_type = metadata["references"], metadata.get("of_type")
            yield Rule("foreign-key", tuple(dict.fromkeys((source, target))), foreign_keys_resolve(source, column, target))
            if of_type:
                yield Rule("foreign-key-type", (source, "entities"), entity_types_fit(source, column, of_type))


RULES = (
    *_foreign_key_rules(),
    *(Rule("used", (target,), every_row_is_used(target), also=tuple(dict(_users(target)))) for target in ("citations", "foods", "entities")),
)

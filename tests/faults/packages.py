"""A package in memory, edits of it, and a small package of every table cut from a large one."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bone_nutrition import schema
from bone_nutrition.derive.steps import STEPS
from bone_nutrition.files import csv_bytes
from bone_nutrition.models import MODELS
from bone_nutrition.nutrient_tables import OF_CORE, counted, named

from .invented import INVENTED
from .mutants import Edit, Row

Rows = list[dict[str, str]]


@dataclass
class Table:
    """One table: its bytes, and its rows as text."""

    name: str
    content: bytes
    rows: Rows = field(init=False)

    def __post_init__(self) -> None:
        reader = csv.reader(io.StringIO(self.content.decode("utf-8"), newline=""), strict=True)
        columns = next(reader)
        self.rows = [dict(zip(columns, cells, strict=True)) for cells in reader]

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines below the header; a cell of a valid package holds no line break."""
        return self.content.splitlines(keepends=True)[1:]

    @cached_property
    def places(self) -> list[tuple]:
        """What the rows are sorted by."""
        return [_sort_key(self.name, row) for row in self.rows]

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each row by its key."""
        return {schema.row_key(self.name, row): position for position, row in enumerate(self.rows)}

    def key(self, position: int) -> str:
        return schema.row_key(self.name, self.rows[position])

    def edited(self, edit: Edit) -> bytes:
        if edit.content:
            return edit.content(self.content)
        key = schema.primary_key(self.name)
        kept = [entry for position, entry in enumerate(zip(self.places, self.lines)) if position not in edit.delete] if edit.delete else \
            list(zip(self.places, self.lines))
        moved = bool(edit.insert)
        for position, cells in edit.cells.items():
            row = {**self.rows[position], **cells}
            kept[position] = _sort_key(self.name, row), _line(self.name, row)
            moved |= any(column in cells for column in key)
        kept += [(_sort_key(self.name, row), _line(self.name, row)) for row in edit.insert]
        if moved:
            kept.sort(key=lambda entry: entry[0])
        return b"".join([self.content[: self.content.index(b"\n") + 1], *(line for _, line in kept)])


def _sort_key(table: str, row: Row) -> tuple:
    numeric = {name for name in schema.primary_key(table) if schema.columns(table)[name]["type"] == "integer"}
    return tuple((0, int(row[name]), "") if name in numeric and row[name].isdecimal() else (1, 0, row[name]) for name in schema.primary_key(table))


def _line(table: str, row: Row) -> bytes:
    return csv_bytes(list(schema.columns(table)), [row]).partition(b"\n")[2]


@dataclass
class Package:
    """The tables of one valid package."""

    tables: dict[str, Table]

    @classmethod
    def read(cls, folder: Path) -> Package:
        files = {name: folder / "data" / f"{name}.csv" for name in MODELS}
        return cls({name: Table(name, path.read_bytes()) for name, path in files.items() if path.exists()})

    @classmethod
    def of(cls, rows: Mapping[str, Sequence[Row]]) -> Package:
        """A package of rows in any order; tables without rows are left out."""
        return cls({name: Table(name, csv_bytes(list(schema.columns(name)), schema.sorted_rows(name, rows[name]))) for name in MODELS
                    if rows.get(name)})

    def __contains__(self, table: str) -> bool:
        return table in self.tables

    def rows(self, table: str) -> Rows:
        return self.tables[table].rows if table in self.tables else []

    def edited(self, edits: Iterable[Edit]) -> dict[str, bytes]:
        return {edit.table: self.tables[edit.table].edited(edit) for edit in edits}

    @cached_property
    def excepted(self) -> set[tuple[str, str]]:
        """Rows (table, key) in which a rule does not hold; mutants keep away from them."""
        return {(row["table"], row["row_id"]) for row in self.rows("exceptions")}

    def positions(self, table: str) -> list[int]:
        """Rows in which every rule holds."""
        if table not in self.tables:
            return []
        here = {row_id for name, row_id in self.excepted if name == table}
        return [position for key, position in self.tables[table].position.items() if key not in here]


# A small package


FOODS = ("kale-raw", "natto")
INTAKES_OF = ("magnesium", "vitamin-d")
ROWS_OF_OTHER_TABLES = 15
# Tables whose rows go with the row that a column names.
GOES_WITH = {"effect_estimates": "question_id", "food_sources": "food_id", "mappings": "subject_id"}
# Chosen by other rows, not by themselves.
CHOSEN_BY_OTHERS = {"entities", "citations", "foods", "derivations", "exceptions", "gaps", "outcomes"}
WHOLE = {"nutrients", "nutrient_fdc_ids", "synthesis_studies"}


def excerpt(package: Package, tables: Collection[str] = tuple(MODELS)) -> Package:
    """A small valid package with some rows of these tables, and invented ones of tables that the package does not have yet."""
    everything = {name: {schema.row_key(name, row): row for row in rows} for name in tables if (rows := package.rows(name) or INVENTED.get(name, []))}
    kept: dict[str, set[str]] = {name: set() for name in everything}
    waiting = [(name, key) for name in everything for key in _chosen(name, everything[name])]
    followers = _followers(everything)
    while waiting:
        name, key = waiting.pop()
        if key in kept.get(name, ()) or key not in everything.get(name, {}):
            continue
        kept[name].add(key)
        waiting += _named_by(name, everything[name][key])
        waiting += followers.get((name, key), [])
    rows = {name: [row for key, row in everything[name].items() if key in keys] for name, keys in kept.items()}
    rows["exceptions"] = [row for row in everything.get("exceptions", {}).values() if row["row_id"] in kept.get(row["table"], ())]
    rows["gaps"] = _gaps(rows)
    for table, needs, derive in STEPS:
        if all(rows.get(name) for name in needs):
            rows[table] = derive({name: found for name, found in rows.items() if found})
    return Package.of(rows)


def _chosen(table: str, rows: Mapping[str, Row]) -> list[str]:
    if table in CHOSEN_BY_OTHERS:
        return [food for food in FOODS if food in rows] if table == "foods" else []
    if table == "reference_intakes":
        return [key for key, row in rows.items() if row["nutrient_id"] in INTAKES_OF]
    if table in GOES_WITH or schema.primary_key(table)[0] in schema.references(table) and table not in WHOLE:
        return []
    step = 1 if table in WHOLE else max(1, len(rows) // ROWS_OF_OTHER_TABLES)
    return list(rows)[::step]


def _named_by(table: str, row: Row) -> list[tuple[str, str]]:
    named = [(metadata["references"], item) for column, metadata in schema.references(table).items() for item in row[column].split("|") if item]
    if table == "claim_links":
        named.append(tuple(row["other_id"].split(":", 1)))
    return named


def _followers(everything: Mapping[str, Mapping[str, Row]]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    # Bands, order and the other authorities are rules of all intakes of one nutrient.
    of_nutrient: dict[str, list[tuple[str, str]]] = {}
    for key, row in everything.get("reference_intakes", {}).items():
        found["reference_intakes", key] = of_nutrient.setdefault(row["nutrient_id"], [])
        of_nutrient[row["nutrient_id"]].append(("reference_intakes", key))
    for name, rows in everything.items():
        first = schema.primary_key(name)[0]
        column = GOES_WITH.get(name) or (first if first in schema.references(name) and name != "gaps" else None)
        if column is None:
            continue
        for key, row in rows.items():
            target = row["subject_table"] if name == "mappings" else schema.references(name)[column]["references"]
            found.setdefault((target, row[column]), []).append((name, key))
    return found


def _gaps(rows: Mapping[str, Rows]) -> Rows:
    """Rows of gaps for what the cut took away from core nutrients."""
    core = [row["nutrient_id"] for row in rows["nutrients"] if row["bone_relevance"] == "core"]
    covered = {table: {name for row in counted(table, rows.get(table, [])) for name in named(table, row)} for table in OF_CORE}
    return [{"nutrient_id": nutrient, "table": table, "reason": "not-found", "searched_on": "2026-01-31", "note": "Cut."}
            for table in OF_CORE for nutrient in core if nutrient not in covered[table]]

"""Wrong values that look right: no rule need find them; which do, and what else would, is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random

from bone_nutrition import schema

from . import file_bytes
from .keys import digit_changed, identifier_cells, renamed_identifier
from .mutants import Cell, Edit, Kind, Mutant
from .packages import Package

Mutants = Iterator[Mutant]
NUMBERS = ("food_sources", "reference_intakes", "effect_estimates", "biomarker_thresholds", "bioavailability", "conversions", "interactions",
           "synthesis_studies")
RE_IMPORT = "scripts/import_fdc.py, which compares every imported row with the pinned release"
SECOND_READING = "a second reading of the number at read_at and locator"


def _cells(package: Package, rng: Random, wanted: Callable[[str, str, dict], bool]) -> Iterator[tuple[str, str, int]]:
    """Filled cells of wanted columns, one row of each column at a time."""
    columns = [(table, column) for table in package.tables for column, metadata in schema.columns(table).items() if wanted(table, column, metadata)]
    for _ in range(8):
        for table, column in rng.sample(columns, len(columns)):
            filled = [at for at in package.positions(table) if package.rows(table)[at][column]]
            if filled:
                yield table, column, rng.choice(filled)


def _changed(kind: str, package: Package, table: str, column: str, position: int, value: str) -> Mutant:
    key = schema.row_key(table, {**package.rows(table)[position], column: value})
    return Mutant(kind, f"{table} {key} {column}: {package.rows(table)[position][column]!r} becomes {value!r}",
                  (Edit(table, {position: {column: value}}),),
                  (Cell(table, key, column),))


def _is_number(table: str, column: str, metadata: dict) -> bool:
    return table in NUMBERS and metadata["type"] == "number"


def times_ten(tables: tuple[str, ...]):
    def mutants(package: Package, rng: Random) -> Mutants:
        for table, column, at in _cells(package, rng, lambda table, column, metadata: table in tables and _is_number(table, column, metadata)):
            value = Decimal(package.rows(table)[at][column])
            if value:
                yield _changed("ten times off", package, table, column, at, f"{rng.choice((value * 10, value / 10)):f}")
    return mutants


def digits_swapped(package: Package, rng: Random) -> Mutants:
    """Two neighbouring digits of a number change places."""
    for table, column, at in _cells(package, rng, _is_number):
        cell = package.rows(table)[at][column]
        places = [index for index in range(len(cell) - 1) if cell[index:index + 2].isdecimal() and cell[index] != cell[index + 1]
                  and "0" not in cell[index:index + 2]]
        if places:
            index = rng.choice(places)
            yield _changed("digits of a number swapped", package, table, column, at, cell[:index] + cell[index + 1] + cell[index] + cell[index + 2:])


def neighbours_number(package: Package, rng: Random) -> Mutants:
    """The number that stands one row further, as when a line of a table is missed."""
    for table, column, at in _cells(package, rng, _is_number):
        rows = package.rows(table)
        if at + 1 < len(rows) and rows[at + 1][column] and rows[at + 1][column] != rows[at][column]:
            yield _changed("number of the next row", package, table, column, at, rows[at + 1][column])


def identifiers_slipped(package: Package, rng: Random) -> Mutants:
    """A digit of an identifier without check character, wrong in its row and in its mapping."""
    for table, column, position in identifier_cells(package, rng):
        identifier = package.rows(table)[position][column]
        if column not in ("cas", "unii") and any(character.isdecimal() for character in identifier.partition(":")[2]):
            mutant = renamed_identifier("digit of an identifier without check character", package, table, column, position,
                                        digit_changed(identifier, rng))
            if mutant:
                yield mutant


def works_slipped(package: Package, rng: Random) -> Mutants:
    for column in ("doi", "pmid", "pmcid"):
        for at in rng.sample(package.positions("citations"), len(package.positions("citations"))):
            if package.rows("citations")[at][column]:
                yield _changed("digit of a DOI or PMID", package, "citations", column, at,
                               digit_changed(":" + package.rows("citations")[at][column], rng)[1:])


def years_slipped(package: Package, rng: Random) -> Mutants:
    for table, column, at in _cells(package, rng, lambda table, column, metadata: column == "year" and metadata["type"] == "integer"):
        yield _changed("year off by one", package, table, column, at, str(int(package.rows(table)[at][column]) + rng.choice((-1, 1))))


def another_value(package: Package, rng: Random) -> Mutants:
    """Another value of the same enumeration."""
    for table, column, at in _cells(package, rng,
            lambda table, column, metadata: "enum" in metadata and not metadata.get("key") and not metadata.get("derived")):
        cell = package.rows(table)[at][column]
        yield _changed("another value of the enumeration", package, table, column, at,
                       rng.choice([value for value in schema.columns(table)[column]["enum"] if value != cell]))


def another_key(package: Package, rng: Random) -> Mutants:
    """A key of another row of the right table."""
    for table, column, at in _cells(package, rng,
            lambda table, column, metadata: metadata.get("references") and metadata["type"] == "string" and not metadata.get("key")):
        target = schema.references(table)[column]["references"]
        others = [row[schema.primary_key(target)[0]] for row in package.rows(target)] if target in package else []
        if others:
            yield _changed("key of another row", package, table, column, at, rng.choice(others))


def row_lost(package: Package, rng: Random) -> Mutants:
    for table in rng.sample(list(package.tables), len(package.tables)):
        for at in rng.sample(package.positions(table), min(3, len(package.positions(table)))):
            if len(package.rows(table)) > 1:
                yield Mutant("row lost", f"{table} {package.tables[table].key(at)} is deleted", (Edit(table, delete=frozenset({at})),),
                             (Cell(table, package.tables[table].key(at), schema.primary_key(table)[0]),))


def look_alike(package: Package, rng: Random) -> Mutants:
    """A Cyrillic letter for its Latin twin in free text."""
    for table, column, at in _cells(package, rng,
            lambda table, column, metadata: metadata["type"] == "string" and "pattern" not in metadata and "enum" not in metadata):
        cell = package.rows(table)[at][column]
        if "a" in cell:
            yield _changed("letter of another script", package, table, column, at, cell.replace("a", "\u0430", 1))


def item_twice(package: Package, rng: Random) -> Mutants:
    for table, column, at in _cells(package, rng, lambda table, column, metadata: metadata["type"] == "list"):
        cell = package.rows(table)[at][column]
        yield _changed("item of a list twice", package, table, column, at, f"{cell}|{cell.split('|')[0]}")


def future_dates(package: Package, rng: Random) -> Mutants:
    for table, column, at in _cells(package, rng, lambda table, column, metadata: metadata["type"] == "date"):
        yield _changed("date a century off", package, table, column, at, rng.choice(("1926", "2126")) + package.rows(table)[at][column][4:])


KINDS = (
    Kind("food value ten times off", (), times_ten(("food_sources",)), RE_IMPORT),
    Kind("other number ten times off", (), times_ten(tuple(table for table in NUMBERS if table != "food_sources")), SECOND_READING),
    Kind("digits of a number swapped", (), digits_swapped, f"{RE_IMPORT}; for the others {SECOND_READING}"),
    Kind("number of the next row", (), neighbours_number, f"{RE_IMPORT}; for the others {SECOND_READING}"),
    Kind("digit of an identifier without check character", (), identifiers_slipped,
         "a look-up in the registry's own data, which gives another label"),
    Kind("digit of a DOI or PMID", (), works_slipped, "resolving the identifier and comparing title and year"),
    Kind("year off by one", (), years_slipped, "resolving the identifier and comparing the year"),
    Kind("another value of the enumeration", (), another_value, "a second reading of the source"),
    Kind("key of another row", (), another_key, "a second reading of the source"),
    Kind("row lost", (), row_lost, "the comparison with the last release, which lists rows removed"),
    Kind("letter of another script", (), look_alike, "a check for mixed scripts in one word"),
    Kind("item of a list twice", (), item_twice, "a rule that items of a list are distinct; namesakes among authors forbid it"),
    Kind("date a century off", (), future_dates, "a rule that dates lie between the work and the release"),
    *file_bytes.PLAUSIBLE,
)

"""Faults of keys, references and identifiers, driven from what the models declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from bone_nutrition import schema
from bone_nutrition.models.mappings import SUBJECT_TABLE
from bone_nutrition.rules.identifiers import IDENTIFIER_COLUMNS, PREFIX_OF_PLAIN_COLUMN

from .mutants import Cell, Edit, Kind, Mutant, Row
from .packages import Package

Mutants = Iterator[Mutant]
# Tables of which every row must be used.
USED = ("citations", "foods", "entities")


def _shuffled(items: list, rng: Random) -> list:
    return rng.sample(items, len(items))


def _sample(package: Package, table: str, rng: Random, number: int = 3) -> list[int]:
    positions = package.positions(table)
    return rng.sample(positions, min(number, len(positions)))


def _cell(package: Package, table: str, position: int, column: str, **cells: str) -> Cell:
    return Cell(table, schema.row_key(table, {**package.rows(table)[position], **cells}), column)


def _one_cell(kind: str, package: Package, table: str, position: int, column: str, value: str, related: tuple[Cell, ...] = ()) -> Mutant:
    before = package.rows(table)[position][column]
    return Mutant(kind, f"{table} {package.tables[table].key(position)} {column}: {before!r} becomes {value!r}",
                  (Edit(table, {position: {column: value}}),), (_cell(package, table, position, column, **{column: value}),), related)


# Keys


def duplicate_rows(package: Package, rng: Random) -> Mutants:
    for table in _shuffled(list(package.tables), rng):
        for position in _sample(package, table, rng, 2):
            row = package.rows(table)[position]
            yield Mutant("row twice", f"{table} {package.tables[table].key(position)} stands twice", (Edit(table, insert=(row,)),),
                         (_cell(package, table, position, schema.primary_key(table)[0]),))


def duplicate_keys(package: Package, rng: Random) -> Mutants:
    for table in _shuffled(list(package.tables), rng):
        others = [column for column in schema.columns(table) if column not in schema.primary_key(table)]
        rows = package.rows(table)
        if len(rows) < 2 or not others:
            continue
        for position in _sample(package, table, rng, 2):
            row = {**rows[rng.randrange(len(rows))], **{column: rows[position][column] for column in schema.primary_key(table)}}
            if row != rows[position]:
                yield Mutant("primary key twice", f"{table} {package.tables[table].key(position)} stands twice with other cells",
                             (Edit(table, insert=(row,)),),
                             (_cell(package, table, position, schema.primary_key(table)[0]),))


def unique_broken(package: Package, rng: Random) -> Mutants:
    for table in package.tables:
        for column, metadata in schema.columns(table).items():
            filled = [position for position in package.positions(table) if package.rows(table)[position][column]]
            if metadata.get("unique") and len(filled) > 1:
                for _ in range(4):
                    one, other = rng.sample(filled, 2)
                    yield _one_cell("unique value twice", package, table, one, column, package.rows(table)[other][column],
                                    (_cell(package, table, other, column),))


def unique_together_broken(package: Package, rng: Random) -> Mutants:
    for table in package.tables:
        (key, *more) = schema.primary_key(table)
        for columns in schema.unique_keys(table):
            if more:
                continue
            for position in _sample(package, table, rng, 20):
                row = {**package.rows(table)[position], key: f"{package.rows(table)[position][key]}-again"}
                yield Mutant("unique together broken", f"{table} {row[key]} repeats {', '.join(columns)}", (Edit(table, insert=(row,)),),
                             (Cell(table, row[key], columns[0]),), (_cell(package, table, position, columns[0]),))


# References


def _references(package: Package, rng: Random, *, lists: bool) -> list[tuple[str, str, str, dict]]:
    found = [(table, column, metadata["references"], metadata) for table in package.tables for column, metadata in schema.references(table).items()
             if metadata["references"] in package and (metadata["type"] == "list") == lists]
    return _shuffled(found, rng)


def _unknown_key(package: Package, table: str) -> str:
    """A key of the table's own shape that no row has."""
    metadata = schema.columns(table)[schema.primary_key(table)[0]]
    known = {row[schema.primary_key(table)[0]] for row in package.rows(table)}
    tries = [f"x-{key}" for key in sorted(known)] + ["ZZZQ", "ZZQX"]
    return next(key for key in tries if key not in known and re.fullmatch(metadata["pattern"], key))


def dangling_keys(package: Package, rng: Random) -> Mutants:
    for table, column, target, _ in _references(package, rng, lists=False):
        for position in _sample(package, table, rng):
            yield _one_cell("dangling key", package, table, position, column, _unknown_key(package, target))


def keys_of_another_table(package: Package, rng: Random) -> Mutants:
    for table, column, target, metadata in _references(package, rng, lists=False):
        known = {row[schema.primary_key(target)[0]] for row in package.rows(target)}
        others = [key for name in ("foods", "outcomes", "forms", "nutrients", "functions") for row in package.rows(name)[:50]
                  if (key := row[schema.primary_key(name)[0]]) not in known and re.fullmatch(metadata.get("pattern", ""), key)]
        for position in _sample(package, table, rng, 2 if others else 0):
            yield _one_cell("key of another table", package, table, position, column, rng.choice(others))


def keys_of_a_wrong_type(package: Package, rng: Random) -> Mutants:
    for lists in (False, True):
        for table, column, _, metadata in _references(package, rng, lists=lists):
            of_type = metadata.get("of_type")
            others = [row["entity_id"] for row in package.rows("entities") if of_type and row["type"] not in of_type]
            for position in _sample(package, table, rng, 8 if others else 0):
                yield _one_cell("key of a wrong type", package, table, position, column, rng.choice(others))


def dangling_items(package: Package, rng: Random) -> Mutants:
    for table, column, target, _ in _references(package, rng, lists=True):
        for position in _sample(package, table, rng, 8):
            items = [item for item in package.rows(table)[position][column].split("|") if item]
            items.insert(rng.randint(0, len(items)), _unknown_key(package, target))
            yield _one_cell("dangling item of a list", package, table, position, column, "|".join(items))


def targets_deleted(package: Package, rng: Random) -> Mutants:
    """A row that others name is deleted; any of their cells may be reported."""
    for target in _shuffled(list(package.tables), rng):
        naming = [(table, column) for table in package.tables for column, metadata in schema.references(table).items()
                  if metadata["references"] == target and metadata["type"] == "string"]
        named = {row[column] for table, column in naming for row in package.rows(table)} - {""}
        key = schema.primary_key(target)[0]
        candidates = [position for position in package.positions(target) if package.rows(target)[position][key] in named
                      and len(package.rows(target)) > 1]
        for position in rng.sample(candidates, min(3, len(candidates))):
            gone = package.rows(target)[position][key]
            cells = tuple(_cell(package, table, at, column) for table, column in naming for at,
                          row in enumerate(package.rows(table)) if row[column] == gone
                          and not (table == target and at == position))
            if cells:
                yield Mutant("row deleted that others name", f"{target} {gone} is deleted", (Edit(target, delete=frozenset({position})),), cells)


def unused_rows(package: Package, rng: Random) -> Mutants:
    """A row is repeated with a key of its own that nothing names; what must be unique is cleared."""
    for target in USED:
        columns = schema.columns(target)
        key = schema.primary_key(target)[0]
        candidates = [position for position in package.positions(target) if package.rows(target)[position].get("type") != "nutrient"
                      and package.rows(target)[position].get("verification") != "identifier-seen"]
        for position in rng.sample(candidates, min(8, len(candidates))):
            row = package.rows(target)[position]
            cleared = {name: "" for name, metadata in columns.items() if metadata.get("unique") or name in IDENTIFIER_COLUMNS}
            renamed = {name: f"{row[name]} again" for name in ("title", "name", "label") if name in columns}
            extra = {**row, **cleared, **renamed, key: f"x-{row[key]}"}
            yield Mutant(f"unused row of {target}", f"{target} {extra[key]} is added and named by nothing", (Edit(target, insert=(extra,)),),
                         (Cell(target, extra[key], key),))


# Identifiers


def identifier_cells(package: Package, rng: Random) -> list[tuple[str, str, int]]:
    found = [(table, column, position) for table in SUBJECT_TABLE if table in package for column in schema.columns(table)
             if column in IDENTIFIER_COLUMNS
             for position in package.positions(table) if package.rows(table)[position][column]
             and package.rows(table)[position].get("type") != "nutrient"]
    return _shuffled(found, rng)


def _object_id(column: str, identifier: str) -> str:
    return PREFIX_OF_PLAIN_COLUMN.get(column, "") + identifier


def _mapping(package: Package, table: str, position: int, column: str, identifier: str) -> int | None:
    key = package.tables[table].key(position)
    return package.tables["mappings"].position.get(f"{key}/{_object_id(column, identifier)}") if "mappings" in package else None


def renamed_identifier(kind: str, package: Package, table: str, column: str, position: int, identifier: str) -> Mutant | None:
    """The identifier changed in its row and in its mapping, as a slip of the hand in both would."""
    mapping = _mapping(package, table, position, column, package.rows(table)[position][column])
    if mapping is None:
        return None
    mutant = _one_cell(kind, package, table, position, column, identifier)
    edit = Edit("mappings", {mapping: {"object_id": _object_id(column, identifier)}})
    return Mutant(kind, mutant.says, (*mutant.edits, edit), mutant.places)


def cas_holds(identifier: str) -> bool:
    """Written apart from the validator's: weights 1, 2, 3 … from the right."""
    *digits, check = [int(character) for character in identifier if character.isdecimal()]
    return sum(weight * digit for weight, digit in zip(range(len(digits), 0, -1), digits)) % 10 == check


def digit_changed(identifier: str, rng: Random) -> str:
    places = [index for index, character in enumerate(identifier) if character.isdecimal() and index > identifier.find(":")]
    at = rng.choice(places)
    digit = rng.choice([digit for digit in "0123456789" if digit != identifier[at] and (digit != "0" or identifier[at - 1] not in ":CDQ")])
    return identifier[:at] + digit + identifier[at + 1:]


def check_characters(column: str):
    def mutants(package: Package, rng: Random) -> Mutants:
        for table, name, position in identifier_cells(package, rng):
            if name != column:
                continue
            changed = digit_changed(package.rows(table)[position][column], rng)
            if column == "cas" and cas_holds(changed.removeprefix("cas:")):
                continue
            mutant = renamed_identifier(f"check character of {column.upper()}", package, table, column, position, changed)
            if mutant:
                yield mutant
    return mutants


def identifiers_without_mapping(package: Package, rng: Random) -> Mutants:
    for table, column, position in identifier_cells(package, rng):
        mapping = _mapping(package, table, position, column, package.rows(table)[position][column])
        if mapping is not None:
            yield Mutant("identifier without mapping", f"the mapping of {table} {package.tables[table].key(position)} {column} is deleted",
                         (Edit("mappings", delete=frozenset({mapping})),), (_cell(package, table, position, column),))


def identifiers_changed(package: Package, rng: Random) -> Mutants:
    for table, column, position in identifier_cells(package, rng):
        if any(character.isdecimal() for character in package.rows(table)[position][column].partition(":")[2]):
            yield _one_cell("identifier changed but not its mapping", package, table, position, column,
                            digit_changed(package.rows(table)[position][column], rng))


def identifiers_repeated(package: Package, rng: Random) -> Mutants:
    cells = identifier_cells(package, rng)
    for table, column, position in cells:
        others = [at for name, other, at in cells if (name, other) == (table, column)
                  and package.rows(table)[at][column] != package.rows(table)[position][column]]
        if others:
            other = rng.choice(others)
            yield _one_cell("identifier twice", package, table, position, column, package.rows(table)[other][column],
                            (_cell(package, table, other, column),))


def _exact_mappings(package: Package, rng: Random) -> list[int]:
    return _shuffled([position for position in package.positions("mappings")
                      if package.rows("mappings")[position]["predicate"] == "skos:exactMatch"], rng)


def labels_foreign(package: Package, rng: Random) -> Mutants:
    """The label of an entry that has no word in common with the subject's own."""
    def words(row: Row) -> set[str]:
        return set(re.findall(r"[a-z0-9]+", row["object_label"].lower()))
    rows = package.rows("mappings")
    for position in _exact_mappings(package, rng):
        known = set().union(*(words(row) for row in rows
                              if row["subject_id"] == rows[position]["subject_id"])) | set(rows[position]["subject_id"].split("-"))
        strangers = [row["object_label"] for row in rng.sample(rows, min(40, len(rows))) if words(row) and not words(row) & known]
        if strangers:
            yield _one_cell("label of another entry", package, "mappings", position, "object_label", strangers[0])


def mapping_subjects(package: Package, rng: Random) -> Mutants:
    for position in _sample(package, "mappings", rng, 30):
        yield _one_cell("mapping of no row", package, "mappings", position, "subject_id", f"x-{package.rows('mappings')[position]['subject_id']}")


KINDS = (
    Kind("row twice", ("key-unique",), duplicate_rows),
    Kind("primary key twice", ("key-unique",), duplicate_keys),
    Kind("unique value twice", ("unique",), unique_broken),
    Kind("unique together broken", ("unique-together",), unique_together_broken),
    Kind("dangling key", ("foreign-key",), dangling_keys),
    Kind("key of another table", ("foreign-key",), keys_of_another_table),
    Kind("key of a wrong type", ("foreign-key-type",), keys_of_a_wrong_type),
    Kind("dangling item of a list", ("foreign-key",), dangling_items),
    Kind("row deleted that others name", ("foreign-key",), targets_deleted),
    Kind("unused row", ("used",), unused_rows),
    Kind("check character of CAS", ("check-character",), check_characters("cas")),
    Kind("check character of UNII", ("check-character",), check_characters("unii")),
    Kind("identifier without mapping", ("identifier-mapped",), identifiers_without_mapping),
    Kind("identifier changed but not its mapping", ("identifier-mapped",), identifiers_changed),
    Kind("identifier twice", ("identifier-unique",), identifiers_repeated),
    Kind("label of another entry", ("mapping-label",), labels_foreign),
    Kind("mapping of no row", ("mapping-subject",), mapping_subjects),
)

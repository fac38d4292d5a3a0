"""Identifiers: check characters, uniqueness, and a mapping with the registry's own label for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from .. import schema
from ..faults import Fault
from ..models.mappings import SUBJECT_TABLE
from ..models.shared import CURIE_PATTERNS
from .declare import Rule, Tables

IDENTIFIER_COLUMNS = ("chebi", "cdno", "pubchem_cid", "cas", "unii", "mesh", "wikidata", "infoods_tagname", "foodon", "curie")
PREFIX_OF_PLAIN_COLUMN = {"infoods_tagname": "infoods:"}
# Words by which registries tell an element, a class or a measurement from its namesake; they do not change what is named.
NOT_DISTINGUISHING = {
    "a", "an", "and", "as", "atom", "by", "concentration", "dietary", "element", "elemental", "entity", "food", "for", "in", "material", "molecular",
    "of", "or", "the", "total", "with", "product",
}
LOOK_UP = "Copy it again from the registry's own data, or leave it empty."


def cas_check_digit_holds(identifier: str) -> bool:
    """Whether the last digit of a CAS number is the sum of the others, each times its place from the right, modulo 10."""
    digits = identifier.replace("-", "")
    return sum(place * int(digit) for place, digit in enumerate(reversed(digits[:-1]), start=1)) % 10 == int(digits[-1])


def unii_check_character_holds(identifier: str) -> bool:
    """Whether the last character of a UNII is the sum of the others, read in base 36, modulo 36."""
    return sum(int(character, 36) for character in identifier[:-1]) % 36 == int(identifier[-1], 36)


CHECK_CHARACTER = {"cas": cas_check_digit_holds, "unii": unii_check_character_holds}


def check_characters_hold(table: str, column: str):
    prefix = f"{column}:"
    holds = CHECK_CHARACTER[column]

    def check(tables: Tables) -> Iterator[Fault]:
        data = tables[table]
        well_formed = data.text[column].str.fullmatch(CURIE_PATTERNS[column]).fillna(False).astype(bool)
        wrong = data.text[column].where(well_formed).map(lambda cell: pd.notna(cell) and not holds(cell.removeprefix(prefix)))
        yield from data.faults_where(wrong.astype(bool), "check-character", column, f"the last character does not check the others of the {column.upper()}", LOOK_UP)
    return check


def identifiers_are_unique(table: str, column: str):
    def check(tables: Tables) -> Iterator[Fault]:
        data = tables[table]
        repeated = data.text[column].notna() & data.text[column].duplicated(keep="first")
        if table == "entities":
            repeated &= data.text["type"].ne("nutrient")
        yield from data.faults_where(repeated, "identifier-unique", column, "an earlier row has the same identifier",
                                     "One of the two is broader: move it to mappings, or merge the rows.")
    return check


def identifiers_are_mapped(table: str, columns: list[str]):
    def check(tables: Tables) -> Iterator[Fault]:
        data, mappings = tables[table], tables["mappings"].text
        exact = mappings[mappings["predicate"].eq("skos:exactMatch") & mappings["subject_table"].eq(table)]
        known = set(zip(exact["subject_id"], exact["object_id"]))
        looked_up = data.text[data.text["type"].ne("nutrient")] if table == "entities" else data.text
        for column in columns:
            prefix = PREFIX_OF_PLAIN_COLUMN.get(column, "")
            cells = looked_up[[schema.primary_key(table)[0], column]].dropna(subset=column)
            unmapped = [(key, f"{prefix}{cell}") not in known for key, cell in cells.itertuples(index=False)]
            yield from data.faults_where(data.text.index.isin(cells.index[unmapped]), "identifier-mapped", column,
                                         "mappings has no exact match of this row and identifier",
                                         "Add it to data/mappings.csv with the registry's own label, or empty the cell.")
    return check


def _words(label: str) -> frozenset[str]:
    plain = re.sub(r"[^a-z0-9]+", " ", label.lower())
    return frozenset(word.removesuffix("s") for word in plain.split() if word not in NOT_DISTINGUISHING)


def _names(text: pd.DataFrame, name_column: str) -> pd.Series:
    both = text[name_column].fillna("") + "|" + text["synonyms"].fillna("")
    return both.map(lambda names: {_words(name) for part in names.split("|") for name in (part, re.sub(r"\(.*?\)", " ", part), *re.findall(r"\((.*?)\)", part))})


def subjects_exist(table: str):
    def check(tables: Tables) -> Iterator[Fault]:
        data = tables["mappings"]
        missing = data.distinct("subject_id") - tables[table].distinct(schema.primary_key(table)[0])
        unknown = data.text["subject_table"].eq(table) & data.text["subject_id"].isin(missing)
        yield from data.faults_where(unknown, "mapping-subject", "subject_id", f"no row of {table} has this key", "Correct it, or delete the mapping.")
    return check


def labels_fit(table: str):
    """The registry's label of an exact match is the name or a synonym of its subject, but for words that distinguish nothing."""
    def check(tables: Tables) -> Iterator[Fault]:
        data, subjects = tables["mappings"], tables[table].text
        key = schema.primary_key(table)[0]
        claimed = data.text["subject_table"].eq(table) & data.text["predicate"].eq("skos:exactMatch") & data.text["subject_id"].isin(subjects[key])
        exact = data.text[claimed]
        subjects = subjects[subjects[key].isin(exact["subject_id"])]
        names = dict(zip(subjects[key], _names(subjects, "label" if table == "entities" else "name")))
        misfits = [_words(label) not in names[subject] for subject, label in zip(exact["subject_id"], exact["object_label"].fillna(""))]
        yield from data.faults_where(data.text.index.isin(exact.index[misfits]), "mapping-label", "object_label",
                                     "the registry's label is neither name nor synonym of the subject",
                                     f"If it means the same, add it to the synonyms in data/{table}.csv; if not, it is no exact match.")
    return check


def _identifier_columns() -> Iterator[tuple[str, str]]:
    for table in SUBJECT_TABLE:
        for column in schema.columns(table):
            if column in IDENTIFIER_COLUMNS:
                yield table, column


RULES = (
    *(Rule("check-character", (table,), check_characters_hold(table, column)) for table, column in _identifier_columns() if column in CHECK_CHARACTER),
    *(Rule("identifier-unique", (table,), identifiers_are_unique(table, column)) for table, column in _identifier_columns()),
    *(Rule("identifier-mapped", (table, "mappings"), identifiers_are_mapped(table, [column for owner, column in _identifier_columns() if owner == table]))
      for table in SUBJECT_TABLE),
    *(Rule("mapping-subject", ("mappings", table), subjects_exist(table)) for table in SUBJECT_TABLE),
    *(Rule("mapping-label", ("mappings", table), labels_fit(table)) for table in SUBJECT_TABLE),
)

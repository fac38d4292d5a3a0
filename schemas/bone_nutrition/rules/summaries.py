"""Derived rows: each summary, each synthesis' word on retraction, each preferred value and each nutrient's entity is what its rule gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from .. import schema
from ..derive import evidence_summaries, nutrient_entities, preferred, retraction
from ..faults import Fault
from ..table_data import TableData
from .declare import Rule, Tables

SUMMARISED = ("questions", "effect_estimates", "citations")
MEND = "Run make: it is derived, never edited."
DECIDES_PREFERENCE = ["food_id", "nutrient_id", "citation_id", "value_status", "read_in", "data_points", "is_preferred"]


def summaries_are_derived(tables: Tables) -> Iterator[Fault]:
    data, questions = tables["evidence_summaries"], tables["questions"]
    expected = {row["question_id"]: row for row in evidence_summaries.derive({name: tables[name].records for name in SUMMARISED})}
    for position, row in enumerate(data.records):
        if row["question_id"] in expected:
            yield from _cells_not_derived(data, position, expected[row["question_id"]], "summary-derived", "the rule")
        else:
            yield data.fault(position, "summary-derived", "question_id", "no question has this key", MEND)
    missing = ~questions.text["question_id"].isin(data.text["question_id"])
    yield from questions.faults_where(missing, "summary-derived", "question_id", "evidence_summaries has no row of this question", MEND)


def affected_is_derived(tables: Tables) -> Iterator[Fault]:
    data = tables["citations"]
    listed = tables["synthesis_studies"].records if "synthesis_studies" in tables else []
    rows = data.records
    for position, (row, expected) in enumerate(zip(rows, retraction.affected(rows, listed))):
        column = "affected_by_retraction"
        if row[column] != expected[column]:
            yield data.fault(position, "affected-derived", column, f"the studies that it pooled give {expected[column]!r}", MEND)


def preferred_is_derived(tables: Tables) -> Iterator[Fault]:
    """Where several works give a value, the preferred one is that of the ranking."""
    data, citations = tables["food_sources"], tables["citations"].text.fillna("")
    several = data.text.loc[pd.Series(data.groups("food_id", "nutrient_id")).duplicated(keep=False), DECIDES_PREFERENCE].fillna("")
    rows = [dict(zip(DECIDES_PREFERENCE, cells)) for cells in zip(*(several[column].tolist() for column in DECIDES_PREFERENCE))]
    try:
        marked = preferred.mark(rows, dict(zip(citations["citation_id"], citations["year"])))
    except ValueError:
        return  # a cell that decides is not of its type, which is a fault of its own
    for position, row, expected in zip(several.index, rows, marked):
        if row["is_preferred"] != expected["is_preferred"]:
            yield data.fault(position, "preferred-derived", "is_preferred", f"the ranking gives {expected['is_preferred']}", MEND)


def nutrient_entities_are_derived(tables: Tables) -> Iterator[Fault]:
    data, nutrients = tables["entities"], tables["nutrients"]
    expected = {row["entity_id"]: row for row in nutrient_entities.derive([], nutrients.records)}
    generated = data.text["type"].eq("nutrient")
    for position, row in enumerate(data.records):
        if row["type"] != "nutrient":
            continue
        if row["entity_id"] in expected:
            yield from _cells_not_derived(data, position, expected[row["entity_id"]], "nutrient-entity-derived", "the nutrient")
        else:
            yield data.fault(position, "nutrient-entity-derived", "entity_id", "no nutrient has this key", MEND)
    missing = ~nutrients.text["nutrient_id"].isin(data.text.loc[generated, "entity_id"])
    yield from nutrients.faults_where(missing, "nutrient-entity-derived", "nutrient_id", "entities has no row of this nutrient", MEND)


def _cells_not_derived(data: TableData, position: int, expected: Mapping[str, str], rule_id: str, giver: str) -> Iterator[Fault]:
    row = data.records[position]
    for column in schema.columns(data.name):
        if row[column] != expected[column]:
            yield data.fault(position, rule_id, column, f"{giver} gives {column} {expected[column]!r}", MEND)


RULES = (
    Rule("summary-derived", ("evidence_summaries", *SUMMARISED), summaries_are_derived),
    Rule("affected-derived", ("citations",), affected_is_derived, also=("synthesis_studies",)),
    Rule("preferred-derived", ("food_sources", "citations"), preferred_is_derived),
    Rule("nutrient-entity-derived", ("entities", "nutrients"), nutrient_entities_are_derived),
)

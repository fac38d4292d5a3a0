"""Derived evidence: any cell that its rule does not give is found and named."""

from __future__ import annotations

import pytest
from bone_nutrition import schema
from bone_nutrition.derive import evidence_summaries
from bone_nutrition.rules.summaries import RULES
from tables import faults_of, rows

WORKS = [{"citation_id": "trial-2020"}]
QUESTIONS = [{"question_id": "question"}, {"question_id": "unanswered"}]
EFFECTS = [{"effect_id": "e", "favours": "intervention", "n_participants": "300"}]
TABLES = {"citations": WORKS, "questions": QUESTIONS, "effect_estimates": EFFECTS}
DERIVED = evidence_summaries.derive({name: rows(name, given) for name, given in TABLES.items()})


def found(summaries: list[dict[str, str]]) -> list[tuple[str, str, str, str]]:
    faults = faults_of(RULES, "summary-derived", evidence_summaries=summaries, **TABLES)
    return [(fault.table, fault.key, fault.column, fault.reason) for fault in faults]


def test_derived_rows_pass():
    assert found(DERIVED) == []


@pytest.mark.parametrize(("column", "wrong"), [
    ("support", "benefit-consistent"), ("leading_effect_id", "other"), ("n_trials", "2"), ("n_participants", ""), ("rule_version", "0"),
    ("n_favours_control", "1"),
    ("consistency", "all-favour"), ("n_affected_by_retraction", "1"),
])
def test_changed_cell_is_named(column, wrong):
    changed = [{**row, column: wrong} if row["question_id"] == "question" else row for row in DERIVED]
    right = next(row for row in DERIVED if row["question_id"] == "question")[column]
    assert found(changed) == [("evidence_summaries", "question", column, f"the rule gives {column} {right!r}")]


def test_missing_and_superfluous_rows_are_named():
    assert found(DERIVED[:1]) == [("questions", "unanswered", "question_id", "evidence_summaries has no row of this question")]
    superfluous = {**DERIVED[0], "question_id": "not-asked"}
    assert found([*DERIVED, superfluous]) == [("evidence_summaries", "not-asked", "question_id", "no question has this key")]


def test_every_column_is_derived():
    assert list(DERIVED[0]) == list(schema.columns("evidence_summaries"))


SYNTHESIS = {"citation_id": "pool-2020", "study_design": "meta-analysis-of-rcts", "study_list": "complete"}
POOLED = [{"synthesis_id": "pool-2020", "study_id": "trial-2020"}]


@pytest.mark.parametrize(("status", "given", "reason"), [
    ("retracted", "no", "the studies that it pooled give 'yes'"),
    ("no-notice-found", "yes", "the studies that it pooled give 'no'"),
    ("no-notice-found", "", "the studies that it pooled give 'no'"),
    ("not-checked", "no", "the studies that it pooled give 'unknown'"),
])
def test_affected_that_the_pooled_works_do_not_give(status, given, reason):
    citations = [{**SYNTHESIS, "affected_by_retraction": given}, {"citation_id": "trial-2020", "publication_status": status}]
    [fault] = faults_of(RULES, "affected-derived", citations=citations, synthesis_studies=POOLED)
    assert (fault.key, fault.column, fault.reason) == ("pool-2020", "affected_by_retraction", reason)


def test_affected_that_the_pooled_works_give():
    citations = [{**SYNTHESIS, "affected_by_retraction": "yes"}, {"citation_id": "trial-2020", "publication_status": "retracted"}]
    assert faults_of(RULES, "affected-derived", citations=citations, synthesis_studies=POOLED) == []
    assert faults_of(RULES, "affected-derived", citations=[{**SYNTHESIS, "affected_by_retraction": "unknown"}]) == []


def test_the_preferred_value_is_that_of_the_ranking():
    value = {"food_id": "natto", "nutrient_id": "calcium", "amount": "217", "unit": "mg"}
    measured = value | {"citation_id": "usda-sr-legacy-2018", "value_status": "measured"}
    calculated = value | {"citation_id": "mott-2019", "value_status": "calculated"}
    works = [{"citation_id": "usda-sr-legacy-2018", "year": "2018"}, {"citation_id": "mott-2019", "year": "2019"}]

    def found(preferred: str):
        marked = [row | {"is_preferred": str(row["citation_id"] == preferred).lower()} for row in (measured, calculated)]
        return [(fault.key, fault.column) for fault in faults_of(RULES, "preferred-derived", food_sources=marked, citations=works)]
    assert found("usda-sr-legacy-2018") == []
    assert sorted(found("mott-2019")) == [("natto/calcium/mott-2019", "is_preferred"), ("natto/calcium/usda-sr-legacy-2018", "is_preferred")]


def test_an_entity_of_type_nutrient_is_that_of_the_nutrient():
    nutrient = {"nutrient_id": "calcium", "name": "Calcium", "description": "A mineral."}
    entity = {"entity_id": "calcium", "type": "nutrient", "label": "Calcium", "description": "A mineral."}

    def found(*entities: dict[str, str]):
        return [(fault.table, fault.key, fault.column) for fault in faults_of(RULES, "nutrient-entity-derived", nutrients=[nutrient], entities=entities)]
    assert found(entity) == []
    assert found(entity | {"label": "Lime"}) == [("entities", "calcium", "label")]
    assert found(entity | {"entity_id": "limestone"}) == [("entities", "limestone", "entity_id"), ("nutrients", "calcium", "nutrient_id")]

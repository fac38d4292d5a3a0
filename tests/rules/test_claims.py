"""Claims: verdicts rest on something, contradictions are mutual, links lead to rows."""

from __future__ import annotations

import pytest
from bone_nutrition.rules.claims import RULES
from tables import faults_of

PLACE = {"claim_id": "c", "article_id": "a", "locator": "1.1"}
LINK = {"claim_id": "other", "relation": "repeats-weaker", "other_id": "claims:c"}
CITED = {"claim_id": "other", "citation_id": "work-2000", "stance": "supports"}


def test_claim_that_stands_nowhere():
    assert faults_of(RULES, "claim-placed", claims=[{"claim_id": "c"}], claim_occurrences=[PLACE]) == []
    (fault,) = faults_of(RULES, "claim-placed", claims=[{"claim_id": "c"}, {"claim_id": "d"}], claim_occurrences=[PLACE])
    assert (fault.key, fault.column) == ("d", "claim_id")


def verdict_faults(verdict: str, stance: str = "", relation: str = "") -> list[tuple[str, str]]:
    cited = [{**CITED, "claim_id": "c", "stance": stance}] if stance else []
    links = [{"claim_id": "c", "relation": relation, "other_id": "functions:f"}] if relation else []
    faults = faults_of(RULES, "claim-cited", claims=[{"claim_id": "c", "verdict": verdict}], claim_citations=[*cited, CITED],
                       claim_links=[*links, LINK])
    return [(fault.column, fault.reason) for fault in faults]


@pytest.mark.parametrize(("verdict", "stance", "relation", "how"), [
    ("supported", "", "", " that supports"),
    ("supported", "background", "", " that supports"),
    ("supported-with-caveats", "disputes", "contradicts", " that supports"),
    ("incorrect", "", "", " that disputes"),
    ("incorrect", "supports", "", " that disputes"),
    ("contested", "", "repeats-weaker", ""),
    ("unsupported", "", "", ""),
])
def test_verdict_that_rests_on_nothing(verdict, stance, relation, how):
    assert verdict_faults(verdict, stance, relation) == [("verdict", f"the verdict has neither a work{how} nor a rests-on link")]


@pytest.mark.parametrize(("verdict", "stance", "relation"), [
    ("supported", "supports", ""),
    ("supported", "", "rests-on"),
    ("incorrect", "disputes", ""),
    ("incorrect", "background", "rests-on"),
    ("contested", "disputes", ""),
    ("unsupported", "background", ""),
    ("not-assessable", "", ""),
])
def test_verdict_that_rests_on_something(verdict, stance, relation):
    assert verdict_faults(verdict, stance, relation) == []


def link(claim: str, relation: str, other: str) -> dict[str, str]:
    return {"claim_id": claim, "relation": relation, "other_id": other}


def test_one_sided_contradiction():
    [fault] = faults_of(RULES, "contradiction-mutual", claim_links=[link("a", "contradicts", "claims:b"), link("b", "rests-on", "claims:a")])
    assert (fault.row_id, fault.column, fault.reason) == (
        "claim_id='a' relation='contradicts' other_id='claims:b'", "other_id", "the other claim does not contradict this one")


def test_mutual_contradiction_and_one_with_a_function():
    links = [link("a", "contradicts", "claims:b"), link("b", "contradicts", "claims:a"), link("a", "contradicts", "functions:f"),
             link("a", "repeats-weaker", "claims:b")]
    assert faults_of(RULES, "contradiction-mutual", claim_links=links) == []


FOOD_VALUE = {"food_id": "kale-raw", "nutrient_id": "calcium", "citation_id": "usda-2018"}


@pytest.mark.parametrize(("other", "table"), [
    ("functions:g", "functions"), ("claims:z", "claims"), ("food_sources:kale-raw/calcium", "food_sources"),
    ("food_sources:kale-raw/calcium/efsa-2014", "food_sources"),
])
def test_link_to_no_row(other, table):
    assert [(fault.column, fault.value, fault.reason) for fault in targets(other)] == [("other_id", other, f"no row of {table} has this key")]


@pytest.mark.parametrize("other", ["functions:f", "claims:c", "food_sources:kale-raw/calcium/usda-2018"])
def test_link_to_a_row(other):
    assert targets(other) == []


def test_link_to_an_unpublished_table_is_not_judged():
    assert targets("interactions:i") == []
    assert ("claim_links", "interactions") in [rule.needs for rule in RULES if rule.rule_id == "claim-link-target"]


def targets(other: str):
    return faults_of(RULES, "claim-link-target", claim_links=[link("c", "rests-on", other)], claims=[{"claim_id": "c"}],
                     functions=[{"function_id": "f"}], food_sources=[FOOD_VALUE])

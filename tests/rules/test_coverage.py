"""Core nutrients are covered, or a gap says why not."""

from __future__ import annotations

import pytest
from bone_nutrition import model_checks
from bone_nutrition.derive import gaps
from bone_nutrition.nutrient_tables import NAMED_IN, OF_CORE
from bone_nutrition.rules import coverage
from tables import faults_of, rows, table

CORE = [{"nutrient_id": "calcium", "bone_relevance": "core"}, {"nutrient_id": "boron", "bone_relevance": "contested"}]
VALUE = {"food_id": "milk", "nutrient_id": "calcium", "is_preferred": "true"}


def test_a_core_nutrient_without_preferred_value():
    assert faults_of(coverage.RULES, "core-covered", nutrients=CORE, food_sources=[VALUE]) == []
    (fault,) = faults_of(coverage.RULES, "core-covered", nutrients=CORE, food_sources=[VALUE | {"is_preferred": "false"}])
    assert (fault.table, fault.key) == ("nutrients", "calcium")
    assert "food_sources" in fault.reason


def test_a_search_that_found_nothing_stands_for_the_rows_of_a_core_nutrient():
    gap = {"nutrient_id": "calcium", "table": "food_sources", "reason": "not-found", "searched_on": "2026-01-31"}
    other = [VALUE | {"nutrient_id": "boron"}]
    assert faults_of(coverage.RULES, "core-covered", nutrients=CORE, food_sources=other, gaps=[gap]) == []
    (fault,) = faults_of(coverage.RULES, "core-covered", nutrients=CORE, food_sources=other, gaps=[gap | {"reason": "not-searched", "searched_on": ""}])
    assert fault.key == "calcium"


def test_a_nutrient_without_rows_and_without_gap():
    gap = {"nutrient_id": "boron", "table": "food_sources", "reason": "not-searched"}
    assert faults_of(coverage.RULES, "gap-missing", nutrients=CORE, food_sources=[VALUE], gaps=[gap]) == []
    (fault,) = faults_of(coverage.RULES, "gap-missing", nutrients=CORE, food_sources=[VALUE], gaps=[gap | {"table": "functions"}])
    assert (fault.table, fault.key) == ("nutrients", "boron")
    assert "food_sources" in fault.reason and "Run make" in fault.mend


def test_a_gap_that_is_filled_is_stale():
    gap = {"nutrient_id": "calcium", "table": "food_sources", "reason": "not-searched"}
    (fault,) = faults_of(coverage.RULES, "gap-stale", food_sources=[VALUE], gaps=[gap])
    assert fault.key == "calcium/food_sources"
    assert faults_of(coverage.RULES, "gap-stale", food_sources=[VALUE | {"is_preferred": "false"}], gaps=[gap]) == []


def test_a_gap_names_a_table():
    (fault,) = faults_of(coverage.RULES, "gap-table", gaps=[{"nutrient_id": "calcium", "table": "food_values", "reason": "not-found"}])
    assert fault.value == "food_values"


@pytest.mark.parametrize(("reason", "searched_on", "is_fault"), [
    ("not-searched", "", False), ("not-searched", "2026-01-31", True), ("not-found", "", True), ("none-published", "", True),
    ("not-found", "2026-01-31", False)])
def test_a_day_of_search_stands_where_there_was_a_search(reason, searched_on, is_fault):
    gap = {"nutrient_id": "calcium", "table": "functions", "reason": reason, "searched_on": searched_on}
    assert [fault.column for fault in model_checks.faults(table("gaps", [gap]))] == ["searched_on"] * is_fault


# What is generated


def derived(**given):
    return {(row["nutrient_id"], row["table"]): row for row in gaps.derive({name: rows(name, given[name]) for name in given})}


def test_every_nutrient_gets_a_gap_for_each_published_table_without_rows():
    found = derived(nutrients=CORE, food_sources=[VALUE], functions=[{"nutrient_id": "boron"}])
    assert {key: row["reason"] for key, row in found.items()} == {("boron", "food_sources"): "not-searched", ("calcium", "functions"): "not-searched"}


def test_a_gap_that_was_searched_for_is_left_as_it_is_even_if_it_is_filled():
    searched = {"nutrient_id": "calcium", "table": "food_sources", "reason": "not-found", "searched_on": "2026-01-31", "note": "Looked up."}
    found = derived(nutrients=CORE, food_sources=[VALUE], gaps=[searched])
    assert found["calcium", "food_sources"]["note"] == "Looked up."


def test_a_generated_gap_keeps_its_note_and_goes_when_rows_come():
    gap = {"nutrient_id": "boron", "table": "food_sources", "reason": "not-searched", "note": "Ask the library."}
    assert derived(nutrients=CORE, food_sources=[VALUE], gaps=[gap])["boron", "food_sources"]["note"] == "Ask the library."
    assert derived(nutrients=CORE, food_sources=[VALUE, VALUE | {"nutrient_id": "boron"}], gaps=[gap]) == {}


def test_a_core_nutrient_is_looked_for_where_every_nutrient_is():
    assert set(OF_CORE) <= set(NAMED_IN)

"""Core nutrients are covered, or a gap says why not."""

from __future__ import annotations

from bone_nutrition.rules import coverage
from tables import faults_of

CORE = [{"nutrient_id": "calcium", "bone_relevance": "core"}, {"nutrient_id": "boron", "bone_relevance": "contested"}]
VALUE = {"food_id": "milk", "nutrient_id": "calcium", "is_preferred": "true"}


def test_a_core_nutrient_without_preferred_value():
    assert faults_of(coverage.RULES, "core-covered", nutrients=CORE, food_sources=[VALUE]) == []
    (fault,) = faults_of(coverage.RULES, "core-covered", nutrients=CORE, food_sources=[VALUE | {"is_preferred": "false"}])
    assert (fault.table, fault.key) == ("nutrients", "calcium")
    assert "food_sources" in fault.reason


def test_a_gap_stands_for_the_rows():
    gap = {"nutrient_id": "calcium", "table": "food_sources", "reason": "not-searched"}
    assert faults_of(coverage.RULES, "core-covered", nutrients=CORE, food_sources=[VALUE | {"nutrient_id": "boron"}], gaps=[gap]) == []


def test_a_gap_that_is_filled_is_stale():
    gap = {"nutrient_id": "calcium", "table": "food_sources", "reason": "not-searched"}
    (fault,) = faults_of(coverage.RULES, "gap-stale", food_sources=[VALUE], gaps=[gap])
    assert fault.key == "calcium/food_sources"


def test_a_gap_names_a_table():
    (fault,) = faults_of(coverage.RULES, "gap-table", gaps=[{"nutrient_id": "calcium", "table": "food_values", "reason": "not-found"}])
    assert fault.value == "food_values"

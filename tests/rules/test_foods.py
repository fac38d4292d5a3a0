"""Food values across rows and tables."""

from __future__ import annotations

import pytest
from bone_nutrition.rules import foods
from tables import faults_of


def value(**cells):
    return {"food_id": "salmon", "nutrient_id": "vitamin-d", "citation_id": "usda-2018", "amount": "10", "unit": "ug", "value_status": "measured",
            "is_preferred": "true"} | cells


def test_one_value_is_preferred():
    values = [value(), value(citation_id="usda-2025", is_preferred="false")]
    assert faults_of(foods.RULES, "food-one-preferred", food_sources=values) == []


@pytest.mark.parametrize("flags", [("true", "true"), ("false", "false")])
def test_none_or_two_preferred(flags):
    values = [value(is_preferred=flags[0]), value(citation_id="usda-2025", is_preferred=flags[1])]
    (fault,) = faults_of(foods.RULES, "food-one-preferred", food_sources=values)
    assert (fault.key, fault.column) == ("salmon/vitamin-d/usda-2018", "is_preferred")


def test_the_unit_is_the_nutrients():
    (fault,) = faults_of(foods.RULES, "food-unit", food_sources=[value(unit="mg")], nutrients=[{"nutrient_id": "vitamin-d", "unit": "ug"}])
    assert (fault.column, fault.value) == ("unit", "mg")


# A mean printed as 0.3 may stem from 0.25 or 0.35, and an end of the range may be rounded as well.
@pytest.mark.parametrize(("amount", "low", "high", "column"), [
    ("0.3", "0.2", "0.4", None), ("0.3", "0.34", "0.4", None), ("0.30", "0.34", "0.4", "amount_min"), ("0.30", "0.36", "0.40", "amount_min"),
    ("0.3", "0.1", "0.1", "amount_max"), ("12", "12.4", "", None), ("12", "14", "", "amount_min"),
])
def test_the_amount_is_within_its_range(amount, low, high, column):
    faults = faults_of(foods.RULES, "food-range", food_sources=[value(amount=amount, amount_min=low, amount_max=high)])
    assert [fault.column for fault in faults] == ([column] if column else [])


@pytest.mark.parametrize(("amount", "unit", "possible"), [("100", "g", True), ("100.1", "g", False), ("100001", "mg", False), ("903", "kcal", False), ("902", "kcal", True)])
def test_no_more_than_100_g_in_100_g(amount, unit, possible):
    faults = faults_of(foods.RULES, "food-possible", food_sources=[value(amount=amount, unit=unit)])
    assert bool(faults) is not possible


@pytest.mark.parametrize(("whole", "parts", "fits"), [("10.0", ("4.0", "6.0"), True), ("10.0", ("4.0", "6.1"), True), ("10.0", ("4.0", "6.2"), False), ("10.0", ("2.0", "3.0"), True)])
def test_parts_are_within_the_whole_of_one_source(whole, parts, fits):
    values = [value(amount=whole), value(nutrient_id="vitamin-d2", amount=parts[0]), value(nutrient_id="vitamin-d3", amount=parts[1])]
    faults = faults_of(foods.RULES, "food-parts", food_sources=values)
    assert [fault.key for fault in faults] == ([] if fits else ["salmon/vitamin-d/usda-2018"])


def test_parts_of_another_source_are_not_compared():
    values = [value(amount="1.0"), value(nutrient_id="vitamin-d3", amount="6.0", citation_id="usda-2025")]
    assert faults_of(foods.RULES, "food-parts", food_sources=values) == []

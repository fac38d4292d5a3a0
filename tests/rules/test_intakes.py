"""Reference intakes: bands, order, holes, outliers."""

from __future__ import annotations

import pytest
from bone_nutrition.rules import intakes
from tables import faults_of


def intake(intake_id: str, **cells: str) -> dict[str, str]:
    return {"intake_id": intake_id, "authority": "nasem", "nutrient_id": "calcium", "value_type": "RDA", "value_status": "set", "value": "1000", "bound": "exact",
            "unit": "mg", "per": "day", "basis": "total", "sex": "any", "life_stage": "general", "age_min_months": "228", "age_max_months": "", "condition": "any",
            "year": "2011", "citation_id": "iom-2011", "read_in": "official-table"} | cells


def found(rule_id: str, *rows: dict[str, str]) -> list[tuple[str, str]]:
    return [(fault.key, fault.column) for fault in faults_of(intakes.RULES, rule_id, reference_intakes=rows)]


def test_bands_that_meet_do_not_overlap():
    assert found("intake-overlap", intake("a", age_max_months="612"), intake("b", age_min_months="612")) == []


@pytest.mark.parametrize("second", [{"age_min_months": "600"}, {"age_min_months": "600", "sex": "female"}])
def test_bands_that_overlap(second):
    assert found("intake-overlap", intake("a", age_max_months="612"), intake("b", **second)) == [("b", "age_min_months")]


@pytest.mark.parametrize("second", [
    {"value_type": "UL"}, {"condition": "phytate-300-mg-day"}, {"life_stage": "pregnancy"}, {"authority": "efsa"}, {"basis": "supplements-only"},
])
def test_bands_of_another_kind_may_overlap(second):
    assert found("intake-overlap", intake("a"), intake("b", **second)) == []


def test_a_superseded_band_may_overlap():
    assert found("intake-overlap", intake("a", superseded_by="b", year="1997"), intake("b")) == []


def test_an_average_requirement_is_below_the_recommended_intake():
    assert found("intake-order", intake("ear", value_type="EAR", value="800"), intake("rda")) == []
    assert found("intake-order", intake("ear", value_type="EAR", value="1000"), intake("rda")) == [("ear", "value")]


def test_increments_of_requirement_and_recommendation_may_be_equal():
    added = {"life_stage": "pregnancy", "sex": "female", "is_increment": "true"}
    rda = intake("rda", **added, value="0")
    assert found("intake-order", intake("ear", value_type="EAR", **added, value="0"), rda) == []
    assert found("intake-order", intake("ear", value_type="EAR", **added, value="10"), rda) == [("ear", "value")]


def test_a_recommended_intake_is_not_above_the_upper_level():
    assert found("intake-order", intake("rda"), intake("ul", value_type="UL", value="1000")) == []
    assert found("intake-order", intake("rda", value_type="AI"), intake("ul", value_type="UL", value="900")) == [("rda", "value")]


def test_an_upper_level_for_supplements_only_is_not_compared():
    assert found("intake-order", intake("rda"), intake("ul", value_type="UL", value="350", basis="supplements-only")) == []


def test_a_hole_between_bands_and_at_the_end():
    rows = [intake("a", age_min_months="0", age_max_months="12"), intake("b", age_min_months="48", age_max_months="612")]
    assert sorted(set(found("intake-hole", *rows))) == [("b", "age_max_months"), ("b", "age_min_months")]


def test_an_adequate_intake_or_a_row_not_set_fills_a_hole():
    rows = [intake("a", value_type="AI", age_min_months="0", age_max_months="12"),
            intake("b", age_min_months="12", age_max_months="48", value_status="deliberately-not-set", value="", bound="", unit=""), intake("c", age_min_months="48")]
    assert found("intake-hole", *rows) == []


def test_a_value_ten_times_off_the_others():
    others = [intake("a"), intake("b", authority="efsa", value_type="PRI", value="950"), intake("c", authority="nhmrc", value_type="RDI")]
    assert found("intake-far-off", *others) == []
    slipped = [*others, intake("d", authority="who-fao", value_type="RNI", value="1", unit="g")]
    assert found("intake-far-off", *slipped) == []
    assert found("intake-far-off", *others, intake("d", authority="who-fao", value_type="RNI", value="1")) == [("d", "value")]

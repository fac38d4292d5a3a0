"""Exactly one preferred value per food and nutrient, by the published order."""

import itertools

import pytest
from bone_nutrition.derive import preferred

FOUNDATION, SR = "usda-foundation-2025", "usda-sr-legacy-2018"
YEARS = {FOUNDATION: "2025", SR: "2018", "old-1999": "1999", "new-2020": "2020"}

# Best first: every value goes before all that stand below it.
ORDER = [
    (FOUNDATION, "measured"), (SR, "measured"), ("old-1999", "measured"), (FOUNDATION, "measured-zero"), (SR, "measured-zero"),
    ("old-1999", "literature"), (FOUNDATION, "calculated"),
    (SR, "calculated"), ("new-2020", "calculated"), (SR, "label-claim"), (SR, "imputed"), (FOUNDATION, "not-stated"), (SR, "assumed-zero"),
]


def value(citation_id, status, **cells):
    return {"food_id": "kale-raw", "nutrient_id": "calcium", "citation_id": citation_id, "value_status": status, "data_points": "",
            "read_in": "", "is_preferred": "true", **cells}


def winner(*rows):
    chosen = [row for row in preferred.mark(rows, YEARS) if row["is_preferred"] == "true"]
    assert len(chosen) == 1
    return chosen[0]


@pytest.mark.parametrize(("better", "worse"), list(itertools.combinations(ORDER, 2)))
def test_a_value_of_better_standing_is_preferred_whatever_its_data_points(better, worse):
    assert winner(value(*worse, data_points="99"), value(*better))["citation_id"] == better[0]
    assert winner(value(*better), value(*worse, data_points="99"))["value_status"] == better[1]


@pytest.mark.parametrize(("same", "as_"), [("trace", "literature"), ("below-limit", "literature")])
def test_statuses_of_one_rank_are_told_apart_by_year(same, as_):
    assert winner(value("old-1999", same), value("new-2020", as_))["citation_id"] == "new-2020"
    assert winner(value("new-2020", same), value("old-1999", as_))["citation_id"] == "new-2020"


def test_equals_are_told_apart_by_reading_then_data_points_then_year_then_id():
    literature = "literature"
    second_hand = value("new-2020", literature, read_in="secondary-source", data_points="50")
    assert winner(second_hand, value("old-1999", literature, read_in="full-text"))["citation_id"] == "old-1999"
    few, many = value("new-2020", literature, data_points="2"), value("old-1999", literature, data_points="10")
    assert winner(few, many)["citation_id"] == "old-1999"
    assert winner(value("old-1999", literature), value("new-2020", literature))["citation_id"] == "new-2020"
    assert winner(value("b-nd", literature), value("a-nd", literature))["citation_id"] == "a-nd"


def test_the_order_of_rows_is_kept_and_what_was_given_is_not_changed():
    rows = [value(SR, "measured"), value(FOUNDATION, "measured"), value(SR, "measured", nutrient_id="zinc")]
    marked = preferred.mark(rows, YEARS)
    assert [row["is_preferred"] for row in marked] == ["false", "true", "true"]
    assert [row["is_preferred"] for row in rows] == ["true"] * 3
    assert preferred.mark(marked, YEARS) == marked


def test_a_status_without_a_rank_is_refused():
    with pytest.raises(ValueError, match="guessed"):
        preferred.mark([value(SR, "guessed")], YEARS)


def test_every_status_has_one_rank():
    from bone_nutrition.models.derivations import VALUE_STATUS
    assert sorted(itertools.chain.from_iterable(statuses for statuses, _ in preferred.RANKING)) == sorted(VALUE_STATUS)

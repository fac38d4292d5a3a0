"""The reference intakes that apply to a person, against the authorities' own statements."""

from __future__ import annotations

import bone_nutrition
import pytest


def values(nutrient_id: str, **person):
    return {(row["authority"], row["value_type"], row["basis"], row["condition"]): row["total"] for row in bone_nutrition.intakes(nutrient_id, **person)}


def test_a_band_begins_on_the_birthday_and_ends_before_the_next():
    # NASEM 2011: calcium RDA 1000 mg at 19 to 50 years, 1200 mg for women from 51.
    assert values("calcium", sex="female", age_years=50.99, authority="nasem")["nasem", "RDA", "total", "any"] == "1000"
    assert values("calcium", sex="female", age_years=51, authority="nasem")["nasem", "RDA", "total", "any"] == "1200"
    assert values("calcium", sex="male", age_years=51, authority="nasem")["nasem", "RDA", "total", "any"] == "1000"


def test_the_upper_level_keeps_what_it_counts():
    # Magnesium: 350 mg (NASEM) and 250 mg (EFSA) count supplements only.
    found = values("magnesium", sex="female", age_years=25, life_stage="lactation")
    assert found["nasem", "UL", "supplements-only", "any"] == "350"
    assert found["efsa", "UL", "supplements-only", "any"] == "250"


def test_an_increment_is_added_for_every_condition():
    # EFSA 2014: zinc PRI of women 7.5, 9.3, 11.0 and 12.7 mg by phytate, 1.6 mg more in pregnancy.
    found = values("zinc", sex="female", age_years=30, life_stage="pregnancy", authority="efsa")
    by_phytate = {condition: total for (_, value_type, _, condition), total in found.items() if value_type == "PRI"}
    assert by_phytate == {"phytate-300-mg-day": "9.1", "phytate-600-mg-day": "10.9", "phytate-900-mg-day": "12.6", "phytate-1200-mg-day": "14.3"}


@pytest.mark.parametrize(("person", "message"), [
    ({"sex": "any", "age_years": 30}, "sex is one of female, male"),
    ({"sex": "male", "age_years": 30, "life_stage": "pregnancy"}, "goes with sex 'female'"),
    ({"sex": "female", "age_years": 30, "life_stage": "menopause"}, "life_stage is one of"),
    ({"sex": "female", "age_years": -1}, "age_years is between 0 and 125"),
    ({"sex": "female", "age_years": float("nan")}, "age_years is between 0 and 125"),
])
def test_an_impossible_person_is_refused(person, message):
    with pytest.raises(ValueError, match=message):
        bone_nutrition.intakes("calcium", **person)


@pytest.mark.parametrize(("nutrient_id", "person", "message"), [
    ("calcium", {"sex": "female", "age_years": 8, "life_stage": "pregnancy", "authority": "nasem"}, "nasem pregnancy female 14 to 19 years"),
    ("vitamin-q", {"sex": "female", "age_years": 30}, "no reference intake of 'vitamin-q'"),
    ("calcium", {"sex": "female", "age_years": 30, "authority": "fda"}, "by 'fda'"),
])
def test_what_no_value_covers_says_what_is_covered(nutrient_id, person, message):
    with pytest.raises(LookupError) as raised:
        bone_nutrition.intakes(nutrient_id, **person)
    assert message in str(raised.value)

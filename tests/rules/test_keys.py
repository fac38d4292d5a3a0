"""Keys between tables."""

from __future__ import annotations

from bone_nutrition.rules import keys
from tables import faults_of

ENTITIES = [{"entity_id": "leafy-greens", "type": "food-group"}, {"entity_id": "osteoblast", "type": "cell"}]


def test_a_key_that_resolves_is_no_fault():
    assert faults_of(keys.RULES, "foreign-key", foods=[{"food_id": "kale", "food_group_id": "leafy-greens"}], entities=ENTITIES) == []


def test_a_key_without_row_names_the_table_that_lacks_it():
    (fault,) = faults_of(keys.RULES, "foreign-key", foods=[{"food_id": "kale", "food_group_id": "leafy-green"}], entities=ENTITIES)
    assert (fault.table, fault.line, fault.column, fault.value) == ("foods", 2, "food_group_id", "leafy-green")
    assert "no row of entities has this key" in fault.reason


def test_a_key_to_the_wrong_type_of_entity():
    (fault,) = faults_of(keys.RULES, "foreign-key-type", foods=[{"food_id": "kale", "food_group_id": "osteoblast"}], entities=ENTITIES)
    assert (fault.column, fault.value) == ("food_group_id", "osteoblast")
    assert "not of type food-group" in fault.reason


def test_every_item_of_a_list_is_a_key():
    question = {"question_id": "q", "exposure_id": "leafy-greens", "co_exposures": "osteoblast|nothing", "outcome_id": "x"}
    (fault,) = [fault for fault in faults_of(keys.RULES, "foreign-key", questions=[question], entities=ENTITIES) if fault.column == "co_exposures"]
    assert fault.value == "osteoblast|nothing"


def test_an_empty_optional_key_is_no_fault():
    assert faults_of(keys.RULES, "foreign-key", nutrients=[{"nutrient_id": "calcium"}]) == []


def test_a_parent_in_the_same_table():
    nutrients = [{"nutrient_id": "vitamin-k"}, {"nutrient_id": "phylloquinone", "parent_id": "vitamin-q"}]
    (fault,) = faults_of(keys.RULES, "foreign-key", nutrients=nutrients)
    assert (fault.key, fault.column) == ("phylloquinone", "parent_id")


def test_a_work_that_nothing_cites():
    citations = [{"citation_id": "mott-2019"}, {"citation_id": "efsa-2014"}]
    values = [{"food_id": "natto", "nutrient_id": "menaquinone-7", "citation_id": "mott-2019"}]
    (fault,) = faults_of(keys.RULES, "used", citations=citations, food_sources=values)
    assert (fault.table, fault.key) == ("citations", "efsa-2014")


def test_a_work_that_only_another_work_names_is_unused():
    citations = [{"citation_id": "mott-2019", "superseded_by": "efsa-2014"}, {"citation_id": "efsa-2014", "superseded_by": "mott-2019"}]
    assert {fault.key for fault in faults_of(keys.RULES, "used", citations=citations)} == {"mott-2019", "efsa-2014"}


def test_a_food_without_value_and_an_entity_without_user():
    foods = [{"food_id": "kale", "food_group_id": "leafy-greens"}]
    faults = faults_of(keys.RULES, "used", foods=foods, entities=ENTITIES)
    assert {(fault.table, fault.key) for fault in faults} == {("foods", "kale"), ("entities", "osteoblast")}

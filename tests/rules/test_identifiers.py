"""Identifiers: check characters, uniqueness, mappings."""

from __future__ import annotations

import pytest
from bone_nutrition.rules import identifiers
from tables import faults_of

MAPPING = {
    "subject_id": "vitamin-c", "object_id": "CHEBI:29073", "subject_table": "nutrients", "predicate": "skos:exactMatch", "object_label": "L-ascorbic acid",
    "justification": "semapv:LexicalMatching",
}


# Numbers printed in the FDA and CAS lists that mappings name, and the same with one character changed or two swapped.
@pytest.mark.parametrize(("cell", "holds"), [("cas:50-81-7", True), ("cas:7440-70-2", True), ("cas:50-81-8", False), ("cas:50-18-7", False), ("cas:7440-07-2", False)])
def test_cas_check_digit(cell, holds):
    faults = faults_of(identifiers.RULES, "check-character", nutrients=[{"nutrient_id": "n", "cas": cell}])
    assert [(fault.column, fault.value) for fault in faults] == ([] if holds else [("cas", cell)])


@pytest.mark.parametrize(("cell", "holds"), [("unii:SY7Q814VUP", True), ("unii:PQ6CK8PD0R", True), ("unii:SY7Q814VUQ", False), ("unii:SY7Q815VUP", False)])
def test_unii_check_character(cell, holds):
    faults = faults_of(identifiers.RULES, "check-character", nutrients=[{"nutrient_id": "n", "unii": cell}])
    assert [(fault.column, fault.value) for fault in faults] == ([] if holds else [("unii", cell)])


def test_two_rows_with_one_identifier():
    nutrients = [{"nutrient_id": "a", "chebi": "CHEBI:1"}, {"nutrient_id": "b", "chebi": "CHEBI:1"}]
    (fault,) = faults_of(identifiers.RULES, "identifier-unique", nutrients=nutrients)
    assert (fault.key, fault.column) == ("b", "chebi")


def test_an_identifier_without_mapping():
    nutrients = [{"nutrient_id": "vitamin-c", "chebi": "CHEBI:29073", "infoods_tagname": "VITC"}]
    faults = faults_of(identifiers.RULES, "identifier-mapped", nutrients=nutrients, mappings=[MAPPING])
    assert [(fault.column, fault.value) for fault in faults] == [("infoods_tagname", "VITC")]


def test_a_close_match_does_not_carry_an_identifier():
    nutrients = [{"nutrient_id": "vitamin-c", "chebi": "CHEBI:29073"}]
    (fault,) = faults_of(identifiers.RULES, "identifier-mapped", nutrients=nutrients, mappings=[MAPPING | {"predicate": "skos:closeMatch"}])
    assert fault.column == "chebi"


@pytest.mark.parametrize(("label", "fits"), [
    ("L-ascorbic acid", True), ("Ascorbate", True), ("concentration of vitamin C in material entity", True), ("Vitamin C", True),
    ("L-ascorbate", False), ("dehydroascorbic acid", False), ("sodium ascorbate", False), ("vitamin K", False),
])
def test_the_registry_label_is_a_name_of_the_subject(label, fits):
    nutrients = [{"nutrient_id": "vitamin-c", "name": "Vitamin C (L-ascorbic acid)", "synonyms": "ascorbate"}]
    faults = faults_of(identifiers.RULES, "mapping-label", nutrients=nutrients, mappings=[MAPPING | {"object_label": label}])
    assert [fault.value for fault in faults] == ([] if fits else [label])


def test_a_mapping_of_a_row_that_is_not_there():
    (fault,) = faults_of(identifiers.RULES, "mapping-subject", nutrients=[{"nutrient_id": "zinc"}], mappings=[MAPPING])
    assert (fault.column, fault.value) == ("subject_id", "vitamin-c")

"""Elemental fractions, recomputed from each formula with another library's atomic masses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from molmass import Formula

ELEMENTS = {
    "boron": "B", "calcium": "Ca", "copper": "Cu", "fluoride": "F", "iodine": "I", "iron": "Fe", "magnesium": "Mg", "manganese": "Mn", "phosphorus": "P",
    "potassium": "K", "selenium": "Se", "silicon": "Si", "sodium": "Na", "strontium": "Sr", "zinc": "Zn",
}
# Standard atomic masses of some elements are ranges; sulfur's, the widest here, is 32.059 to 32.076.
MASSES_AGREE_TO = 1e-4
with (Path(__file__).resolve().parent.parent / "data" / "forms.csv").open(encoding="utf-8", newline="") as stream:
    FORMS = list(csv.DictReader(stream))
WITH_FRACTION = [form for form in FORMS if form["elemental_fraction"]]


def fraction(formula: str, symbol: str) -> float:
    return Formula(formula).composition()[symbol].fraction


@pytest.mark.parametrize(("formula", "symbol", "known"), [("CaCO3", "Ca", 0.4004), ("MgO", "Mg", 0.6030), ("CuSO4.5H2O", "Cu", 0.2545), ("Mg(OH)2", "Mg", 0.4168)])
def test_the_other_library_reads_formulas_as_we_write_them(formula, symbol, known):
    assert fraction(formula, symbol) == pytest.approx(known, abs=0.0001)


@pytest.mark.parametrize("form", WITH_FRACTION, ids=[form["form_id"] for form in WITH_FRACTION])
def test_an_elemental_fraction_follows_from_the_formula(form):
    printed = form["elemental_fraction"]
    half_unit = 0.5 * 10 ** -len(printed.partition(".")[2])
    computed = fraction(form["formula"], ELEMENTS[form["nutrient_id"]])
    assert abs(computed - float(printed)) <= half_unit + MASSES_AGREE_TO * computed


@pytest.mark.parametrize("form", FORMS, ids=[form["form_id"] for form in FORMS])
def test_a_fraction_stands_exactly_where_a_formula_of_an_element_does(form):
    assert bool(form["elemental_fraction"]) == bool(form["formula"] and form["nutrient_id"] in ELEMENTS)


@pytest.mark.parametrize("form", [form for form in FORMS if form["formula"]], ids=[form["form_id"] for form in FORMS if form["formula"]])
def test_a_name_that_states_its_water_has_a_formula_with_as_much(form):
    water = {"monohydrate": "H2O", "dihydrate": "2H2O", "trihydrate": "3H2O", "tetrahydrate": "4H2O", "pentahydrate": "5H2O", "hexahydrate": "6H2O",
             "heptahydrate": "7H2O", "decahydrate": "10H2O"}
    stated = [formula for word, formula in water.items() if form["name"].rstrip(")").endswith((f" {word}", f"{word}"))]
    assert [form["formula"].partition(".")[2]] == (stated or [""])

"""Absorption of calcium by load, against published means."""

from __future__ import annotations

import csv
import doctest
import math
from pathlib import Path

import pytest
from bone_nutrition import absorption

with (Path(__file__).resolve().parent.parent / "data" / "bioavailability.csv").open(encoding="utf-8", newline="") as stream:
    MEASURED = [row for row in csv.DictReader(stream) if row["citation_id"] == "heaney-1990"]
# As printed at http://onlinelibrary.wiley.com/doi/10.1002/jbmr.5650051107/abstract: mean percentages at the lowest and the highest load.
PUBLISHED = {15: 64.0, 500: 28.6}
# Milk in Table 1 of PMC5442193, the table that prints the equation.
MILK_LOAD_MG, MILK_PERCENT = 290, 32.1


@pytest.mark.parametrize(("load_mg", "percent"), PUBLISHED.items())
def test_the_line_meets_the_published_means_at_both_ends(load_mg, percent):
    assert absorption.calcium_fraction(load_mg) * 100 == pytest.approx(percent, abs=1.5)


def test_the_line_meets_milk_in_the_table_that_prints_it():
    assert absorption.calcium_fraction(MILK_LOAD_MG) * 100 == pytest.approx(MILK_PERCENT, abs=2.5)


def test_the_published_means_are_the_rows_of_the_source():
    assert {int(row["load"]): float(row["value"]) for row in MEASURED} == PUBLISHED


def test_each_doubling_of_the_load_takes_the_same_from_the_fraction():
    steps = [absorption.calcium_fraction(load) - absorption.calcium_fraction(2 * load) for load in (15, 60, 250)]
    assert steps == pytest.approx([0.0668] * 3, abs=0.0001)


@pytest.mark.parametrize("load_mg", [0, -300, 14.9, 500.1, math.nan, math.inf])
def test_a_load_that_was_not_measured_is_refused(load_mg):
    with pytest.raises(ValueError, match=r"between 15 and 500.*not "):
        absorption.calcium_fraction(load_mg)


def test_what_is_not_a_number_is_refused():
    with pytest.raises(TypeError):
        absorption.calcium_fraction("300")


def test_the_example_of_the_docstring_holds():
    assert doctest.testmod(absorption).failed == 0

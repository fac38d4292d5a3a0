"""Coverage as data: counted by hand on small tables, and never below the floor on the shipped ones."""

from __future__ import annotations

import csv
import json
import runpy
from pathlib import Path

import pytest
from bone_nutrition.export import coverage, readme
from bone_nutrition.models import MODELS
from tables import rows

HERE = Path(__file__).resolve().parent
FLOOR = json.loads((HERE.parent / "coverage_floor.json").read_text(encoding="utf-8"))

SMALL = {
    "nutrients": [{"nutrient_id": "calcium", "bone_relevance": "core"}, {"nutrient_id": "boron", "bone_relevance": "contested"}],
    "citations": [
        {"citation_id": "seen-2020", "verification": "identifier-seen", "publication_status": "no-notice-found"},
        {"citation_id": "unseen-2020", "verification": "title-seen", "publication_status": "not-checked"},
        {"citation_id": "usda-2018", "verification": "title-seen", "publication_status": "not-applicable"},
    ],
    "gaps": [{"nutrient_id": "boron", "table": "functions", "reason": "not-found", "searched_on": "2026-01-31"}],
    "food_sources": [
        {"food_id": "milk", "nutrient_id": "calcium", "citation_id": "usda-2018", "fdc_id": "171265", "is_preferred": "true"},
        {"food_id": "milk", "nutrient_id": "calcium", "citation_id": "unseen-2020", "read_in": "secondary-source", "is_preferred": "false"},
        {"food_id": "milk", "nutrient_id": "boron", "citation_id": "unseen-2020", "read_in": "secondary-source", "is_preferred": "true"},
    ],
    "functions": [{"function_id": "one", "nutrient_id": "calcium"}, {"function_id": "two", "nutrient_id": "calcium"}],
    "function_citations": [
        {"function_id": "one", "citation_id": "seen-2020"},
        {"function_id": "one", "citation_id": "unseen-2020"},
        {"function_id": "two", "citation_id": "unseen-2020"},
    ],
    "interactions": [{"interaction_id": "both", "subject_id": "boron", "object_id": "calcium"}],
}


@pytest.fixture(scope="module")
def small() -> dict:
    return coverage.coverage({name: rows(name, given) for name, given in SMALL.items()})


@pytest.fixture(scope="module")
def shipped(package: Path) -> dict:
    return coverage.coverage(coverage.read(package, MODELS))


def test_an_imported_value_counts_as_a_row_and_not_as_a_reading(small):
    cell = small["nutrients"]["calcium"]["tables"]["food_sources"]
    assert cell["rows"] == 1
    assert cell["verified"] == {"rows": 0, "of": 0, "share": None}


def test_a_row_is_verified_by_one_work_and_retraction_checked_by_all(small):
    cell = small["nutrients"]["calcium"]["tables"]["functions"]
    assert cell["verified"] == {"rows": 1, "of": 2, "share": 0.5}
    assert cell["retraction_checked"] == {"rows": 0, "of": 2, "share": 0.0}
    assert cell["secondary_source"] == {"rows": 0, "of": 0, "share": None}


def test_a_gap_stands_with_its_reason_and_a_row_about_two_nutrients_counts_for_both(small):
    boron, calcium = small["nutrients"]["boron"], small["nutrients"]["calcium"]
    assert (boron["tables"]["functions"]["gap"], boron["tables"]["functions"]["rows"], boron["gaps"]) == ("not-found", 0, 1)
    assert boron["tables"]["food_sources"]["secondary_source"]["share"] == 1.0
    assert boron["tables"]["interactions"]["rows"] == calcium["tables"]["interactions"]["rows"] == 1
    assert small["tables"]["interactions"]["rows"] == 1
    assert calcium["gaps"] == 0


def test_a_row_about_a_form_counts_for_the_nutrient_and_once_in_all():
    forms = [{"nutrient_id": "vitamin-k", "bone_relevance": "core"}, {"nutrient_id": "vitamin-k2", "parent_id": "vitamin-k"},
             {"nutrient_id": "menaquinone-7", "parent_id": "vitamin-k2"}]
    given = {"nutrients": forms, "citations": SMALL["citations"], "gaps": [{"nutrient_id": "vitamin-k", "table": "bioavailability", "reason": "not-searched"}],
             "bioavailability": [{"bioavailability_id": "half-life", "nutrient_id": "menaquinone-7", "citation_id": "seen-2020"}]}
    found = coverage.coverage({name: rows(name, cells) for name, cells in given.items()})
    assert [nutrient["tables"]["bioavailability"]["rows"] for nutrient in found["nutrients"].values()] == [1, 1, 1]
    assert (found["tables"]["bioavailability"]["rows"], found["all"]["verified"]["share"]) == (1, 1.0)
    assert coverage.markdown(found)[2].startswith("| vitamin-k | 1 |")


def test_of_intakes_it_counts_known_endpoints_and_of_results_intervals():
    given = {"nutrients": SMALL["nutrients"], "citations": SMALL["citations"], "gaps": [],
             "reference_intakes": [{"intake_id": "a", "nutrient_id": "calcium", "citation_id": "seen-2020", "criterion": "calcium balance"},
                                   {"intake_id": "b", "nutrient_id": "calcium", "citation_id": "seen-2020", "criterion": ""}],
             "effect_estimates": [{"effect_id": "c", "exposure_id": "calcium", "citation_id": "seen-2020", "ci_low": "0.9"}]}
    cells = coverage.coverage({name: rows(name, cells) for name, cells in given.items()})["nutrients"]["calcium"]["tables"]
    assert cells["reference_intakes"]["with_endpoint"] == {"rows": 1, "of": 2, "share": 0.5}
    assert cells["effect_estimates"]["with_interval"] == {"rows": 1, "of": 1, "share": 1.0}
    assert cells["effect_estimates"]["with_endpoint"]["of"] == cells["reference_intakes"]["with_interval"]["of"] == 0


def test_the_counts_of_the_floor(small):
    assert coverage.floor(small) == {"rows": 5, "verified_rows": 1, "retraction_checked_rows": 0, "verified_works": 1, "checked_works": 2,
                                     "nutrients_without_gap": 1, "cells_without_gap": 5}


def test_the_readme_shows_numbers_or_the_reason_why_there_are_none(small):
    assert [line for line in coverage.markdown(small, "contested") if line.startswith("| boron")] == [
        "| boron | not found | 1 | 1 | 0 % | 0 % | 100 % |  |  |"]
    assert coverage.markdown(small)[0].startswith("| nutrient | functions | food values | interactions | verified |")


def test_the_shipped_counts_are_those_of_the_files(package, shipped):
    with (package / "data" / "effect_estimates.csv").open(encoding="utf-8", newline="") as stream:
        exposures = [row["exposure_id"] for row in csv.DictReader(stream)]
    vitamin_d = ("vitamin-d", "vitamin-d2", "vitamin-d3", "calcifediol", "calcitriol")
    assert shipped["nutrients"]["vitamin-d"]["tables"]["effect_estimates"]["rows"] == sum(map(exposures.count, vitamin_d)) > 0
    assert sum(shipped["gaps"].values()) == sum(nutrient["gaps"] for nutrient in shipped["nutrients"].values())


def test_every_cell_of_the_shipped_coverage_has_rows_or_a_gap(shipped):
    assert [(name, table) for name, nutrient in shipped["nutrients"].items() for table, cell in nutrient["tables"].items()
            if cell["rows"] == 0 and cell["gap"] is None] == []


@pytest.mark.parametrize("count", FLOOR)
def test_no_count_falls_below_the_floor(shipped, count):
    assert coverage.floor(shipped)[count] >= FLOOR[count], "rows were lost; if they had to go, say so in the changelog and lower this floor by hand"


def test_every_count_has_a_floor(shipped):
    assert coverage.floor(shipped).keys() == FLOOR.keys()


def test_raising_the_floor_never_lowers_a_count(package):
    raised = runpy.run_path(str(package / "scripts" / "coverage.py"))["raised"]
    assert raised({"rows": 10, "works": 5}, {"rows": 8, "works": 6, "new": 1}) == {"rows": 10, "works": 6, "new": 1}


def test_the_file_says_what_it_is_of_and_holds_no_clock(package, tmp_path):
    published = {table: 1 for table in MODELS if (package / "data" / f"{table}.csv").exists()}
    path = coverage.write(package, published, tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert {"name", "version", "nutrients", "tables", "all", "gaps", "works"} == document.keys()
    assert coverage.write(package, {"foods": 1}, tmp_path) is None


def test_a_readme_without_a_marker_is_refused(tmp_path):
    (tmp_path / readme.FILE).write_text("<!-- tables: generated by make --><!-- end of tables -->", encoding="utf-8")
    with pytest.raises(ValueError, match="around the table of coverage"):
        readme.readme_bytes(tmp_path, {"foods": 1})

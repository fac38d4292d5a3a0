"""The package as shipped: fast checks of bytes first, slower ones of rows below."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from bone_nutrition import building, formatting

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTOR = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = DESCRIPTOR["resources"]
FILES = sorted((ROOT / "data").glob("*.csv"))
DATA_PACKAGE_2 = "https://datapackage.org/profiles/2.0/"

each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=[resource["name"] for resource in RESOURCES])
each_file = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


def data_of(name: str) -> list[dict[str, str]]:
    """Rows by the standard library alone."""
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def known(name: str) -> list[dict[str, str]]:
    """Values read by hand in the sources, as a table beside this file."""
    with Path(__file__).with_name(f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# Bytes


@each_resource
def test_size_and_hash_in_the_descriptor_are_those_of_the_file(resource):
    content = (ROOT / resource["path"]).read_bytes()
    assert resource["bytes"] == len(content)
    assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()


@each_resource
def test_row_count_and_columns_in_the_descriptor_are_those_of_the_file(resource):
    rows = data_of(resource["name"])
    assert resource["rows"] == len(rows)
    assert [field["name"] for field in resource["schema"]["fields"]] == list(rows[0])


def test_the_descriptor_names_every_table_file_and_no_other():
    assert sorted(resource["path"] for resource in RESOURCES) == [f"data/{file.name}" for file in FILES]


@each_file
def test_a_table_file_is_plain_unix_utf_8(file):
    content = file.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    content.decode("utf-8")


@each_file
def test_a_table_file_is_in_canonical_form(file):
    assert formatting.canonical(file) == file.read_bytes()


def test_the_descriptor_says_that_it_is_a_data_package_2():
    assert DESCRIPTOR["$schema"] == DATA_PACKAGE_2 + "datapackage.json"
    assert {resource["$schema"] for resource in RESOURCES} == {DATA_PACKAGE_2 + "dataresource.json"}
    assert {resource["schema"]["$schema"] for resource in RESOURCES} == {DATA_PACKAGE_2 + "tableschema.json"}


def test_the_descriptor_names_licence_contributors_sources_and_version():
    assert [licence["name"] for licence in DESCRIPTOR["licenses"]] == ["CC-BY-4.0"]
    assert all(contributor["title"] for contributor in DESCRIPTOR["contributors"])
    assert any("FoodData Central" in source["title"] and source["path"].startswith("https://") for source in DESCRIPTOR["sources"])
    assert [int(part) >= 0 for part in DESCRIPTOR["version"].split(".")] == [True] * 3


@each_resource
def test_every_column_says_what_it_means(resource):
    for field in resource["schema"]["fields"]:
        assert field["title"].strip(), field["name"]
        assert field["description"].strip().endswith("."), field["name"]
        assert field.get("unit", "1").strip(), field["name"]


@each_resource
def test_every_enumeration_gives_its_labels_and_closes_the_vocabulary(resource):
    for field in resource["schema"]["fields"]:
        if "categories" in field:
            assert field["constraints"]["enum"] == [category["value"] for category in field["categories"]], field["name"]
            assert all(category["label"] for category in field["categories"]), field["name"]


@each_resource
def test_keys_name_columns_that_exist(resource):
    columns = {table["name"]: {field["name"] for field in table["schema"]["fields"]} for table in RESOURCES}
    own = columns[resource["name"]]
    assert set(resource["schema"]["primaryKey"]) <= own
    for key in resource["schema"].get("foreignKeys", ()):
        assert set(key["fields"]) <= own
        assert set(key["reference"]["fields"]) <= columns[key["reference"]["resource"] or resource["name"]]


def test_every_published_relation_is_a_foreign_key():
    names = {resource["name"] for resource in RESOURCES}
    for resource in RESOURCES:
        declared = {key["fields"][0] for key in resource["schema"].get("foreignKeys", ())}
        single = {field["name"] for field in resource["schema"]["fields"] if field.get("references") in names and field["type"] != "list"}
        assert declared == single, resource["name"]


# Rows


@pytest.fixture(scope="module")
def checked():
    return building.stale(ROOT)


def test_the_shipped_package_has_no_fault(checked):
    _, report = checked
    assert [str(fault) for fault in report.faults] == []
    assert report.rows == {resource["name"]: resource["rows"] for resource in RESOURCES}


def test_nothing_generated_is_stale(checked):
    lines, _ = checked
    assert lines == []


def test_frictionless_finds_nothing_to_say():
    # In a process of its own, as a stranger would run it, from the package folder.
    program = "import sys, frictionless; report = frictionless.Package('datapackage.json').validate(); print(report.to_summary()); sys.exit(not report.valid)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_frictionless_would_have_found_a_broken_key(small):
    # The stranger's check is only worth something if it can fail.
    import frictionless

    foods = small / "data" / "foods.csv"
    content = foods.read_bytes().replace(b"kale-raw,", b"kale-rare,")
    foods.write_bytes(content)
    descriptor = json.loads((small / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = [resource for resource in descriptor["resources"] if resource["name"] == "foods"]
    resource |= {"bytes": len(content), "hash": "sha256:" + hashlib.sha256(content).hexdigest()}
    (small / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    report = frictionless.Package(str(small / "datapackage.json")).validate()
    assert "foreign-key" in {error[0] for error in report.flatten(["type"])}


@pytest.fixture(scope="module")
def food_values():
    """Shipped values by release, the food's number in that release, and FoodData Central nutrient id."""
    number = {"usda-sr-legacy-2018": "ndb_number", "usda-foundation-2025": "foundation_ndb_number"}
    foods = {food["food_id"]: food for food in data_of("foods")}
    return {(value["citation_id"], foods[value["food_id"]][number[value["citation_id"]]], value["fdc_nutrient_id"]): value
            for value in data_of("food_sources") if value["citation_id"] in number}


@pytest.mark.parametrize("spot", known("spot_food_values"), ids=lambda spot: f"{spot['release']}-{spot['ndb_number']}-{spot['fdc_nutrient_id']}")
def test_a_food_value_is_the_one_in_the_usda_release(food_values, spot):
    value = food_values[spot["release"], spot["ndb_number"], spot["fdc_nutrient_id"]]
    assert (value["amount"], value["value_status"]) == (spot["amount"], spot["value_status"])


@pytest.fixture(scope="module")
def intakes():
    return [row for row in data_of("reference_intakes") if not row["superseded_by"]]


def applies_to(row: dict[str, str], spot: dict[str, str]) -> bool:
    same = ("authority", "nutrient_id", "value_type", "life_stage", "stage_detail", "condition", "is_increment", "unit", "per")
    age = int(spot["age_months"])
    in_band = int(row["age_min_months"] or 0) <= age < int(row["age_max_months"] or 1500)
    return in_band and row["sex"] in ("any", spot["sex"]) and all(row[name] == spot[name] for name in same)


@pytest.mark.parametrize("spot", known("spot_reference_intakes"),
                         ids=lambda spot: "-".join((spot["authority"], spot["nutrient_id"], spot["value_type"], spot["sex"], spot["life_stage"], spot["age_months"],
                                                    spot["condition"])))
def test_a_reference_intake_is_the_one_that_others_print(intakes, spot):
    (row,) = [row for row in intakes if applies_to(row, spot)]
    assert Decimal(row["value"]) == Decimal(spot["value"])

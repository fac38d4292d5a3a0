"""The SQLite database, read with sqlite3 as its users do."""

from __future__ import annotations

import csv
import json
import sqlite3

import pytest
from bone_nutrition.export import sqlite


@pytest.fixture(scope="module")
def published(package):
    return {resource["name"]: resource["rows"] for resource in json.loads((package / "datapackage.json").read_text())["resources"]}


@pytest.fixture(scope="module")
def database(package, published, tmp_path_factory):
    connection = sqlite3.connect(sqlite.write(package, published, tmp_path_factory.mktemp("sqlite")))
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def test_every_table_holds_every_row(database, package, published):
    for table, rows in published.items():
        assert database.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (rows,), table


def test_cells_are_those_of_the_csv(database, package):
    with (package / "data" / "foods.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found = database.execute("SELECT name, fortified, serving_g, ndb_number FROM foods WHERE food_id = ?", [row["food_id"]]).fetchone()
            flag = {"true": 1, "false": 0, "": None}[row["fortified"]]
            assert found == (row["name"], flag, float(row["serving_g"]) if row["serving_g"] else None, row["ndb_number"] or None)


@pytest.mark.parametrize("statement", [
    "INSERT INTO foods (food_id, name, food_group_id, preparation) VALUES ('x', 'X', 'no-such-group', 'raw')",
    "UPDATE foods SET preparation = 'burnt' WHERE food_id = 'kale-raw'",
    "UPDATE foods SET serving_g = -1 WHERE food_id = 'kale-raw'",
    "UPDATE foods SET name = NULL WHERE food_id = 'kale-raw'",
    "UPDATE food_sources SET amount = 'much' WHERE food_id = 'kale-raw' AND nutrient_id = 'calcium'",
    "INSERT INTO nutrients SELECT * FROM nutrients WHERE nutrient_id = 'calcium'",
])
def test_the_database_refuses_what_breaks_a_key_type_or_enumeration(database, statement):
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(statement)
    database.rollback()


def test_foods_are_ranked_with_the_share_of_an_intake(database):
    # Natto (NDB 16113) holds 217 mg of calcium in 100 g in SR Legacy; the RDA of women of 31 to 50 years is 1000 mg.
    per_100_g, serving_g, share = database.execute(
        "SELECT per_100_g, serving_g, serving_percent_of_intake FROM foods_ranked WHERE food_id = 'natto' AND nutrient_id = 'calcium'").fetchone()
    assert per_100_g == 217
    assert share == pytest.approx(217 * serving_g / 100 / 1000 * 100)


def test_every_view_can_be_read(database):
    for (view,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        assert database.execute(f"SELECT count(*) FROM {view}").fetchone()[0] > 0, view

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


def rows(package, table):
    with (package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_table_holds_every_row(database, package, published):
    for table, rows in published.items():
        assert database.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (rows,), table


def test_cells_are_those_of_the_csv(database, package):
    for row in rows(package, "foods"):
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


# Women of 31 to 50 years, from the tables of the National Academies, in the unit of the food values.
INTAKES = {
    "calcium": 1000, "copper": 0.9, "dietary-folate-equivalents": 400, "fluoride": 3000, "iron": 18, "magnesium": 320, "phylloquinone": 90, "potassium": 2600,
    "protein": 46, "vitamin-a": 700, "vitamin-c": 75, "vitamin-d": 15, "vitamin-e": 15, "zinc": 8,
}
PER = ("per_100_g", "per_serving", "per_100_kcal")


def test_foods_are_ranked_with_the_share_of_an_intake(database):
    # Natto (NDB 16113) holds 217 mg of calcium and 211 kcal in 100 g in SR Legacy; a cup weighs 175 g, the RDA is 1000 mg.
    found = database.execute(f"SELECT {', '.join(PER)}, {', '.join(f'percent_of_intake_{per}' for per in PER)}, intake_id FROM foods_ranked "
                             "WHERE food_id = 'natto' AND nutrient_id = 'calcium'").fetchone()
    assert found[:6] == pytest.approx((217, 379.75, 217 / 2.11, 21.7, 37.975, 21.7 / 2.11))
    assert found[6] == "nasem-calcium-rda-female-general-372-612"


def test_shares_are_of_the_intake_in_the_unit_of_the_food(database):
    held = dict(database.execute("SELECT nutrient_id, max(intake) FROM foods_ranked GROUP BY 1 HAVING min(intake) = max(intake)").fetchall())
    assert {nutrient: held.get(nutrient) for nutrient in INTAKES} == pytest.approx(INTAKES)
    # Water is recommended in litre, folate and niacin as equivalents that these food values do not count.
    none = database.execute("SELECT DISTINCT nutrient_id FROM foods_ranked WHERE intake_id IS NULL AND nutrient_id IN ('water', 'folate', 'niacin', 'energy')").fetchall()
    assert len(none) == 4
    share, amount = database.execute("SELECT percent_of_intake_per_serving, per_serving FROM foods_ranked WHERE food_id = 'kale-raw' AND nutrient_id = 'copper'").fetchone()
    assert share == pytest.approx(100 * amount / 0.9)


@pytest.mark.parametrize("nutrient", ["calcium", "phylloquinone", "menaquinone-7"])
@pytest.mark.parametrize("per", PER)
def test_ranks_are_those_worked_out_from_the_csv(database, package, nutrient, per):
    foods = {row["food_id"]: row for row in rows(package, "foods")}
    preferred = [row for row in rows(package, "food_sources") if row["is_preferred"] == "true" and row["amount"]]
    kcal = {row["food_id"]: float(row["amount"]) for row in preferred if row["nutrient_id"] == "energy"}

    def amount(row: dict[str, str]) -> float | None:
        of_food = {"per_100_g": 1, "per_serving": float(foods[row["food_id"]]["serving_g"] or 0) / 100, "per_100_kcal": 100 / kcal[row["food_id"]] if kcal.get(row["food_id"]) else 0}
        return float(row["amount"]) * of_food[per] if of_food[per] else None

    amounts = {row["food_id"]: amount(row) for row in preferred if row["nutrient_id"] == nutrient}
    known = sorted((value for value in amounts.values() if value is not None), reverse=True)
    found = {food_id: (value, rank) for food_id, value, rank in database.execute(f"SELECT food_id, {per}, rank_{per} FROM foods_ranked WHERE nutrient_id = ?", [nutrient])}
    assert found.keys() == amounts.keys()
    for food_id, value in amounts.items():
        held, rank = found[food_id]
        assert held == (None if value is None else pytest.approx(value)), food_id
        assert rank is None if value is None else known[rank - 1] == pytest.approx(value), food_id


def test_effects_come_with_their_work_and_its_standing(database, package):
    works = {row["citation_id"]: row for row in rows(package, "citations")}
    effects = {row["effect_id"]: works[row["citation_id"]] for row in rows(package, "effect_estimates")}
    found = {row[0]: row[1:] for row in database.execute("SELECT effect_id, title, doi, publication_status, affected_by_retraction FROM effects_cited")}
    assert found == {effect: tuple(work[name] or None for name in ("title", "doi", "publication_status", "affected_by_retraction")) for effect, work in effects.items()}
    assert any(status == "retracted" for _, _, status, _ in found.values())


def test_interactions_name_what_acts_and_what_is_acted_on(database, package):
    labels = {row["entity_id"]: row["label"] for row in rows(package, "entities")}
    found = {row[0]: row[1:] for row in database.execute("SELECT interaction_id, subject_label, object_label, via_label FROM interactions_labelled")}
    assert found == {row["interaction_id"]: (labels[row["subject_id"]], labels[row["object_id"]], labels.get(row["via_id"])) for row in rows(package, "interactions")}


def test_every_claim_stands_with_its_verdict_and_every_place_of_it(database, package):
    verdicts = dict(database.execute("SELECT claim_id, min(verdict) FROM claims_judged GROUP BY 1 HAVING min(verdict) = max(verdict)").fetchall())
    assert verdicts == {row["claim_id"]: row["verdict"] for row in rows(package, "claims")}
    titles = {row["article_id"]: row["title"] for row in rows(package, "articles")}
    places = {(row["claim_id"], titles[row["article_id"]], row["locator"]) for row in rows(package, "claim_occurrences")}
    assert set(database.execute("SELECT claim_id, article, locator FROM claims_judged WHERE article IS NOT NULL").fetchall()) == places


def test_every_question_stands_once_between_exposure_and_outcome_with_its_leading_result(database, package):
    effects = {row["effect_id"]: row for row in rows(package, "effect_estimates")}
    summaries = {row["question_id"]: row for row in rows(package, "evidence_summaries")}
    expected = {}
    for row in rows(package, "questions"):
        summary = summaries[row["question_id"]]
        leading = effects.get(summary["leading_effect_id"], {}).get("estimate")
        expected[row["question_id"]] = (row["exposure_id"], row["outcome_id"], summary["support"], float(leading) if leading else None)
    found = database.execute("SELECT question_id, exposure_id, outcome_id, support, estimate FROM nutrient_outcome").fetchall()
    assert len(found) == len(expected)
    assert {row[0]: row[1:] for row in found} == expected


def test_every_view_can_be_read(database):
    for (view,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        assert database.execute(f"SELECT count(*) FROM {view}").fetchone()[0] > 0, view

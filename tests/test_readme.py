"""The recipes of the README, run as they stand there; their numbers compared with ones worked out from the CSV alone."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from bone_nutrition.derive.evidence_summaries import RULE_VERSION

SHOWN = 20


def recipe(package: Path, language: str) -> str:
    """The first code block of that language in README.md."""
    return re.search(rf"```{language}\n(.*?)```", (package / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1]


def rows(package: Path, table: str) -> list[dict[str, str]]:
    with (package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def calcium_per_serving(package) -> dict[str, Decimal]:
    """Milligram of calcium in one serving, by name of the food."""
    foods = {row["food_id"]: row for row in rows(package, "foods") if row["serving_g"]}
    return {
        foods[row["food_id"]]["name"]: Decimal(row["amount"]) * Decimal(foods[row["food_id"]]["serving_g"]) / 100
        for row in rows(package, "food_sources")
        if row["nutrient_id"] == "calcium" and row["is_preferred"] == "true" and row["amount"] and row["food_id"] in foods
    }


def check_ranking(found: list[tuple[str, str, float]], calcium_per_serving: dict[str, Decimal]) -> None:
    """The largest amounts in order, each of the food that it stands beside; foods with equal amounts in any order."""
    amounts = [amount for _, _, amount in found]
    assert amounts == pytest.approx([float(amount) for amount in sorted(calcium_per_serving.values(), reverse=True)[:SHOWN]], abs=0.05)
    assert amounts == pytest.approx([float(calcium_per_serving[name]) for name, _, _ in found], abs=0.05)
    assert {unit for _, unit, _ in found} == {"mg"}


@pytest.mark.needs("Rscript")
def test_the_recipe_in_base_r(package, calcium_per_serving):
    program = recipe(package, "r") + 'write.csv(best, stdout(), row.names = FALSE)\nstopifnot("09001" %in% read("foods")$ndb_number)\n'
    done = subprocess.run(["Rscript", "--vanilla", "-e", program], cwd=package, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    check_ranking([(row["name"], row["unit"], float(row["per_serving"])) for row in found], calcium_per_serving)


def test_the_recipe_in_duckdb(package, calcium_per_serving, monkeypatch):
    monkeypatch.chdir(package)
    with duckdb.connect() as database:
        found = database.execute(recipe(package, "sql")).fetchall()
    check_ranking([(name, unit, per_serving) for name, _, unit, per_serving in found], calcium_per_serving)


def test_the_recipe_in_python(package):
    lines = recipe(package, "python").splitlines()
    ranking = next(line for line in lines if ".nlargest(" in line)
    names: dict = {}
    exec("\n".join(line.replace(ranking, f"found = {ranking}") for line in lines), names)
    foods = {row["food_id"]: row["name"] for row in rows(package, "foods")}
    amounts = {foods[row["food_id"]]: float(row["amount"]) for row in rows(package, "food_sources")
               if row["nutrient_id"] == "phylloquinone" and row["is_preferred"] == "true" and row["amount"]}
    found = names["found"]
    assert found["amount"].tolist() == sorted(amounts.values(), reverse=True)[:10]
    assert [amounts[name] for name in found["name"]] == found["amount"].tolist()


def test_the_rule_of_the_summaries_is_told_in_its_version(package):
    assert re.findall(r"rule version (\d+)", (package / "README.md").read_text(encoding="utf-8")) == [RULE_VERSION]

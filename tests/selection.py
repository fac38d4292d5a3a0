"""A small valid package cut from a large one, for tests that build or validate many times."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from bone_nutrition import building, schema
from bone_nutrition.files import csv_bytes, read_rows

TABLES = ("nutrients", "nutrient_fdc_ids", "entities", "mappings", "foods", "food_sources", "derivations", "citations", "exceptions", "gaps")
Tables = dict[str, list[dict[str, str]]]


def cut(package: Path, target: Path, foods: Collection[str]) -> None:
    """Write the package of these foods, with everything that their rows name and nothing else, to the folder ``target``."""
    tables = {name: read_rows(file) for name in TABLES if (file := package / "data" / f"{name}.csv").exists()}
    foods = {*foods, *foods_of_core_nutrients(tables, foods)}
    tables["foods"] = [row for row in tables["foods"] if row["food_id"] in foods]
    tables["food_sources"] = [row for row in tables["food_sources"] if row["food_id"] in foods]
    tables["exceptions"] = [row for row in tables["exceptions"] if row["row_id"] in keys(tables, row["table"])]
    if "gaps" in tables:
        tables["gaps"] = [row for row in tables["gaps"] if row["table"] == "food_sources"]
    tables["citations"] = used(tables, "citations")
    tables["derivations"] = used(tables, "derivations")
    nutrient_entities = [row for row in tables["entities"] if row["type"] == "nutrient"]
    tables["entities"] = schema.sorted_rows("entities", [*used(tables, "entities"), *nutrient_entities])
    tables["mappings"] = [row for row in tables["mappings"] if row["subject_id"] in keys(tables, row["subject_table"])]
    (target / "data").mkdir(parents=True)
    shutil.copy(package / "LICENSE", target)
    for name, rows in tables.items():
        if not rows:
            continue
        (target / "data" / f"{name}.csv").write_bytes(csv_bytes(list(schema.columns(name)), rows))
    building.build(target)


def foods_of_core_nutrients(tables: Tables, foods: Collection[str]) -> set[str]:
    """For each core nutrient of which these foods have no value, the first food that has one: the rule core-covered wants it."""
    present = {row["nutrient_id"] for row in tables["food_sources"] if row["food_id"] in foods}
    core = {row["nutrient_id"] for row in tables["nutrients"] if row["bone_relevance"] == "core"} - present
    first = {row["nutrient_id"]: row["food_id"] for row in reversed(tables["food_sources"])}
    return {first[nutrient] for nutrient in core if nutrient in first}


def keys(tables: Mapping[str, Sequence[Mapping[str, str]]], table: str) -> set[str]:
    return {schema.row_key(table, row) for row in tables.get(table, ())}


def used(tables: Tables, target: str) -> list[dict[str, str]]:
    """Rows of a table that other tables name."""
    named = {row[column] for name, rows in tables.items() if name != target
             for column, metadata in schema.references(name).items() if metadata["references"] == target for row in rows}
    key = schema.primary_key(target)[0]
    return [row for row in tables[target] if row[key] in named]

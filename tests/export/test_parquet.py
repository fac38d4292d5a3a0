"""The Parquet files, read with DuckDB and pyarrow as their users do."""

from __future__ import annotations

import json

import duckdb
import pyarrow.parquet as pq
import pytest
from bone_nutrition.export import parquet


@pytest.fixture(scope="module")
def published(package):
    return {resource["name"]: resource["rows"] for resource in json.loads((package / "datapackage.json").read_text())["resources"]}


@pytest.fixture(scope="module")
def folder(package, published, tmp_path_factory):
    target = tmp_path_factory.mktemp("parquet")
    parquet.write(package, published, target)
    return target / "parquet"


def test_duckdb_finds_every_row_and_the_same_sum_as_in_the_csv(folder, package, published):
    for table, rows in published.items():
        assert duckdb.execute(f"SELECT count(*) FROM '{folder}/{table}.parquet'").fetchone() == (rows,)
    query = "SELECT round(sum(amount), 3), count(amount), count(*) FILTER (is_preferred) FROM '{}'"
    assert duckdb.execute(query.format(folder / "food_sources.parquet")).fetchone() == duckdb.execute(query.format(package / "data" / "food_sources.csv")).fetchone()


def test_types_and_units_are_declared(folder):
    foods = pq.read_schema(folder / "foods.parquet")
    assert str(foods.field("serving_g").type) == "double"
    assert foods.field("serving_g").metadata[b"unit"] == b"g"
    assert str(foods.field("fortified").type) == "bool"
    assert str(foods.field("synonyms").type) == "list<element: string>"
    assert not foods.field("food_id").nullable
    assert str(pq.read_schema(folder / "reference_intakes.parquet").field("read_on").type) == "date32[day]"

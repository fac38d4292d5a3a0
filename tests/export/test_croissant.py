"""The Croissant description, validated and loaded with mlcroissant."""

from __future__ import annotations

import itertools
import json
import logging

import mlcroissant
import pytest
from bone_nutrition.export import croissant, parquet
from bone_nutrition.files import read_rows


@pytest.fixture(scope="module")
def published(package):
    return {resource["name"]: resource["rows"] for resource in json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]}


@pytest.fixture(scope="module")
def path(package, published, tmp_path_factory):
    target = tmp_path_factory.mktemp("croissant")
    parquet.write(package, published, target)
    return croissant.write(package, published, target)


@pytest.fixture(scope="module")
def dataset(path):
    return mlcroissant.Dataset(path)


def test_it_is_valid_without_a_warning(path, caplog):
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(path)
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    assert not caplog.records


def test_every_table_can_be_loaded(dataset, published):
    assert [record_set.id for record_set in dataset.metadata.record_sets] == list(published)
    for table, rows in published.items():
        assert len(list(itertools.islice(dataset.records(table), 2))) == min(rows, 2), table


def test_values_are_those_of_the_csv(dataset, package):
    rows = read_rows(package / "data" / "foods.csv")
    records = list(dataset.records("foods"))
    assert len(records) == len(rows)
    for row, record in zip(rows, records):
        assert record["foods/food_id"].decode() == row["food_id"]
        # Text stays text: a leading zero survives.
        assert (record["foods/ndb_number"] or b"").decode() == row["ndb_number"]
        if row["serving_g"]:
            assert record["foods/serving_g"] == float(row["serving_g"])


def test_a_changed_file_is_refused(package, tmp_path):
    parquet.write(package, {"derivations": 1}, tmp_path)
    path = croissant.write(package, {"derivations": 1}, tmp_path)
    with (tmp_path / "parquet" / "derivations.parquet").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(Exception, match="Hash of downloaded file|generation"):
        next(iter(mlcroissant.Dataset(path).records("derivations")))


def test_two_writes_give_the_same_bytes(path, package, published):
    before = path.read_bytes()
    assert croissant.write(package, published, path.parent).read_bytes() == before

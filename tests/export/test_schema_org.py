"""The schema.org description, read as RDF and held against the vocabulary that rdflib carries."""

from __future__ import annotations

import json

import pytest
import rdflib
from bone_nutrition.export import archive, schema_org
from rdflib import RDF


@pytest.fixture(scope="module")
def published(package):
    return {resource["name"]: resource["rows"] for resource in json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]}


@pytest.fixture(scope="module")
def path(package, published, tmp_path_factory):
    target = tmp_path_factory.mktemp("schema-org")
    archive.write(package, target)
    return schema_org.write(package, published, target)


@pytest.fixture(scope="module")
def graph(path):
    return rdflib.Graph().parse(path, format="json-ld")


def test_classes_and_properties_exist_in_schema_org(graph):
    terms = {*graph.objects(None, RDF.type), *graph.predicates()} - {RDF.type}
    assert rdflib.SDO.Dataset in terms
    assert [term for term in terms if term not in rdflib.SDO] == []


def test_the_package_is_one_dataset_with_a_part_for_each_table(graph, published):
    (root,) = {*graph.subjects(rdflib.SDO.hasPart)}
    assert (root, RDF.type, rdflib.SDO.Dataset) in graph
    assert {str(name) for part in graph.objects(root, rdflib.SDO.hasPart) for name in graph.objects(part, rdflib.SDO.name)} == set(published)
    for needed in (rdflib.SDO.name, rdflib.SDO.description, rdflib.SDO.license, rdflib.SDO.version, rdflib.SDO.creator, rdflib.SDO.datePublished):
        assert list(graph.objects(root, needed)), needed


def test_units_of_columns_are_told(graph):
    (column,) = [subject for subject in graph.subjects(rdflib.SDO.name, rdflib.Literal("serving_g"))]
    assert str(graph.value(column, rdflib.SDO.unitText)) == "g"


def test_downloads_are_those_that_stand_beside_it(graph, path):
    assert {str(url).rpartition("/")[2] for url in graph.objects(None, rdflib.SDO.contentUrl)} == {file.name for file in path.parent.glob("*.zip")}


def test_two_writes_give_the_same_bytes(path, package, published):
    before = path.read_bytes()
    assert schema_org.write(package, published, path.parent).read_bytes() == before

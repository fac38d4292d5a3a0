"""The knowledge graph, held against the schema and the classes of the biolink-model wheel."""

from __future__ import annotations

import csv
import json
from importlib.resources import files

import pytest
import yaml
from biolink_model.datamodel import pydanticmodel_v2 as biolink
from bone_nutrition.export import kgx
from bone_nutrition.files import read_rows
from bone_nutrition.models import entities, functions, interactions

LISTS = ("category", "synonym", "xref", "publications", "provided_by")


@pytest.fixture(scope="module")
def published(package):
    return {resource["name"]: resource["rows"] for resource in json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]}


@pytest.fixture(scope="module")
def paths(package, published, tmp_path_factory):
    return kgx.write(package, published, tmp_path_factory.mktemp("kgx"))


@pytest.fixture(scope="module")
def nodes(paths):
    return {row["id"]: row for row in read(paths[0])}


@pytest.fixture(scope="module")
def edges(paths):
    return {row["id"]: row for row in read(paths[1])}


@pytest.fixture(scope="module")
def schema():
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((files("biolink_model") / "schema" / "biolink_model.yaml").read_text(encoding="utf-8"), loader)


def read(path):
    """As KGX reads: tabs, no quotes."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def ancestors(declared, name):
    while name:
        yield name
        name = declared[name].get("is_a")


def test_categories_are_classes_of_biolink(nodes, edges, schema):
    classes = {"".join(word[0].upper() + word[1:] for word in name.split()): name for name in schema["classes"]}
    for row in nodes.values():
        assert "named thing" in ancestors(schema["classes"], classes[row["category"].removeprefix("biolink:")])
    for row in edges.values():
        assert "association" in ancestors(schema["classes"], classes[row["category"].removeprefix("biolink:")])


def test_predicates_are_biolinks_and_not_deprecated(schema):
    slots = {name.replace(" ", "_"): name for name in schema["slots"]}
    for predicate, _, _ in kgx.PREDICATE.values():
        assert "related to" in ancestors(schema["slots"], slots[predicate])
        assert not schema["slots"][slots[predicate]].get("deprecated")


def test_every_relation_and_type_of_our_tables_has_its_word():
    assert set(kgx.PREDICATE) == set(functions.RELATION) | set(interactions.RELATION)
    assert set(kgx.CATEGORY) == set(entities.ENTITY_TYPE)


def test_every_row_is_valid_for_its_class(nodes, edges):
    for row in (*nodes.values(), *edges.values()):
        filled = {name: cell.split("|") if name in LISTS else cell for name, cell in row.items() if cell}
        if "negated" in filled:
            filled["negated"] = filled["negated"] == "true"
        getattr(biolink, row["category"].removeprefix("biolink:"))(**filled)


def test_ids_have_prefixes_that_biolink_lists_for_the_category(nodes, schema):
    names = {"".join(word[0].upper() + word[1:] for word in name.split()): about for name, about in schema["classes"].items()}
    for category, allowed in kgx.IDENTIFYING.items():
        assert set(allowed) <= set(names[category]["id_prefixes"])
    for row in nodes.values():
        prefix = row["id"].partition(":")[0]
        assert prefix == "bone-nutrition.entities" or prefix in kgx.IDENTIFYING[row["category"].removeprefix("biolink:")]


def test_every_entity_is_a_node_and_every_function_and_interaction_an_edge_between_nodes(nodes, edges, package):
    def count(table):
        return len(read_rows(package / "data" / f"{table}.csv"))

    assert len(nodes) == count("entities")
    assert len(edges) == count("functions") + count("interactions")
    assert {edge[end] for edge in edges.values() for end in ("subject", "object")} <= set(nodes)


def test_an_edge_keeps_relation_direction_and_works(edges, nodes):
    edge = next(row for row in edges.values() if row["original_predicate"] == "bone-nutrition.interactions.relation:decreases-absorption-of")
    assert (edge["predicate"], edge["object_aspect_qualifier"], edge["object_direction_qualifier"]) == ("biolink:affects", "absorption", "decreased")
    assert nodes["CHEBI:22984"]["name"] == "Calcium"
    assert any("PMID:" in row["publications"] for row in edges.values())


def test_no_edge_rests_on_retracted_work(edges, package):
    works = read_rows(package / "data" / "citations.csv")
    retracted = {f"PMID:{row['pmid']}" for row in works if row["publication_status"] in kgx.UNSOUND and row["pmid"]}
    assert not retracted & {work for row in edges.values() for work in row["publications"].split("|")}


def test_what_is_refuted_or_not_known_is_negated(edges, package):
    absent = {f"bone-nutrition.{table}s:{row[f'{table}_id']}"
              for table in ("function", "interaction") for row in read_rows(package / "data" / f"{table}s.csv")
              if row["status"] == "refuted" or row["relation"] == "no-known-effect-on"}
    assert {id_ for id_, row in edges.items() if row["negated"] == "true"} == absent


def test_two_writes_give_the_same_bytes(paths, package, published, tmp_path):
    for before, after in zip(paths, kgx.write(package, published, tmp_path)):
        assert before.read_bytes() == after.read_bytes()

"""The mappings, read with sssom-pydantic, and held against the SSSOM schema."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import bioregistry
import pytest
import sssom_pydantic
import yaml
from bone_nutrition.export import prefixes, sssom
from bone_nutrition.files import read_rows
from bone_nutrition.models.shared import CURIE_PATTERNS

ROWS = {"nutrients": 1, "forms": 1, "entities": 1, "foods": 1, "mappings": 1}


@pytest.fixture(scope="module")
def path(package, tmp_path_factory):
    (path,) = sssom.write(package, ROWS, tmp_path_factory.mktemp("sssom"))
    return path


def test_every_mapping_is_read(path, package):
    read = {(str(mapping.subject.curie), mapping.object.curie): mapping for mapping in sssom_pydantic.read(path).mappings}
    rows = read_rows(package / "data" / "mappings.csv")
    assert len(read) == len(rows)
    for row in rows:
        mapping = read[f"bone-nutrition.{row['subject_table']}:{row['subject_id']}", row["object_id"]]
        assert mapping.predicate.curie == row["predicate"]
        assert mapping.justification.curie == row["justification"]
        assert mapping.object.name == row["object_label"]
        assert mapping.subject.name
        assert (mapping.comment or "") == row["comment"]


def test_the_set_says_version_and_licence(path):
    about = sssom_pydantic.read(path).mapping_set
    assert about.version in path.name
    assert str(about.license) == "https://creativecommons.org/licenses/by/4.0/"


def test_columns_and_header_are_slots_of_the_sssom_schema(path):
    # Found, not imported: importing it warns of its own age.
    (folder,) = find_spec("sssom_schema").submodule_search_locations
    schema = yaml.safe_load((Path(folder) / "schema" / "sssom_schema.yaml").read_text(encoding="utf-8"))
    classes = {name: set(about["slots"]) for name, about in schema["classes"].items() if "slots" in about}
    assert set(sssom.COLUMNS) <= classes["mapping"]
    assert set(sssom.metadata()) - {"curie_map"} <= classes["mapping set"]
    required = {slot for slot in classes["mapping set"] if (schema["slots"].get(slot) or {}).get("required")}
    assert required - {"mappings"} <= set(sssom.metadata())


def test_every_prefix_that_tables_may_use_has_its_address():
    assert set(prefixes.REGISTRIES) == set(CURIE_PATTERNS)


@pytest.mark.parametrize("prefix", sorted(set(prefixes.REGISTRIES) - {"infoods"}))
def test_addresses_are_among_those_that_bioregistry_knows(prefix):
    known = bioregistry.get_resource(prefix).get_uri_prefixes()
    assert any(_bare(prefixes.REGISTRIES[prefix]) == _bare(address) for address in known)


def test_two_writes_give_the_same_bytes(path, package, tmp_path):
    (again,) = sssom.write(package, ROWS, tmp_path)
    assert again.read_bytes() == path.read_bytes()


def _bare(address):
    return address.partition("://")[2].removeprefix("www.").lower()

"""The Zenodo metadata, held against what Zenodo's deposit interface documents."""

from __future__ import annotations

import json

import jsonschema
from bone_nutrition.export import zenodo
from bone_nutrition.metadata import package as about

# The fields that we use, from https://developers.zenodo.org/#representation.
DEPOSIT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "upload_type", "description", "creators", "access_right", "license"],
    "properties": {
        "title": {"type": "string", "minLength": 3},
        "description": {"type": "string", "pattern": "^<p>"},
        "upload_type": {"enum": ["publication", "poster", "presentation", "dataset", "image", "video", "software", "lesson", "other"]},
        "version": {"type": "string"},
        "publication_date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]},
        "license": {"type": "string", "pattern": "^[a-z0-9.-]+$"},
        "language": {"type": "string", "pattern": "^[a-z]{3}$"},
        "creators": {"type": "array", "minItems": 1, "items": {
            "type": "object", "additionalProperties": False, "required": ["name"],
            "properties": {"name": {"type": "string"}, "affiliation": {"type": "string"}, "orcid": {"type": "string"}}}},
        "keywords": {"type": "array", "items": {"type": "string"}},
        "related_identifiers": {"type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["identifier", "relation"],
            "properties": {
                "identifier": {"type": "string", "pattern": "^https?://"}, "relation": {"enum": ["isDerivedFrom"]},
                "resource_type": {"enum": ["dataset"]}}}},
    },
}


def test_it_is_what_a_deposit_takes():
    jsonschema.validate(json.loads(zenodo.zenodo_json_bytes()), DEPOSIT)


def test_it_says_what_the_package_says():
    metadata = zenodo.metadata()
    assert metadata["version"] == about()["version"]
    assert metadata["publication_date"] == about()["created"].isoformat()
    assert metadata["license"] == "cc-by-4.0"
    assert len(metadata["related_identifiers"]) == len(about()["sources"])

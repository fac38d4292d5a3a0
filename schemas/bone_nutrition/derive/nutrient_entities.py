"""Rows of type nutrient in ``entities``, generated from ``nutrients``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Rows = Sequence[Mapping[str, str]]


def derive(entities: Rows, nutrients: Rows) -> list[dict[str, str]]:
    """Entities with one row per nutrient; rows of other types stand as they are."""
    curated = [dict(row) for row in entities if row["type"] != "nutrient"]
    generated = [{
        "entity_id": nutrient["nutrient_id"],
        "label": nutrient["name"],
        "type": "nutrient",
        "curie": nutrient["chebi"] or nutrient["cdno"],
        "synonyms": nutrient["synonyms"],
        "description": nutrient["description"],
    } for nutrient in nutrients]
    return curated + generated

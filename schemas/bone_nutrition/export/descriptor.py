"""``datapackage.json``: the published contract, as a Data Package 2.0 descriptor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .. import schema
from ..loading import DESCRIPTOR
from ..metadata import package

FILE = DESCRIPTOR
PACKAGE_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
RESOURCE_PROFILE = "https://datapackage.org/profiles/2.0/dataresource.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"

_CONSTRAINTS = {"minimum": "minimum", "exclusive_minimum": "exclusiveMinimum", "maximum": "maximum", "unique": "unique"}


def descriptor(folder: Path, rows: Mapping[str, int]) -> dict[str, Any]:
    """The descriptor of the package in ``folder`` whose published tables have these numbers of rows."""
    about = package()
    return {
        "$schema": PACKAGE_PROFILE,
        "name": about["name"],
        "title": about["title"],
        "description": about["description"],
        "version": about["version"],
        "created": f"{about['created'].isoformat()}T00:00:00Z",
        "keywords": about["keywords"],
        "licenses": about["licenses"],
        "contributors": about["contributors"],
        "sources": about["sources"],
        "resources": [resource(folder, table, count, rows) for table, count in rows.items()],
    }


def descriptor_bytes(folder: Path, rows: Mapping[str, int]) -> bytes:
    return (json.dumps(descriptor(folder, rows), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def resource(folder: Path, table: str, rows: int, published: Collection[str]) -> dict[str, Any]:
    """One table; ``rows``, ``unit``, ``change`` and the like are custom properties, which the standard allows."""
    path = f"data/{table}.csv"
    content = (folder / path).read_bytes()
    return {
        "$schema": RESOURCE_PROFILE,
        "name": table,
        "type": "table",
        "path": path,
        "description": schema.description(table),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
        "rows": rows,
        "schema": table_schema(table, published),
    }


def table_schema(table: str, published: Collection[str]) -> dict[str, Any]:
    """Table Schema of one table; foreign keys only to published tables."""
    declared: dict[str, Any] = {
        "$schema": SCHEMA_PROFILE,
        "fields": [_field(name, metadata) for name, metadata in schema.columns(table).items()],
        "missingValues": [""],
        "primaryKey": list(schema.primary_key(table)),
    }
    foreign_keys = [_foreign_key(name, table, metadata["references"]) for name, metadata in schema.references(table).items()
                    if metadata["type"] != "list" and metadata["references"] in published]
    if foreign_keys:
        declared["foreignKeys"] = foreign_keys
    unique_keys = schema.unique_keys(table)
    if unique_keys:
        declared["uniqueKeys"] = unique_keys
    return declared


def _field(name: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": metadata["type"], "title": metadata["title"], "description": metadata["description"]}
    if metadata["type"] == "list":
        field |= {"delimiter": "|", "itemType": "string"}
    if metadata["type"] == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if "enum" in metadata:
        field["categories"] = [{"value": value, "label": label} for value, label in metadata["enum"].items()]
    constraints: dict[str, Any] = {"required": metadata["required"]}
    constraints |= {theirs: metadata[ours] for ours, theirs in _CONSTRAINTS.items() if ours in metadata}
    if "enum" in metadata:
        constraints["enum"] = list(metadata["enum"])
    elif "pattern" in metadata and metadata["type"] == "string":
        constraints["pattern"] = f"^(?:{metadata['pattern']})$"
    field["constraints"] = constraints
    for ours, theirs in (("unit", "unit"), ("change", "change"), ("derived", "derived"), ("references", "references"), ("of_type", "ofType"), ("says", "patternMeaning")):
        if ours in metadata:
            field[theirs] = list(metadata[ours]) if isinstance(metadata[ours], tuple) else metadata[ours]
    return field


def _foreign_key(name: str, table: str, target: str) -> dict[str, Any]:
    return {"fields": [name], "reference": {"resource": "" if target == table else target, "fields": [schema.primary_key(target)[0]]}}

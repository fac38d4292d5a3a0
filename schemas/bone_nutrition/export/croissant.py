"""The package in Croissant, the JSON-LD format by which tools for machine learning find and load data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import citing, schema
from ..metadata import package
from .prefixes import own_iri

FILE = "croissant.json"
TYPE = {"number": "sc:Float", "integer": "sc:Integer", "boolean": "sc:Boolean", "date": "sc:Date"}
# The context that the specification of Croissant 1.0 prescribes.
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def write(folder: Path, rows: Mapping[str, int], target: Path) -> Path:
    """Write the description of the Parquet files in ``target/parquet``, which must stand there, into the folder ``target``.

    Parquet and not CSV, because readers of Croissant guess the types of a CSV file and then lose leading zeros and ``NA``.
    """
    path = target / FILE
    path.write_text(json.dumps(dataset(rows, target), ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    return path


def dataset(rows: Iterable[str], target: Path) -> dict[str, Any]:
    about = package()
    created = about["created"].isoformat()
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": about["name"],
        "alternateName": about["title"],
        "description": about["description"].strip(),
        "version": about["version"],
        "license": about["licenses"][0]["path"],
        "url": about.get("homepage", own_iri()),
        "keywords": about["keywords"],
        "creator": [{"@type": "sc:Organization", "name": contributor["title"]} for contributor in about["contributors"]],
        "datePublished": created,
        "citeAs": citing.bibtex(citing.package_as_work({**about, "created": created})),
        "isLiveDataset": False,
        "distribution": [_file(table, target) for table in rows],
        "recordSet": [_record_set(table) for table in rows],
    }


def _file(table: str, target: Path) -> dict[str, Any]:
    name = f"parquet/{table}.parquet"
    content = (target / name).read_bytes()
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": f"{table}.parquet",
        "contentUrl": name,
        "contentSize": f"{len(content)} B",
        "encodingFormat": "application/x-parquet",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _record_set(table: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": schema.description(table),
        "key": [{"@id": f"{table}/{name}"} for name in schema.primary_key(table)],
        "field": [_field(table, name, metadata) for name, metadata in schema.columns(table).items()],
    }


def _field(table: str, name: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """One column. A key of another table is named in the description only: mlcroissant joins what stands in ``references``, and only the first."""
    about = [metadata["description"]]
    if metadata.get("unit"):
        about.append(f"Unit: {metadata['unit']}.")
    if metadata.get("references"):
        about.append(f"Key of {metadata['references']}.")
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{name}",
        "name": name,
        "description": " ".join(about),
        "dataType": TYPE.get(metadata["type"], "sc:Text"),
        "source": {"fileObject": {"@id": f"parquet/{table}.parquet"}, "extract": {"column": name}},
    }
    return field | ({"repeated": True} if metadata["type"] == "list" else {})

"""The package as a schema.org Dataset in JSON-LD, for search engines of data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import schema
from ..metadata import package
from .prefixes import own_iri

FILE = "schema-org.json"
# A vocabulary instead of the address of a context: it is read without the network.
CONTEXT = {"@vocab": "https://schema.org/"}
ENCODING = {
    "zip": "application/zip",
    "sqlite": "application/vnd.sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write(folder: Path, rows: Mapping[str, int], target: Path) -> Path:
    """Write the description into the folder ``target``; the downloads it names are those that stand there."""
    path = target / FILE
    path.write_text(json.dumps(dataset(rows, target), ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    return path


def dataset(rows: Iterable[str], target: Path) -> dict[str, Any]:
    about = package()
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": own_iri(),
        "name": about["title"],
        "description": about["description"].strip(),
        "version": about["version"],
        "datePublished": about["created"].isoformat(),
        "license": about["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "keywords": about["keywords"],
        "creator": [{"@type": "Organization", "name": contributor["title"]} for contributor in about["contributors"]],
        "isBasedOn": [{"@type": "CreativeWork", "name": source["title"], "url": source["path"]} for source in about["sources"]],
        "distribution": [_download(path) for path in sorted(target.iterdir()) if path.suffix[1:] in ENCODING],
        "hasPart": [table_dataset(table) for table in rows],
    }
    return described | ({"url": about["homepage"]} if "homepage" in about else {})


def _download(path: Path) -> dict[str, Any]:
    return {"@type": "DataDownload", "contentUrl": path.name, "encodingFormat": ENCODING[path.suffix[1:]], "contentSize": f"{path.stat().st_size} B"}


def table_dataset(table: str) -> dict[str, Any]:
    return {
        "@type": "Dataset",
        "@id": f"{own_iri()}:{table}",
        "name": table,
        "description": schema.description(table),
        "license": package()["licenses"][0]["path"],
        "variableMeasured": [_variable(name, metadata) for name, metadata in schema.columns(table).items()],
    }


def _variable(name: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    variable = {"@type": "PropertyValue", "name": name, "alternateName": metadata["title"], "description": metadata["description"]}
    return variable | ({"unitText": metadata["unit"]} if metadata.get("unit") else {})

"""``.zenodo.json``: what Zenodo shows of a release that it archives."""

from __future__ import annotations

import html
import json
from typing import Any

from ..metadata import package

FILE = ".zenodo.json"


def zenodo_json_bytes() -> bytes:
    return (json.dumps(metadata(), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def metadata() -> dict[str, Any]:
    """Metadata of a deposit, by the names of Zenodo's deposit interface."""
    about = package()
    return {
        "title": about["title"],
        "description": f"<p>{html.escape(about['description'].strip(), quote=False)}</p>",
        "upload_type": "dataset",
        "version": about["version"],
        "publication_date": about["created"].isoformat(),
        "access_right": "open",
        "license": about["licenses"][0]["name"].lower(),
        "language": "eng",
        "creators": [{"name": contributor["title"]} for contributor in about["contributors"]],
        "keywords": about["keywords"],
        "related_identifiers": [
            {"identifier": source["path"], "relation": "isDerivedFrom", "resource_type": "dataset"} for source in about["sources"]
        ],
    }

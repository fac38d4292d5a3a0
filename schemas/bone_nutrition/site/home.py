"""The home page, and what its finder looks through."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..derive.retraction import CONCERNING
from ..export import schema_org
from ..export.coverage import HEADINGS
from .contents import Contents
from .linked_data import Described
from .page import Page
from .persons import Intakes, as_data


def pages(contents: Contents, coverage: Mapping[str, Any], downloads: Path) -> Iterator[Page]:
    """``downloads`` is the folder of the files that the page offers."""
    core = [nutrient for nutrient in contents.rows("nutrients") if nutrient["bone_relevance"] == "core"]
    yield Page(
        "index.html", "home.html", "Nutrients and bone as open tables",
        "Open, versioned tables on nutrients and bone: food values, functions, interactions, reference intakes, evidence, with the work behind each number.",
        _described(contents, downloads),
        {"coverage": coverage, "checks": _checks(coverage), "unsound": _unsound(coverage), "core": core, "columns": HEADINGS,
         "downloads": {path.name: path.stat().st_size for path in sorted(downloads.iterdir())},
         "counts": {table: len(rows) for table, rows in contents.tables.items()}},
        scripts=("find.js",),
    )


def _checks(coverage: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """What was checked, of how many works or numbers it holds, and how many there are."""
    verification, status = (coverage["works"][column] for column in ("verification", "publication_status"))
    retractable = sum(status.values()) - status.get("not-applicable", 0)
    elsewhere = coverage["all"]["secondary_source"]
    return [
        ("Title, year and DOI or PMID read together", verification.get("identifier-seen", 0), sum(verification.values())),
        ("Work found, identifier not", verification.get("title-seen", 0), sum(verification.values())),
        ("Joined with the list of retractions", retractable - status.get("not-checked", 0), retractable),
        ("Numbers read in the work itself", elsewhere["of"] - elsewhere["rows"], elsewhere["of"]),
    ]


def _unsound(coverage: Mapping[str, Any]) -> int:
    return sum(coverage["works"]["publication_status"].get(status, 0) for status in CONCERNING)


def _described(contents: Contents, downloads: Path) -> Described:
    described = schema_org.dataset(contents.tables, downloads)
    offered = [{**download, "contentUrl": f"{downloads.name}/{download['contentUrl']}"} for download in described["distribution"]]
    # Columns are described on the page of each table.
    parts = [{key: value for key, value in part.items() if key != "variableMeasured"} for part in described["hasPart"]]
    return described | {"distribution": offered, "hasPart": parts}


def data_files(contents: Contents, intakes: Intakes) -> dict[str, bytes]:
    """What scripts load when they are first used."""
    return {"assets/find.json": _json(_findable(contents)), "assets/intakes.json": _json(as_data(intakes))}


def _findable(contents: Contents) -> list[list[str]]:
    """Kind, address, name and other names of whatever has a page."""
    found = [["nutrient", f"nutrients/{row['nutrient_id']}.html", row["name"], row["synonyms"].replace("|", " ")] for row in contents.rows("nutrients")]
    found += [["food", f"foods/{row['food_id']}.html", row["name"], row["synonyms"].replace("|", " ")] for row in contents.rows("foods")]
    found += [["question", f"evidence/{question_id}.html", question.row["text"], ""] for question_id, question in contents.questions.items()]
    parties = {row[column] for row in contents.rows("interactions") for column in ("subject_id", "object_id")}
    found += [["drug", f"interactions.html?find={quote(row['label'])}", row["label"], row["synonyms"].replace("|", " ")] for row in contents.rows("entities")
              if row["entity_id"] in parties and row["type"] in ("drug", "drug-class")]
    found += [["work", f"works/{row['citation_id']}.html", row["title"], row["citation_id"].replace("-", " ")] for row in contents.rows("citations")]
    return found


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

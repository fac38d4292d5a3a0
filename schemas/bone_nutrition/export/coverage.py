"""Coverage: per nutrient and table how many rows there are and how far they can be trusted; as data, and as a table for the readme."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..files import read_rows
from ..metadata import package
from ..nutrient_tables import NAMED_IN, counted, named

FILE = "coverage.json"
NEEDED = ("nutrients", "citations", "gaps")
# Tables whose rows name their works in a table of links.
LINKED = {"functions": ("function_citations", "function_id"), "interactions": ("interaction_citations", "interaction_id")}
SHARES = ("verified", "retraction_checked", "secondary_source", "with_endpoint", "with_interval")
HEADINGS = {
    "functions": "functions", "food_sources": "food values", "bioavailability": "bioavailability", "reference_intakes": "intakes",
    "biomarker_thresholds": "thresholds", "interactions": "interactions", "questions": "questions", "effect_estimates": "results",
}

Rows = Sequence[Mapping[str, str]]
Tables = Mapping[str, Rows]


def read(folder: Path, published: Iterable[str]) -> dict[str, Rows]:
    """The tables that coverage is counted from, as far as they are published."""
    wanted = (*NEEDED, *NAMED_IN, *(table for table, _ in LINKED.values()))
    return {table: read_rows(folder / "data" / f"{table}.csv") for table in wanted if table in published}


def coverage(tables: Tables) -> dict[str, Any]:
    """Rows, trust and gaps of every nutrient in every published table that names nutrients, of all nutrients together, and of the works.

    Each cell counts its rows (food values: the preferred ones) and, of those entered by hand, how many are ``verified`` (title, year and
    identifier of a work of theirs were read together), ``retraction_checked`` (none of their works is yet to be looked up),
    ``secondary_source`` (the number was read in another work than the one cited), ``with_endpoint`` (reference intakes: on what the
    value was set is known) and ``with_interval`` (results). Rows that have no such thing are left out there.
    A row about a form of a nutrient counts for the nutrient as well, a row about two nutrients for both; of all together each counts once.
    A gap is of the nutrient as such: its forms may have rows.
    """
    published = [table for table in NAMED_IN if table in tables]
    judged = {table: _judged(table, tables) for table in published}
    gaps = {(row["nutrient_id"], row["table"]): row["reason"] for row in tables["gaps"]}
    nutrients = {}
    for nutrient in tables["nutrients"]:
        name = nutrient["nutrient_id"]
        cells = {table: _cell(judged[table].get(name, []), gaps.get((name, table))) for table in published}
        nutrients[name] = {"bone_relevance": nutrient["bone_relevance"], "tables": cells,
                           "all": _cell([row for table in published for row in judged[table].get(name, [])]),
                           "gaps": sum(cell["gap"] is not None for cell in cells.values())}
    about_nutrients = {table: list({id(row): row for name in nutrients for row in judged[table].get(name, [])}.values()) for table in published}
    return {
        "nutrients": nutrients,
        "tables": {table: _cell(rows) for table, rows in about_nutrients.items()},
        "all": _cell([row for rows in about_nutrients.values() for row in rows]),
        "gaps": dict(sorted(Counter(gaps.values()).items())),
        "works": {column: dict(sorted(Counter(work[column] for work in tables["citations"]).items()))
                  for column in ("verification", "publication_status")},
    }


def floor(covered: Mapping[str, Any]) -> dict[str, int]:
    """The counts that may rise from one version to the next and not fall."""
    nutrients, works = covered["nutrients"].values(), covered["works"]
    return {
        "rows": covered["all"]["rows"],
        "verified_rows": covered["all"]["verified"]["rows"],
        "retraction_checked_rows": covered["all"]["retraction_checked"]["rows"],
        "verified_works": works["verification"].get("identifier-seen", 0),
        "checked_works": sum(works["publication_status"].values()) - works["publication_status"].get("not-checked", 0),
        "nutrients_without_gap": sum(nutrient["gaps"] == 0 for nutrient in nutrients),
        "cells_without_gap": sum(cell["gap"] is None for nutrient in nutrients for cell in nutrient["tables"].values()),
    }


def write(folder: Path, rows: Mapping[str, int], target: Path) -> Path | None:
    """Write coverage.json into the folder ``target``; None for a package without the tables that it is about."""
    if not all(table in rows for table in NEEDED):
        return None
    about = package()
    document = {"name": about["name"], "version": about["version"], **coverage(read(folder, rows))}
    path = target / FILE
    path.write_bytes((json.dumps(document, indent=1) + "\n").encode("utf-8"))
    return path


def markdown(covered: Mapping[str, Any], relevance: str = "core") -> list[str]:
    """Lines of a table of the nutrients of one bone relevance, and a last one of all nutrients together."""
    tables = list(covered["tables"])
    shares = [share.replace("_", " ") for share in SHARES]
    lines = ["| " + " | ".join(("nutrient", *(HEADINGS[table] for table in tables), *shares)) + " |",
             "| --- |" + " ---: |" * (len(tables) + len(shares))]
    for name, nutrient in covered["nutrients"].items():
        if nutrient["bone_relevance"] == relevance:
            lines.append(_line(name, [_shown(nutrient["tables"][table]) for table in tables], nutrient["all"]))
    lines.append(_line(f"all {len(covered['nutrients'])}", [f"{covered['tables'][table]['rows']:,}" for table in tables], covered["all"]))
    return lines


def _judged(table: str, tables: Tables) -> dict[str, list[dict[str, bool | None]]]:
    """What is said of each row of a table, by the nutrient that it names and those of which this is a form; None: the row has no such thing."""
    verification = {work["citation_id"]: work["verification"] for work in tables["citations"]}
    status = {work["citation_id"]: work["publication_status"] for work in tables["citations"]}
    works_of = _works(table, tables)
    parent = {row["nutrient_id"]: row["parent_id"] for row in tables["nutrients"]}
    judged: defaultdict[str, list[dict[str, bool | None]]] = defaultdict(list)
    for row in counted(table, tables[table]):
        # A row derived from a release that is pinned by its sum rests on no reading.
        works = () if row.get("fdc_id") else works_of(row)
        verdict = {
            "verified": any(verification.get(work) == "identifier-seen" for work in works) if works else None,
            "retraction_checked": all(status.get(work) != "not-checked" for work in works) if works else None,
            "secondary_source": row["read_in"] == "secondary-source" if row.get("read_in") else None,
            "with_endpoint": bool(row["criterion"]) if "criterion" in row else None,
            "with_interval": bool(row["ci_low"]) if "ci_low" in row else None,
        }
        for name in {ancestor for name in named(table, row) for ancestor in _lineage(name, parent)}:
            judged[name].append(verdict)
    return judged


def _lineage(name: str, parent: Mapping[str, str]) -> Iterator[str]:
    """A nutrient, the one that it is a form of, and so on."""
    while name:
        yield name
        name = parent.get(name, "")


def _works(table: str, tables: Tables):
    if table in LINKED:
        links, key = LINKED[table]
        linked: defaultdict[str, list[str]] = defaultdict(list)
        for link in tables.get(links, ()):
            linked[link[key]].append(link["citation_id"])
        return lambda row: linked[row[key]]
    return lambda row: [row["citation_id"]] if "citation_id" in row else []


def _cell(judged: Sequence[Mapping[str, bool | None]], gap: str | None = None) -> dict[str, Any]:
    return {"rows": len(judged), **{share: _share([row[share] for row in judged if row[share] is not None]) for share in SHARES}, "gap": gap}


def _share(known: Sequence[bool]) -> dict[str, float | None]:
    return {"rows": sum(known), "of": len(known), "share": round(sum(known) / len(known), 4) if known else None}


def _shown(cell: Mapping[str, Any]) -> str:
    return f"{cell['rows']:,}" if cell["rows"] else (cell["gap"] or "").replace("-", " ")


def _line(name: str, cells: Sequence[str], counts: Mapping[str, Any]) -> str:
    shares = ["" if counts[share]["share"] is None else f"{100 * counts[share]['share']:.0f} %" for share in SHARES]
    return "| " + " | ".join((name, *cells, *shares)) + " |"

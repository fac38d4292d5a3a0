"""All works as CSL-JSON, BibTeX and RIS, for reference managers; a retracted work says so in its title."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .. import citing
from ..files import read_rows

FOLDER = "citations"
RIS_TYPE = {
    "article-journal": "JOUR", "paper-conference": "CPAPER", "book": "BOOK", "chapter": "CHAP", "report": "RPRT", "webpage": "ELEC",
    "dataset": "DATA", "legislation": "LEGAL",
}
RIS_TAG = {
    "container-title": "T2", "volume": "VL", "issue": "IS", "page": "SP", "DOI": "DO", "URL": "UR", "PMID": "AN", "PMCID": "C2", "note": "N1",
}


def write(folder: Path, rows: Mapping[str, int], target: Path) -> list[Path]:
    """Write the works of the package in ``folder`` to ``target/citations``, in the order of the table."""
    if "citations" not in rows:
        return []
    works = read_rows(folder / "data" / "citations.csv")
    items = [json.loads(citing.csl_json(work)) for work in works]
    contents = {
        "citations.json": json.dumps(items, ensure_ascii=False, indent=2) + "\n",
        "citations.bib": "\n\n".join(citing.bibtex(work) for work in works) + "\n",
        "citations.ris": "\n\n".join(ris(item) for item in items) + "\n",
    }
    (target / FOLDER).mkdir()
    for name, content in contents.items():
        (target / FOLDER / name).write_text(content, encoding="utf-8", newline="\n")
    return [target / FOLDER / name for name in contents]


def ris(item: Mapping[str, Any]) -> str:
    """One CSL-JSON item as a RIS record."""
    return "\n".join(f"{tag}  - {value}" for tag, value in _ris_lines(item)) + "\nER  - "


def _ris_lines(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "TY", RIS_TYPE[item["type"]]
    yield "ID", item["id"]
    yield "TI", item["title"]
    for name in item.get("author", ()):
        # A comma at the end keeps the name of a body from being split.
        yield "AU", f"{name['literal']}," if "literal" in name else f"{name['family']}, {name['given']}"
    if "issued" in item:
        yield "PY", str(item["issued"]["date-parts"][0][0])
    for theirs, tag in RIS_TAG.items():
        if theirs == "page":
            yield from _ris_pages(item.get("page", ""))
        elif theirs in item:
            yield tag, item[theirs]


def _ris_pages(pages: str) -> Iterator[tuple[str, str]]:
    first, _, last = pages.partition("-")
    if first:
        yield "SP", first
    if last:
        yield "EP", last

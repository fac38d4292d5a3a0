"""Works as plain text, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

CSL_TYPE = {
    "journal-article": "article-journal", "meeting-abstract": "paper-conference", "book": "book", "chapter": "chapter", "report": "report",
    "guideline": "report", "web-page": "webpage", "dataset": "dataset", "regulation": "legislation",
}
BIBTEX_TYPE = {"journal-article": "article", "meeting-abstract": "inproceedings", "book": "book", "chapter": "incollection", "report": "techreport"}
BIBTEX_CONTAINER = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle", "techreport": "institution"}
BIBTEX_ESCAPES = {character: "\\" + character for character in "&%$#_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}
STATUS_SHOWN = {
    "retracted": "RETRACTED", "retracted-and-replaced": "RETRACTED AND REPLACED", "withdrawn": "WITHDRAWN",
    "expression-of-concern": "EXPRESSION OF CONCERN",
}
NOTICE = {
    "corrected": "Correction", "retracted": "Retraction notice", "retracted-and-replaced": "Retraction notice", "withdrawn": "Withdrawal notice",
    "expression-of-concern": "Expression of concern",
}


def package_as_work(descriptor: Mapping[str, Any]) -> dict[str, str]:
    """The package itself as a row of citations."""
    return {
        "citation_id": f"{descriptor['name']}-{descriptor['version']}",
        "type": "dataset",
        "title": f"{descriptor['title']} (version {descriptor['version']})",
        "authors": "|".join(contributor["title"] for contributor in descriptor["contributors"]),
        "year": descriptor["created"][:4],
        "publication_status": "not-applicable",
    }


def text(work: Mapping[str, str]) -> str:
    """One line: authors (year). Title. Container volume(issue):pages. DOI or address (notice, if one was published)."""
    authors = ", ".join(work["authors"].split("|")) if work.get("authors") else ""
    year = work.get("year") or "no date"
    place = work.get("container") or ""
    place += f" {work['volume']}" if work.get("volume") else ""
    place += f"({work['issue']})" if work.get("issue") else ""
    place += f":{work['pages']}" if work.get("pages") else ""
    parts = [f"{authors} ({year})" if authors else f"({year})", _title(work), place.strip(), _address(work)]
    line = ". ".join(part.rstrip(".") for part in parts if part) + ("" if _address(work) else ".")
    return line.replace("?.", "?").replace("!.", "!") + (f" ({_notice(work)})" if _notice(work) else "")


def bibtex(work: Mapping[str, str]) -> str:
    """One BibTeX entry."""
    kind = BIBTEX_TYPE.get(work["type"], "misc")
    fields = {
        "title": "{" + _escaped(_title(work)) + "}",
        "author": " and ".join(_family_first(_escaped(name)) for name in work.get("authors", "").split("|") if name),
        "year": work.get("year", ""),
        BIBTEX_CONTAINER.get(kind, "howpublished"): _escaped(work.get("container", "")),
        "volume": _escaped(work.get("volume", "")),
        "number": _escaped(work.get("issue", "")),
        "pages": _escaped(work.get("pages", "").replace("-", "--")),
        "doi": work.get("doi", ""),
        "url": work.get("url", ""),
        "note": _notice(work),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{work['citation_id']},", *lines, "}"])


def csl_json(work: Mapping[str, str]) -> str:
    """One CSL-JSON item as JSON text."""
    item: dict[str, Any] = {"id": work["citation_id"], "type": CSL_TYPE[work["type"]], "title": _title(work)}
    names = [name for name in work.get("authors", "").split("|") if name]
    if names:
        item["author"] = [_csl_name(name) for name in names]
    if work.get("year"):
        item["issued"] = {"date-parts": [[int(work["year"])]]}
    for theirs, ours in (("container-title", "container"), ("volume", "volume"), ("issue", "issue"), ("page", "pages"), ("DOI", "doi"), ("PMID", "pmid"),
                         ("PMCID", "pmcid"), ("URL", "url")):
        if work.get(ours):
            item[theirs] = work[ours]
    if _notice(work):
        item["note"] = _notice(work)
    return json.dumps(item, ensure_ascii=False, indent=2)


STYLES: dict[str, Callable[[Mapping[str, str]], str]] = {"text": text, "bibtex": bibtex, "csl-json": csl_json}


def _title(work: Mapping[str, str]) -> str:
    status = STATUS_SHOWN.get(work.get("publication_status", ""))
    return f"{status}: {work['title']}" if status else work["title"]


def _notice(work: Mapping[str, str]) -> str:
    """What was published about the work afterwards, and where."""
    return f"{NOTICE.get(work['publication_status'], 'Notice')}: https://doi.org/{work['notice_doi']}" if work.get("notice_doi") else ""


def _address(work: Mapping[str, str]) -> str:
    return f"https://doi.org/{work['doi']}" if work.get("doi") else work.get("url", "")


def _is_person(name: str) -> bool:
    """Family name and initials, as in 'Mott A' or 'van den Berg KS'; bodies end in a word."""
    return " " in name and name.rsplit(" ", 1)[1].isupper() and len(name.rsplit(" ", 1)[1]) <= 4


def _family_first(name: str) -> str:
    if not _is_person(name):
        return "{" + name + "}"
    family, initials = name.rsplit(" ", 1)
    return f"{family}, {' '.join(f'{letter}.' for letter in initials)}"


def _csl_name(name: str) -> dict[str, str]:
    if not _is_person(name):
        return {"literal": name}
    family, initials = name.rsplit(" ", 1)
    return {"family": family, "given": " ".join(f"{letter}." for letter in initials)}


def _escaped(value: str) -> str:
    return "".join(BIBTEX_ESCAPES.get(character, character) for character in value)

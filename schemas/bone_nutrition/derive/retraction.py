"""Retraction: the status of each work by the list of notices, and which syntheses pooled affected work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ..designs import SYNTHESES
from ..models.citations import UNSOUND

Rows = Sequence[Mapping[str, str]]

SOURCE = "Retraction Watch data, published by Crossref"
# Natures of notices in the list, the gravest first.
STATUS_OF_NATURE = (
    ("retraction", "retracted"),
    ("expression of concern", "expression-of-concern"),
    ("correction", "corrected"),
)
REINSTATED = "reinstatement"
GRAVITY = {
    "not-checked": 0,
    "no-notice-found": 1,
    "corrected": 2,
    "expression-of-concern": 3,
    "retracted": 4,
    "retracted-and-replaced": 4,
    "withdrawn": 4,
}
# A synthesis that pooled one of these is affected.
CONCERNING = (*UNSOUND, "expression-of-concern")
NOT_KNOWN = ("", "not-checked")


def natures_by_doi(listed: Rows) -> dict[str, frozenset[str]]:
    """Rows of the list (doi, nature) as DOI in lower case -> natures of its notices."""
    natures: defaultdict[str, set[str]] = defaultdict(set)
    for row in listed:
        natures[row["doi"].lower()].update(row["nature"].split("|"))
    return {doi: frozenset(found) for doi, found in natures.items()}


def mark_status(citations: Rows, listed: Mapping[str, frozenset[str]], checked_on: str, source: str = SOURCE) -> list[dict[str, str]]:
    """Citations with the status that the list gives to those with a DOI.

    A status read elsewhere stands unless the list knows of something graver, or, where the list also knows of a reinstatement, always.
    """
    return [_marked(row, listed, checked_on, source) for row in citations]


def _marked(row: Mapping[str, str], listed: Mapping[str, frozenset[str]], checked_on: str, source: str) -> dict[str, str]:
    current = row["publication_status"]
    if not row["doi"] or current == "not-applicable":
        return dict(row)
    natures = listed.get(row["doi"].lower(), frozenset())
    status = next((status for nature, status in STATUS_OF_NATURE if nature in natures), "no-notice-found")
    read_elsewhere = current not in NOT_KNOWN and row["status_source"] != source
    if read_elsewhere and (REINSTATED in natures or GRAVITY[status] <= GRAVITY.get(current, 0)):
        return dict(row)
    return {**row, "publication_status": status, "status_checked_on": checked_on, "status_source": source}


def affected(citations: Rows, synthesis_studies: Rows) -> list[dict[str, str]]:
    """Citations with ``affected_by_retraction`` filled for syntheses and empty for other works."""
    status = {row["citation_id"]: row["publication_status"] for row in citations}
    pooled: defaultdict[str, list[str]] = defaultdict(list)
    for row in synthesis_studies:
        pooled[row["synthesis_id"]].append(status.get(row["study_id"], ""))
    return [{**row, "affected_by_retraction": _affected(row, pooled[row["citation_id"]])} for row in citations]


def _affected(work: Mapping[str, str], pooled_status: Sequence[str]) -> str:
    """Yes if a pooled work is known to be affected; no only if the list is complete and every work on it was looked up."""
    if work["study_design"] not in SYNTHESES:
        return ""
    if any(status in CONCERNING for status in pooled_status):
        return "yes"
    all_known = bool(pooled_status) and not any(status in NOT_KNOWN for status in pooled_status)
    return "no" if work["study_list"] == "complete" and all_known else "unknown"

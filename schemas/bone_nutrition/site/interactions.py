"""The page of interactions: what involves a drug stands first."""

from __future__ import annotations

from collections.abc import Iterator

from . import linked_data
from .contents import Contents, Row
from .page import Page
from .wording import interaction_magnitude

DRUGS = ("drug", "drug-class", "hormone", "therapy")
PARTIES = ("subject_id", "object_id", "via_id")
KINDS = {"drug": "with a drug", "nutrient": "between nutrients", "other": "with food, drink or habit"}


def pages(contents: Contents) -> Iterator[Page]:
    if not contents.rows("interactions"):
        return
    rows = sorted(contents.rows("interactions"), key=lambda row: (list(KINDS).index(kind(contents, row)), _drug(contents, row).casefold(), row["interaction_id"]))
    lines = [(row, kind(contents, row), _searched(contents, row)) for row in rows]
    yield Page("interactions.html", "interactions.html", "Interactions",
               "What drugs, nutrients, foods and habits do to each other: mechanism, size, separation, severity and what labels tell prescribers.",
               linked_data.page(None), {"lines": lines, "kinds": KINDS, "magnitude": interaction_magnitude},
               scripts=("vendor/dataTables.min.js", "tables.js"))


def kind(contents: Contents, row: Row) -> str:
    types = {contents.get("entities", row[party]).get("type", "") for party in PARTIES if row[party]}
    if types & set(DRUGS):
        return "drug"
    return "nutrient" if types == {"nutrient"} else "other"


def _drug(contents: Contents, row: Row) -> str:
    """The label by which a row with a drug is sorted."""
    drugs = [contents.label(row[party]) for party in PARTIES if contents.get("entities", row[party]).get("type") in DRUGS]
    return drugs[0] if drugs else contents.label(row["subject_id"])


def _searched(contents: Contents, row: Row) -> str:
    """Other names under which people search for the parties."""
    return " ".join(contents.get("entities", row[party]).get("synonyms", "").replace("|", " ") for party in PARTIES if row[party]).strip()

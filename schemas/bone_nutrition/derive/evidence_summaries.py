"""Rows of ``evidence_summaries``: what the shipped results say about each question, by the published rule.

The steps, in order: which results may count, which of them leads, how many favour which side, how they agree, and what they
support together. A change of any step changes ``RULE_VERSION``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from ..designs import OBSERVATIONAL, SYNTHESES, TRIALS
from .retraction import CONCERNING, NOT_KNOWN

Row = Mapping[str, str]
Rows = Sequence[Row]

RULE_VERSION = "2"

# Designs that may count, the strongest first. A single randomised trial goes before syntheses that mix in other designs.
DESIGNS_BY_RANK = (
    "meta-analysis-of-rcts",
    "rct",
    "meta-analysis-mixed",
    "systematic-review",
    "meta-analysis-of-cohorts",
    "non-randomised-trial",
    "cohort",
    "case-control",
    "cross-sectional",
)
CONSISTENCY_OF_ONE_SIDE = {"intervention": "all-favour", "neither": "none-favour", "control": "all-against"}
SUPPORT_OF_SIDE = {"intervention": "benefit", "control": "harm"}
FEWEST_WORKS_TO_COMPARE = 2


def derive(tables: Mapping[str, Rows]) -> list[dict[str, str]]:
    """One row per question, from ``questions``, ``effect_estimates`` and ``citations``."""
    works = {work["citation_id"]: work for work in tables["citations"]}
    answers: defaultdict[str, list[Row]] = defaultdict(list)
    for effect in tables["effect_estimates"]:
        answers[effect["question_id"]].append(effect)
    return [summary(question, answers[question["question_id"]], works) for question in tables["questions"]]


def summary(question: Row, answers: Rows, works: Mapping[str, Row]) -> dict[str, str]:
    """The row of one question, from all results that answer it."""
    counted = [effect for effect in answers if counts(effect, question, answers, works)]
    leading = leading_result(counted, works)
    favours = Counter(effect["favours"] for effect in counted)
    standings = Counter(standing(effect, works) for effect in answers)
    return {
        "question_id": question["question_id"],
        "n_syntheses": str(number_of_works(counted, SYNTHESES)),
        "n_trials": str(number_of_works(counted, TRIALS)),
        "n_observational": str(number_of_works(counted, OBSERVATIONAL)),
        "n_participants": leading["n_participants"] if leading else "",
        "leading_effect_id": leading["effect_id"] if leading else "",
        "n_favours_intervention": str(favours["intervention"]),
        "n_favours_neither": str(favours["neither"]),
        "n_favours_control": str(favours["control"]),
        "consistency": consistency(counted),
        "n_affected_by_retraction": str(standings["affected"]),
        "n_retraction_unknown": str(standings["unknown"]),
        "support": support(leading, counted),
        "rule_version": RULE_VERSION,
    }


def counts(effect: Row, question: Row, answers: Rows, works: Mapping[str, Row]) -> bool:
    """Whether a result counts, and so may lead.

    It does if it is a main result, with or without a number, of a study in people, read in the work itself, not superseded and
    not affected by retraction; where fabricated trials are known, it must also be known not to be affected.
    """
    is_main = effect["analysis"] == "main" and effect["design"] in DESIGNS_BY_RANK
    is_read_at_first_hand = effect["read_in"] != "secondary-source"
    known = standing(effect, works)
    is_sound = known == "clear" or (known == "unknown" and question["retraction_prone"] != "true")
    return is_main and is_read_at_first_hand and is_sound and not is_superseded(effect, answers, works)


def standing(effect: Row, works: Mapping[str, Row]) -> str:
    """How a result stands towards retraction: clear, affected or unknown.

    Affected: its work is retracted, replaced, withdrawn or under an expression of concern, or is a synthesis that pooled such a
    work. Unknown: the status of its work was not looked up, or is a synthesis of which it is not known whom it pooled.
    """
    work = works.get(effect["citation_id"], {})
    status, pooled = work.get("publication_status", ""), work.get("affected_by_retraction", "")
    if status in CONCERNING or pooled == "yes":
        return "affected"
    if status in NOT_KNOWN or pooled == "unknown":
        return "unknown"
    return "clear"


def is_superseded(effect: Row, answers: Rows, works: Mapping[str, Row]) -> bool:
    """Whether a corrected row stands for it, or a newer edition of its work answers the same question."""
    answering = {answer["citation_id"] for answer in answers}
    return bool(effect["superseded_by"]) or any(edition in answering for edition in newer_editions(effect["citation_id"], works))


def newer_editions(citation_id: str, works: Mapping[str, Row]) -> list[str]:
    """The editions that supersede a work, one after the other."""
    editions = [citation_id]
    while (newer := works.get(editions[-1], {}).get("superseded_by", "")) and newer not in editions:
        editions.append(newer)
    return editions[1:]


def leading_result(counted: Rows, works: Mapping[str, Row]) -> Row | None:
    """The result that leads: one that states a side, of the strongest design, then the latest synthesis or the largest study, then first by id.

    A later synthesis has seen what an earlier one had; a later study has not.
    """
    def order(effect: Row) -> tuple[bool, int, int, int, str]:
        latest = -_whole(works.get(effect["citation_id"], {}).get("year", ""))
        largest = -_whole(effect["n_participants"])
        states_no_side = effect["favours"] not in CONSISTENCY_OF_ONE_SIDE
        first, second = (latest, largest) if effect["design"] in SYNTHESES else (largest, latest)
        return states_no_side, DESIGNS_BY_RANK.index(effect["design"]), first, second, effect["effect_id"]
    return min(counted, key=order, default=None)


def _whole(cell: str) -> int:
    return int(cell) if cell.isdecimal() else 0


def number_of_works(counted: Rows, designs: Collection[str]) -> int:
    """Works of some designs with a result that counts; a work counts once however many results it has."""
    return len({effect["citation_id"] for effect in counted if effect["design"] in designs})


def consistency(counted: Rows) -> str:
    """How the counted results that state a side agree; results of a single work have nothing to be compared with."""
    stated = [effect for effect in counted if effect["favours"] in CONSISTENCY_OF_ONE_SIDE]
    if len({effect["citation_id"] for effect in stated}) < FEWEST_WORKS_TO_COMPARE:
        return "not-assessable"
    sides = {effect["favours"] for effect in stated}
    return CONSISTENCY_OF_ONE_SIDE[sides.pop()] if len(sides) == 1 else "mixed"


def support(leading: Row | None, counted: Rows) -> str:
    """What the counted results support together.

    Insufficient if no result states a side; conflicting if counted results favour both sides; else the side of
    the leading result: consistent if the results of at least two works state a side and all state this one, likely if not.
    """
    if leading is None or leading["favours"] not in CONSISTENCY_OF_ONE_SIDE:
        return "insufficient"
    if {"intervention", "control"} <= {effect["favours"] for effect in counted}:
        return "conflicting"
    if leading["favours"] == "neither":
        return "no-effect-shown"
    side = SUPPORT_OF_SIDE[leading["favours"]]
    return f"{side}-consistent" if consistency(counted) in ("all-favour", "all-against") else f"{side}-likely"

"""What a forest plot says of each result: whose it is, what was compared, its number, and whether it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..derive import evidence_summaries
from ..derive.retraction import CONCERNING
from ..designs import SYNTHESES
from ..models.effect_estimates import RATIOS

Row = Mapping[str, str]

DESIGN = {
    "meta-analysis-of-rcts": "meta-analysis of RCTs",
    "meta-analysis-of-cohorts": "meta-analysis of cohorts",
    "meta-analysis-mixed": "meta-analysis, mixed designs",
    "rct": "RCT",
    "cohort": "cohort study",
    "case-control": "case-control study",
    "cross-sectional": "cross-sectional study",
    "other": "other kind of work",
}
SIDE = {"intervention": "better with more", "control": "worse with more", "neither": "no clear side", "": "no side stated"}
SUPPORT = {
    "benefit-consistent": "benefit, consistent",
    "benefit-likely": "benefit, likely",
    "no-effect-shown": "no effect shown",
    "conflicting": "conflicting",
    "harm-likely": "harm, likely",
    "harm-consistent": "harm, consistent",
    "insufficient": "insufficient",
}
STATUS = {"retracted-and-replaced": "retracted and replaced", "expression-of-concern": "expression of concern"}
LEADING, COUNTED, UNCOUNTED, AFFECTED = "leading result", "counts in the summary", "does not count", "rests on work retracted or under concern"
STATES = (LEADING, COUNTED, UNCOUNTED, AFFECTED)
NO_BREAK = "\u00a0"
UNITS = {"1": "", "[arb'U]": "arbitrary units", "[ppth]": "per 1000"}
UNIT_PARTS = {"{": "", "}": "", "cm2": "cm²", "cm3": "cm³", "/a": "/year", "ug": "µg", "umol": "µmol"}


@dataclass(frozen=True)
class Question:
    """A question with all that its plot shows."""

    row: Row
    better: str
    answers: Sequence[Row]
    summary: Row
    works: Mapping[str, Row]

    def ordered(self) -> list[Row]:
        """Results as plotted: the leading one, those that count, those that do not, those that rest on retracted work; each by rank of design."""
        return sorted(self.answers, key=self._order)

    def state(self, effect: Row) -> str:
        """Which part a result plays in the summary."""
        if effect["effect_id"] == self.summary["leading_effect_id"]:
            return LEADING
        if evidence_summaries.standing(effect, self.works) == "affected":
            return AFFECTED
        return COUNTED if evidence_summaries.counts(effect, self.row, self.answers, self.works) else UNCOUNTED

    def work(self, effect: Row) -> Row:
        return self.works.get(effect["citation_id"], {})

    def _order(self, effect: Row) -> tuple[int, int, int, str]:
        ranks = evidence_summaries.DESIGNS_BY_RANK
        rank = ranks.index(effect["design"]) if effect["design"] in ranks else len(ranks)
        return STATES.index(self.state(effect)), rank, -int(self.work(effect).get("year") or 0), effect["effect_id"]


def name(effect: Row, question: Question) -> str:
    """Family name of the first author and year, with the letter that tells works of one year apart."""
    slug, year = effect["citation_id"].rsplit("-", 1)
    return f"{first_author(question.work(effect)) or slug.upper()} {year}"


def first_author(work: Row) -> str:
    """Family name of the first author, the whole name of a body, or nothing."""
    author = work.get("authors", "").split("|")[0]
    family, _, initials = author.rpartition(" ")
    if family and initials.isupper():
        return family.title() if family.isupper() else family
    return author


def number(effect: Row) -> str:
    """Measure, estimate and interval, digit for digit as in the table; empty if no number is printed."""
    if not effect["estimate"]:
        return ""
    printed = f"{effect['measure']} {effect['estimate']}" if effect["measure"] in RATIOS else effect["estimate"]
    if effect["ci_low"]:
        level = "" if effect["ci_level"] == "95" else f", {effect['ci_level']}%"
        return f"{printed} ({effect['ci_low']} to {effect['ci_high']}{level})"
    p_value = effect["p_value"]
    return f"{printed} (P {p_value if p_value[0] in '<>=' else f'= {p_value}'})" if p_value else printed


def details(effect: Row, question: Question) -> list[str]:
    """First design and size, then contrast and part of the population or analysis, then why the result does not count; empty parts left out."""
    study = (
        DESIGN.get(effect["design"], effect["design"].replace("-", " ")),
        f"{effect['n_studies']}{NO_BREAK}studies" if effect["n_studies"] not in ("", "1") else "",
        f"{int(effect['n_participants']):,}{NO_BREAK}people" if effect["n_participants"] else "",
    )
    result = (_contrast(effect), effect["subgroup"] or ("" if effect["analysis"] == "main" else effect["analysis"].replace("-", " ")))
    parts = (study, result, (_why_uncounted(effect, question),))
    return [", ".join(filter(None, part)) for part in parts if any(part)]


def said(effect: Row, question: Question) -> str:
    """One result in words, without its name."""
    return "; ".join([number(effect) or "no number printed", SIDE[effect["favours"]], question.state(effect), *details(effect, question)])


def unit_text(unit: str) -> str:
    """A UCUM unit as people write it."""
    text = UNITS.get(unit, unit)
    for code, sign in UNIT_PARTS.items():
        text = text.replace(code, sign)
    return text


def _contrast(effect: Row) -> str:
    contrast, step = effect["contrast"], f"{effect['increment']} {unit_text(effect['increment_unit'])}".strip()
    if contrast == "against-comparator":
        return ""
    if contrast.startswith("per-"):
        return f"per {step or 'step'} {'more' if contrast == 'per-increment' else 'less'}"
    return f"{contrast.replace('-', ' ')} {step}".strip()


def _why_uncounted(effect: Row, question: Question) -> str:
    """Why a result does not count, unless design or analysis say so already."""
    standing = evidence_summaries.standing(effect, question.works)
    status = question.work(effect).get("publication_status", "")
    if status in CONCERNING:
        return STATUS.get(status, status).upper()
    if standing == "affected":
        return "pooled work retracted or under concern"
    if effect["superseded_by"]:
        return "superseded by a corrected row"
    if evidence_summaries.is_superseded(effect, question.answers, question.works):
        return "superseded by a newer edition"
    if effect["read_in"] == "secondary-source":
        return "read in another work only"
    if standing == "unknown" and question.row["retraction_prone"] == "true":
        return "retracted work not ruled out" if effect["design"] in SYNTHESES else "not checked for retraction"
    return ""

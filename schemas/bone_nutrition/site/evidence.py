"""The map of the evidence, the list of questions, and a page for each question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from ..derive import evidence_summaries
from ..derive.retraction import CONCERNING
from ..export import evidence_map, forest_plot, forest_rows
from ..export.forest_rows import AFFECTED, Question
from ..export.svg import Drawing
from ..models.effect_estimates import LESS_AGAINST_MORE, RATIOS
from . import linked_data
from .contents import Contents, Row
from .links import LINES_ON_A_PAGE, parts
from .page import Page

# The axis of small intervals: ratios from a quarter to four.
LOWEST, HIGHEST, WIDTH = 0.25, 4.0, 160
UNAFFECTED = "-without-retracted"


@dataclass(frozen=True)
class Whisker:
    """A ratio with its interval on the common axis, in pixels; an end beyond the axis is cut off there."""

    low: float | None
    high: float | None
    estimate: float


@dataclass(frozen=True)
class Line:
    """A question in a list: its summary and the result that leads."""

    question: Question
    panel: str
    leading: Row | None
    name: str
    number: str
    whisker: Whisker | None

    @property
    def support(self) -> str:
        return self.question.summary["support"]

    @property
    def affected(self) -> int:
        return int(self.question.summary["n_affected_by_retraction"])


def drawings(contents: Contents) -> Iterator[Drawing]:
    for question in contents.questions.values():
        yield _forest(question, "")
        without = _without_affected(question)
        if without.answers and len(without.answers) < len(question.answers):
            yield _forest(without, UNAFFECTED)
    if contents.questions:
        yield evidence_map.drawing(contents.tables)


def pages(contents: Contents, drawn: Mapping[str, Markup]) -> Iterator[Page]:
    if not contents.questions:
        return
    lines = [line for of_panel in overview(contents, contents.rows("questions")).values() for line in of_panel]
    all_parts = parts("evidence/index", len(lines), LINES_ON_A_PAGE)
    for first, last, path in all_parts:
        yield Page(path, "evidence.html", "Evidence" if first == 1 else f"Evidence, questions {first} to {last}",
                   "Where the shipped results point, by exposure and outcome, and every question with its leading result.", linked_data.page(None),
                   {"map": drawn[evidence_map.NAME], "all_lines": lines, "lines": lines[first - 1:last], "first": first, "parts": all_parts},
                   scripts=("vendor/dataTables.min.js", "tables.js"))
    for question in contents.questions.values():
        yield _page(question, contents, drawn)


def overview(contents: Contents, rows: Iterable[Row]) -> dict[str, list[Line]]:
    """Questions as lines, by the panel of the map in which they stand."""
    panels = {panel: [] for panel in evidence_map.PANELS}
    outcomes = contents.by_id("outcomes") if contents.rows("outcomes") else {}
    for row in rows:
        if question := contents.questions.get(row["question_id"]):
            panel = evidence_map.panel_of(row["outcome_id"], outcomes)
            panels[panel].append(_line(question, panel))
    return {panel: lines for panel, lines in panels.items() if lines}


def _line(question: Question, panel: str) -> Line:
    leading = next((effect for effect in question.answers if effect["effect_id"] == question.summary["leading_effect_id"]), None)
    if leading is None:
        return Line(question, panel, None, "", "", None)
    return Line(question, panel, leading, forest_rows.name(leading, question), forest_rows.number(leading), whisker(leading))


def whisker(effect: Row) -> Whisker | None:
    """Only ratios share an axis; those that compare less with more read the other way and are left out."""
    if effect["measure"] not in RATIOS or effect["contrast"] in LESS_AGAINST_MORE:
        return None
    low, high = (_x(float(effect[column])) if effect[column] else None for column in ("ci_low", "ci_high"))
    return Whisker(low, high, _x(float(effect["estimate"])))


def _x(ratio: float) -> float:
    within = min(max(ratio, LOWEST), HIGHEST)
    return round(WIDTH * math.log(within / LOWEST) / math.log(HIGHEST / LOWEST), 1)


def _page(question: Question, contents: Contents, drawn: Mapping[str, Markup]) -> Page:
    row = question.row
    results = [(effect, question.state(effect), forest_rows.name(effect, question), forest_rows.number(effect), forest_rows.details(effect, question))
               for effect in question.ordered()]
    affected = [effect for effect in question.answers if question.state(effect) == AFFECTED]
    nutrient = contents.get("nutrients", row["exposure_id"])
    about = linked_data.thing(contents.label(row["exposure_id"]), "", [])
    return Page(f"evidence/{row['question_id']}.html", "question.html", row["text"], forest_plot.subtitle(question)[0], linked_data.page(about), {
        "question": question,
        "row": row,
        "summary_words": forest_rows.SUPPORT[question.summary["support"]],
        "plot": drawn[row["question_id"]],
        "plot_without": drawn.get(row["question_id"] + UNAFFECTED, ""),
        "results": results,
        "affected": affected,
        "support_with_affected": forest_rows.SUPPORT[support_with_affected(question)],
        "sides": forest_rows.SIDE,
        "nutrient": nutrient,
        "works": {effect["citation_id"]: question.work(effect) for effect in question.ordered()},
        "claims": _claims_on(contents, row["question_id"]),
        "AFFECTED": AFFECTED,
    })


def support_with_affected(question: Question) -> str:
    """What the summary would say if work retracted or under concern counted like any other."""
    works = {key: _as_if_sound(work) for key, work in question.works.items()}
    return evidence_summaries.summary(question.row, question.answers, works)["support"]


def _as_if_sound(work: Row) -> Row:
    if work["publication_status"] in CONCERNING or work["affected_by_retraction"] == "yes":
        pooled = "no" if work["affected_by_retraction"] else ""
        return {**work, "publication_status": "no-notice-found", "affected_by_retraction": pooled}
    return work


def _without_affected(question: Question) -> Question:
    return replace(question, answers=[effect for effect in question.answers if question.state(effect) != AFFECTED])


def _forest(question: Question, suffix: str) -> Drawing:
    drawing = forest_plot.drawing(question)
    # The page has the question as its heading and the summary under it.
    return replace(drawing, name=drawing.name + suffix, chart={key: value for key, value in drawing.chart.items() if key != "title"})


def _claims_on(contents: Contents, question_id: str) -> list[tuple[Row, Row]]:
    if not contents.rows("claim_links"):
        return []
    judged = [contents.get("claims", link["claim_id"]) for link in contents.of("claim_links", "other_id", f"questions:{question_id}")]
    return [(claim, contents.of("claim_occurrences", "claim_id", claim["claim_id"])[0]) for claim in judged]

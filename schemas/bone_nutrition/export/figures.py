"""Pictures: a forest plot for each question, and a map of the evidence, as SVG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from ..files import read_rows
from . import evidence_map, forest_plot
from .forest_rows import Question, Row
from .svg import render_all

FOLDER = "figures"
NEEDED = ("questions", "effect_estimates", "evidence_summaries", "citations", "outcomes", "entities")


def write(folder: Path, rows: Mapping[str, int], target: Path) -> list[Path]:
    """Write the pictures of the package in ``folder`` to ``target/figures``; none for a package without the tables of the evidence."""
    if not all(table in rows for table in NEEDED):
        return []
    tables = {table: read_rows(folder / "data" / f"{table}.csv") for table in NEEDED}
    figures = target / FOLDER
    (figures / forest_plot.FOLDER).mkdir(parents=True)
    forests = [forest_plot.drawing(question) for question in questions(tables)]
    drawings = {figures / forest_plot.FOLDER / f"{forest.name}.svg": forest for forest in forests}
    drawings[figures / f"{evidence_map.NAME}.svg"] = evidence_map.drawing(tables)
    for path, drawn in zip(drawings, render_all(drawings.values())):
        path.write_bytes(drawn)
    return list(drawings)


def questions(tables: Mapping[str, list[dict[str, str]]]) -> list[Question]:
    """The questions that have a result, each with its results, summary and works."""
    works = {work["citation_id"]: work for work in tables["citations"]}
    better = {outcome["outcome_id"]: outcome["better"] for outcome in tables["outcomes"]}
    summaries = {summary["question_id"]: summary for summary in tables["evidence_summaries"]}
    answers: defaultdict[str, list[Row]] = defaultdict(list)
    for effect in tables["effect_estimates"]:
        answers[effect["question_id"]].append(effect)
    answered = [row for row in tables["questions"] if row["question_id"] in answers]
    return [Question(row, better[row["outcome_id"]], answers[row["question_id"]], summaries[row["question_id"]], works) for row in answered]

"""Derived evidence: each summary, and each synthesis' word on retraction, is what its rule gives."""

from __future__ import annotations

from collections.abc import Iterator

from .. import schema
from ..derive import evidence_summaries, retraction
from ..faults import Fault
from ..reading import TableData
from .declare import Rule, Tables

SUMMARISED = ("questions", "effect_estimates", "citations")
MEND = "Run make: it is derived, never edited."


def _rows(data: TableData) -> list[dict[str, str]]:
    return data.text.fillna("").to_dict("records")


def summaries_are_derived(tables: Tables) -> Iterator[Fault]:
    data, questions = tables["evidence_summaries"], tables["questions"]
    expected = {row["question_id"]: row for row in evidence_summaries.derive({name: _rows(tables[name]) for name in SUMMARISED})}
    for position, row in enumerate(_rows(data)):
        if row["question_id"] not in expected:
            yield data.fault(position, "summary-derived", "question_id", "no question has this key", MEND)
            continue
        for column in schema.columns("evidence_summaries"):
            if row[column] != expected[row["question_id"]][column]:
                yield data.fault(position, "summary-derived", column, f"the rule gives {column} {expected[row['question_id']][column]!r}", MEND)
    missing = ~questions.text["question_id"].isin(data.text["question_id"])
    yield from questions.faults_where(missing, "summary-derived", "question_id", "evidence_summaries has no row of this question", MEND)


def affected_is_derived(tables: Tables) -> Iterator[Fault]:
    data = tables["citations"]
    listed = _rows(tables["synthesis_studies"]) if "synthesis_studies" in tables else []
    rows = _rows(data)
    for position, (row, expected) in enumerate(zip(rows, retraction.affected(rows, listed))):
        column = "affected_by_retraction"
        if row[column] != expected[column]:
            yield data.fault(position, "affected-derived", column, f"the studies that it pooled give {expected[column]!r}", MEND)


RULES = (
    Rule("summary-derived", ("evidence_summaries", *SUMMARISED), summaries_are_derived),
    Rule("affected-derived", ("citations",), affected_is_derived),
)

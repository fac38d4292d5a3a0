"""The derivations that need only the package's own tables, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from . import evidence_summaries, gaps, nutrient_entities, preferred, retraction

Rows = Sequence[Mapping[str, str]]
Tables = Mapping[str, Rows]


def _years(citations: Rows) -> dict[str, str]:
    return {row["citation_id"]: row["year"] for row in citations}


# (table that is rewritten, tables that must be published, function of all tables to the new rows)
STEPS: tuple[tuple[str, tuple[str, ...], Callable[[Tables], list[dict[str, str]]]], ...] = (
    ("entities", ("nutrients",), lambda tables: nutrient_entities.derive(tables.get("entities", ()), tables["nutrients"])),
    ("food_sources", ("food_sources", "citations"), lambda tables: preferred.mark(tables["food_sources"], _years(tables["citations"]))),
    ("citations", ("citations",), lambda tables: retraction.affected(tables["citations"], tables.get("synthesis_studies", ()))),
    ("evidence_summaries", ("questions", "effect_estimates", "citations"), evidence_summaries.derive),
    ("gaps", ("nutrients",), gaps.derive),
)

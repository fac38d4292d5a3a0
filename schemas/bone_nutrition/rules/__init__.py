"""The rules across tables, one module per subject; they only check."""

from . import claims, coverage, evidence, foods, identifiers, intakes, keys, summaries, works
from .declare import Rule

RULES: tuple[Rule, ...] = (
    *keys.RULES,
    *identifiers.RULES,
    *foods.RULES,
    *intakes.RULES,
    *evidence.RULES,
    *works.RULES,
    *claims.RULES,
    *summaries.RULES,
    *coverage.RULES,
)

"""Groups of study designs that rules and derivations share."""

from __future__ import annotations

SYNTHESES = ("meta-analysis-of-rcts", "meta-analysis-of-cohorts", "meta-analysis-mixed", "systematic-review")
TRIALS = ("rct", "non-randomised-trial")
OBSERVATIONAL = ("cohort", "case-control", "cross-sectional")
# What may carry a row whose evidence_basis is human-trials or human-observational. A mixed or unpooled synthesis may hold either kind.
CARRIES_TRIALS = (*TRIALS, "meta-analysis-of-rcts", "meta-analysis-mixed", "systematic-review")
CARRIES_OBSERVATIONAL = (*OBSERVATIONAL, "meta-analysis-of-cohorts", "meta-analysis-mixed", "systematic-review")

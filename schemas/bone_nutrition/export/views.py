"""Ready-made views of the SQLite database: name -> (tables needed, query)."""

from __future__ import annotations

from ..models.reference_intakes import COUNTED_AS
from ..models.shared import IN_MICROGRAM

# Age of the person whose intake shares are taken of; the values of 31 to 50 years hold.
_AGE_MONTHS = 31 * 12
_IN_MICROGRAM = "CASE {0} " + " ".join(f"WHEN '{unit}' THEN {factor}" for unit, factor in IN_MICROGRAM.items()) + " END"
_COUNTED_AS = "CASE nutrient_id " + " ".join(f"WHEN '{nutrient}' THEN '{held}'" for nutrient, held in COUNTED_AS.items()) + " ELSE nutrient_id END"
# Only bases in which food values are counted alike are compared.
_INTAKE = f"""
  SELECT intake_id, {_COUNTED_AS} AS nutrient_id,
         value * {_IN_MICROGRAM.format("unit")} AS intake_in_microgram
  FROM reference_intakes
  WHERE authority = 'nasem' AND value_type IN ('RDA', 'AI') AND value_status = 'set' AND per = 'day' AND condition = 'any' AND life_stage = 'general'
    AND superseded_by IS NULL AND sex IN ('female', 'any') AND age_min_months <= {_AGE_MONTHS} AND (age_max_months IS NULL OR age_max_months > {_AGE_MONTHS})
    AND (basis IN ('total', 'RAE', 'alpha-tocopherol') OR (nutrient_id = 'folate' AND basis = 'DFE')) AND unit IN ({", ".join(f"'{unit}'" for unit in IN_MICROGRAM)})
"""
_PER = ("per_100_g", "per_serving", "per_100_kcal")
_SHARES = ",\n       ".join(f"100 * {per} / intake AS percent_of_intake_{per}" for per in _PER)
_RANKS = ",\n       ".join(f"CASE WHEN {per} IS NOT NULL THEN rank() OVER (PARTITION BY nutrient_id ORDER BY {per} DESC) END AS rank_{per}" for per in _PER)

# Materialised where SQLite would otherwise search a part again for every food value.
VIEWS: dict[str, tuple[tuple[str, ...], str]] = {
    "foods_ranked": (("foods", "food_sources", "nutrients", "reference_intakes"), f"""
-- Shares are percent of the recommended or adequate intake of women of 31 to 50 years, United States and Canada (NASEM); intake_id names it.
WITH intake AS MATERIALIZED ({_INTAKE}),
energy AS MATERIALIZED (SELECT food_id, amount AS kcal_per_100_g FROM food_sources WHERE nutrient_id = 'energy' AND is_preferred),
held AS (
  SELECT v.nutrient_id, v.food_id, f.name, f.food_group_id, v.value_status, v.citation_id, v.unit,
         v.amount AS per_100_g,
         v.amount * f.serving_g / 100 AS per_serving,
         CASE WHEN e.kcal_per_100_g > 0 THEN v.amount * 100 / e.kcal_per_100_g END AS per_100_kcal,
         f.serving_description, f.serving_g,
         i.intake_id, i.intake_in_microgram / {_IN_MICROGRAM.format("v.unit")} AS intake
  FROM food_sources v
  JOIN foods f USING (food_id)
  LEFT JOIN energy e USING (food_id)
  LEFT JOIN intake i ON i.nutrient_id = v.nutrient_id
  WHERE v.is_preferred AND v.amount IS NOT NULL
)
SELECT held.*,
       {_SHARES},
       {_RANKS}
FROM held"""),
    "interactions_labelled": (("interactions", "entities"), """
SELECT i.*, s.label AS subject_label, s.type AS subject_type, o.label AS object_label, o.type AS object_type, t.label AS via_label
FROM interactions i
JOIN entities s ON s.entity_id = i.subject_id
JOIN entities o ON o.entity_id = i.object_id
LEFT JOIN entities t ON t.entity_id = i.via_id"""),
    "effects_cited": (("effect_estimates", "citations", "questions", "entities"), """
SELECT e.*, q.text AS question, x.label AS exposure, y.label AS outcome,
       c.title, c.authors, c.year, c.container, c.doi, c.pmid, c.publication_status, c.affected_by_retraction
FROM effect_estimates e
JOIN citations c USING (citation_id)
JOIN questions q USING (question_id)
JOIN entities x ON x.entity_id = e.exposure_id
JOIN entities y ON y.entity_id = e.outcome_id"""),
    "claims_judged": (("claims", "claim_occurrences", "articles"), """
SELECT a.title AS article, o.locator, c.claim_id, c.statement, c.verdict, c.rationale
FROM claims c
LEFT JOIN claim_occurrences o USING (claim_id)
LEFT JOIN articles a USING (article_id)"""),
    "nutrient_outcome": (("evidence_summaries", "questions", "entities", "effect_estimates"), """
SELECT q.exposure_id, x.label AS exposure, x.type AS exposure_type, q.outcome_id, y.label AS outcome, q.exposure_kind, q.regimen_class, q.text AS question, s.*,
       e.citation_id, e.measure, e.estimate, e.ci_low, e.ci_high, e.measure_unit
FROM evidence_summaries s
JOIN questions q USING (question_id)
JOIN entities x ON x.entity_id = q.exposure_id
JOIN entities y ON y.entity_id = q.outcome_id
LEFT JOIN effect_estimates e ON e.effect_id = s.leading_effect_id"""),
}

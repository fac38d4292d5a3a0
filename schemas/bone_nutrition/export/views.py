"""Ready-made views of the SQLite database: name -> (tables needed, query)."""

from __future__ import annotations

from ..models.shared import IN_MICROGRAM

# The intake that shares are taken of: recommended or adequate, women of 31 to 50 years, United States and Canada. Only bases in which
# food values are counted alike are compared; vitamin K and folate are recommended under another name than foods hold them.
_INTAKE = """
  SELECT intake_id, CASE nutrient_id WHEN 'vitamin-k' THEN 'phylloquinone' WHEN 'folate' THEN 'dietary-folate-equivalents' ELSE nutrient_id END AS nutrient_id,
         value, unit
  FROM reference_intakes
  WHERE authority = 'nasem' AND value_type IN ('RDA', 'AI') AND value_status = 'set' AND per = 'day' AND condition = 'any' AND life_stage = 'general'
    AND superseded_by IS NULL AND sex IN ('female', 'any') AND age_min_months <= 372 AND (age_max_months IS NULL OR age_max_months > 372)
    AND (basis IN ('total', 'RAE', 'alpha-tocopherol') OR (nutrient_id = 'folate' AND basis = 'DFE'))
"""
_IN_MICROGRAM = "CASE {0} " + " ".join(f"WHEN '{unit}' THEN {factor}" for unit, factor in IN_MICROGRAM.items()) + " END"

# Materialised where SQLite would otherwise search a part again for every food value.
VIEWS: dict[str, tuple[tuple[str, ...], str]] = {
    "foods_ranked": (("foods", "food_sources", "nutrients", "reference_intakes"), f"""
WITH intake AS MATERIALIZED ({_INTAKE}),
energy AS MATERIALIZED (SELECT food_id, amount AS kcal_per_100_g FROM food_sources WHERE nutrient_id = 'energy' AND is_preferred)
SELECT v.nutrient_id, v.food_id, f.name, f.food_group_id, v.value_status, v.citation_id, v.unit,
       v.amount AS per_100_g,
       v.amount * f.serving_g / 100 AS per_serving,
       f.serving_description, f.serving_g,
       CASE WHEN e.kcal_per_100_g > 0 THEN v.amount * 100 / e.kcal_per_100_g END AS per_100_kcal,
       i.intake_id,
       100 * v.amount * f.serving_g / 100 * {_IN_MICROGRAM.format("v.unit")} / (i.value * {_IN_MICROGRAM.format("i.unit")}) AS serving_percent_of_intake,
       rank() OVER (PARTITION BY v.nutrient_id ORDER BY v.amount DESC) AS rank_per_100_g
FROM food_sources v
JOIN foods f USING (food_id)
LEFT JOIN energy e USING (food_id)
LEFT JOIN intake i ON i.nutrient_id = v.nutrient_id
WHERE v.is_preferred AND v.amount IS NOT NULL"""),
    "interactions_labelled": (("interactions", "entities"), """
SELECT i.*, s.label AS subject_label, s.type AS subject_type, o.label AS object_label, o.type AS object_type, t.label AS via_label
FROM interactions i
JOIN entities s ON s.entity_id = i.subject_id
JOIN entities o ON o.entity_id = i.object_id
LEFT JOIN entities t ON t.entity_id = i.via_id"""),
    "effects_cited": (("effect_estimates", "citations", "questions"), """
SELECT e.*, q.text AS question, c.title, c.authors, c.year, c.container, c.doi, c.pmid, c.publication_status, c.affected_by_retraction
FROM effect_estimates e
JOIN citations c USING (citation_id)
JOIN questions q USING (question_id)"""),
    "claims_judged": (("claims", "claim_occurrences", "articles"), """
SELECT a.title AS article, o.locator, c.claim_id, c.statement, c.verdict, c.rationale
FROM claim_occurrences o
JOIN claims c USING (claim_id)
JOIN articles a USING (article_id)"""),
    "nutrient_outcome": (("evidence_summaries", "questions", "entities"), """
SELECT q.exposure_id, x.label AS exposure, q.outcome_id, y.label AS outcome, q.exposure_kind, q.regimen_class, s.*
FROM evidence_summaries s
JOIN questions q USING (question_id)
JOIN entities x ON x.entity_id = q.exposure_id
JOIN entities y ON y.entity_id = q.outcome_id"""),
}

"""Rows of tables that the package may not have yet, so that their faults can be tried."""

from __future__ import annotations

from bone_nutrition import schema

_GIVEN = {
    "articles": [{"article_id": "an-article", "title": "An article", "published_on": "2026-01-31", "url": "https://example.org/an-article"}],
    "claims": [
        {"claim_id": "calcium-is-a-mineral", "statement": "Calcium is a mineral.", "subject_id": "calcium", "predicate": "definition",
         "verdict": "supported",
         "rationale": "It is."},
        {"claim_id": "calcium-is-no-mineral", "statement": "Calcium is no mineral.", "subject_id": "calcium", "predicate": "definition",
         "verdict": "incorrect",
         "rationale": "It is one."},
        {"claim_id": "kale-holds-calcium", "statement": "Kale holds calcium.", "subject_id": "calcium", "predicate": "found-in-food",
         "food_id": "kale-raw",
         "quantity": "254", "quantity_unit": "mg", "verdict": "supported", "rationale": "It does."},
    ],
    "claim_occurrences": [
        {"claim_id": "calcium-is-a-mineral", "article_id": "an-article", "locator": "1.1"},
        {"claim_id": "calcium-is-no-mineral", "article_id": "an-article", "locator": "1.2"},
        {"claim_id": "kale-holds-calcium", "article_id": "an-article", "locator": "1.3"},
        {"claim_id": "calcium-is-no-mineral", "article_id": "an-article", "locator": "2.1", "section": "Minerals"},
        {"claim_id": "kale-holds-calcium", "article_id": "an-article", "locator": "2.2", "section": "Minerals"},
    ],
    "claim_links": [
        {"claim_id": "calcium-is-a-mineral", "relation": "contradicts", "other_id": "claims:calcium-is-no-mineral"},
        {"claim_id": "calcium-is-no-mineral", "relation": "contradicts", "other_id": "claims:calcium-is-a-mineral"},
        {"claim_id": "kale-holds-calcium", "relation": "rests-on", "other_id": "food_sources:kale-raw/calcium/usda-sr-legacy-2018"},
    ],
    "claim_citations": [
        {"claim_id": "calcium-is-a-mineral", "citation_id": "usda-sr-legacy-2018", "stance": "supports"},
        {"claim_id": "calcium-is-no-mineral", "citation_id": "usda-sr-legacy-2018", "stance": "disputes"},
    ],
}

INVENTED = {table: [{column: row.get(column, "") for column in schema.columns(table)} for row in rows] for table, rows in _GIVEN.items()}

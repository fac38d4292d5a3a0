"""Pages of nutrients, the page of all foods of each, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from ..export.coverage import HEADINGS
from ..export.svg import Drawing
from . import intake_chart, linked_data
from .contents import Contents, Row
from .evidence import overview
from .food_values import LONGEST_RANKING, Values, ranked
from .page import Page
from .wording import AUTHORITY, group, intake_amount

IDENTIFIERS = {
    "chebi": "ChEBI", "cdno": "CDNO", "pubchem_cid": "PubChem", "inchikey": "InChIKey", "cas": "CAS", "unii": "UNII", "mesh": "MeSH", "wikidata": "Wikidata",
    "infoods_tagname": "INFOODS",
}
KINDS = ("vitamin", "vitamer", "major-mineral", "trace-element", "macronutrient", "energy", "fibre", "fatty-acid", "amino-acid", "group", "bioactive")
MEASURES = {"amount": "per 100 g", "serving": "per serving", "kcal": "per 100 kcal"}


def drawings(contents: Contents) -> Iterator[Drawing]:
    for nutrient in contents.rows("nutrients"):
        for says, rows in intake_chart.drawn(contents.of("reference_intakes", "nutrient_id", nutrient["nutrient_id"])).items():
            title = f"{nutrient['name']}: {says} intake by authority"
            yield Drawing(_chart_name(nutrient, says), title, intake_chart.description(rows), intake_chart.chart(rows, title))


def pages(contents: Contents, values: Values, drawn: Mapping[str, Markup], coverage: Mapping[str, Any]) -> Iterator[Page]:
    yield Page("nutrients/index.html", "nutrients.html", "Nutrients", "Every nutrient of the package, and what each table holds about it.", linked_data.page(None),
               {"by_kind": _by_kind(contents), "coverage": coverage, "columns": HEADINGS})
    for nutrient in contents.rows("nutrients"):
        yield _page(nutrient, contents, values, drawn, coverage)
        if contents.of("food_sources", "nutrient_id", nutrient["nutrient_id"]):
            yield _foods_page(nutrient, contents, values)


def _page(nutrient: Row, contents: Contents, values: Values, drawn: Mapping[str, Markup], coverage: Mapping[str, Any]) -> Page:
    nutrient_id = nutrient["nutrient_id"]
    own_values = values.of_rows(contents.of("food_sources", "nutrient_id", nutrient_id))
    rankings = {measure: (label, ranked(own_values, measure)[:LONGEST_RANKING]) for measure, label in MEASURES.items()}
    intakes = contents.of("reference_intakes", "nutrient_id", nutrient_id)
    charts = {says: (drawn[_chart_name(nutrient, says)], shown) for says, shown in intake_chart.drawn(intakes).items()}
    identifiers = [(label, nutrient[column]) for column, label in IDENTIFIERS.items() if nutrient[column]]
    about = linked_data.thing(nutrient["name"], nutrient["description"], [nutrient[column] for column in IDENTIFIERS], nutrient["synonyms"])
    return Page(f"nutrients/{nutrient_id}.html", "nutrient.html", nutrient["name"], f"{nutrient['description']} Foods, intakes, functions, interactions, evidence.",
                linked_data.page(about), {
        "nutrient": nutrient,
        "identifiers": identifiers,
        "parent": contents.get("nutrients", nutrient["parent_id"]),
        "children": contents.of("nutrients", "parent_id", nutrient_id),
        "coverage": coverage,
        "forms": contents.of("forms", "nutrient_id", nutrient_id),
        "functions": contents.of("functions", "nutrient_id", nutrient_id),
        "rankings": {measure: ranking for measure, ranking in rankings.items() if ranking[1]},
        "n_values": len([value for value in own_values if value.is_preferred]),
        "intake": values.intake(nutrient_id),
        "charts": charts,
        "intakes": sorted(intakes, key=_intake_order),
        "intake_group": group, "intake_amount": intake_amount,
        "interactions": [row for row in contents.rows("interactions") if nutrient_id in (row["subject_id"], row["object_id"], row["via_id"])],
        "panels": overview(contents, contents.of("questions", "exposure_id", nutrient_id)),
        "claims": claims_about(contents, nutrient_id),
        "thresholds": contents.of("biomarker_thresholds", "nutrient_id", nutrient_id),
        "bioavailability": contents.of("bioavailability", "nutrient_id", nutrient_id),
        "regulatory": contents.of("regulatory_claims", "nutrient_id", nutrient_id),
        "gaps": contents.of("gaps", "nutrient_id", nutrient_id) if contents.rows("gaps") else [],
    }, scripts=("person.js",))


def _foods_page(nutrient: Row, contents: Contents, values: Values) -> Page:
    nutrient_id = nutrient["nutrient_id"]
    own = values.of_rows(contents.of("food_sources", "nutrient_id", nutrient_id))
    own.sort(key=lambda value: (value.amount is None, -(value.amount or 0), value.food["food_id"], not value.is_preferred))
    return Page(f"food-values/{nutrient_id}.html", "food_values.html", f"{nutrient['name']} in foods",
                f"Every value of {nutrient['name']} in foods, per 100 g, per serving and per 100 kcal, with its source.",
                linked_data.page(linked_data.thing(nutrient["name"], nutrient["description"], [])),
                {"nutrient": nutrient, "values": own, "intake": values.intake(nutrient_id), "has_ranges": any(value.range for value in own)},
                scripts=("vendor/dataTables.min.js", "tables.js", "person.js"))


def claims_about(contents: Contents, entity_id: str) -> list[tuple[Row, Row]]:
    """Claims whose subject or object it is, each with one place where it stands."""
    about = [claim for claim in contents.rows("claims") if entity_id in (claim["subject_id"], claim["object_id"])]
    return [(claim, places[0]) for claim in about if (places := contents.of("claim_occurrences", "claim_id", claim["claim_id"]))]


def _by_kind(contents: Contents) -> dict[str, list[Row]]:
    return {kind: rows for kind in KINDS if (rows := contents.of("nutrients", "kind", kind))}


def _chart_name(nutrient: Row, says: str) -> str:
    return f"intakes-{nutrient['nutrient_id']}-{says.replace(' ', '-')}"


def _intake_order(row: Row) -> tuple:
    stages = ("general", "pregnancy", "lactation")
    authorities = list(AUTHORITY)
    return (bool(row["superseded_by"]), authorities.index(row["authority"]), row["value_type"], stages.index(row["life_stage"]), row["sex"],
            int(row["age_min_months"] or 0), row["condition"])

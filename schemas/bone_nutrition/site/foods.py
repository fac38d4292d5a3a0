"""Pages of foods, the list of them, and the page that compares some."""

from __future__ import annotations

from collections.abc import Iterator

from . import linked_data
from .contents import Contents, Row
from .food_values import Value, Values
from .nutrients import KINDS
from .page import Page

# What the page shows before a reader chooses, and without a script.
COMPARED_AT_FIRST = ("kale-raw", "milk-whole-3-25-percent-fat-not-fortified", "sardines-atlantic-canned-in-oil-with-bones", "natto")
NUTRITION = {"energy": ("calories", "kcal"), "protein": ("proteinContent", "g"), "fat": ("fatContent", "g"), "carbohydrate": ("carbohydrateContent", "g"),
             "fibre": ("fiberContent", "g"), "sodium": ("sodiumContent", "mg")}


def pages(contents: Contents, values: Values) -> Iterator[Page]:
    if not contents.rows("foods"):
        return
    by_group = {contents.label(group_id): foods for group_id, foods in contents.grouped("foods", "food_group_id").items()}
    yield Page("foods/index.html", "foods.html", "Foods", "Every food of the package, by group.", linked_data.page(None),
               {"by_group": dict(sorted(by_group.items()))}, scripts=("filter.js",))
    yield _compare_page(contents, values)
    for food in contents.rows("foods"):
        yield _page(food, contents, values)


def profile(food: Row, contents: Contents, values: Values) -> list[tuple[str, list[Value], list[Row]]]:
    """Kind of nutrient, the values of this food, and the nutrients without a value."""
    own = {value.row["nutrient_id"]: value for value in values.of_rows(contents.of("food_sources", "food_id", food["food_id"])) if value.is_preferred}
    groups = []
    for kind in KINDS:
        nutrients = contents.of("nutrients", "kind", kind)
        held = [own[nutrient["nutrient_id"]] for nutrient in nutrients if nutrient["nutrient_id"] in own]
        lacking = [nutrient for nutrient in nutrients if nutrient["nutrient_id"] not in own]
        if nutrients:
            groups.append((kind, held, lacking))
    return groups


def _page(food: Row, contents: Contents, values: Values) -> Page:
    rows = contents.of("food_sources", "food_id", food["food_id"])
    others = [value for value in values.of_rows(rows) if not value.is_preferred]
    mentioned = [(claim, places[0]) for claim in contents.of("claims", "food_id", food["food_id"])
                 if (places := contents.of("claim_occurrences", "claim_id", claim["claim_id"]))] if contents.rows("claims") else []
    return Page(f"foods/{food['food_id']}.html", "food.html", food["name"], f"What {food['name']} holds per 100 g and per serving, and how each value came about.",
                linked_data.page(_described(food, contents)), {
        "food": food,
        "group": contents.label(food["food_group_id"]),
        "profile": profile(food, contents, values),
        "others": others,
        "claims": mentioned,
        "sources": sorted({row["citation_id"] for row in rows}),
        "statuses": sorted({row["value_status"] for row in rows}),
    }, scripts=("person.js",))


def _compare_page(contents: Contents, values: Values) -> Page:
    at_first = [food for food_id in COMPARED_AT_FIRST if (food := contents.get("foods", food_id))] or list(contents.rows("foods")[:2])
    columns = [{value.row["nutrient_id"]: value for _, held, _ in profile(food, contents, values) for value in held} for food in at_first]
    nutrients = [(kind, [nutrient for nutrient in contents.of("nutrients", "kind", kind) if any(nutrient["nutrient_id"] in column for column in columns)])
                 for kind in KINDS]
    return Page("compare.html", "compare.html", "Compare foods", "Foods side by side: every nutrient, per 100 g, with how each value came about.",
                linked_data.page(None), {
        "foods": at_first, "columns": columns, "nutrients": [(kind, rows) for kind, rows in nutrients if rows], "all_foods": contents.rows("foods"),
    }, scripts=("compare.js",))


def _described(food: Row, contents: Contents) -> linked_data.Described:
    about = linked_data.thing(food["name"], "", [food["foodon"]], food["synonyms"])
    held = {name: f"{row['amount']} {unit}" for nutrient_id, (name, unit) in NUTRITION.items()
            if (row := contents.preferred.get((food["food_id"], nutrient_id), {})) and row["amount"]}
    return about | ({"nutrition": {"@type": "NutritionInformation", "servingSize": "100 g", **held}} if held else {})

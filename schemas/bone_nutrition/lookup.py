"""Questions that people ask of the tables at once: one row by its id, foods by name, what hangs on a nutrient. Answers are plain rows of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import bone_nutrition

from . import near, servings

Row = dict[str, str]

# What may be asked of a nutrient: the table, and which of its rows speak of the nutrient.
ABOUT_NUTRIENT: dict[str, tuple[str, Callable[[Row, str], bool]]] = {
    "functions": ("functions", lambda row, nutrient: row["nutrient_id"] == nutrient),
    "interactions": ("interactions", lambda row, nutrient: nutrient in (row["subject_id"], row["object_id"], row["via_id"])),
    "intakes": ("reference_intakes", lambda row, nutrient: row["nutrient_id"] == nutrient and not row["superseded_by"]),
    "forms": ("forms", lambda row, nutrient: row["nutrient_id"] == nutrient),
    "effects": ("effect_estimates", lambda row, nutrient: row["exposure_id"] == nutrient),
}


def key_of(table: str) -> list[str]:
    """Names of the columns that make up the primary key."""
    return bone_nutrition.describe(table)["schema"]["primaryKey"]


def get(table: str, key: str) -> Row:
    """The row with this key, whose parts are joined by ``/``. Raises KeyError for an unknown table or key."""
    columns = key_of(table)
    rows = {"/".join(row[column] for column in columns): row for row in bone_nutrition.rows(table)}
    if key not in rows:
        called = ((known, near.names(row, known)) for known, row in rows.items())
        raise KeyError(f"no row {key!r} in {table}: its key is {'/'.join(columns)}{near.hint(key, called)}")
    return rows[key]


def select(table: str, where: Mapping[str, str]) -> list[Row]:
    """Rows whose cells equal all those given. Raises KeyError for an unknown table or column."""
    names = column_names(table)
    for column in where:
        if column not in names:
            raise KeyError(f"no column {column!r} in {table}: its columns are {', '.join(names)}")
    return [row for row in bone_nutrition.rows(table) if all(row[column] == value for column, value in where.items())]


def column_names(table: str) -> list[str]:
    return [field["name"] for field in bone_nutrition.describe(table)["schema"]["fields"]]


def foods(query: str) -> list[Row]:
    """Foods whose id, name and synonyms hold every word of the query, those with the shortest name first.

    Raises LookupError if there is none.
    """
    words = query.casefold().replace("-", " ").split()
    known = list(bone_nutrition.rows("foods"))
    found = [row for row in known if words and all(word in _searched(row) for word in words)]
    if not found:
        raise LookupError(f"no food whose name holds {query!r}{_words_hint(words, known)}")
    exact = [row for row in found if row["food_id"] == query]
    return exact or sorted(found, key=lambda row: (len(row["name"]), row["food_id"]))


def food_values(found: Iterable[Row], nutrient_id: str | None = None) -> list[Row]:
    """Preferred values of these foods, or those of one nutrient, the largest first; amounts are per 100 g and per serving.

    Raises LookupError if there is none.
    """
    if nutrient_id is not None:
        get("nutrients", nutrient_id)
    by_id = {row["food_id"]: row for row in found}
    values = [_value(row, by_id[row["food_id"]]) for row in bone_nutrition.rows("food_sources")
              if row["food_id"] in by_id and row["is_preferred"] == "true" and nutrient_id in (None, row["nutrient_id"])]
    if not values:
        where = "the food" if len(by_id) == 1 else f"any of the {len(by_id):,} foods"
        raise LookupError(f"no value of {nutrient_id or 'any nutrient'} in {where} found{_forms_hint(nutrient_id, by_id) if nutrient_id else ''}")
    if nutrient_id is None:
        return values
    return sorted(values, key=lambda row: (-Decimal(row["per_100_g"] or -1), row["food_id"]))


def nutrient(nutrient_id: str, about: str | None = None) -> list[Row]:
    """The row of a nutrient, or what another table says of it: a key of ``ABOUT_NUTRIENT``, or ``foods`` for all foods ranked.

    Raises KeyError for an unknown nutrient, LookupError if nothing is found.
    """
    row = get("nutrients", nutrient_id)
    if about is None:
        return [row]
    if about == "foods":
        return food_values(bone_nutrition.rows("foods"), nutrient_id)
    table, speaks_of = ABOUT_NUTRIENT[about]
    found = [row for row in bone_nutrition.rows(table) if speaks_of(row, nutrient_id)]
    if not found:
        raise LookupError(f"no row of {table} speaks of {nutrient_id!r}")
    return found


def _words_hint(words: Sequence[str], foods: Sequence[Row]) -> str:
    """What the first word that no food holds may have meant."""
    known = sorted({word for food in foods for word in re.findall(r"\w+", _searched(food))})
    unknown = [word for word in words if not any(word in of_food for of_food in known)]
    return near.hint(unknown[0], ((word, [word]) for word in known)) if unknown else ""


def _forms_hint(nutrient_id: str, foods: Mapping[str, Row]) -> str:
    """The forms of a nutrient, and forms of these, that have a value in these foods, in words."""
    parents = {row["nutrient_id"]: row["parent_id"] for row in bone_nutrition.rows("nutrients")}
    valued = {row["nutrient_id"] for row in bone_nutrition.rows("food_sources") if row["food_id"] in foods}
    forms = sorted(form for form in valued if nutrient_id in (parents[form], parents.get(parents[form])))
    return f"; its forms have: {', '.join(forms)}" if forms else ""


def _searched(food: Row) -> str:
    return f"{food['food_id']} {food['name']} {food['synonyms']}".casefold().replace("-", " ")


def _value(value: Row, food: Row) -> Row:
    return {
        "food_id": food["food_id"],
        "name": food["name"],
        "nutrient_id": value["nutrient_id"],
        "per_100_g": value["amount"],
        "per_serving": servings.rounded(servings.per_serving(servings.number(value["amount"]), food)),
        "unit": value["unit"],
        "serving": food["serving_description"],
        "serving_g": food["serving_g"],
        "value_status": value["value_status"],
        "citation_id": value["citation_id"],
    }

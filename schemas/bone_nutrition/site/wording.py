"""Codes, units and amounts as people write them."""

from __future__ import annotations

from collections.abc import Mapping

from .. import person
from ..export.forest_rows import unit_text
from ..models.reference_intakes import VALUE_TYPE_ROLE
from ..person import MONTHS_PER_YEAR

Row = Mapping[str, str]

AUTHORITY = {
    "nasem": "NASEM (US, Canada)",
    "efsa": "EFSA (EU)",
    "uk-drv": "COMA/SACN (UK)",
    "nhmrc": "NHMRC (Australia, NZ)",
    "who-fao": "WHO/FAO",
    "nnr": "Nordic",
    "dach": "D-A-CH",
    "japan-mhlw": "MHLW (Japan)",
    "cns": "CNS (China)",
    "kns": "KNS (Korea)",
}
# What a reader must see of a food value without reading: number, mark and word differ together.
STATUS_WORD = {
    "measured": "measured",
    "measured-zero": "measured zero",
    "calculated": "calculated",
    "imputed": "imputed",
    "label-claim": "label claim",
    "assumed-zero": "assumed zero",
    "trace": "trace",
    "below-limit": "below limit",
    "literature": "literature",
    "not-stated": "not stated how",
}


def words(code: str) -> str:
    """A code of an enumeration as words."""
    return code.replace("-", " ")


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def grouped(number: str | int) -> str:
    """A whole number with thousands apart; anything else as it stands."""
    text = str(number)
    return f"{int(text):,}" if text.isdecimal() else text


def food_amount(value: Row) -> str:
    """The amount per 100 g; an assumed zero stands in brackets, so that it never looks measured."""
    status = value["value_status"]
    if status == "assumed-zero":
        return "(0)"
    if status == "below-limit":
        return f"< {value['limit_of_quantification']}" if value["limit_of_quantification"] else "below limit"
    return value["amount"] or words(status)


def age(months: int) -> str:
    if months < MONTHS_PER_YEAR * 2 and months % MONTHS_PER_YEAR:
        return f"{months} mo"
    years = months / MONTHS_PER_YEAR
    return f"{years:g} y"


def ages(row: Row) -> str:
    """First and last age that a row covers; the end is exclusive in the table and stands so here: under."""
    low, high = row.get("age_min_months", ""), row.get("age_max_months", "")
    if not low and not high:
        return "all ages"
    if not high:
        return f"{age(int(low))} and over"
    return f"under {age(int(high))}" if not low or low == "0" else f"{age(int(low))} to under {age(int(high))}"


def group(row: Row) -> str:
    """For whom an intake holds."""
    who = {"female": "women and girls", "male": "men and boys", "any": "both sexes"}[row["sex"]]
    stage = "" if row["life_stage"] == "general" else row["life_stage"]
    parts = (stage or who, words(row.get("stage_detail", "")), ages(row))
    return ", ".join(part for part in parts if part)


def intake_amount(row: Row) -> str:
    """Value with unit and denominator, or why there is none."""
    if row["value_status"] != "set":
        return person.amount(row)
    per = {"day": "a day", "kg-body-weight-day": "per kg a day", "energy-percent": "of energy"}.get(row["per"], f"per {words(row['per'])}")
    return f"{person.amount(row)} {unit_text(row['unit'])} {per}".replace("  ", " ")


def role(row: Row) -> str:
    return VALUE_TYPE_ROLE[row["value_type"]]


def interaction_magnitude(row: Row) -> str:
    if row["magnitude_low"]:
        return f"{row['magnitude_low']} to {row['magnitude_high']} {unit_text(row['magnitude_unit'])}".strip()
    return f"{row['magnitude']} {unit_text(row['magnitude_unit'])}".strip() if row["magnitude"] else ""

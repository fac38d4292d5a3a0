"""The reference intakes that apply to one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from . import near

SEXES = ("female", "male")
LIFE_STAGES = ("general", "pregnancy", "lactation")
MONTHS_PER_YEAR = 12
OLDEST_YEARS = 125
MOST_GROUPS_SHOWN = 40

Row = Mapping[str, str]


def applying(intakes: Iterable[Row], nutrient_id: str, sex: str, age_years: float, life_stage: str, authority: str | None) -> list[dict[str, str]]:
    """Current rows of ``reference_intakes`` for this nutrient and person; see ``bone_nutrition.intakes``."""
    _check_person(sex, age_years, life_stage)
    intakes = list(intakes)
    months = int(age_years * MONTHS_PER_YEAR + 1e-9)
    current = [row for row in intakes if row["nutrient_id"] == nutrient_id and not row["superseded_by"]]
    if not current:
        known = sorted({row["nutrient_id"] for row in intakes})
        meant = near.hint(nutrient_id, ((known_id, [known_id]) for known_id in known))
        raise LookupError(f"no reference intake of {nutrient_id!r}; there are some of {', '.join(known)}{meant}")
    if authority is not None:
        by_authority = [row for row in current if row["authority"] == authority]
        if not by_authority:
            raise LookupError(f"no reference intake of {nutrient_id!r} by {authority!r}; there are some by {_listed(current, 'authority')}")
        current = by_authority
    own_sex = [row for row in current if row["sex"] in ("any", sex)]
    general = [row for row in own_sex if row["life_stage"] == "general" and _covers(row, months)]
    if life_stage == "general":
        found = [dict(row, total=row["value"]) for row in general]
    else:
        stage = [row for row in own_sex if row["life_stage"] == life_stage and _covers(row, months)]
        found = [item for row in stage for item in _added_up(row, general)]
    if not found:
        raise LookupError(f"no reference intake of {nutrient_id!r} covers a {sex} person of {age_years:g} years ({life_stage}); covered are: {_covered(own_sex)}")
    return found


def amount(row: Row) -> str:
    """What a row of ``reference_intakes``, or one that applies to a person, says: value with its bound, range, or why there is none."""
    if row["value_status"] != "set":
        return row["value_status"].replace("-", " ")
    bound = {"at-least": "≥ ", "at-most": "≤ "}.get(row["bound"], "")
    if row.get("total"):
        return bound + row["total"]
    number = f"{row['value_low']}–{row['value_high']}" if row["bound"] == "range" else row["value"]
    return bound + ("+" if row["is_increment"] == "true" else "") + number


def _check_person(sex: str, age_years: float, life_stage: str) -> None:
    if sex not in SEXES:
        raise ValueError(f"sex is one of {', '.join(SEXES)}, not {sex!r}")
    if life_stage not in LIFE_STAGES:
        raise ValueError(f"life_stage is one of {', '.join(LIFE_STAGES)}, not {life_stage!r}")
    if life_stage != "general" and sex != "female":
        raise ValueError(f"life_stage {life_stage!r} goes with sex 'female'")
    if not 0 <= age_years <= OLDEST_YEARS:
        raise ValueError(f"age_years is between 0 and {OLDEST_YEARS}, not {age_years!r}")


def _covers(row: Row, months: int) -> bool:
    return int(row["age_min_months"] or 0) <= months and (not row["age_max_months"] or months < int(row["age_max_months"]))


def _added_up(row: Row, general: list[Row]) -> list[dict[str, str]]:
    """The row with ``total``: an increment added to each general value of the same kind, any other value as it is.

    An increment for any condition is added to the general value of every condition.
    """
    if row["is_increment"] != "true" or not row["value"]:
        return [dict(row, total=row["value"])]
    same = ("authority", "value_type", "unit", "per", "basis")
    bases = [base for base in general if base["value"] and all(base[name] == row[name] for name in same) and row["condition"] in ("any", base["condition"])]
    return [dict(row, condition=base["condition"], total=str(Decimal(base["value"]) + Decimal(row["value"]))) for base in bases] or [dict(row, total="")]


def _listed(rows: Iterable[Row], column: str) -> str:
    return ", ".join(sorted({row[column] for row in rows}))


def _covered(rows: Iterable[Row]) -> str:
    """For whom rows hold."""
    groups = sorted({f"{row['authority']} {row['life_stage']} {row['sex']} {_ages(row)}" for row in rows})
    return "; ".join(groups[:MOST_GROUPS_SHOWN]) or "none"


def _ages(row: Row) -> str:
    first = int(row["age_min_months"] or 0) / MONTHS_PER_YEAR
    return f"{first:g} years and over" if not row["age_max_months"] else f"{first:g} to {int(row['age_max_months']) / MONTHS_PER_YEAR:g} years"

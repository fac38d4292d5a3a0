"""Persons that a reader may choose, and what each authority recommends them a day, where foods are counted alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..models.reference_intakes import COUNTED_AS
from ..models.shared import IN_MICROGRAM
from ..person import applying
from .contents import Contents, Row
from .wording import role

# A basis in which food values are counted alike; unlisted nutrients are counted by mass.
COMPARABLE = {
    "folate": ("DFE",),
    "vitamin-a": ("RAE",),
    "vitamin-e": ("alpha-tocopherol",),
    "vitamin-k": ("total", "not-stated", "phylloquinone"),
    "niacin": (),
}
BY_MASS = ("total", "not-stated")
ROLES = ("recommended", "adequate")


@dataclass(frozen=True)
class Person:
    """Somebody whose intake a reader may choose; ``life_stage`` as ``bone_nutrition.intakes`` takes it."""

    person_id: str
    name: str
    sex: str
    age_years: float
    life_stage: str = "general"


PERSONS = (
    Person("girl-5", "Girl, 5 years", "female", 5),
    Person("boy-5", "Boy, 5 years", "male", 5),
    Person("girl-10", "Girl, 10 years", "female", 10),
    Person("boy-10", "Boy, 10 years", "male", 10),
    Person("girl-16", "Girl, 16 years", "female", 16),
    Person("boy-16", "Boy, 16 years", "male", 16),
    Person("woman-25", "Woman, 25 years", "female", 25),
    Person("man-25", "Man, 25 years", "male", 25),
    Person("woman-40", "Woman, 40 years", "female", 40),
    Person("man-40", "Man, 40 years", "male", 40),
    Person("woman-60", "Woman, 60 years", "female", 60),
    Person("man-60", "Man, 60 years", "male", 60),
    Person("woman-75", "Woman, 75 years", "female", 75),
    Person("man-75", "Man, 75 years", "male", 75),
    Person("pregnant-30", "Pregnant woman, 30 years", "female", 30, "pregnancy"),
    Person("breastfeeding-30", "Breastfeeding woman, 30 years", "female", 30, "lactation"),
)
DEFAULT_PERSON, DEFAULT_AUTHORITY = "woman-40", "nasem"


@dataclass(frozen=True)
class Intake:
    """What is recommended a day: ``amount`` in the unit of the food values of ``nutrient_id``."""

    nutrient_id: str
    amount: Decimal
    value_type: str
    intake_id: str


# By nutrient as foods count it, person and authority.
Intakes = dict[str, dict[str, dict[str, Intake]]]


def intakes(contents: Contents) -> Intakes:
    """What every authority recommends every person of ``PERSONS`` a day; empty without reference intakes."""
    found: Intakes = {}
    for nutrient_id in contents.grouped("reference_intakes", "nutrient_id") if contents.rows("reference_intakes") else ():
        counted_as = COUNTED_AS.get(nutrient_id, nutrient_id)
        unit = contents.get("nutrients", counted_as).get("unit", "")
        for person in PERSONS:
            for authority, intake in _of(contents.of("reference_intakes", "nutrient_id", nutrient_id), nutrient_id, person, counted_as, unit):
                found.setdefault(counted_as, {}).setdefault(person.person_id, {})[authority] = intake
    return found


def _of(rows: Sequence[Row], nutrient_id: str, person: Person, counted_as: str, unit: str) -> Iterator[tuple[str, Intake]]:
    comparable = COMPARABLE.get(nutrient_id, BY_MASS)
    usable = [row for row in rows if role(row) in ROLES and row["per"] == "day" and row["basis"] in comparable and row["unit"] in IN_MICROGRAM]
    try:
        applied = applying(usable, nutrient_id, person.sex, person.age_years, person.life_stage, None)
    except LookupError:
        return
    first: dict[str, Row] = {}
    for row in sorted(applied, key=lambda row: ROLES.index(role(row))):
        if row["condition"] == "any" and row["total"] and unit in IN_MICROGRAM:
            first.setdefault(row["authority"], row)
    for authority, row in first.items():
        factor = Decimal(str(IN_MICROGRAM[row["unit"]])) / Decimal(str(IN_MICROGRAM[unit]))
        amount = Decimal(row["total"]) * factor
        if amount:
            yield authority, Intake(counted_as, amount, row["value_type"], row["intake_id"])


def share(amount: Decimal | None, intake: Intake | None) -> str:
    """Per cent of the intake, without decimals; below one with one digit."""
    if amount is None or intake is None:
        return ""
    percent = 100 * amount / intake.amount
    return f"{percent:.0f}" if percent >= 1 or not percent else f"{Decimal(f'{percent:.1g}'):f}"


def as_data(found: Intakes) -> dict[str, object]:
    """The intakes for scripts: amounts as text, so that nothing is rounded on the way."""
    return {
        nutrient_id: {person: {authority: f"{intake.amount.normalize():f}" for authority, intake in by_authority.items()}
                      for person, by_authority in by_person.items()}
        for nutrient_id, by_person in found.items()
    }

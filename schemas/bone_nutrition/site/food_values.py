"""Food values as pages show them: per 100 g, per serving, per 100 kcal, and as a share of a person's intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .. import servings
from . import persons
from .contents import Contents, Row

LONGEST_RANKING = 20


@dataclass(frozen=True)
class Value:
    """One row of ``food_sources``, its food and its nutrient.

    ``amount`` is per 100 g, ``serving`` per serving, ``kcal`` per 100 kcal, all in the unit of the nutrient and None where there is
    nothing to reckon with; ``share`` is that of a serving in the default person's intake, in per cent as shown.
    """

    row: Row
    food: Row
    nutrient: Row
    amount: Decimal | None
    serving: Decimal | None
    kcal: Decimal | None
    share: str

    @property
    def is_preferred(self) -> bool:
        return self.row["is_preferred"] == "true"

    @property
    def per_serving(self) -> str:
        return servings.rounded(self.serving)

    @property
    def per_100_kcal(self) -> str:
        return servings.rounded(self.kcal)

    @property
    def range(self) -> str:
        return f"{self.row['amount_min']}–{self.row['amount_max']}" if self.row["amount_min"] and self.row["amount_max"] else ""


class Values:
    """Makes values; knows what a default person is recommended and how much energy foods hold."""

    def __init__(self, contents: Contents, intakes: persons.Intakes):
        self._contents = contents
        self._intakes = intakes
        self._energy = {food: servings.number(row["amount"]) for (food, nutrient), row in contents.preferred.items() if nutrient == "energy"}

    def of_rows(self, rows: Sequence[Row]) -> list[Value]:
        return [self._value(row) for row in rows]

    def _value(self, row: Row) -> Value:
        food = self._contents.get("foods", row["food_id"])
        # An assumed zero is not reckoned with: what came of it would look measured.
        amount = None if row["value_status"] == "assumed-zero" else servings.number(row["amount"])
        serving = servings.per_serving(amount, food)
        energy = self._energy.get(row["food_id"])
        kcal = amount * 100 / energy if amount is not None and energy else None
        intake = self.intake(row["nutrient_id"])
        return Value(row, food, self._contents.get("nutrients", row["nutrient_id"]), amount, serving, kcal, persons.share(serving, intake))

    def intake(self, nutrient_id: str) -> persons.Intake | None:
        """What the default person is recommended."""
        return self._intakes.get(nutrient_id, {}).get(persons.DEFAULT_PERSON, {}).get(persons.DEFAULT_AUTHORITY)


def ranked(values: Sequence[Value], measure: str) -> list[Value]:
    """The largest first by one measure: amount, serving or kcal; those without it are left out."""
    measured = [value for value in values if value.is_preferred and getattr(value, measure) is not None]
    return sorted(measured, key=lambda value: (-getattr(value, measure), value.food["food_id"]))

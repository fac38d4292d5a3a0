"""Amounts of nutrients in a serving of a food, and as many of their digits as are worth showing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def number(cell: str) -> Decimal | None:
    """The number in a cell; None if it is empty."""
    return Decimal(cell) if cell else None


def per_serving(per_100_g: Decimal | None, food: Mapping[str, str]) -> Decimal | None:
    """The amount in one serving of a row of ``foods``, from the amount in 100 g; None if either is not known."""
    serving_g = number(food.get("serving_g", ""))
    return None if per_100_g is None or serving_g is None else per_100_g * serving_g / 100


def rounded(amount: Decimal | None) -> str:
    """Three digits, no exponent: no food value is known better. Empty without an amount."""
    return "" if amount is None else f"{Decimal(f'{amount:.3g}'):f}"

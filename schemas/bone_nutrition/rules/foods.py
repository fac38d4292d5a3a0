"""Food values: one preferred per food and nutrient, within their own range, possible, and parts not above the whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..faults import Fault
from ..precision import ROUNDING, half_units
from .declare import Rule, Tables

LOOK_UP = "Look the value up again in its source; what the source itself publishes so goes to data/exceptions.csv."

# Parts whose sum is not above the whole, in one source. Retinol activity equivalents count retinol in full.
PARTS_OF_WHOLE = (
    (("vitamin-d2", "vitamin-d3"), "vitamin-d"),
    (("retinol",), "vitamin-a"),
    (("folic-acid", "food-folate"), "folate"),
    (("alpha-linolenic-acid",), "linolenic-acid-undifferentiated"),
    (("genistein", "daidzein"), "isoflavones"),
)
LARGEST_AMOUNT = {"ug": 1e8, "mg": 1e5, "g": 100.0, "kcal": 902.0}


def one_preferred(tables: Tables) -> Iterator[Fault]:
    data = tables["food_sources"]
    pair = data.groups("food_id", "nutrient_id")
    preferred = np.bincount(pair, weights=data.typed["is_preferred"].fillna(False))
    first = ~pd.Series(pair).duplicated()
    yield from data.faults_where(first & (preferred[pair] != 1), "food-one-preferred", "is_preferred", "not exactly one value of this food and nutrient is preferred",
                                 "Run make: the column is derived.")


def unit_is_the_nutrients(tables: Tables) -> Iterator[Fault]:
    data = tables["food_sources"]
    nutrients = tables["nutrients"].text[["nutrient_id", "unit"]].dropna().drop_duplicates("nutrient_id")
    expected = pd.Series(data.looked_up("nutrient_id", dict(zip(nutrients["nutrient_id"], nutrients["unit"])).get), dtype=data.text["unit"].dtype)
    wrong = expected.notna() & data.text["unit"].ne(expected)
    yield from data.faults_where(wrong, "food-unit", "unit", "not the unit of the nutrient in nutrients", "Convert the amounts, or correct the unit.")


def amount_within_its_range(tables: Tables) -> Iterator[Fault]:
    data = tables["food_sources"]
    amount, low, high = (data.typed[name].astype(float) for name in ("amount", "amount_min", "amount_max"))
    slack, slack_low, slack_high = (half_units(data, name) for name in ("amount", "amount_min", "amount_max"))
    below = low > amount + slack + slack_low + ROUNDING
    above = high < amount - slack - slack_high - ROUNDING
    yield from data.faults_where(below, "food-range", "amount_min", "amount is below amount_min", LOOK_UP)
    yield from data.faults_where(above, "food-range", "amount_max", "amount is above amount_max", LOOK_UP)


def amount_is_possible(tables: Tables) -> Iterator[Fault]:
    data = tables["food_sources"]
    wrong = data.typed["amount"].astype(float) > np.array(data.looked_up("unit", LARGEST_AMOUNT.get), dtype=float)
    yield from data.faults_where(wrong, "food-possible", "amount", "more than 100 g in 100 g, or more energy than pure fat holds", LOOK_UP)


def parts_within_whole(tables: Tables) -> Iterator[Fault]:
    data = tables["food_sources"]
    source = data.groups("food_id", "citation_id")
    amount, slack = data.typed["amount"].astype(float).fillna(0).to_numpy(), half_units(data, "amount")
    for parts, whole in PARTS_OF_WHOLE:
        is_part, is_whole = data.text["nutrient_id"].isin(parts), data.text["nutrient_id"].eq(whole)
        of_parts, slack_of_parts = (np.bincount(source[is_part], numbers[is_part], len(source))[source] for numbers in (amount, slack))
        too_small = is_whole & (of_parts - amount > slack + slack_of_parts + ROUNDING)
        yield from data.faults_where(too_small, "food-parts", "amount", f"less than {' and '.join(parts)} of the same source together", LOOK_UP)


RULES = (
    Rule("food-one-preferred", ("food_sources",), one_preferred),
    Rule("food-unit", ("food_sources", "nutrients"), unit_is_the_nutrients),
    Rule("food-range", ("food_sources",), amount_within_its_range),
    Rule("food-possible", ("food_sources",), amount_is_possible),
    Rule("food-parts", ("food_sources",), parts_within_whole),
)

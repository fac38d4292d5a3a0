"""Reference intakes: bands that neither overlap nor leave holes, values in order, and none far from the other authorities."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pandas as pd

from ..faults import Fault
from ..models.reference_intakes import VALUE_TYPE_ROLE
from ..models.shared import IN_MICROGRAM
from ..table_data import TableData
from .declare import Rule, Tables

OPEN_END = 10_000
COMPARED = ["authority", "nutrient_id", "per", "basis", "sex", "life_stage", "unit", "is_increment", "value_type", "value_status",
            "value", "age_min_months", "age_max_months", "superseded_by"]
SAME_GROUP = ("authority", "nutrient_id", "per", "basis", "condition", "life_stage", "stage_detail", "unit", "is_increment")
FAR_OFF = 10
LOOK_UP = "Look the value up again in the authority's own table."
REQUIREMENT_ROLES = ("recommended", "adequate")
# Upper levels of these two forms of niacin differ by far more than ten times, so each is compared with itself only.
FORMS_APART = ("nicotinic-acid", "nicotinamide")


@lru_cache(maxsize=1)
def _current(data: TableData) -> pd.DataFrame:
    """Current rows with numbers, roles and one row per sex (`any` counts as both).

    ``position`` points into the table; rows of one ``group`` differ in value type and age only.
    """
    frame = data.typed[COMPARED].copy()
    frame["position"] = range(len(frame))
    frame["group"] = data.groups(*SAME_GROUP)
    frame["role"] = frame["value_type"].map(VALUE_TYPE_ROLE)
    frame["start"] = frame["age_min_months"].astype(float).fillna(0)
    frame["end"] = frame["age_max_months"].astype(float).fillna(OPEN_END)
    frame = frame[frame["superseded_by"].isna()]
    both = frame["sex"].eq("any")
    of_each_sex = pd.concat([frame[~both], frame[both].assign(sex="female"), frame[both].assign(sex="male")], ignore_index=True)
    return of_each_sex.assign(group=2 * of_each_sex["group"] + of_each_sex["sex"].eq("male"))


def bands_do_not_overlap(tables: Tables) -> Iterator[Fault]:
    data = tables["reference_intakes"]
    frame = _current(data).sort_values(["start", "end", "position"])
    group = frame.groupby(["group", "value_type"]).ngroup()
    reached = frame["end"].groupby(group).cummax().groupby(group).shift()
    for position in sorted(set(frame.loc[frame["start"] < reached, "position"])):
        yield data.fault(position, "intake-overlap", "age_min_months", "the age band overlaps another of the same authority, nutrient, value type and group",
                         "Correct the ages, or tell the rows apart by condition, basis or stage_detail; mark an old value superseded_by the new one.")


def values_are_in_order(tables: Tables) -> Iterator[Fault]:
    """Average requirement below recommended, recommended or adequate not above the upper level, wherever both cover an age.

    Increments of both may be equal: what they are added to differs.
    """
    data = tables["reference_intakes"]
    frame = _current(data)
    frame = frame.loc[frame["value"].notna(), ["group", "role", "start", "end", "value", "is_increment", "position"]]
    yield from _pairs_in_order(data, frame, "average-requirement", "recommended", strict=True)
    # An upper level may count other forms or sources than the requirement; only equal or total counting is comparable.
    yield from _pairs_in_order(data, frame, "recommended", "upper-level", strict=False)
    yield from _pairs_in_order(data, frame, "adequate", "upper-level", strict=False)


def _pairs_in_order(data: TableData, frame: pd.DataFrame, lower: str, upper: str, *, strict: bool) -> Iterator[Fault]:
    pairs = frame[frame["role"].eq(lower)].merge(frame[frame["role"].eq(upper)], on="group", suffixes=("", "_upper"))
    meet = (pairs["start"] < pairs["end_upper"]) & (pairs["start_upper"] < pairs["end"])
    high, low = pairs["value_upper"].astype(float), pairs["value"].astype(float)
    equal_is_wrong = strict & ~pairs["is_increment"].fillna(False).astype(bool)
    wrong = pairs[meet & ((low > high) | (equal_is_wrong & low.eq(high)))]
    for _, pair in wrong.drop_duplicates("position").iterrows():
        other = data.text["intake_id"].iloc[int(pair["position_upper"])]
        yield data.fault(int(pair["position"]), "intake-order", "value", f"not below the {upper.replace('-', ' ')} of {other} ({pair['value_upper']})", LOOK_UP)


def months_are_covered(tables: Tables) -> Iterator[Fault]:
    """From the first covered month of age on, no month is without a recommended or adequate value or a row that says not-set."""
    data = tables["reference_intakes"]
    frame = _current(data)
    is_required = frame["role"].isin(REQUIREMENT_ROLES)
    counted = is_required | frame["value_status"].ne("set")
    general = frame.assign(is_required=is_required)[counted & frame["life_stage"].eq("general")].sort_values(["start", "position"])
    group = general.groupby(["authority", "nutrient_id", "sex"], dropna=True).ngroup()
    general = general[(group >= 0) & general["is_required"].groupby(group).transform("any")].assign(group=group)
    reached = general["end"].groupby(general["group"]).cummax()
    before = reached.groupby(general["group"]).shift()
    for row, month in zip(general[general["start"] > before].itertuples(), before[general["start"] > before]):
        yield data.fault(row.position, "intake-hole", "age_min_months", f"no recommended or adequate value for {row.sex} from month {int(month)} to {int(row.start)}",
                         "Add the missing band, or a row with value_status deliberately-not-set.")
    oldest = general.loc[general["end"].groupby(general["group"]).idxmax()]
    for row in oldest[oldest["end"] < OPEN_END].itertuples():
        yield data.fault(row.position, "intake-hole", "age_max_months", f"no recommended or adequate value for {row.sex} from month {int(row.end)} on",
                         "Add the missing band; the oldest has an empty age_max_months.")


def values_are_near_the_other_authorities(tables: Tables) -> Iterator[Fault]:
    data = tables["reference_intakes"]
    frame = _current(data)
    frame = frame[frame["value"].notna() & frame["unit"].isin(IN_MICROGRAM) & ~frame["is_increment"].fillna(False).astype(bool)].copy()
    frame["amount"] = frame["value"].astype(float) * frame["unit"].map(IN_MICROGRAM).astype(float)
    frame["kind"] = frame["role"].where(~frame["role"].isin(REQUIREMENT_ROLES), "requirement")
    frame["form"] = frame["basis"].where(frame["basis"].isin(FORMS_APART), "any")
    compared = frame[["start", "end", "amount", "position"]].assign(
        group=frame.groupby(["nutrient_id", "kind", "per", "form", "sex", "life_stage"]).ngroup(), authority=frame.groupby("authority").ngroup())
    # Small numbers: there are a hundred times as many pairs as rows.
    compared = compared[compared["group"] >= 0].astype({"start": "float32", "end": "float32", "authority": "int8", "position": "int32"})
    others = compared[compared["amount"] > 0].drop(columns="position")
    pairs = compared.drop(columns="amount").merge(others, on="group", suffixes=("", "_other"))
    meet = (pairs["authority"] != pairs["authority_other"]) & (pairs["start"] < pairs["end_other"]) & (pairs["start_other"] < pairs["end"])
    medians = pairs.loc[meet, "amount"].groupby(pairs.loc[meet, "position"]).median()
    amounts = frame.drop_duplicates("position").set_index("position")["amount"].reindex(medians.index)
    ratio = np.maximum(amounts / medians, medians / amounts.where(amounts > 0))
    for position in sorted(ratio.index[ratio > FAR_OFF]):
        yield data.fault(int(position), "intake-far-off", "value", f"more than {FAR_OFF} times off the median of the other authorities for the same group",
                         f"{LOOK_UP} If it is right, record it in data/exceptions.csv.")


RULES = (
    Rule("intake-overlap", ("reference_intakes",), bands_do_not_overlap),
    Rule("intake-order", ("reference_intakes",), values_are_in_order),
    Rule("intake-hole", ("reference_intakes",), months_are_covered),
    Rule("intake-far-off", ("reference_intakes",), values_are_near_the_other_authorities),
)

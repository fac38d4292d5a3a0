"""Effects: intervals that hold together, directions that follow from them, measures that fit, and agreement with work and question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
import pandas as pd

from ..designs import TRIALS
from ..faults import Fault
from ..models.effect_estimates import LESS_AGAINST_MORE, RATIOS
from ..precision import ROUNDING, half_unit, half_units
from ..table_data import TableData
from .declare import Rule, Tables

ENDS = ["estimate", "ci_low", "ci_high"]
LOOK_UP = "Look the numbers up again in the source; what the source itself prints so goes to data/exceptions.csv."

# Scale on which an interval of each measure is symmetric, and the way back; any other measure is symmetric as printed.
LOGARITHM = (np.log, np.exp)
FISHER_Z = (np.arctanh, np.tanh)
SCALE = {**dict.fromkeys(RATIOS, LOGARITHM), "correlation": FISHER_Z}
AS_PRINTED = (np.asarray, np.asarray)
CHECKED_AS_WALD = ("wald", "not-stated")

COUNTS = ["events_intervention", "n_intervention", "events_control", "n_control"]
COUNTS_TOLERANCE = 0.02

# Sides that are better when the estimate is above no effect, and when it is below.
SIDES = {"higher": ("intervention", "control"), "lower": ("control", "intervention")}
TURNED = {"higher": "lower", "lower": "higher"}

UNITS = {
    **dict.fromkeys((*RATIOS, "SMD", "correlation"), ("1",)),
    "RD": ("1", "%", "[ppth]"),
    "percent-change-difference": ("%",),
}
# Measures of events fit outcomes without a unit of their own; measures of amounts fit outcomes that have one.
OF_EVENTS = ("RR", "OR", "HR", "IRR", "RD")
OF_AMOUNTS = ("MD", "ROM", "percent-change-difference")
UNITS_OF_EVENTS = ("", "1")
SAME_DIMENSION = (
    {"g/cm2", "mg/cm2", "kg/m2"},
    {"g/cm3", "mg/cm3", "kg/m3"},
    {"g", "mg", "kg", "ug"},
    {"g/L", "g/dL", "mg/L", "mg/dL", "ug/L", "ug/mL", "ng/L", "ng/dL", "ng/mL", "pg/mL"},
    {"mol/L", "mmol/L", "umol/L", "nmol/L", "pmol/L"},
    {"mol/d", "mmol/d", "mmol/(24.h)", "umol/d"},
    {"g/d", "mg/d", "mg/(24.h)", "ug/d"},
    {"mol/mol", "mmol/mol", "mmol/mmol", "umol/mmol", "nmol/mmol", "nmol/umol", "1"},
    {"s", "min", "h", "d", "wk", "mo", "a"},
    {"m", "cm", "mm"},
    {"m/s", "cm/s"},
    {"N", "kN"},
    {"N.m", "J"},
)

AGREE_WITH_QUESTION = ("exposure_id", "co_exposures", "exposure_kind", "outcome_id")


@lru_cache(maxsize=1)
def _numbers(data: TableData) -> pd.DataFrame:
    """Estimate and interval as numbers, with half a unit of each one's last decimal, and the value of no effect."""
    numbers = data.typed[ENDS].astype(float)
    for column in ENDS:
        numbers[f"{column}_slack"] = half_units(data, column)
    numbers["null"] = np.where(data.text["measure"].isin(RATIOS), 1.0, 0.0)
    return numbers


def _lookup(tables: Tables, table: str, key: str, column: str, keys: pd.Series) -> pd.Series:
    """Cells of another table's column by its key; empty where the cell is empty, missing where the key is unknown."""
    values = tables[table].text[[key, column]].drop_duplicates(key).set_index(key)[column].fillna("")
    return keys.map(values)


def interval_holds_estimate(tables: Tables) -> Iterator[Fault]:
    data = tables["effect_estimates"]
    numbers = _numbers(data)
    wrong = (numbers["ci_low"] > numbers["estimate"]) | (numbers["estimate"] > numbers["ci_high"]) | (numbers["ci_low"] > numbers["ci_high"])
    yield from data.faults_where(wrong, "effect-interval-order", "estimate", "the estimate is not between ci_low and ci_high", LOOK_UP)


def interval_is_symmetric(tables: Tables) -> Iterator[Fault]:
    """A Wald interval has the estimate in its middle, within rounding: on the log scale for ratios, on Fisher's for correlations."""
    data = tables["effect_estimates"]
    numbers = _numbers(data)
    checked = numbers[data.text["interval_method"].isin(CHECKED_AS_WALD) & numbers[ENDS].notna().all(axis=1) & (numbers["ci_low"] <= numbers["ci_high"])]
    measures = data.text["measure"][checked.index]
    for scale in dict.fromkeys((*SCALE.values(), AS_PRINTED)):
        rows = checked[np.array([SCALE.get(measure, AS_PRINTED) is scale for measure in measures], dtype=bool)]
        slack = rows[[f"{column}_slack" for column in ENDS]].max(axis=1)
        lowest, highest = _middles(rows["ci_low"], rows["ci_high"], slack, scale)
        off = (rows["estimate"] < lowest - ROUNDING) | (rows["estimate"] > highest + ROUNDING)
        for position in rows.index[off]:
            yield data.fault(position, "effect-interval-symmetry", "estimate",
                             f"not the middle of its interval {_printed(data, position)}, which lies from {lowest[position]:.4g} to {highest[position]:.4g}",
                             f"{LOOK_UP} If the interval is not a Wald interval, say so in interval_method and note.")


def _middles(low: pd.Series, high: pd.Series, slack: pd.Series, scale: tuple[Callable, Callable]) -> tuple[pd.Series, pd.Series]:
    """Lowest and highest estimate midway between ends that rounding moved by up to ``slack``; NaN where an end leaves the scale."""
    forth, back = scale
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = {shift: (forth(low + shift * slack), forth(high + shift * slack)) for shift in (-1, 1)}
        on_scale = np.logical_and.reduce([np.isfinite(end) for pair in ends.values() for end in pair])
        lowest, highest = (pd.Series(back((ends[shift][0] + ends[shift][1]) / 2) + shift * slack, index=low.index).where(on_scale) for shift in (-1, 1))
    return lowest, highest


def _printed(data: TableData, position: int) -> str:
    return " to ".join(data.text[column].iloc[position] for column in ("ci_low", "ci_high"))


def other_intervals_have_a_note(tables: Tables) -> Iterator[Fault]:
    data = tables["effect_estimates"]
    method = data.text["interval_method"]
    wrong = method.notna() & ~method.isin(CHECKED_AS_WALD) & data.text["note"].isna()
    yield from data.faults_where(wrong, "effect-interval-note", "interval_method", "an interval that is not a Wald interval has no note",
                                 "Say in note how the source made the interval.")


def ratio_follows_from_counts(tables: Tables) -> Iterator[Fault]:
    """The unadjusted ratio of a single trial equals the one of its counts; cells of zero have no ratio to compare."""
    data = tables["effect_estimates"]
    numbers = _numbers(data)
    events, people, events_control, people_control = (data.typed[column].astype(float) for column in COUNTS)
    single = data.text["design"].isin(TRIALS) & data.text["adjustment"].eq("none").fillna(False)
    with np.errstate(divide="ignore", invalid="ignore"):
        risk_ratio = (events / people) / (events_control / people_control)
        odds_ratio = (events / (people - events)) / (events_control / (people_control - events_control))
    for measure, recomputed in (("RR", risk_ratio), ("OR", odds_ratio)):
        comparable = single & data.text["measure"].eq(measure) & np.isfinite(recomputed) & (recomputed > 0)
        off = (recomputed - numbers["estimate"]).abs() > COUNTS_TOLERANCE * recomputed + numbers["estimate_slack"] + ROUNDING
        for position in np.flatnonzero(np.asarray(comparable & off, dtype=bool)):
            yield data.fault(int(position), "effect-counts-ratio", "estimate", f"the counts give {measure} {recomputed.iloc[position]:.4g}",
                             f"{LOOK_UP} If the source adjusted the ratio, say so in adjustment.")


def p_range(printed: str) -> tuple[float, float]:
    """Smallest and largest p value that a printed one can mean: '<0.05' 0 to 0.05, '0.04' 0.035 to 0.045, what is unreadable 0 to 1."""
    parts = re.fullmatch(r"([<>=]?)(\d*\.?\d*)", printed)
    if parts is None or not parts[2].strip("."):
        return 0.0, 1.0
    value, slack = float(parts[2]), half_unit(parts[2])
    return {"<": (0.0, value), ">": (value, 1.0)}.get(parts[1], (value - slack, value + slack))


@lru_cache(maxsize=1)
def _significant(data: TableData) -> list[bool | None]:
    """Per row whether p is below the value that the interval's level (else 95 %) stands for; None where rounding or the sign leaves it open."""
    return [None if pd.isna(printed) else _is_below(printed, 95.0 if pd.isna(level) else float(level))
            for printed, level in zip(data.text["p_value"], data.typed["ci_level"])]


def _is_below(printed: str, level: float) -> bool | None:
    alpha = (100 - level) / 100
    low, high = p_range(printed)
    if high <= alpha + ROUNDING:
        return True
    return False if low >= alpha - ROUNDING else None


def p_and_interval_agree(tables: Tables) -> Iterator[Fault]:
    data = tables["effect_estimates"]
    numbers = _numbers(data)
    excludes = (numbers["ci_low"] - numbers["ci_low_slack"] > numbers["null"]) | (numbers["ci_high"] + numbers["ci_high_slack"] < numbers["null"])
    holds = (numbers["ci_low"] + numbers["ci_low_slack"] < numbers["null"]) & (numbers["null"] < numbers["ci_high"] - numbers["ci_high_slack"])
    for position in np.flatnonzero(excludes | holds):
        significant = _significant(data)[position]
        if significant is not None and significant != excludes.iloc[position]:
            verb = "excludes" if excludes.iloc[position] else "holds"
            yield data.fault(int(position), "effect-p-interval", "p_value",
                             f"contradicts the interval {_printed(data, int(position))}, which {verb} no effect ({numbers['null'].iloc[position]:g})",
                             f"{LOOK_UP} A p value of another test (for trend, between subgroups) does not belong here.")


def favours_follows_from_the_interval(tables: Tables) -> Iterator[Fault]:
    """Neither exactly when the interval holds no effect, else by sign and by which direction of the outcome is better.

    A contrast of less against more of the exposure turns the sign, since favours speaks of those with more.

    An interval that ends at no effect allows both readings. Without an interval a p value decides, if there is one; without either the
    side may be the one of the sign, neither, or empty. Where neither direction of the outcome is better there is no side: empty.
    """
    data = tables["effect_estimates"]
    numbers = _numbers(data)
    betters = _lookup(tables, "outcomes", "outcome_id", "better", data.text["outcome_id"])
    cells = zip(numbers[[*ENDS, "null"]].itertuples(index=False), betters, data.text["contrast"], data.text["favours"].fillna(""), _significant(data))
    for position, (row, better, contrast, favours, significant) in enumerate(cells):
        if pd.isna(better):
            continue
        turned = contrast in LESS_AGAINST_MORE
        allowed = _allowed_sides(*row, TURNED.get(better, "neither") if turned else better, significant)
        if favours not in allowed:
            says = " or ".join(side or "empty" for side in sorted(allowed))
            yield data.fault(position, "effect-favours", "favours", f"the numbers and outcomes.better ({better}) make it {says}",
                             "Correct favours, or look the estimate and its direction up again.")


def _allowed_sides(estimate: float, low: float, high: float, null: float, better: str, significant: bool | None) -> set[str]:
    if better not in SIDES:
        return {""}
    above, below = SIDES[better]
    if pd.isna(estimate):
        by_sign = {above, below}
    else:
        by_sign = {above} if estimate > null else {below} if estimate < null else {"neither"}
    if low < null < high:
        return {"neither"}
    if null in (low, high):
        return by_sign | {"neither"}
    if pd.notna(low) and pd.notna(high):
        return by_sign
    if significant is None:
        return by_sign | {"neither", ""}
    return by_sign if significant else {"neither"}


def measure_fits_unit_and_outcome(tables: Tables) -> Iterator[Fault]:
    data = tables["effect_estimates"]
    default_unit = _lookup(tables, "outcomes", "outcome_id", "default_unit", data.text["outcome_id"])
    cells = pd.DataFrame({"measure": data.text["measure"], "unit": data.text["measure_unit"], "default_unit": default_unit}).dropna()
    for position, measure, unit, default in cells.itertuples():
        if measure in UNITS and unit not in UNITS[measure]:
            yield data.fault(position, "effect-measure", "measure_unit", f"the unit of {measure} is {' or '.join(UNITS[measure])}", LOOK_UP)
        if measure in OF_EVENTS and default not in UNITS_OF_EVENTS:
            yield data.fault(position, "effect-measure", "measure", f"{measure} counts events, but the outcome is measured in {default}",
                             "Name an outcome that people have or do not have, or correct the measure.")
        if measure in OF_AMOUNTS and default == "":
            yield data.fault(position, "effect-measure", "measure", f"{measure} compares amounts, but the outcome has no default_unit",
                             "Fill default_unit in data/outcomes.csv (1 for a score), or correct the measure.")
        elif measure == "MD" and unit != "%" and not _same_dimension(unit, default):
            yield data.fault(position, "effect-measure", "measure_unit", f"not of one dimension with {default}, the outcome's default_unit",
                             "Correct the unit, or default_unit in data/outcomes.csv.")


def _same_dimension(unit: str, other: str) -> bool:
    return unit == other or any({unit, other} <= group for group in SAME_DIMENSION)


def design_is_the_works(tables: Tables) -> Iterator[Fault]:
    data = tables["effect_estimates"]
    design = _lookup(tables, "citations", "citation_id", "study_design", data.text["citation_id"])
    wrong = design.notna() & data.text["design"].ne(design)
    yield from data.faults_where(wrong, "effect-design", "design", "not the study_design of the work in citations", "Correct the one that is wrong.")


def effect_answers_its_question(tables: Tables) -> Iterator[Fault]:
    data = tables["effect_estimates"]
    for column in AGREE_WITH_QUESTION:
        asked = _lookup(tables, "questions", "question_id", column, data.text["question_id"])
        wrong = asked.notna() & _as_set(data.text[column].fillna("")).ne(_as_set(asked))
        yield from data.faults_where(wrong, "effect-question", column, f"not the {column} of its question",
                                     "Correct it, or name the question that it answers.")


def _as_set(cells: pd.Series) -> pd.Series:
    return cells.map(lambda cell: "|".join(sorted(set(cell.split("|")))), na_action="ignore")


RULES = (
    Rule("effect-interval-order", ("effect_estimates",), interval_holds_estimate),
    Rule("effect-interval-symmetry", ("effect_estimates",), interval_is_symmetric),
    Rule("effect-interval-note", ("effect_estimates",), other_intervals_have_a_note),
    Rule("effect-counts-ratio", ("effect_estimates",), ratio_follows_from_counts),
    Rule("effect-p-interval", ("effect_estimates",), p_and_interval_agree),
    Rule("effect-favours", ("effect_estimates", "outcomes"), favours_follows_from_the_interval),
    Rule("effect-measure", ("effect_estimates", "outcomes"), measure_fits_unit_and_outcome),
    Rule("effect-design", ("effect_estimates", "citations"), design_is_the_works),
    Rule("effect-question", ("effect_estimates", "questions"), effect_answers_its_question),
)

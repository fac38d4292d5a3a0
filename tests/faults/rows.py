"""Faults of one row at a time: what the row rules of the models, and rules across tables that look at one row, forbid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from random import Random

from bone_nutrition import schema
from bone_nutrition.models.citations import UNSOUND
from bone_nutrition.models.effect_estimates import RATIOS
from bone_nutrition.models.interactions import SYMMETRIC
from bone_nutrition.rules.foods import LARGEST_AMOUNT

from .mutants import Cell, Edit, Kind, Mutant, Row
from .packages import Package

# Cells that make the row wrong; None where the row does not allow this fault.
Change = Callable[[Row, Random], Mapping[str, str] | None]
READ = ("read_in", "read_at", "locator", "read_on")


@dataclass(frozen=True)
class RowKind:
    """``related`` are columns that contradict the changed ones and may be reported instead."""

    name: str
    table: str
    rules: tuple[str, ...]
    change: Change
    related: tuple[str, ...] = ()


def _cleared(*columns: str, given: Callable[[Row], object] = lambda row: True) -> Change:
    """One of the columns that holds something is emptied."""
    def change(row: Row, rng: Random) -> Mapping[str, str] | None:
        filled = [column for column in columns if row[column]]
        return {rng.choice(filled): ""} if filled and given(row) else None
    return change


def _set(given: Callable[[Row], object] = lambda row: True, **cells: str) -> Change:
    return lambda row, rng: cells if given(row) and any(row[column] != cell for column, cell in cells.items()) else None


def _swapped(low: str, high: str) -> Change:
    """Two ends in order change places."""
    return lambda row, rng: {low: row[high], high: row[low]} if row[low] and row[high] and Decimal(row[low]) < Decimal(row[high]) else None


def _either(*changes: Change) -> Change:
    def change(row: Row, rng: Random) -> Mapping[str, str] | None:
        possible = [found for found in (each(row, rng) for each in changes) if found]
        return rng.choice(possible) if possible else None
    return change


def _printed(value: float | Decimal, like: str) -> str:
    """The number with as many decimals as another one."""
    decimals = len(like.partition(".")[2])
    return f"{value:.{decimals}f}"


def _unit(printed: str) -> Decimal:
    return Decimal(1).scaleb(-len(printed.partition(".")[2]))


# Food values


def _is_measured(row: Row) -> bool:
    return row["value_status"] == "measured" and Decimal(row["amount"] or 0) > 0


def _outside_its_range(row: Row, rng: Random) -> Mapping[str, str] | None:
    if not (row["amount"] and row["amount_min"] and row["amount_max"]) or Decimal(row["amount_min"]) <= 2 * _unit(row["amount_min"]):
        return None
    high, step = Decimal(row["amount_max"]), max(_unit(row[name]) for name in ("amount", "amount_min", "amount_max"))
    return rng.choice(({"amount": f"{high * 2 + 3 * step}"},
                       {"amount_max": f"{Decimal(row['amount']) + 3 * step}", "amount_min": f"{Decimal(row['amount']) + 2 * step}"}))


def _impossible_amount(row: Row, rng: Random) -> Mapping[str, str] | None:
    if not row["amount"] or row["amount_max"] or Decimal(row["amount"]) == 0:
        return None
    return {"amount": f"{LARGEST_AMOUNT[row['unit']] * rng.choice((1.01, 12)):.0f}"}


FOOD_VALUES = (
    RowKind("amount missing", "food_sources", ("food-amount-status",), _cleared("amount")),
    RowKind("trace with an amount", "food_sources", ("food-amount-status",),
            _either(_set(_is_measured, value_status="trace"), _set(_is_measured, value_status="below-limit")),
            ("amount",)),
    RowKind("zero status of an amount", "food_sources", ("food-zero-status",), _either(
        _set(_is_measured, value_status="measured-zero"), _set(_is_measured, value_status="assumed-zero"),
        _set(lambda row: row["value_status"] == "measured-zero", value_status="measured"),
        _set(lambda row: row["value_status"] == "measured-zero", amount="0.7")),
        ("value_status",)),
    RowKind("food value not read anywhere", "food_sources", ("food-read",), _either(_cleared(*READ, given=lambda row: not row["fdc_id"]),
            _set(lambda row: row["fdc_id"] and not row["read_in"], fdc_id="")), ("read_in",)),
    RowKind("amount outside its range", "food_sources", ("food-range",), _outside_its_range, ("amount_min", "amount_max")),
    RowKind("more than 100 g in 100 g", "food_sources", ("food-possible",), _impossible_amount),
    RowKind("unit not the nutrient's", "food_sources", ("food-unit",),
            lambda row, rng: {"unit": rng.choice([unit for unit in LARGEST_AMOUNT if unit != row["unit"]])}),
)

# Reference intakes


def _is_set(row: Row) -> bool:
    return row["value_status"] == "set" and bool(row["value"])


INTAKES = (
    RowKind("intake set without value", "reference_intakes", ("intake-value-status",), _cleared("value", "unit", "bound", given=_is_set), ("value",)),
    RowKind("intake not set with value", "reference_intakes", ("intake-value-status",), _set(_is_set, value_status="not-determinable"), ("value",)),
    RowKind("range without ends", "reference_intakes", ("intake-range",), _either(_set(_is_set, bound="range"), _cleared("value_low", "value_high"),
            _set(lambda row: row["bound"] == "range", bound="exact")), ("bound",)),
    RowKind("ends of a range swapped", "reference_intakes", ("intake-range",), _swapped("value_low", "value_high"), ("bound",)),
    RowKind("age band reversed", "reference_intakes", ("intake-age-band",), _either(_swapped("age_min_months", "age_max_months"),
            lambda row, rng: {"age_max_months": row["age_min_months"]} if row["age_max_months"]
            and row["age_min_months"] not in ("", "0") else None), ("age_max_months",)),
    RowKind("pregnant man", "reference_intakes", ("intake-stage-sex",),
            _either(*(_set(lambda row: row["life_stage"] != "general", sex=sex) for sex in ("male", "any")))),
    RowKind("per cent of something else", "reference_intakes", ("intake-percent",),
            _either(_set(lambda row: row["unit"] and row["unit"] != "%", unit="%"),
            _set(lambda row: row["unit"] == "%", unit="g"), _set(lambda row: row["unit"] == "%", per="day")), ("unit",)),
)

# Effects


def _has_interval(row: Row) -> bool:
    return bool(row["estimate"] and row["ci_low"] and row["ci_high"]) and Decimal(row["ci_low"]) < Decimal(row["ci_high"])


def _outside_interval(row: Row, rng: Random) -> Mapping[str, str] | None:
    if not _has_interval(row):
        return None
    low, high = Decimal(row["ci_low"]), Decimal(row["ci_high"])
    return {"estimate": _printed(rng.choice((high + (high - low), low - (high - low) / 10 - _unit(row["ci_low"]))), row["ci_high"])}


def _asymmetric(row: Row, rng: Random) -> Mapping[str, str] | None:
    """The estimate moved towards one end, far beyond rounding; only where the ends are far apart."""
    if not _has_interval(row) or row["interval_method"] not in ("wald", "not-stated") or row["measure"] == "correlation":
        return None
    low, high, unit = float(row["ci_low"]), float(row["ci_high"]), float(max(_unit(row[name]) for name in ("estimate", "ci_low", "ci_high")))
    if row["measure"] in RATIOS and low <= unit:
        return None
    middle = sqrt(low * high) if row["measure"] in RATIOS else (low + high) / 2
    moved = round(middle + (high - middle) * 0.8, 4)
    return {"estimate": _printed(moved, row["estimate"])} if moved - middle > 4 * unit else None


def _null(row: Row) -> Decimal:
    return Decimal(1 if row["measure"] in RATIOS else 0)


def _excludes_null(row: Row) -> bool:
    slack = max(_unit(row["ci_low"]), _unit(row["ci_high"]))
    return _has_interval(row) and (Decimal(row["ci_low"]) - slack > _null(row) or Decimal(row["ci_high"]) + slack < _null(row))


def _holds_null(row: Row) -> bool:
    slack = max(_unit(row["ci_low"]), _unit(row["ci_high"]))
    return _has_interval(row) and Decimal(row["ci_low"]) + slack < _null(row) < Decimal(row["ci_high"]) - slack


TURNED = {"intervention": "control", "control": "intervention"}


def _favours_turned(row: Row, rng: Random) -> Mapping[str, str] | None:
    if _excludes_null(row) and row["favours"] in TURNED:
        return {"favours": rng.choice((TURNED[row["favours"]], "neither"))}
    if _holds_null(row) and row["favours"] == "neither":
        return {"favours": rng.choice(("intervention", "control"))}
    return None


def _sign_lost(row: Row, rng: Random) -> Mapping[str, str] | None:
    """Estimate and interval lose their minus: the side turns and favours does not follow."""
    if not _excludes_null(row) or not row["ci_high"].startswith("-") or row["favours"] not in TURNED:
        return None
    return {"estimate": row["estimate"].lstrip("-"), "ci_low": row["ci_high"].lstrip("-"), "ci_high": row["ci_low"].lstrip("-")}


def _p_against_interval(row: Row, rng: Random) -> Mapping[str, str] | None:
    if row["ci_level"] not in ("95", "95.0"):
        return None
    if _excludes_null(row):
        return {"p_value": rng.choice(("0.50", ">0.05", "0.21"))}
    return {"p_value": rng.choice(("0.001", "<0.01", "<0.001"))} if _holds_null(row) else None


def _counts_changed(row: Row, rng: Random) -> Mapping[str, str] | None:
    counts = [row[name] for name in ("events_intervention", "n_intervention", "events_control", "n_control")]
    if row["design"] not in ("rct", "non-randomised-trial") or row["adjustment"] != "none" or row["measure"] not in ("RR", "OR") or not all(counts):
        return None
    events, people, events_control, _ = (int(count) for count in counts)
    return {"events_intervention": f"{events * 2}"} if 3 < events * 2 < people and events_control else None


def _events_above_people(row: Row, rng: Random) -> Mapping[str, str] | None:
    arms = [arm for arm in ("intervention", "control") if row[f"events_{arm}"] and row[f"n_{arm}"]]
    return {f"events_{arm}": f"{int(row[f'n_{arm}']) + 1}" for arm in rng.sample(arms, 1)} if arms else None


def _other(column: str, table: str) -> Change:
    return lambda row, rng: {column: rng.choice([value for value in schema.columns(table)[column]["enum"]
                                                 if value != row[column]])} if row[column] else None


EFFECTS = (
    RowKind("ends of an interval swapped", "effect_estimates", ("effect-interval-order",), _swapped("ci_low", "ci_high"), ("estimate",)),
    RowKind("estimate outside its interval", "effect_estimates", ("effect-interval-order",), _outside_interval),
    RowKind("interval not symmetric", "effect_estimates", ("effect-interval-symmetry",), _asymmetric),
    RowKind("interval incomplete", "effect_estimates", ("effect-interval-complete",),
            _cleared("ci_low", "ci_high", "ci_level", "interval_method", given=_has_interval), ("ci_low",)),
    RowKind("interval of another method without note", "effect_estimates", ("effect-interval-note",),
            lambda row, rng: {"interval_method": rng.choice(("exact", "bootstrap", "credible")), "note": ""} if _has_interval(row) else None),
    RowKind("favours turned", "effect_estimates", ("effect-favours",), _favours_turned),
    RowKind("sign lost", "effect_estimates", ("effect-favours",), _sign_lost, ("favours",)),
    RowKind("p against interval", "effect_estimates", ("effect-p-interval",), _p_against_interval),
    RowKind("counts against ratio", "effect_estimates", ("effect-counts-ratio",), _counts_changed, ("estimate",)),
    RowKind("more events than people", "effect_estimates", ("effect-counts",), _events_above_people, ("events_intervention",)),
    RowKind("unit not of the measure", "effect_estimates", ("effect-measure",),
            lambda row, rng: {"measure_unit": "g/cm2" if row["measure"] in RATIOS else "wk"}
            if row["measure"] in (*RATIOS, "SMD", "RD", "correlation") else None),
    RowKind("design not the work's", "effect_estimates", ("effect-design",), _other("design", "effect_estimates")),
    RowKind("exposure kind not the question's", "effect_estimates", ("effect-question",), _other("exposure_kind", "effect_estimates")),
    RowKind("number without result", "effect_estimates", ("effect-result-kind",), _either(
        _set(lambda row: row["result_kind"] == "estimate", result_kind="direction-only"), _cleared("estimate", "measure", "measure_unit"),
        _set(lambda row: row["result_kind"] != "estimate", note=""),
        _set(lambda row: row["result_kind"] == "difference-of-printed", ci_low="-99", ci_high="99", ci_level="95", interval_method="wald")), ("estimate",)),
    RowKind("ends of dose or duration swapped", "effect_estimates", ("effect-ranges",), _either(_swapped("dose_low", "dose_high"),
            _swapped("duration_months_low", "duration_months_high")), ("dose_low",)),
    RowKind("dose or increment without unit", "effect_estimates", ("effect-units",),
            _either(_cleared("dose_unit", given=lambda row: row["dose_low"] or row["dose_high"]),
            _cleared("increment_unit", given=lambda row: row["increment"])), ("dose_unit",)),
)

# Other tables


def _swapped_symmetric(row: Row, rng: Random) -> Mapping[str, str] | None:
    return {"subject_id": row["object_id"], "object_id": row["subject_id"]} if row["relation"] in SYMMETRIC else None


def _not_an_end(row: Row, rng: Random) -> Mapping[str, str] | None:
    return {"low": "", "high": ""} if row["value_status"] == "set" else {"low": "50"}


OTHERS = (
    RowKind("threshold out of order", "biomarker_thresholds", ("threshold-range",), _either(_swapped("low", "high"), _not_an_end,
            _set(lambda row: row["value_status"] == "set", value_status="deliberately-not-set")), ("low",)),
    RowKind("conversion of nothing", "conversions", ("conversion-subject",), lambda row, rng: {"nutrient_id": "", "biomarker_id": ""}, ("biomarker_id",)),
    RowKind("question that asks nothing", "questions", ("question-text",), lambda row, rng: {"text": row["text"].rstrip("?")}, ("text",)),
    RowKind("measurement of nothing", "bioavailability", ("bioavailability-subject",), lambda row, rng: {"form_id": "", "food_id": ""}, ("form_id",)),
    RowKind("verification without backing", "citations", ("citation-verified",), _either(
        _cleared("verified_against", "verified_on", given=lambda row: row["verification"] != "unverified"),
        lambda row, rng: {"doi": "", "pmid": ""} if row["verification"] == "identifier-seen" else None,
        _set(lambda row: row["verification"] == "title-seen" and not row["doi"] and not row["pmid"], verification="identifier-seen")),
        ("verification",)),
    RowKind("status without source", "citations", ("citation-status-source",), _either(
        _cleared("status_checked_on", "status_source", given=lambda row: row["publication_status"] not in ("not-applicable", "not-checked")),
        _set(lambda row: row["publication_status"] == "not-applicable" and not row["status_source"], publication_status=UNSOUND[0])),
        ("publication_status",)),
    RowKind("list of studies of no synthesis", "citations", ("synthesis-listed",), _either(
        _set(lambda row: row["study_design"] in ("rct", "cohort", "regulation", "narrative-review"), study_list="none"), _cleared("study_list"))),
    RowKind("result of a pooled study incomplete", "synthesis_studies", ("synthesis-study-result",),
            _cleared("effect_id", "ci_low", given=lambda row: row["estimate"] and row["ci_low"]), ("estimate",)),
    RowKind("more events than people in a pooled study", "synthesis_studies", ("synthesis-study-counts",), _events_above_people,
            ("events_intervention",)),
    RowKind("symmetric interaction turned", "interactions", ("interaction-order",), _swapped_symmetric),
    RowKind("interaction with itself", "interactions", ("interaction-self",), lambda row, rng: {"object_id": row["subject_id"]}),
    RowKind("interaction number not read anywhere", "interactions", ("interaction-read",),
            _cleared(*READ, given=lambda row: row["magnitude"] or row["magnitude_low"] or row["dose_threshold"] or row["separation_hours"]),
            ("read_in",)),
    RowKind("severe interaction without advice", "interactions", ("interaction-management",),
            _cleared("management", given=lambda row: row["severity"] in ("moderate", "major"))),
    RowKind("interaction number without unit", "interactions", ("interaction-units",),
            _either(_cleared("magnitude_unit", "dose_unit"), _cleared("magnitude", "dose_threshold")),
            ("magnitude_unit",)),
    RowKind("interaction range out of order", "interactions", ("interaction-range",), _either(_cleared("magnitude_low", "magnitude_high"),
            lambda row, rng: {"magnitude_low": row["magnitude_high"], "magnitude_high": row["magnitude_low"]} if row["magnitude_low"] else None,
            _set(lambda row: row["magnitude_low"], magnitude="12")), ("magnitude_low",)),
    RowKind("day of a search that was not made", "gaps", ("gap-searched",), _either(
        _set(lambda row: row["reason"] == "not-searched", searched_on="2026-01-31"), _cleared("searched_on"),
        _set(lambda row: row["reason"] == "not-searched", reason="not-found")), ("searched_on",)),
)

ROW_KINDS = (*FOOD_VALUES, *INTAKES, *EFFECTS, *OTHERS)
TRIES = 20_000


def _mutants(kind: RowKind) -> Callable[[Package, Random], Iterator[Mutant]]:
    def mutants(package: Package, rng: Random) -> Iterator[Mutant]:
        positions = package.positions(kind.table)
        rows = package.rows(kind.table)
        for position in rng.sample(positions, min(TRIES, len(positions))):
            cells = kind.change(rows[position], rng)
            if not cells or all(rows[position][column] == cell for column, cell in cells.items()):
                continue
            key = package.tables[kind.table].key(position)
            says = ", ".join(f"{column}: {rows[position][column]!r} becomes {cell!r}" for column, cell in cells.items())
            yield Mutant(kind.name, f"{kind.table} {key} {says}", (Edit(kind.table, {position: cells}),),
                         tuple(Cell(kind.table, key, column) for column in cells),
                         tuple(Cell(kind.table, key, column) for column in kind.related))
    return mutants


KINDS = tuple(Kind(kind.name, kind.rules, _mutants(kind)) for kind in ROW_KINDS)

"""Effects: bad intervals, directions and measures are found, true ones pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from bone_nutrition.files import read_rows
from bone_nutrition.rules.evidence import RULES, SAME_DIMENSION, p_range
from tables import faults_of

TRUE_INTERVALS = read_rows(Path(__file__).parent / "true_intervals.csv")
RATIO = {"effect_id": "e", "measure": "RR", "measure_unit": "1"}
DIFFERENCE = {"effect_id": "e", "measure": "MD", "measure_unit": "mg/cm3"}
WALD = {"ci_level": "95", "interval_method": "wald"}
OUTCOMES = [
    {"outcome_id": "hip-fracture", "better": "lower"},
    {"outcome_id": "falls", "better": "lower", "default_unit": "1"},
    {"outcome_id": "bmd", "better": "higher", "default_unit": "g/cm3"},
    {"outcome_id": "p1np", "better": "neither", "default_unit": "ug/L"},
]


def numbers(estimate: str, low: str = "", high: str = "", **more: str) -> dict[str, str]:
    return {**RATIO, "estimate": estimate, "ci_low": low, "ci_high": high, **(WALD if low else {}), **more}


def found(rule_id: str, row: dict[str, str], **tables) -> list[tuple[str, str]]:
    faults = faults_of(RULES, rule_id, effect_estimates=[row], **tables)
    assert all(fault.row_id == "effect_id='e'" and fault.line == 2 for fault in faults)
    return [(fault.column, fault.reason) for fault in faults]


@pytest.mark.parametrize("rule_id", ["effect-interval-order", "effect-interval-symmetry", "effect-p-interval"])
def test_true_intervals_pass(rule_id):
    assert len(TRUE_INTERVALS) >= 200
    assert faults_of(RULES, rule_id, effect_estimates=TRUE_INTERVALS) == []


@pytest.mark.parametrize("cells", [("0.70", "0.80", "0.90"), ("0.95", "0.80", "0.90"), ("0.85", "0.90", "0.80")])
def test_estimate_outside_its_interval(cells):
    assert found("effect-interval-order", numbers(*cells)) == [("estimate", "the estimate is not between ci_low and ci_high")]


@pytest.mark.parametrize("cells", [("0.80", "0.80", "0.90"), ("0.85", "", ""), ("0.85", "0.80", "0.90")])
def test_estimate_within_its_interval(cells):
    assert found("effect-interval-order", numbers(*cells)) == []


@pytest.mark.parametrize("cells", [
    ("0.84", "0.71", "0.89"),       # the high end is 0.99
    ("1.00", "0.50", "1.50"),       # symmetric as printed, not as a ratio
    ("0.88", "0.78", "1.08"),       # the high end of another row
    ("1.44", "1.04", "2.10"),       # the estimate is 1.48
])
def test_ratio_off_the_middle_of_its_interval(cells):
    [(column, reason)] = found("effect-interval-symmetry", numbers(*cells))
    assert column == "estimate" and reason.startswith(f"not the middle of its interval {cells[1]} to {cells[2]}, which lies from ")


def test_message_names_file_row_cell_range_and_mend():
    [fault] = faults_of(RULES, "effect-interval-symmetry", effect_estimates=[numbers("1.00", "0.50", "1.50")])
    assert str(fault) == (
        "data/effect_estimates.csv:2 effect_id='e' estimate='1.00' — not the middle of its interval 0.50 to 1.50, which lies from 0.8552 to 0.8768 "
        "(rule effect-interval-symmetry). Look the numbers up again in the source; what the source itself prints so goes to data/exceptions.csv. "
        "If the interval is not a Wald interval, say so in interval_method and note.")


@pytest.mark.parametrize("cells", [
    ("0.00", "-0.10", "0.30"), ("-3.30", "-6.63", "-0.30"), ("7.5", "-10.1", "-5.0"),
])
def test_difference_off_the_middle_of_its_interval(cells):
    assert [column for column, _ in found("effect-interval-symmetry", numbers(*cells, **DIFFERENCE))] == ["estimate"]


@pytest.mark.parametrize("row", [
    numbers("1.2", "0.9", "1.6"),
    numbers("3.24", "0.65", "16.1"),                                   # the coarsest of the three counts
    numbers("2", "0", "9"),                                            # the low end prints as 0
    numbers("0.3", "0.03", "9.0"),                                     # the low end may have been 0
    numbers("-2.26", "-4.53", "0.00", **DIFFERENCE),
    numbers("0.70", "0.50", "0.83", measure="correlation"),            # symmetric on Fisher's scale only
    numbers("1.00", "0.50", "1.50", interval_method="exact"),
    numbers("1.00"),
    numbers("1.00", "1.50", "0.50"),                                   # for effect-interval-order to report
])
def test_interval_that_may_be_symmetric(row):
    assert found("effect-interval-symmetry", row) == []


def test_not_stated_is_checked_as_wald():
    assert found("effect-interval-symmetry", numbers("1.00", "0.50", "1.50", interval_method="not-stated"))


@pytest.mark.parametrize("method", ["exact", "credible", "bootstrap", "back-transformed"])
def test_other_methods_need_a_note(method):
    row = numbers("1.00", "0.50", "1.50", interval_method=method)
    assert found("effect-interval-note", row) == [("interval_method", "an interval that is not a Wald interval has no note")]
    assert found("effect-interval-note", {**row, "note": "Profile likelihood."}) == []


def test_wald_needs_no_note():
    assert found("effect-interval-note", numbers("1.2", "0.9", "1.6")) == []
    assert found("effect-interval-note", numbers("1.2")) == []


def counts(estimate: str, cells: str, **more: str) -> dict[str, str]:
    columns = ("events_intervention", "n_intervention", "events_control", "n_control")
    return numbers(estimate, adjustment="none", **dict(zip(columns, cells.split(), strict=True)), **more)


@pytest.mark.parametrize(("row", "reason"), [
    (counts("0.85", "10 100 20 100"), "the counts give RR 0.5"),
    (counts("0.53", "10 100 20 100"), "the counts give RR 0.5"),
    (counts("0.50", "10 100 20 100", measure="OR"), "the counts give OR 0.4444"),
    (counts("0.85", "10 100 20 100", design="non-randomised-trial"), "the counts give RR 0.5"),
])
def test_ratio_that_the_counts_do_not_give(row, reason):
    assert found("effect-counts-ratio", row) == [("estimate", reason)]


@pytest.mark.parametrize("row", [
    counts("0.51", "10 100 20 100"),                       # within 2 %
    counts("0.5", "11 100 20 100"),                        # within rounding
    counts("0.44", "10 100 20 100", measure="OR"),
    counts("0.85", "10 100 20 100", design="meta-analysis-of-rcts"),
    counts("0.85", "10 100 20 100") | {"adjustment": "adjusted"},
    counts("0.85", "10 100 0 100"),                        # no ratio
    counts("0.85", "10 100 20 100", measure="HR"),
    counts("0.85", "10 100 20 100") | {"n_control": ""},
])
def test_ratio_that_the_counts_give_or_cannot_give(row):
    assert found("effect-counts-ratio", row) == []


@pytest.mark.parametrize(("printed", "expected"), [
    ("<0.05", (0, 0.05)), (">0.1", (0.1, 1)), ("0.04", (0.035, 0.045)), ("=.030", (0.0295, 0.0305)), ("n.s.", (0, 1)), ("", (0, 1)), (".", (0, 1)),
])
def test_range_of_a_printed_p(printed, expected):
    assert p_range(printed) == pytest.approx(expected)


@pytest.mark.parametrize(("row", "says"), [
    (numbers("0.90", "0.75", "1.08", p_value="0.01"), "contradicts the interval 0.75 to 1.08, which holds no effect (1)"),
    (numbers("0.90", "0.75", "1.08", p_value="<0.001"), "contradicts the interval 0.75 to 1.08, which holds no effect (1)"),
    (numbers("0.80", "0.70", "0.91", p_value="0.30"), "contradicts the interval 0.70 to 0.91, which excludes no effect (1)"),
    (numbers("0.80", "0.70", "0.91", p_value=">0.05"), "contradicts the interval 0.70 to 0.91, which excludes no effect (1)"),
    (numbers("1.5", "0.5", "2.5", p_value="0.20", **DIFFERENCE), "contradicts the interval 0.5 to 2.5, which excludes no effect (0)"),
    (numbers("0.80", "0.70", "0.91", p_value="0.20", ci_level="90"), "contradicts the interval 0.70 to 0.91, which excludes no effect (1)"),
])
def test_p_against_its_interval(row, says):
    assert found("effect-p-interval", row) == [("p_value", says)]


@pytest.mark.parametrize("row", [
    numbers("0.80", "0.70", "0.91", p_value="0.001"),
    numbers("0.80", "0.70", "0.91", p_value="<0.1"),        # may be either
    numbers("0.80", "0.70", "0.91", p_value="0.05"),        # may have been 0.046
    numbers("0.90", "0.75", "1.08", p_value="0.05"),
    numbers("0.90", "0.81", "1.00", p_value="0.04"),        # the end may have been 0.996
    numbers("0.90", "0.81", "1.00", p_value="0.06"),
    numbers("0.90", "0.75", "1.08", p_value=">0.05"),
    numbers("0.80", "0.70", "0.91", p_value="0.08", ci_level="90"),
    numbers("0.80", "0.70", "0.91"),
    numbers("0.80", p_value="0.001"),
])
def test_p_that_fits_its_interval(row):
    assert found("effect-p-interval", row) == []


@pytest.mark.parametrize(("row", "says"), [
    (numbers("0.80", "0.70", "0.91", favours="control"), "intervention"),
    (numbers("0.80", "0.70", "0.91", favours="neither"), "intervention"),
    (numbers("0.80", "0.70", "0.91"), "intervention"),
    (numbers("1.20", "1.10", "1.31", favours="intervention"), "control"),
    (numbers("0.95", "0.80", "1.13", favours="intervention"), "neither"),
    (numbers("0.90", "0.81", "1.00", favours="control"), "intervention or neither"),
    (numbers("2.0", "1.0", "3.0", favours="control", outcome_id="bmd", **DIFFERENCE), "intervention"),
    (numbers("-2.0", "-3.0", "-1.0", favours="intervention", outcome_id="bmd", **DIFFERENCE), "control"),
    (numbers("2.0", "1.0", "3.0", favours="intervention", outcome_id="p1np", **DIFFERENCE), "empty"),
    (numbers("0.0", "-1.0", "1.0", favours="neither", outcome_id="p1np", **DIFFERENCE), "empty"),
    (numbers("0.80", favours="control"), "empty or intervention or neither"),
    (numbers("0.80", favours="neither", p_value="0.01"), "intervention"),
    (numbers("0.80", favours="intervention", p_value="0.60"), "neither"),
])
def test_side_that_the_numbers_do_not_favour(row, says):
    [(column, reason)] = found("effect-favours", row, outcomes=OUTCOMES)
    assert column == "favours" and reason.endswith(f" make it {says}")


@pytest.mark.parametrize("row", [
    numbers("0.80", "0.70", "0.91", favours="intervention"),
    numbers("1.20", "1.10", "1.31", favours="control"),
    numbers("0.95", "0.80", "1.13", favours="neither"),
    numbers("0.90", "0.81", "1.00", favours="neither"),
    numbers("0.90", "0.81", "1.00", favours="intervention"),
    numbers("2.0", "1.0", "3.0", favours="intervention", outcome_id="bmd", **DIFFERENCE),
    numbers("2.0", "1.0", "3.0", outcome_id="p1np", **DIFFERENCE),
    numbers("0.80"),
    numbers("0.80", favours="intervention"),
    numbers("0.80", favours="intervention", p_value="<0.01"),
    {"effect_id": "e", "result_kind": "direction-only", "favours": "control", "note": "More fractures."},
    {"effect_id": "e", "result_kind": "direction-only", "favours": "neither", "note": "No difference."},
    numbers("0.80", "0.70", "0.91", outcome_id="not-in-outcomes"),
])
def test_side_that_the_numbers_favour(row):
    assert found("effect-favours", row, outcomes=OUTCOMES) == []


@pytest.mark.parametrize(("row", "column", "reason"), [
    (numbers("0.8", measure_unit="%"), "measure_unit", "the unit of RR is 1"),
    (numbers("0.8", measure="correlation", measure_unit="%"), "measure_unit", "the unit of correlation is 1"),
    (numbers("0.8", measure="SMD", measure_unit="g", outcome_id="bmd"), "measure_unit", "the unit of SMD is 1"),
    (numbers("0.8", measure="RD", measure_unit="mg"), "measure_unit", "the unit of RD is 1 or % or [ppth]"),
    (numbers("0.8", measure="percent-change-difference", outcome_id="bmd"), "measure_unit", "the unit of percent-change-difference is %"),
    (numbers("0.8", outcome_id="bmd"), "measure", "RR counts events, but the outcome is measured in g/cm3"),
    (numbers("0.8", measure="MD", measure_unit="g"), "measure", "MD compares amounts, but the outcome has no default_unit"),
    (numbers("0.8", measure="MD", measure_unit="g/cm2", outcome_id="bmd"), "measure_unit",
     "not of one dimension with g/cm3, the outcome's default_unit"),
])
def test_measure_that_does_not_fit(row, column, reason):
    assert found("effect-measure", row, outcomes=OUTCOMES) == [(column, reason)]


@pytest.mark.parametrize("row", [
    numbers("0.8"),
    numbers("0.8", measure="IRR", outcome_id="falls"),
    numbers("-2.3", measure="RD", measure_unit="%"),
    numbers("-2.3", measure="MD", measure_unit="mg/cm3", outcome_id="bmd"),
    numbers("-2.3", measure="MD", measure_unit="%", outcome_id="bmd"),
    numbers("-2.3", measure="MD", measure_unit="ng/mL", outcome_id="p1np"),
    numbers("0.1", measure="SMD", outcome_id="bmd"),
    numbers("0.1", measure="regression-coefficient", measure_unit="mg/d", outcome_id="bmd"),
    {"effect_id": "e", "result_kind": "direction-only", "outcome_id": "bmd", "note": "No difference."},
])
def test_measure_that_fits(row):
    assert found("effect-measure", row, outcomes=OUTCOMES) == []


def test_units_called_of_one_dimension_are():
    from ucumvert import PintUcumRegistry

    registry = PintUcumRegistry()
    for group in SAME_DIMENSION:
        dimensions = {str(registry.from_ucum(unit).dimensionality) for unit in group}
        assert len(dimensions) == 1, f"{sorted(group)}: {sorted(dimensions)}"


def test_design_is_the_one_of_the_work():
    cohort = [{"citation_id": "trial-2020", "study_design": "cohort"}]
    assert found("effect-design", numbers("0.8"), citations=cohort) == [("design", "not the study_design of the work in citations")]
    assert found("effect-design", numbers("0.8", design="cohort"), citations=cohort) == []


@pytest.mark.parametrize(("cells", "column"), [
    ({"exposure_id": "calcium"}, "exposure_id"),
    ({"co_exposures": "magnesium"}, "co_exposures"),
    ({"co_exposures": ""}, "co_exposures"),
    ({"exposure_kind": "injection"}, "exposure_kind"),
    ({"outcome_id": "falls"}, "outcome_id"),
])
def test_effect_of_another_question(cells, column):
    questions = [{"question_id": "question", "co_exposures": "zinc|magnesium"}]
    row = numbers("0.8", **{"co_exposures": "zinc|magnesium", **cells})
    assert found("effect-question", row, questions=questions) == [(column, f"not the {column} of its question")]


def test_effect_of_its_question():
    questions = [{"question_id": "question", "co_exposures": "zinc|magnesium"}]
    assert found("effect-question", numbers("0.8", co_exposures="magnesium|zinc"), questions=questions) == []
    assert found("effect-question", numbers("0.8", question_id="unknown"), questions=questions) == []

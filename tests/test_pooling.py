"""Pooling, against published results."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bone_nutrition import pooling, schema
from bone_nutrition.files import read_rows
from bone_nutrition.models.effect_estimates import RATIOS

# The thirteen trials of BCG against tuberculosis that Colditz et al. pooled (JAMA 1994;271:698-702, doi:10.1001/jama.1994.03510330076038).
# Counts, log risk ratios and variances as printed in metafor's reference for dat.bcg: https://wviechtb.github.io/metafor/reference/escalc.html
# Cases and others among the vaccinated, cases and others among the unvaccinated, log risk ratio, its variance.
BCG = {
    "aronson-1948": (4, 119, 11, 128, -0.8893, 0.3256),
    "ferguson-1949": (6, 300, 29, 274, -1.5854, 0.1946),
    "rosenthal-1960": (3, 228, 11, 209, -1.3481, 0.4154),
    "hart-1977": (62, 13536, 248, 12619, -1.4416, 0.0200),
    "frimodt-moller-1973": (33, 5036, 47, 5761, -0.2175, 0.0512),
    "stein-1953": (180, 1361, 372, 1079, -0.7861, 0.0069),
    "vandiviere-1973": (8, 2537, 10, 619, -1.6209, 0.2230),
    "madras-1980": (505, 87886, 499, 87892, 0.0120, 0.0040),
    "coetzee-1968": (29, 7470, 45, 7232, -0.4694, 0.0564),
    "rosenthal-1961": (17, 1699, 65, 1600, -1.3713, 0.0730),
    "comstock-1974": (186, 50448, 141, 27197, -0.3394, 0.0124),
    "comstock-1969": (5, 2493, 3, 2338, 0.4459, 0.5325),
    "comstock-1976": (27, 16886, 29, 17825, -0.0173, 0.0714),
}
# Log risk ratio, its interval and tau² of the same trials: for REML as printed on https://wviechtb.github.io/metafor/reference/rma.uni.html;
# for DerSimonian-Laird as users of metafor quote rma(yi, vi, method="DL"), and as the formula gives them.
PUBLISHED = {
    "REML": (-0.7145, -1.0669, -0.3622, 0.3132),
    "DL": (-0.7141, -1.0644, -0.3638, 0.3088),
}
PUBLISHED_Q = 152.2330
# (Q - 12) / Q
PUBLISHED_I2_PERCENT = 92.12
# The four cohorts of vitamin B12 and fracture that van Wijngaarden et al. pooled (J Nutr Metab 2013:486186): logarithm of the relative risk
# per 50 pmol/L and its standard error, by sex where the cohort printed it so, as in http://www.hindawi.com/journals/jnme/2013/486186/tab1/
VITAMIN_B12 = {
    "dhonukshe-rutten-2005-women": ("-0.09", "0.06"),
    "dhonukshe-rutten-2005-men": ("0.02", "0.08"),
    "gjesdal-2007-women": ("-0.03", "0.03"),
    "gjesdal-2007-men": ("-0.06", "0.05"),
    "mclean-2008-women": ("-0.09", "0.06"),
    "mclean-2008-men": ("-0.09", "0.11"),
    "ravaglia-2005": ("0.04", "0.08"),
}
VITAMIN_B12_POOLED = "van-wijngaarden-2013-vitamin-b12-status-any-fracture"
EMPTY = {**dict.fromkeys(schema.columns("synthesis_studies"), ""), "contribution": pooling.WHOLE}
# Results of syntheses in this package that the shipped rows of synthesis_studies give again; the pooled cells are those of effect_estimates.
REPRODUCED = {
    "avenell-2014-vitamin-d-with-calcium-any-fracture-institution": "ratio",  # from people and events of both groups
    "bjelakovic-2014-vitamin-d-with-calcium-kidney-stones": "ratio",
    "bjelakovic-2014-vitamin-d-with-or-without-calcium-cancer-mortality": "ratio",
    "bjelakovic-2014-vitamin-d-with-or-without-calcium-hypercalcaemia": "ratio",
    "bjelakovic-2014-vitamin-d-with-or-without-calcium-mortality-ergocalciferol": "ratio",
    "cochrane-nd-calcium-supplement-colorectal-adenoma": "ratio",
    "keum-2019-vitamin-d-cancer-mortality": "ratio",
    "winzenberg-2006-calcium-supplement-whole-body-bmc": "difference",
}


def study(study_id: str, events, people, events_control, people_control, synthesis_id: str = "colditz-1994") -> dict[str, str]:
    cells = dict(zip(pooling.COUNTS, map(str, (events, people, events_control, people_control))))
    return {**EMPTY, "synthesis_id": synthesis_id, "study_id": study_id, **cells}


def result(study_id: str, estimate: str, ci_low: str = "", ci_high: str = "", standard_error: str = "") -> dict[str, str]:
    return {**EMPTY, "synthesis_id": "pool-2020", "study_id": study_id,
            "estimate": estimate, "ci_low": ci_low, "ci_high": ci_high, "standard_error": standard_error}


@pytest.fixture
def trials() -> list[dict[str, str]]:
    return [study(name, a, a + b, c, c + d) for name, (a, b, c, d, _, _) in BCG.items()]


def test_log_risk_ratios_are_those_published():
    counts = np.array([(a, a + b, c, c + d) for a, b, c, d, _, _ in BCG.values()], dtype=float)
    effects, variances = pooling.log_risk_ratios(counts)
    assert effects.round(4).tolist() == [row[4] for row in BCG.values()]
    assert variances.round(4).tolist() == [row[5] for row in BCG.values()]


@pytest.mark.parametrize("method", PUBLISHED)
def test_a_published_synthesis_is_reproduced_to_its_rounding(trials, method):
    pooled = pooling.pool(trials, method=method)
    found = (math.log(pooled.estimate), math.log(pooled.ci_low), math.log(pooled.ci_high), pooled.tau2)
    assert tuple(round(value, 4) for value in found) == PUBLISHED[method]
    assert round(pooled.q, 4) == PUBLISHED_Q
    assert round(pooled.i2_percent, 2) == PUBLISHED_I2_PERCENT
    assert pooled.studies == tuple(BCG) and pooled.left_out == ()


def test_dersimonian_and_laird_follow_their_formula(trials):
    effects, variances = np.array([row[4] for row in BCG.values()]), np.array([row[5] for row in BCG.values()])
    weights = 1 / variances
    q = (weights * (effects - (weights * effects).sum() / weights.sum()) ** 2).sum()
    tau2 = (q - (len(effects) - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())
    mean = (effects / (variances + tau2)).sum() / (1 / (variances + tau2)).sum()
    pooled = pooling.pool(trials, method="DL")
    # From variances printed to four decimals.
    assert (math.log(pooled.estimate), pooled.tau2) == pytest.approx((mean, tau2), abs=2e-3)


def test_without_heterogeneity_the_methods_agree_with_inverse_variance():
    trials = [study("a-2001", 10, 100, 20, 100), study("b-2002", 20, 200, 40, 200)]
    effects, variances = pooling.log_risk_ratios(np.array([(10, 100, 20, 100), (20, 200, 40, 200)], dtype=float))
    mean = float((effects / variances).sum() / (1 / variances).sum())
    for method in pooling.ESTIMATORS:
        pooled = pooling.pool(trials, method=method)
        assert pooled.estimate == pytest.approx(math.exp(mean)) and pooled.tau2 == pytest.approx(0, abs=1e-6)


def test_a_narrower_level_gives_a_narrower_interval(trials):
    wide, narrow = pooling.pool(trials, ci_level=95), pooling.pool(trials, ci_level=80)
    assert wide.ci_low < narrow.ci_low < narrow.estimate == wide.estimate < narrow.ci_high < wide.ci_high


def test_half_is_added_to_all_cells_of_a_table_with_an_empty_cell_and_to_no_other():
    effects, variances = pooling.log_risk_ratios(np.array([(0, 10, 4, 20), (2, 10, 4, 20)], dtype=float))
    assert effects.tolist() == pytest.approx([math.log((0.5 / 11) / (4.5 / 21)), math.log((2 / 10) / (4 / 20))])
    assert variances.tolist() == pytest.approx([1 / 0.5 - 1 / 11 + 1 / 4.5 - 1 / 21, 1 / 2 - 1 / 10 + 1 / 4 - 1 / 20])


def test_studies_without_counts_or_events_are_named(trials):
    unprinted = {**study("unprinted-1999", 0, 1, 0, 1), **dict.fromkeys(pooling.COUNTS, "")}
    pooled = pooling.pool([*trials, study("eventless-1999", 0, 50, 0, 60), unprinted], method="DL")
    assert pooled.left_out == ("eventless-1999", "unprinted-1999")
    assert pooled == pooling.Pooled(**{**pooling.pool(trials, method="DL").__dict__, "left_out": pooled.left_out})


@pytest.mark.parametrize("rows, says", [
    ([study("a-2001", 1, 9, 2, 9)], "1 of 1 studies have a result"),
    ([study("a-2001", 1, 9, 2, 9), study("a-2001", 3, 9, 2, 9)], "twice"),
    ([study("a-2001", 1, 9, 2, 9), study("b-2001", 3, 9, 2, 9, "yao-2019")], "2 syntheses"),
    ([study("a-2001", 10, 9, 2, 9), study("b-2001", 3, 9, 2, 9)], "a-2001: more events than people"),
    ([], "0 of 0 studies have a result"),
])
def test_what_cannot_be_pooled_says_why(rows, says):
    with pytest.raises(ValueError, match=says):
        pooling.pool(rows)


def test_an_unknown_method_is_refused(trials):
    with pytest.raises(ValueError, match="choose one of DL, REML"):
        pooling.pool(trials, method="ML")


def test_a_study_without_counts_gives_its_estimate_and_interval():
    pooled = pooling.pool([result("a-2001", "0.81", "0.648", "1.0125"), result("b-2002", "0.79", "0.632", "0.9875")], method="DL")
    # Twice the information makes the logarithmic interval narrower by the root of two.
    assert pooled.estimate == pytest.approx(math.sqrt(0.81 * 0.79))
    assert math.log(pooled.ci_high / pooled.ci_low) == pytest.approx(math.log(1.00 / 0.64) / math.sqrt(2), rel=1e-3)


def test_differences_are_pooled_as_they_are():
    pooled = pooling.pool([result("a-2001", "-1", standard_error="0.5"), result("b-2002", "3", standard_error="0.5")], method="DL", kind="difference")
    assert pooled.estimate == pytest.approx(1.0)
    assert pooled.q == pytest.approx(32.0)


def test_counts_go_before_an_estimate_and_an_estimate_without_error_says_nothing():
    counted = {**study("a-2001", 10, 100, 20, 100, "pool-2020"), "estimate": "9.9", "standard_error": "0.1"}
    pooled = pooling.pool([counted, result("b-2002", "0.5", standard_error="0.3"), result("c-2003", "0.5")], method="DL")
    assert pooled.left_out == ("c-2003",)
    assert pooled.estimate == pytest.approx(0.5)


def test_two_contributions_of_a_study_are_two_studies():
    women, men = ({**result("a-2001", "0.5", standard_error="0.3"), "contribution": sex} for sex in ("women", "men"))
    assert pooling.pool([women, men]).studies == ("a-2001/women", "a-2001/men")
    with pytest.raises(ValueError, match="a-2001/women stands twice"):
        pooling.pool([women, men, women])


def test_rows_of_two_results_are_not_pooled_together():
    rows = [result("a-2001", "0.5", standard_error="0.3") | {"effect_id": "hip"}, result("b-2002", "0.5", standard_error="0.3") | {"effect_id": "wrist"}]
    with pytest.raises(ValueError, match="2 results"):
        pooling.pool(rows)


@pytest.fixture(scope="module")
def shipped(package) -> dict[str, list[dict[str, str]]]:
    return {name: read_rows(package / "data" / f"{name}.csv") for name in ("synthesis_studies", "effect_estimates")}


@pytest.mark.parametrize(("effect_id", "kind"), REPRODUCED.items())
def test_a_synthesis_of_the_field_is_reproduced_to_its_rounding(shipped, effect_id, kind):
    (printed,) = [row for row in shipped["effect_estimates"] if row["effect_id"] == effect_id]
    studies = [row for row in shipped["synthesis_studies"] if row["effect_id"] == effect_id]
    assert len(studies) == int(printed["n_studies"])
    pooled = pooling.pool(studies, method="DL", kind=kind)
    assert pooled.left_out == ()
    for cell in ("estimate", "ci_low", "ci_high"):
        assert f"{getattr(pooled, cell):.2f}" == printed[cell], cell
    assert printed["i2_percent"] in ("", f"{pooled.i2_percent:.0f}")


def test_a_pooled_result_of_the_field_comes_from_people_and_events(shipped):
    """Not from the ratios that stand beside them."""
    studies = [row for row in shipped["synthesis_studies"] if row["effect_id"] == "avenell-2014-vitamin-d-with-calcium-any-fracture-institution"]
    counted = [{**row, **dict.fromkeys(("estimate", *pooling.INTERVAL), "")} for row in studies]
    assert counted and pooling.pool(counted, method="DL") == pooling.pool(studies, method="DL")


def test_cohorts_printed_by_sex_give_the_pooled_result_of_their_synthesis(shipped):
    (printed,) = [row for row in shipped["effect_estimates"] if row["effect_id"] == VITAMIN_B12_POOLED]
    cohorts = [result(name, slope, standard_error=error) for name, (slope, error) in VITAMIN_B12.items()]
    pooled = pooling.pool(cohorts, method="DL", kind="difference")
    for cell in ("estimate", "ci_low", "ci_high"):
        assert f"{math.exp(getattr(pooled, cell)):.2f}" == printed[cell], cell


def test_every_shipped_result_with_two_studies_can_be_pooled(shipped):
    kinds = {row["effect_id"]: "ratio" if row["measure"] in RATIOS else "difference" for row in shipped["effect_estimates"]}
    for effect_id in {row["effect_id"] for row in shipped["synthesis_studies"] if row["effect_id"]}:
        rows = [row for row in shipped["synthesis_studies"] if row["effect_id"] == effect_id]
        if len(rows) >= pooling.FEWEST_STUDIES:
            pooled = pooling.pool(rows, kind=kinds[effect_id])
            assert pooled.ci_low < pooled.estimate < pooled.ci_high, effect_id


def test_a_result_of_a_trial_read_in_a_review_is_the_one_that_the_review_pooled(shipped):
    """Both tables hold it; the address is the same."""
    effects = {row["effect_id"]: row for row in shipped["effect_estimates"]}
    pooled = {(row["study_id"], row["read_at"], effects[row["effect_id"]]["outcome_id"]): row
              for row in shipped["synthesis_studies"] if row["effect_id"] and row["read_in"] == "secondary-source"}
    both = [(row, pooled[key]) for row in effects.values()
            if (key := (row["citation_id"], row["read_at"], row["outcome_id"])) in pooled and row["analysis"] == "main"]
    assert both
    assert [(row["effect_id"], row["estimate"], study["estimate"]) for row, study in both if row["estimate"] != study["estimate"]] == []

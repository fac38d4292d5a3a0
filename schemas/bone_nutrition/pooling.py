"""Random-effects pooling of the studies of one synthesis, from the people and events of both groups or from each study's own result.

    from bone_nutrition import pooling, rows
    pooling.pool((row for row in rows("synthesis_studies") if row["synthesis_id"] == "keum-2019"), method="DL")

Study results are pooled by inverse variance with the between-study variance of DerSimonian and Laird ("DL") or of restricted maximum
likelihood ("REML"), fitted by PyMARE; intervals are Wald intervals. Ratios are pooled as logarithms, differences as they are.

A study with all four counts gives its log risk ratio; one with an empty cell in its two-by-two table has 0.5 added to all four cells, and
one without any event in either group says nothing on the ratio. Any other study gives its estimate with its standard error or interval. A
study that says nothing is left out; the result names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from pymare import Dataset
from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator

Method = Literal["DL", "REML"]
Kind = Literal["ratio", "difference"]

COUNTS = ("events_intervention", "n_intervention", "events_control", "n_control")
INTERVAL = ("ci_low", "ci_high")
# Intervals of studies are 95 percent ones: synthesis_studies takes no other.
ENDS_APART = 2 * NormalDist().inv_cdf(0.975)
CONTINUITY_CORRECTION = 0.5
# Contribution of a study that stands once.
WHOLE = "any"
FEWEST_STUDIES = 2
# Scale on which each kind of result is pooled, and the way back.
SCALE = {"ratio": (np.log, np.exp), "difference": (np.asarray, np.asarray)}
# Without its option PyMARE corrects intervals after Knapp and Hartung, which published syntheses seldom did.
ESTIMATORS = {
    "DL": lambda: DerSimonianLaird(small_sample_correction="wald"),
    "REML": lambda: VarianceBasedLikelihoodEstimator(method="REML", small_sample_correction="wald"),
}


@dataclass(frozen=True)
class Pooled:
    """A pooled result with its interval and heterogeneity."""

    method: Method
    kind: Kind
    estimate: float
    ci_low: float
    ci_high: float
    ci_level: float
    tau2: float
    q: float
    i2_percent: float
    """Share of Q above its degrees of freedom (Higgins and Thompson), whatever the method."""
    studies: tuple[str, ...]
    left_out: tuple[str, ...]


def pool(rows: Iterable[Mapping[str, str]], method: Method = "REML", ci_level: float = 95, kind: Kind = "ratio") -> Pooled:
    """The pooled result of rows of ``synthesis_studies`` that belong to one synthesis.

    A study may enter by several contributions, such as its women and its men; each is a study of its own here.

    Raises ValueError for rows of several syntheses or of several of its results, a contribution that stands there twice, counts that
    cannot be, an unknown method or kind, or fewer than two studies with a result.
    """
    for asked, known in ((method, ESTIMATORS), (kind, SCALE)):
        if asked not in known:
            raise ValueError(f"no {asked!r}: choose one of {', '.join(known)}")
    listed = _of_one_result(rows)
    found = {study: _result(row, kind) for study, row in listed.items()}
    informative = {study: result for study, result in found.items() if result is not None}
    if len(informative) < FEWEST_STUDIES:
        raise ValueError(f"{len(informative)} of {len(listed)} studies have a result: pooling needs {FEWEST_STUDIES}")

    effects, variances = np.array(list(informative.values()), dtype=float).T
    results = ESTIMATORS[method]().fit_dataset(Dataset(y=effects, v=variances)).summary()
    pooled = results.get_fe_stats(alpha=1 - ci_level / 100)
    heterogeneity = results.get_heterogeneity_stats()
    _, back = SCALE[kind]
    return Pooled(
        method=method,
        kind=kind,
        estimate=_scalar(back(pooled["est"])),
        ci_low=_scalar(back(pooled["ci_l"])),
        ci_high=_scalar(back(pooled["ci_u"])),
        ci_level=ci_level,
        tau2=_scalar(results.tau2),
        q=_scalar(heterogeneity["Q"]),
        i2_percent=_scalar(heterogeneity["I^2"]),
        studies=tuple(informative),
        left_out=tuple(study for study in listed if study not in informative),
    )


def log_risk_ratios(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratio and its variance of each study, two arrays of n numbers.

    ``counts`` is n by 4: events and people of the exposed, then of the comparison group.
    """
    events, people, events_control, people_control = counts.T
    cells = np.stack([events, people - events, events_control, people_control - events_control])
    cells = cells + CONTINUITY_CORRECTION * (cells == 0).any(axis=0)
    events, events_control = cells[0], cells[2]
    people, people_control = cells[0] + cells[1], cells[2] + cells[3]
    effects = np.log(events / people) - np.log(events_control / people_control)
    return effects, 1 / events - 1 / people + 1 / events_control - 1 / people_control


def _result(row: Mapping[str, str], kind: Kind) -> tuple[float, float] | None:
    """Result of a study and its variance on the scale of pooling; None if it says nothing."""
    if kind == "ratio" and all(row[column] for column in COUNTS):
        return _from_counts(row)
    if row["estimate"] and (row["standard_error"] or all(row[column] for column in INTERVAL)):
        return _from_estimate(row, kind)
    return None


def _from_counts(row: Mapping[str, str]) -> tuple[float, float] | None:
    events, people, events_control, people_control = (int(row[column]) for column in COUNTS)
    if not (0 <= events <= people and 0 <= events_control <= people_control and people and people_control):
        raise ValueError(f"study {row['study_id']}: more events than people, or no people")
    if not (events or events_control):
        return None
    effects, variances = log_risk_ratios(np.array([(events, people, events_control, people_control)], dtype=float))
    return _scalar(effects), _scalar(variances)


def _from_estimate(row: Mapping[str, str], kind: Kind) -> tuple[float, float]:
    """Estimate and variance; the standard error is that of the scale of pooling."""
    forth, _ = SCALE[kind]
    if row["standard_error"]:
        error = float(row["standard_error"])
    else:
        low, high = (forth(float(row[column])) for column in INTERVAL)
        error = float(high - low) / ENDS_APART
    return float(forth(float(row["estimate"]))), error**2


def _of_one_result(rows: Iterable[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Study -> its row; a study counted twice would weigh twice."""
    listed: dict[str, Mapping[str, str]] = {}
    for row in rows:
        study = row["study_id"] if row["contribution"] == WHOLE else f"{row['study_id']}/{row['contribution']}"
        if study in listed:
            raise ValueError(f"study {study} stands twice in the rows to pool")
        listed[study] = row
    for column, things in (("synthesis_id", "syntheses"), ("effect_id", "results")):
        named = sorted({row[column] for row in listed.values() if row[column]})
        if len(named) > 1:
            raise ValueError(f"rows of {len(named)} {things} ({', '.join(named)}): pool one at a time")
    return listed


def _scalar(value: np.ndarray) -> float:
    return float(np.asarray(value).item())

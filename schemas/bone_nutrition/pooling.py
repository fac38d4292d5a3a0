"""Random-effects pooling of the studies of one synthesis, from the people and events of both groups.

    from bone_nutrition import pooling, rows
    pooling.pool((row for row in rows("synthesis_studies") if row["synthesis_id"] == "avenell-2014"), method="DL")

Log risk ratios are pooled by inverse variance with the between-study variance of DerSimonian and Laird ("DL") or of restricted maximum
likelihood ("REML"), fitted by PyMARE; intervals are Wald intervals. A study with an empty cell in its two-by-two table has 0.5 added to all
four cells. A study without a count, or without any event in either group, says nothing on the ratio and is left out; the result names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pymare import Dataset
from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator

Method = Literal["DL", "REML"]

COUNTS = ("events_intervention", "n_intervention", "events_control", "n_control")
CONTINUITY_CORRECTION = 0.5
FEWEST_STUDIES = 2
# Without its option PyMARE corrects intervals after Knapp and Hartung, which published syntheses seldom did.
ESTIMATORS = {
    "DL": lambda: DerSimonianLaird(small_sample_correction="wald"),
    "REML": lambda: VarianceBasedLikelihoodEstimator(method="REML", small_sample_correction="wald"),
}


@dataclass(frozen=True)
class Pooled:
    """A pooled risk ratio with its interval and heterogeneity."""

    method: Method
    risk_ratio: float
    ci_low: float
    ci_high: float
    ci_level: float
    tau2: float
    q: float
    i2_percent: float
    """Share of Q above its degrees of freedom (Higgins and Thompson), whatever the method."""
    studies: tuple[str, ...]
    left_out: tuple[str, ...]


def pool(rows: Iterable[Mapping[str, str]], method: Method = "REML", ci_level: float = 95) -> Pooled:
    """The pooled risk ratio of rows of ``synthesis_studies`` that belong to one synthesis.

    Raises ValueError for rows of several syntheses, a study that stands there twice, counts that cannot be, an unknown method, or
    fewer than two studies with counts and events.
    """
    if method not in ESTIMATORS:
        raise ValueError(f"no method {method!r}: choose one of {', '.join(ESTIMATORS)}")
    listed = _of_one_synthesis(rows)
    counts = {study: _counts(row) for study, row in listed.items() if all(row[column] for column in COUNTS)}
    informative = {study: cells for study, cells in counts.items() if cells[0] or cells[2]}
    if len(informative) < FEWEST_STUDIES:
        raise ValueError(f"{len(informative)} of {len(listed)} studies have counts and events: pooling needs {FEWEST_STUDIES}")

    effects, variances = log_risk_ratios(np.array(list(informative.values()), dtype=float))
    results = ESTIMATORS[method]().fit_dataset(Dataset(y=effects, v=variances)).summary()
    pooled = results.get_fe_stats(alpha=1 - ci_level / 100)
    heterogeneity = results.get_heterogeneity_stats()
    return Pooled(
        method=method,
        risk_ratio=_scalar(np.exp(pooled["est"])),
        ci_low=_scalar(np.exp(pooled["ci_l"])),
        ci_high=_scalar(np.exp(pooled["ci_u"])),
        ci_level=ci_level,
        tau2=_scalar(results.tau2),
        q=_scalar(heterogeneity["Q"]),
        i2_percent=_scalar(heterogeneity["I^2"]),
        studies=tuple(informative),
        left_out=tuple(study for study in listed if study not in informative),
    )


def log_risk_ratios(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratio and its variance for each row of events and people of the exposed, then of the comparison group."""
    events, people, events_control, people_control = counts.T
    cells = np.stack([events, people - events, events_control, people_control - events_control])
    cells = cells + CONTINUITY_CORRECTION * (cells == 0).any(axis=0)
    events, events_control = cells[0], cells[2]
    people, people_control = cells[0] + cells[1], cells[2] + cells[3]
    effects = np.log(events / people) - np.log(events_control / people_control)
    return effects, 1 / events - 1 / people + 1 / events_control - 1 / people_control


def _of_one_synthesis(rows: Iterable[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Study -> its row; a study counted twice would weigh twice."""
    listed: dict[str, Mapping[str, str]] = {}
    syntheses = set()
    for row in rows:
        if row["study_id"] in listed:
            raise ValueError(f"study {row['study_id']} stands twice in the rows to pool")
        listed[row["study_id"]] = row
        syntheses.add(row["synthesis_id"])
    if len(syntheses) > 1:
        raise ValueError(f"rows of {len(syntheses)} syntheses ({', '.join(sorted(syntheses))}): pool one at a time")
    return listed


def _counts(row: Mapping[str, str]) -> tuple[int, int, int, int]:
    events, people, events_control, people_control = (int(row[column]) for column in COUNTS)
    if not (0 <= events <= people and 0 <= events_control <= people_control and people and people_control):
        raise ValueError(f"study {row['study_id']}: more events than people, or no people")
    return events, people, events_control, people_control


def _scalar(value: np.ndarray) -> float:
    return float(np.asarray(value).item())

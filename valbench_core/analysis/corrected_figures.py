"""The headline metrics of a judgement, corrected by what people say of the pairs that they labelled.

A correction holds for the run and judgement it was made on and never moves to another. The estimator is left
to `corrected_mean`, its intervals to `corrected_intervals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.audited import JUDGED_FIELDS, AuditSample
from valbench_core.analysis.corrected_intervals import (
    CorrectedIntervals,
    Ends,
    corrected_intervals,
    labels_to_halve,
)
from valbench_core.analysis.corrected_mean import CheckedPairs, CorrectedMean, corrected_mean
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import WHY_NO_SPREAD, mean_interval
from valbench_core.analysis.metrics import HEADLINE, METRICS, Metric

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

WHY_NOT_JUDGED = "the judge does not say it of any pair"
WHY_NOT_LABELLED = "no pair is labelled"
WHY_NOT_SAID = "no label says it"
WHY_ONE_LABELLED = "the labelled pairs come from one article: the spread between articles cannot be estimated"
WHY_ALL_LABELLED = "every pair is labelled, so for these pairs nothing is left to chance"


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """A metric as the judge has it and as people would have it."""

    metric: str
    """Its key in `METRICS`."""
    naive: Estimate
    """From the judge alone, over the pairs of the draw."""
    corrected: Estimate
    """Corrected by the labels, for issues like these; its n and articles are those of labelled pairs."""
    here: Estimate
    """The same mean with the interval for this run's pairs only."""
    labelled: int
    """Pairs of which both judge and people say it."""
    disagreements: int
    """Of these, pairs on which they differ."""
    more_to_halve: int | None = None
    """How many more labelled pairs halve the interval of `corrected`; None where all would not do."""
    floor: float | None = None
    """Half the width in points that this interval keeps with every pair labelled: articles set it."""
    why: str = ""
    """Why labels cannot halve the interval; "" where they can."""


def corrected_figures(sample: AuditSample) -> dict[str, CorrectedFigure]:
    """Return each headline metric by its key, as the judge has it and corrected by the labels."""
    articles = sample.table["article"].factorize()[0]
    return {key: _figure(sample, METRICS[key], articles) for key in HEADLINE}


def pac_without_problems(sample: AuditSample) -> Estimate:
    """Return PAC as people see it over the labelled pairs that nobody marks as a problem."""
    human = sample.human()
    rows = human.index[~human["problem"]].to_numpy()
    if not rows.size:
        return Estimate.undefined("every labelled pair is marked" if len(human) else WHY_NOT_LABELLED)
    values = METRICS["PAC"].per_pair(_columns(human)).to_numpy()[~human["problem"].to_numpy()]
    return mean_interval(values, sample.table["article"].to_numpy()[rows], sample.label_weights()[rows])


def _figure(sample: AuditSample, metric: Metric, articles: NDArray[np.intp]) -> CorrectedFigure:
    judge = metric.per_pair(_columns(sample.table)).to_numpy()
    said = ~np.isnan(judge)
    weights = sample.table["weight"].to_numpy(dtype=np.float64)
    naive = mean_interval(judge, articles, weights)
    if not said.any():
        return _without(metric.key, naive, WHY_NOT_JUDGED)
    human = _human_values(sample, metric)[said]
    if np.isnan(human).all():
        return _without(metric.key, naive, WHY_NOT_SAID if len(sample.labels) else WHY_NOT_LABELLED)
    units = np.unique(articles[said], return_inverse=True)[1]
    return _of_pairs(
        metric.key,
        naive,
        CheckedPairs(judge[said], human, weights[said], sample.inclusion[said], units),
    )


def _without(metric: str, naive: Estimate, why: str) -> CorrectedFigure:
    undefined = Estimate.undefined(why)
    return CorrectedFigure(metric, naive, undefined, undefined, labelled=0, disagreements=0, why=why)


def _human_values(sample: AuditSample, metric: Metric) -> NDArray[np.float64]:
    """Return people's value of each row of the table, NaN where there is none."""
    values = np.full(len(sample.table), np.nan)
    human = sample.human()
    values[human.index.to_numpy(dtype=np.intp)] = metric.per_pair(_columns(human)).to_numpy()
    return values


def _columns(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Return what headline metrics are made of as numbers, which an empty table does not say of itself."""
    return {name: table[name].astype("float64") for name in JUDGED_FIELDS}


def _of_pairs(metric: str, naive: Estimate, pairs: CheckedPairs) -> CorrectedFigure:
    fit = corrected_mean(pairs)
    labelled = int(pairs.labelled.sum())
    in_articles = pairs.labelled_articles
    if in_articles < 2:
        alone = _estimate(fit, None, labelled, in_articles, WHY_ONE_LABELLED)
        return CorrectedFigure(
            metric, naive, alone, alone, labelled, pairs.disagreements, why=WHY_ONE_LABELLED
        )
    found = corrected_intervals(pairs, fit)
    is_all = labelled == pairs.judge.size
    spread = found.corrected if found.corrected.high > found.corrected.low else None
    more = labels_to_halve(found, labelled, pairs.judge.size)
    return CorrectedFigure(
        metric=metric,
        naive=naive,
        corrected=_estimate(fit, spread, labelled, in_articles, found.why if spread else WHY_NO_SPREAD),
        here=_estimate(fit, found.here, labelled, in_articles, WHY_ALL_LABELLED if is_all else found.why),
        labelled=labelled,
        disagreements=pairs.disagreements,
        more_to_halve=more,
        floor=found.floor if spread else None,
        why="" if more else _why_not_halved(found, is_all),
    )


def _estimate(fit: CorrectedMean, ends: Ends | None, labelled: int, articles: int, why: str) -> Estimate:
    value = min(max(fit.mean, 0.0), 100.0)
    low, high = ends or (None, None)
    return Estimate(value, low, high, labelled, articles, why)


def _why_not_halved(found: CorrectedIntervals, is_all: bool) -> str:
    if is_all:
        return "every pair is labelled already"
    return (
        f"no number of labels halves the interval: ±{found.floor:.1f} points stay with every pair labelled,"
        " from the number of articles"
    )

"""Whether a metric rises or falls along an ordered breakdown: the slope of the pairs' values, and its test.

p and interval come from permuting the pairs' places on the scale between articles (`sample`). Groups without
an order are left to `groups`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.groups import FEWEST_ARTICLES, WHY_FEW_ARTICLES, Points
from valbench_core.analysis.metrics import Metric
from valbench_core.analysis.sample import DRAWS, SEED, PermutedSums, Sample, samples, share_as_extreme

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MISSES = 0.05
"""Chance that the interval misses the slope."""


@dataclass(frozen=True, slots=True)
class Trend:
    """How a metric goes along a scale."""

    metric: str
    """Its key."""
    breakdown: str
    """The column that holds the scale."""
    slope: Points
    """Points for each step of the scale, by weighted least squares; the interval holds the slopes that the
    test would not reject."""
    p: float | None
    """How often places drawn anew give a slope as steep or steeper; None where not tested."""
    n: int
    """Pairs with a value and a place on the scale."""
    articles: int
    """Articles these come from."""
    draws: int
    """Permutations that p rests on."""
    why: str = ""
    """Why it was not tested."""


def trends(
    table: pd.DataFrame, column: str, metrics: Mapping[str, Metric], draws: int = DRAWS, seed: int = SEED
) -> dict[str, Trend]:
    """Return for each metric its trend along a column of numbers; pairs without a number are left out.

    It is tested where two places of the scale have at least five articles each, and articles of equal size to
    exchange their places with.
    """
    placed = table[table[column].notna()]
    found = {
        trend.metric: trend
        for sample in samples(placed, column, metrics)
        for trend in _trends(sample, column, draws, seed)
    }
    return {key: found[key] for key in metrics}


def _trends(sample: Sample, column: str, draws: int, seed: int) -> list[Trend]:
    n, articles = sample.codes.size, int(sample.articles.max(initial=-1)) + 1
    why = _why(sample)
    if why:
        none = Points(None, None, None)
        return [Trend(key, column, none, None, n, articles, draws, why) for key in sample.metrics]
    places = np.array([float(name) for name in sample.names])
    # The places themselves go along as one more column: it shows what a draw leaves of any slope.
    columns = np.column_stack([sample.values, places[sample.codes]])
    slopes = _slopes(sample.permuted_sums(columns, draws, seed), places)
    kept = slopes[:, -1]
    return [
        Trend(key, column, _with_interval(slopes[:, at], kept), float(p), n, articles, draws)
        for at, (key, p) in enumerate(zip(sample.metrics, share_as_extreme(slopes[:, :-1]), strict=True))
    ]


def _why(sample: Sample) -> str:
    """Return why a trend cannot be tested, "" where it can."""
    if not _enough_articles(sample):
        return WHY_FEW_ARTICLES
    whys = sample.why_not_drawn()
    return whys[0] if all(whys) else ""


def _enough_articles(sample: Sample) -> bool:
    articles = [np.unique(sample.articles[sample.codes == code]).size for code in range(len(sample.names))]
    return sum(number >= FEWEST_ARTICLES for number in articles) >= 2


def _slopes(sums: PermutedSums, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted least squares slope of each column on the places: shape (2 + draws, columns)."""
    x = places[:, None]
    weight = sums.weights.sum(axis=1)
    mean = (x * sums.weights).sum(axis=1) / weight
    spread = (x**2 * sums.weights).sum(axis=1) - mean**2 * weight
    return np.asarray(((x * sums.values).sum(axis=1) - mean * sums.values.sum(axis=1)) / spread)


def _with_interval(slopes: NDArray[np.float64], kept: NDArray[np.float64]) -> Points:
    """Return the observed slope, with the interval of those that the test would not reject.

    Were β the true slope, the values less β times the place would have the slope `slopes − β · kept` in a
    draw. The draw is as extreme as the data for all β between two roots, one on each side of the observed
    slope; the interval ends where so many draws have dropped out that p would be 0.05.
    """
    mean, observed, *_ = slopes
    off_mean, kept_off_mean = slopes[1:] - mean, kept[1:] - kept[0]
    scaled, b = off_mean / kept_off_mean[0], kept_off_mean[1:] / kept_off_mean[0]
    centre, a = float(scaled[0]), scaled[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = np.sort([(centre - a) / (1 - b), (centre + a) / (1 + b)], axis=0)
    # A draw that leaves the places as they are is as extreme as the data whatever the slope.
    lows = np.sort(np.where(np.abs(b) < 1, roots[0], -np.inf))
    highs = np.sort(np.where(np.abs(b) < 1, roots[1], np.inf))
    dropped = int(MISSES * (a.size + 1)) - 1
    low, high = float(lows[dropped]), float(highs[-1 - dropped])
    bounded = dropped >= 0 and np.isfinite([low, high]).all()
    return Points(float(observed), *((low, high) if bounded else (None, None)))

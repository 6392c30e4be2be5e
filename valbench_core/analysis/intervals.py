"""The 95 % interval of a mean of per-pair values on the 0–100 scale, with articles as the independent units.

The ordinary interval is a t interval from the CR2 variance (`clustered_mean`), taken on the logit scale so
that it stays within 0–100. Where almost all articles hold one and the same value that variance says next to
nothing (and exactly nothing at 0 or 100); there the interval is joined with one that the Clopper–Pearson
bound gives. Which per-pair values make a metric is left to `metrics`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from valbench_core.analysis.clustered_mean import ClusteredMean, clustered_mean, weighted_mean
from valbench_core.analysis.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Unit = Literal["article", "pair"]

UPPER_TAIL = 0.975
"""Probability below the upper end of a two-sided 95 % interval."""
NEAR_CONSTANT_ARTICLES = 5
"""Fewer articles than this off the commonest value: the data are near-constant."""
FEWEST_PAIRS = 5
"""Fewer pairs than this give no interval where pairs are the units."""

WHY_NO_VALUE = "no judged pair has a value"
WHY_ONE_ARTICLE = "all pairs come from one article"
WHY_PAIRS = "pairs are the units, not articles"
WHY_FEW_PAIRS = f"pairs are the units, not articles, and there are fewer than {FEWEST_PAIRS}"


class _Range(NamedTuple):
    low: float
    high: float


def mean_interval(
    values: ArrayLike,
    articles: NDArray[np.generic],
    weights: ArrayLike | None = None,
    unit: Unit = "article",
) -> Estimate:
    """Return the mean of per-pair `values` (0–100, NaN for none) with its 95 % interval over `articles`.

    `articles` holds the cluster key of each pair (texts or integers), `weights` its positive inclusion weight
    (default: all equal). `unit="pair"` treats pairs as independent, for figures within one article, and says
    so in `why`. One article, or with `unit="pair"` fewer than five pairs, gives a value without an interval.
    Raises ValueError for a value outside 0–100 or a weight that is not positive.

    >>> e = mean_interval([0, 0, 100, 100, 0, 100], np.array(list("aabbcd")))
    >>> round(e.value), e.low < 50 < e.high, e.n, e.articles
    (50, True, 6, 4)
    """
    import pandas as pd

    numbers = np.asarray(values, dtype=np.float64)
    present = ~np.isnan(numbers)
    if not present.any():
        return Estimate.undefined(WHY_NO_VALUE)
    numbers = numbers[present]
    shares = np.ones(numbers.size) if weights is None else np.asarray(weights, dtype=np.float64)[present]
    _check(numbers, shares)
    clusters, keys = pd.factorize(articles[present])
    if unit == "article":
        why = WHY_ONE_ARTICLE if len(keys) < 2 else ""
        ends = None if why else _interval(numbers, clusters, shares)
    else:
        why = WHY_FEW_PAIRS if numbers.size < FEWEST_PAIRS else WHY_PAIRS
        ends = _interval(numbers, np.arange(numbers.size), shares) if why == WHY_PAIRS else None
    low, high = ends or (None, None)
    return Estimate(weighted_mean(numbers, shares), low, high, numbers.size, len(keys), why)


def _check(values: NDArray[np.float64], weights: NDArray[np.float64]) -> None:
    if values.min() < 0 or values.max() > 100:
        raise ValueError(f"values must lie in 0–100, not {values.min()}–{values.max()}")
    if not weights.min() > 0:
        raise ValueError(f"weights must be positive, not {weights.min()}")


def _interval(
    values: NDArray[np.float64], clusters: NDArray[np.intp], weights: NDArray[np.float64]
) -> _Range:
    fit = clustered_mean(values, clusters, weights)
    ordinary = _logit_interval(fit)
    widened = _near_constant_interval(values, clusters, weights, fit.effective_n)
    if widened is None:
        return ordinary
    return _Range(min(ordinary.low, widened.low), max(ordinary.high, widened.high))


def _logit_interval(fit: ClusteredMean) -> _Range:
    """Return the t interval on the logit scale; the standard error gets there by the delta method."""
    from scipy.special import expit, logit, stdtrit

    share = fit.mean / 100
    if fit.standard_error == 0 or not 0 < share < 1:
        return _Range(fit.mean, fit.mean)
    reach = stdtrit(fit.degrees_of_freedom, UPPER_TAIL) * fit.standard_error / 100 / (share * (1 - share))
    return _Range(float(100 * expit(logit(share) - reach)), float(100 * expit(logit(share) + reach)))


def _near_constant_interval(
    values: NDArray[np.float64],
    clusters: NDArray[np.intp],
    weights: NDArray[np.float64],
    effective_n: float,
) -> _Range | None:
    """Return [c(1−u), c + u(100−c)] for the commonest value c; None where five articles hold another.

    u is the upper end of the Clopper–Pearson 95 % interval of the share off c, with `effective_n` draws.
    Values that are commonest together each give their range; the result spans all of these.
    """
    from scipy.special import betaincinv

    distinct, kinds = np.unique(values, return_inverse=True)
    counts = np.bincount(kinds)
    nearly_all = (counts == counts.max()) & (_articles_off(kinds, clusters) < NEAR_CONSTANT_ARTICLES)
    if not nearly_all.any():
        return None
    c = distinct[nearly_all]
    off = 1 - np.bincount(kinds, weights=weights)[nearly_all] / weights.sum()
    events = effective_n * np.maximum(off, 0)
    u = betaincinv(events + 1, effective_n - events, UPPER_TAIL)
    return _Range(float(np.min(c * (1 - u))), float(np.max(c + u * (100 - c))))


def _articles_off(kinds: NDArray[np.intp], clusters: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each kind of value the number of articles that hold any other kind."""
    articles = int(clusters.max()) + 1
    first = np.empty(articles, dtype=np.intp)
    first[clusters] = kinds
    holds_several = np.zeros(articles, dtype=bool)
    holds_several[clusters[kinds != first[clusters]]] = True
    only = np.bincount(first[~holds_several], minlength=int(kinds.max()) + 1)
    return articles - only

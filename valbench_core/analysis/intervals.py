"""The 95 % interval of a mean of per-pair values on the 0–100 scale, with articles as the independent units.

The ordinary interval is a t interval from the CR2 variance (`clustered_mean`), taken on the logit scale so
that it stays within 0–100. Where almost all articles hold one and the same value that variance says next to
nothing (and exactly nothing at 0 or 100); there the interval is joined with one that the Clopper–Pearson
bound gives. Where there is no such bound either and all articles have the same mean, there is no interval.
Which per-pair values make a metric is left to `metrics`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from valbench_core.analysis.clustered_mean import ClusteredMeans, clustered_means, weighted_means
from valbench_core.analysis.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Unit = Literal["article", "pair"]

SCALE = (0.0, 100.0)
"""What a per-pair value can reach."""
UPPER_TAIL = 0.975
"""Probability below the upper end of a two-sided 95 % interval."""
NEAR_CONSTANT_ARTICLES = 5
"""Fewer articles than this off the commonest value: the data are near-constant."""
NO_SPREAD = 1e-9
"""A standard error of fewer points than this is 0 but for rounding."""
FEWEST_PAIRS = 5
"""Fewer pairs than this give no interval where pairs are the units."""

WHY_NO_VALUE = "no judged pair has a value"
WHY_ONE_ARTICLE = "all pairs come from one article"
WHY_PAIRS = "pairs are the units, not articles"
WHY_NO_SPREAD = "every article has the same mean: the spread between articles cannot be estimated"
WHY_FEW_PAIRS = f"pairs are the units, not articles, and there are fewer than {FEWEST_PAIRS}"


def mean_interval(
    values: ArrayLike,
    articles: NDArray[np.generic],
    weights: ArrayLike | None = None,
    unit: Unit = "article",
) -> Estimate:
    """Return the mean of per-pair `values` (0–100, NaN for none) with its 95 % interval over `articles`.

    `articles` holds the cluster key of each pair (texts or integers), `weights` its positive inclusion weight
    (default: all equal). `unit="pair"` treats pairs as independent, for figures within one article, and says
    so in `why`. One article, or with `unit="pair"` fewer than five pairs, gives a value without an interval;
    so do five or more articles with several values in each but all of the same mean.
    Raises ValueError for a value outside 0–100 or a weight that is not positive.

    >>> e = mean_interval([0, 0, 100, 100, 0, 100], np.array(list("aabbcd")))
    >>> round(e.value), e.low < 50 < e.high, e.n, e.articles
    (50, True, 6, 4)
    """
    one_group = np.zeros(len(articles), dtype=np.intp)
    return mean_intervals(values, articles, one_group, 1, weights, unit)[0]


def mean_intervals(
    values: ArrayLike,
    articles: NDArray[np.generic],
    groups: NDArray[np.intp],
    number: int,
    weights: ArrayLike | None = None,
    unit: Unit = "article",
) -> list[Estimate]:
    """Return what `mean_interval` says of each group of pairs, for all groups in one pass.

    `groups` holds the group of each pair, 0 to `number` − 1; a group without pairs has no value. An article
    may have pairs in several groups.

    >>> both = mean_intervals([0, 100, 100], np.array(["a", "b", "a"]), np.array([0, 0, 1]), 2)
    >>> [(e.value, e.n, e.articles) for e in both]
    [(50.0, 2, 2), (100.0, 1, 1)]
    """
    import pandas as pd

    numbers = np.asarray(values, dtype=np.float64)
    present = ~np.isnan(numbers)
    if not present.any():
        return [Estimate.undefined(WHY_NO_VALUE)] * number
    numbers = numbers[present]
    shares = np.ones(numbers.size) if weights is None else np.asarray(weights, dtype=np.float64)[present]
    _check(numbers, shares)
    kinds, known = pd.factorize(groups[present], sort=True)
    rows = _Rows(numbers, shares, kinds, _within(kinds, pd.factorize(articles[present])[0]))
    estimates = [Estimate.undefined(WHY_NO_VALUE)] * number
    for group, estimate in zip(known.tolist(), _estimates(rows, unit), strict=True):
        estimates[group] = estimate
    return estimates


@dataclass(frozen=True, slots=True)
class _Rows:
    """Pairs with a value."""

    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    groups: NDArray[np.intp]
    """Each pair's group: 0, 1, … without gaps."""
    clusters: NDArray[np.intp]
    """Each pair's article within its group: 0, 1, … without gaps."""

    def of_groups(self, wanted: NDArray[np.bool_]) -> _Rows:
        """Return the rows of some groups, numbered anew in the same order."""
        kept = wanted[self.groups]
        return _Rows(
            self.values[kept],
            self.weights[kept],
            (np.cumsum(wanted) - 1)[self.groups[kept]],
            _renumbered(self.clusters[kept]),
        )

    def with_pairs_as_clusters(self) -> _Rows:
        return _Rows(self.values, self.weights, self.groups, np.arange(self.values.size))

    @property
    def group_of_cluster(self) -> NDArray[np.intp]:
        return _group_of(self.clusters, self.groups)


def _within(groups: NDArray[np.intp], keys: NDArray[np.intp]) -> NDArray[np.intp]:
    """Number the distinct keys of each group: 0, 1, … without gaps, no number in two groups.

    >>> _within(np.array([0, 0, 1]), np.array([5, 5, 5])).tolist()
    [0, 0, 1]
    """
    return _renumbered(groups * (int(keys.max(initial=0)) + 1) + keys)


def _renumbered(keys: NDArray[np.intp]) -> NDArray[np.intp]:
    import pandas as pd

    return pd.factorize(keys)[0]


def _group_of(parts: NDArray[np.intp], groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the group of each part, where no part lies in two groups."""
    found = np.empty(int(parts.max(initial=-1)) + 1, dtype=np.intp)
    found[parts] = groups
    return found


def _estimates(rows: _Rows, unit: Unit) -> list[Estimate]:
    pairs, articles = np.bincount(rows.groups), np.bincount(rows.group_of_cluster)
    if unit == "article":
        has_interval, why_not, why = articles > 1, WHY_ONE_ARTICLE, ""
    else:
        has_interval, why_not, why = pairs >= FEWEST_PAIRS, WHY_FEW_PAIRS, WHY_PAIRS
    ends = np.full((pairs.size, 2), np.nan)
    if has_interval.any():
        of_units = rows.of_groups(has_interval)
        ends[has_interval] = _intervals(of_units if unit == "article" else of_units.with_pairs_as_clusters())
    means = weighted_means(rows.values, rows.weights, rows.groups)
    without = np.where(has_interval, WHY_NO_SPREAD, why_not)
    return [
        Estimate(mean, None, None, n, in_articles, lacking)
        if np.isnan(low)
        else Estimate(mean, low, high, n, in_articles, why)
        for mean, (low, high), n, in_articles, lacking in zip(
            means.tolist(), ends.tolist(), pairs.tolist(), articles.tolist(), without.tolist(), strict=True
        )
    ]


def _check(values: NDArray[np.float64], weights: NDArray[np.float64]) -> None:
    if values.min() < 0 or values.max() > 100:
        raise ValueError(f"values must lie in 0–100, not {values.min()}–{values.max()}")
    if not weights.min() > 0:
        raise ValueError(f"weights must be positive, not {weights.min()}")


def _intervals(rows: _Rows) -> NDArray[np.float64]:
    """Return both ends for each group, of which each has several clusters: columns low, high.

    NaN for a group whose clusters all have the same mean, though values differ in many of them.
    """
    fit = clustered_means(rows.values, rows.clusters, rows.weights, rows.group_of_cluster)
    ordinary = _logit_intervals(fit)
    widened = _near_constant_intervals(rows, fit.effective_n)
    low, high = np.fmin(ordinary[:, 0], widened[:, 0]), np.fmax(ordinary[:, 1], widened[:, 1])
    return np.column_stack([low, high])


def _logit_intervals(fit: ClusteredMeans) -> NDArray[np.float64]:
    """Return the t intervals on the logit scale; the standard error gets there by the delta method."""
    from scipy.special import expit, logit, stdtrit

    ends = np.full((fit.mean.size, 2), np.nan)
    spread = (fit.standard_error > NO_SPREAD) & (fit.mean > 0) & (fit.mean < 100)
    share = fit.mean[spread] / 100
    error = fit.standard_error[spread] / 100 / (share * (1 - share))
    reach = stdtrit(fit.degrees_of_freedom[spread], UPPER_TAIL) * error
    ends[spread] = 100 * expit(np.column_stack([logit(share) - reach, logit(share) + reach]))
    return ends


def near_constant_interval(
    values: NDArray[np.float64],
    clusters: NDArray[np.intp],
    weights: NDArray[np.float64],
    effective_n: float,
    scale: tuple[float, float] = SCALE,
) -> tuple[float, float] | None:
    """Return the interval of near-constant values; None where five articles hold one off the commonest.

    Arguments are as in `clustered_mean`; `effective_n` is what that returns, `scale` what values can reach.

    >>> ends = near_constant_interval(np.zeros(4), np.arange(4), np.ones(4), 4.0, scale=(-100, 100))
    >>> [round(end, 1) for end in ends]
    [-60.2, 60.2]
    """
    rows = _Rows(values, weights, np.zeros(values.size, dtype=np.intp), clusters)
    low, high = _near_constant_intervals(rows, np.array([effective_n]), scale)[0].tolist()
    return None if np.isnan(low) else (low, high)


def _near_constant_intervals(
    rows: _Rows, effective_n: NDArray[np.float64], scale: tuple[float, float] = SCALE
) -> NDArray[np.float64]:
    """Return c − u·(c − lowest) and c + u·(highest − c) for the commonest value c.

    NaN where five articles hold another value.

    u is the upper end of the Clopper–Pearson 95 % interval of the share off c, with `effective_n` draws.
    Values that are commonest together each give their range; the result spans all of these.
    """
    from scipy.special import betaincinv

    kinds = _within(rows.groups, _renumbered_values(rows.values))
    group, count = _group_of(kinds, rows.groups), np.bincount(kinds)
    most = np.zeros(effective_n.size, dtype=np.intp)
    np.maximum.at(most, group, count)
    nearly_all = (count == most[group]) & (_articles_off(kinds, rows) < NEAR_CONSTANT_ARTICLES)
    total = np.bincount(rows.groups, weights=rows.weights)
    of = group[nearly_all]
    off = 1 - np.bincount(kinds, weights=rows.weights)[nearly_all] / total[of]
    draws = effective_n[of]
    events = draws * np.maximum(off, 0)
    u = betaincinv(events + 1, draws - events, UPPER_TAIL)
    c = np.empty(count.size)
    c[kinds] = rows.values
    c = c[nearly_all]
    ends = np.full((effective_n.size, 2), np.nan)
    lowest, highest = scale
    np.fmin.at(ends[:, 0], of, c - u * (c - lowest))
    np.fmax.at(ends[:, 1], of, c + u * (highest - c))
    return ends


def _renumbered_values(values: NDArray[np.float64]) -> NDArray[np.intp]:
    import pandas as pd

    return pd.factorize(values)[0]


def _articles_off(kinds: NDArray[np.intp], rows: _Rows) -> NDArray[np.intp]:
    """Return for each kind of value the number of its group's articles that hold any other kind."""
    group_of_cluster = rows.group_of_cluster
    first = _group_of(rows.clusters, kinds)
    holds_several = np.zeros(first.size, dtype=bool)
    holds_several[rows.clusters[kinds != first[rows.clusters]]] = True
    only = np.bincount(first[~holds_several], minlength=int(kinds.max()) + 1)
    return np.bincount(group_of_cluster)[_group_of(kinds, rows.groups)] - only

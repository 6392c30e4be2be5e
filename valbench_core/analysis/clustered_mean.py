r"""The mean of values that come in clusters, with the CR2 variance and its degrees of freedom.

The estimator is the bias-reduced cluster-robust variance of Bell and McCaffrey (2002, *Survey Methodology*
28:169–181) with the Satterthwaite degrees of freedom given there, in the notation of Pustejovsky and Tipton
(2018, *Journal of Business & Economic Statistics* 36:672–683). For a mean both have closed forms, so that
nothing larger than one number a cluster is ever built. What to make of a mean and its standard error is left
to `intervals`.

Derivation. A weighted mean is the weighted least squares fit of a constant; multiplying each row by √w turns
it into ordinary least squares on the column x with x_i = √w_i. Let W_g be the weight of cluster g, W that of
all, and h_g = W_g/W its leverage. The cluster's block of I − H is I − x_g x_gᵀ/W, of which x_g is an
eigenvector with eigenvalue 1 − h_g. Hence the CR2 matrix A_g = (I − H_gg)^(−1/2) only rescales the cluster's
score S_g = Σ w_i (y_i − mean):

    variance = Σ_g S_g² / (1 − h_g) / W²

Under the working model (equal variance of the rescaled rows, none shared within clusters) the quadratic form
behind that variance has the matrix elements h_g on the diagonal and −h_g h_k / √((1 − h_g)(1 − h_k)) off it,
each times 1/W. With a_g = h_g²/(1 − h_g) the Satterthwaite degrees of freedom trace²/Σ elements² become

    df = 1 / (Σ h_g² + (Σ a_g)² − Σ a_g²)

With equal weights and one row a cluster this is HC2, s²/n, with n − 1 degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ClusteredMean:
    """A (weighted) mean and how well it is known when clusters, not rows, are independent."""

    mean: float
    standard_error: float
    """Square root of the CR2 variance."""
    degrees_of_freedom: float
    """Of the t distribution that goes with it (Satterthwaite)."""
    effective_n: float
    """W²/Σ W_g²: how many equal clusters would carry as much (N²/Σ n_g² with equal weights)."""


@dataclass(frozen=True, slots=True)
class ClusteredMeans:
    """The same of several groups of rows, one entry a group; all but the mean is NaN under two clusters."""

    mean: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    degrees_of_freedom: NDArray[np.float64]
    effective_n: NDArray[np.float64]


def clustered_mean(
    values: NDArray[np.float64], clusters: NDArray[np.intp], weights: NDArray[np.float64]
) -> ClusteredMean:
    """Return the weighted mean of `values` with its CR2 standard error over `clusters`, in O(rows).

    `clusters` numbers the clusters 0, 1, … without gaps; weights are positive. All three have one entry a
    row. Raises ValueError where there are fewer than two clusters: then no variance can be had.

    >>> m = clustered_mean(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2]), np.ones(3))
    >>> m.mean, round(m.standard_error, 6), round(m.degrees_of_freedom, 6), m.effective_n
    (2.0, 0.57735, 2.0, 3.0)
    """
    one_group = np.zeros(int(clusters.max(initial=-1)) + 1, dtype=np.intp)
    if one_group.size < 2:
        raise ValueError("a variance over clusters needs at least two of them")
    fit = clustered_means(values, clusters, weights, one_group)
    return ClusteredMean(
        mean=float(fit.mean[0]),
        standard_error=float(fit.standard_error[0]),
        degrees_of_freedom=float(fit.degrees_of_freedom[0]),
        effective_n=float(fit.effective_n[0]),
    )


def clustered_means(
    values: NDArray[np.float64],
    clusters: NDArray[np.intp],
    weights: NDArray[np.float64],
    group_of_cluster: NDArray[np.intp],
) -> ClusteredMeans:
    """Return the weighted mean of each group of rows, all at once; a cluster lies within one group.

    `group_of_cluster` numbers each cluster's group 0, 1, … without gaps; the rest is as in `clustered_mean`.

    >>> rows = np.array([1.0, 2.0, 3.0, 9.0]), np.array([0, 1, 2, 3]), np.ones(4)
    >>> clustered_means(*rows, np.array([0, 0, 0, 1])).mean.tolist()
    [2.0, 9.0]
    """
    means = weighted_means(values, weights, group_of_cluster[clusters])
    cluster_weights = np.bincount(clusters, weights=weights)
    total = np.bincount(group_of_cluster, weights=cluster_weights)
    several = np.bincount(group_of_cluster) > 1
    # A cluster alone in its group has leverage 1: left out, for it would divide by zero.
    used = several[group_of_cluster]
    of = group_of_cluster[used]
    leverage = cluster_weights[used] / total[of]
    deviations = weights * (values - means[group_of_cluster[clusters]])
    scores = np.bincount(clusters, weights=deviations)[used] / total[of]

    def summed(terms: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(several, np.bincount(of, weights=terms, minlength=total.size), np.nan)

    a = leverage**2 / (1 - leverage)
    concentration = summed(leverage**2)
    return ClusteredMeans(
        mean=means,
        standard_error=np.sqrt(summed(scores**2 / (1 - leverage))),
        degrees_of_freedom=1 / (concentration + summed(a) ** 2 - summed(a**2)),
        effective_n=1 / concentration,
    )


def weighted_mean(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the weighted mean, never outside the range of the values (rounding could put it there).

    >>> weighted_mean(np.array([0.0, 100.0]), np.array([3.0, 1.0]))
    25.0
    """
    return float(weighted_means(values, weights, np.zeros(values.size, dtype=np.intp))[0])


def weighted_means(
    values: NDArray[np.float64], weights: NDArray[np.float64], groups: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the weighted mean of each group of rows, never outside the range of its values.

    `groups` numbers each row's group 0, 1, … without gaps.

    >>> weighted_means(np.array([0.0, 100.0, 7.0]), np.array([3.0, 1.0, 2.0]), np.array([0, 0, 1])).tolist()
    [25.0, 7.0]
    """
    means = np.bincount(groups, weights=weights * values) / np.bincount(groups, weights=weights)
    lowest, highest = np.full(means.size, np.inf), np.full(means.size, -np.inf)
    np.minimum.at(lowest, groups, values)
    np.maximum.at(highest, groups, values)
    return np.clip(means, lowest, highest)

"""Tables of what raters said of the same things, one an article, and the coefficients made from their sum.

Cohen's κ comes from a table of two raters, Krippendorff's α from a table of coincidences of any number of
them. Both are functions of sums over articles, so a whole stack of tables is turned into coefficients at
once. Intervals and words are left to `agreement`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def squared_distances(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each two values lie apart, squared: quadratic weights of κ, interval distance of α.

    >>> squared_distances(np.array([0.0, 1.0, 2.0])).tolist()
    [[0.0, 1.0, 4.0], [1.0, 0.0, 1.0], [4.0, 1.0, 0.0]]
    """
    return np.asarray((values[:, None] - values) ** 2)


def cross_tables(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    size: int,
    articles: NDArray[np.intp],
    number: int,
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return for each article 0 to `number` − 1 the weight of each combination of two raters' values.

    Values are 0 to `size` − 1, NaN for none; what one of the raters leaves out counts for nothing.

    >>> one, two = np.array([0.0, 1.0, np.nan]), np.array([1.0, 1.0, 0.0])
    >>> cross_tables(one, two, 2, np.zeros(3, dtype=int), 1, np.ones(3)).tolist()
    [[[0.0, 1.0], [0.0, 1.0]]]
    """
    both = ~(np.isnan(first) | np.isnan(second))
    cells = first[both].astype(np.intp) * size + second[both].astype(np.intp)
    found = np.bincount(
        articles[both] * size * size + cells, weights=weights[both], minlength=number * size * size
    )
    return found.reshape(number, size, size).astype(np.float64)


def coincidence_tables(
    values: NDArray[np.float64],
    size: int,
    articles: NDArray[np.intp],
    number: int,
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return for each article the coincidences of values: how often two raters of a thing gave two values.

    `values` has a row a thing and a column a rater (NaN for none). A thing with m ≥ 2 values adds each of its
    m·(m−1) ordered pairs of values with the weight 1/(m−1), times its own; others add nothing.

    >>> said = np.array([[0.0, 0.0, 1.0], [1.0, np.nan, np.nan]])
    >>> coincidence_tables(said, 2, np.zeros(2, dtype=int), 1, np.ones(2)).tolist()
    [[[1.0, 1.0], [1.0, 0.0]]]
    """
    said = np.stack([(values == value).sum(axis=1) for value in range(size)], axis=1).astype(np.float64)
    raters = said.sum(axis=1)
    several = raters > 1
    said, share = said[several], weights[several] / (raters[several] - 1)
    found = np.empty((number, size, size))
    for one in range(size):
        for other in range(size):
            pairs = said[:, one] * (said[:, other] - (one == other))
            found[:, one, other] = np.bincount(articles[several], weights=share * pairs, minlength=number)
    return found


def kappas(tables: NDArray[np.float64], distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return κ = 1 − observed/expected distance of each table; NaN where chance leaves no distance at all.

    >>> tables = np.array([[[3.0, 1.0], [1.0, 3.0]], [[8.0, 0.0], [0.0, 0.0]]])
    >>> kappas(tables, squared_distances(np.array([0.0, 1.0]))).tolist()
    [0.5, nan]
    """
    total = tables.sum(axis=(-2, -1))
    by_chance = _product(tables.sum(axis=-1), tables.sum(axis=-2), distances)
    return _one_less_ratio((tables * distances).sum(axis=(-2, -1)) * total, by_chance)


def alphas(tables: NDArray[np.float64], distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Krippendorff's α of each table of coincidences; NaN where all values are the same.

    >>> table = np.array([[4.0, 1.0], [1.0, 4.0]])
    >>> round(float(alphas(table, squared_distances(np.array([0.0, 1.0])))), 3)
    0.64
    """
    total = tables.sum(axis=(-2, -1))
    by_chance = _product(tables.sum(axis=-1), tables.sum(axis=-1), distances)
    return _one_less_ratio((tables * distances).sum(axis=(-2, -1)) * (total - 1), by_chance)


def _product(
    rows: NDArray[np.float64], columns: NDArray[np.float64], distances: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(((rows @ distances) * columns).sum(axis=-1))


def _one_less_ratio(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(observed.shape, np.nan)
    np.divide(observed, expected, out=found, where=expected > 0)
    return np.asarray(1 - found)

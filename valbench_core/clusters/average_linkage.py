"""The tree of average linkage on cosine: which rows and groups of rows join, and how far apart they are.

Finds the tree that scipy's `linkage` finds, with 4 bytes for each two rows twice over, where scipy takes 16
for each two. Cutting the tree is left to `grouping`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALIKE = 1e-6
"""Cosines that differ by less may differ by rounding only."""
BLOCK = 500
"""Rows whose cosines are copied at once."""
NOBODY = np.float32(-np.inf)
"""In place of the cosine of a row with itself, and with what has been joined to another."""


def average_linkage(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the joins of rows of length 1, as scipy writes them: two parts, their distance, rows of both.

    >>> average_linkage(np.array([[1, 0], [0, 1], [1, 0]], np.float32)).tolist()
    [[0.0, 2.0, 0.0, 2.0], [1.0, 3.0, 1.0, 3.0]]
    """
    return _written(*_joins(_cosines(rows)))


def _cosines(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    cosines = rows @ rows.T
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        # Both ways the same to the last bit: else the chain of nearest rows could run in a circle.
        both = np.maximum(cosines[block, start:], cosines[start:, block].T)
        both[both > 1 - ALIKE] = 1
        cosines[block, start:] = both
        cosines[start:, block] = both.T
    np.fill_diagonal(cosines, NOBODY)
    return cosines


def _joins(cosines: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return which row's group joins which row's, and at what distance, no join before those of its parts.

    Follows chains of nearest neighbours (Murtagh, "A survey of recent advances in hierarchical clustering
    algorithms", The Computer Journal 26(4), 1983): two that are nearest to each other join whatever else
    does. The group goes on under the number of the second row. Overwrites the cosines.
    """
    n = len(cosines)
    pairs, distances = np.empty((n - 1, 2), np.intp), np.empty(n - 1)
    sizes, reached, joined = np.ones(n, np.float32), np.zeros(n), np.zeros(n, bool)
    chain: list[int] = []
    for place in range(n - 1):
        if not chain:
            chain = [int(joined.argmin())]
        one, other = _mutual(cosines, chain)
        # Rounding must not bring a group nearer to another than its parts were to each other.
        distance = max(1 - float(cosines[one, other]), reached[one], reached[other])
        pairs[place], distances[place] = (one, other), distance
        _join(cosines, sizes, one, other)
        reached[other], joined[one] = distance, True
    return pairs, distances


def _mutual(cosines: NDArray[np.float32], chain: list[int]) -> tuple[int, int]:
    """Go from the chain's end to what is nearest, on and on, to two that are nearest to each other."""
    while True:
        last = chain[-1]
        nearest = int(cosines[last].argmax())
        if len(chain) > 1 and cosines[last, nearest] <= cosines[last, chain[-2]]:
            return chain.pop(), chain.pop()
        chain.append(nearest)


def _join(cosines: NDArray[np.float32], sizes: NDArray[np.float32], one: int, other: int) -> None:
    """Put the mean cosines of both groups in place of the other's, nobody in place of the one's."""
    sums = cosines[one] * sizes[one] + cosines[other] * sizes[other]
    sizes[other] += sizes[one]
    cosines[other] = cosines[:, other] = sums / sizes[other]
    cosines[one] = cosines[:, one] = NOBODY


def _written(pairs: NDArray[np.intp], distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the joins from near to far, each part by its number: a row's own, or n + the place of its join.

    >>> _written(np.array([[0, 1], [2, 3], [3, 1]]), np.array([0.5, 0.25, 1.0])).tolist()
    [[2.0, 3.0, 0.25, 2.0], [0.0, 1.0, 0.5, 2.0], [4.0, 5.0, 1.0, 4.0]]
    """
    n = len(pairs) + 1
    number, sizes = list(range(n)), [1] * n
    tree = np.empty((n - 1, 4))
    order = np.argsort(distances, kind="stable")
    for place, (one, other) in enumerate(pairs[order].tolist()):
        parts = sorted((number[one], number[other]))
        sizes[other] += sizes[one]
        number[other] = n + place
        tree[place] = *parts, distances[order[place]], sizes[other]
    return tree

"""The order in which pairs are labelled by hand, and how likely each was to be among the first n of them.

Each pair has a random number u, uniform on 0–1 and fixed once, and a preference p; the queue ascends in u/p.
Its first n pairs are a sequential Poisson sample (Ohlsson 1998, *Journal of Official Statistics* 14:149–162):
whoever stops anywhere holds a valid draw in which a pair lies with a probability in proportion to its p, as
far as that goes. Where u and p come from is left to the draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def queue_order(u: NDArray[np.float64], p: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the rows in the order in which they are labelled; rows of equal u/p stay as they come.

    >>> queue_order(np.array([0.2, 0.9, 0.5]), np.array([1.0, 1.0, 4.0])).tolist()
    [2, 0, 1]
    """
    return np.argsort(u / p, kind="stable")


def doubt_preferences(doubt: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p: one half spread evenly over all pairs, one half by their signs of doubt; adds up to 1.

    >>> doubt_preferences(np.array([0.0, 0.0, 1.0, 3.0])).tolist()
    [0.125, 0.125, 0.25, 0.5]
    >>> doubt_preferences(np.zeros(2)).tolist()
    [0.5, 0.5]
    """
    even = np.full(doubt.size, 1 / max(doubt.size, 1))
    total = doubt.sum()
    return (even + doubt / total) / 2 if total > 0 else even


def inclusions(p: NDArray[np.float64], drawn: int) -> NDArray[np.float64]:
    """Return the probability π with which each row is among the first `drawn` of the queue.

    π = min(1, t·p) with t such that the π add up to `drawn`: n·p/Σp where no row reaches 1. A row that does
    leaves the rest of its share to the others, so that a queue gone through to its end has π = 1 throughout.

    >>> inclusions(np.array([1.0, 1.0, 2.0]), 1).tolist()
    [0.25, 0.25, 0.5]
    >>> inclusions(np.array([1.0, 1.0, 8.0]), 2).tolist(), inclusions(np.array([1.0, 1.0, 8.0]), 3).tolist()
    ([0.5, 0.5, 1.0], [1.0, 1.0, 1.0])
    """
    if drawn >= p.size:
        return np.ones(p.size)
    descending = np.sort(p)[::-1]
    certain = np.arange(drawn + 1)
    rest = np.cumsum(p[np.argsort(p)])[::-1][: drawn + 1]
    stretch = (drawn - certain) / rest
    fits = stretch * descending[: drawn + 1] <= 1
    return np.asarray(np.minimum(1.0, stretch[int(np.argmax(fits))] * p))

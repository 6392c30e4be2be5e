"""Drawing articles anew: the bootstrap of sums over pairs, with whole articles as the units.

A figure made from sums over pairs needs only each article's own sums: a resample is a count for each article,
so that no pair is touched again. What is made of the sums is left to `agreement`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES = 2_000
"""Resamples behind an interval."""
SEED = 0
"""Where the draws begin: the same table gives the same interval."""

_CELLS = 2_500_000
"""Counts in memory at a time: resamples in a chunk times articles."""


def resampled_sums(
    sums: NDArray[np.float64], resamples: int = RESAMPLES, seed: int = SEED
) -> NDArray[np.float64]:
    """Return for each resample of the articles the sum of their rows.

    `sums` has a row an article; each resample draws as many articles as there are, with replacement. The
    draws depend on the number of articles and the seed alone: sums of the same articles, drawn with the same
    seed, come from the same resamples.

    >>> drawn = resampled_sums(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]), 5)
    >>> drawn.shape, drawn.sum(axis=1).tolist()
    ((5, 2), [3.0, 3.0, 3.0, 3.0, 3.0])
    """
    from threadpoolctl import threadpool_limits

    rng, articles = np.random.default_rng(seed), len(sums)
    found = np.zeros((resamples, sums.shape[1]))
    if not articles:
        return found
    together = max(_CELLS // articles, 1)
    # Most combinations of values hardly ever occur: what is 0 in every article is 0 in every resample.
    some = sums.any(axis=0)
    used = np.ascontiguousarray(sums[:, some])
    with threadpool_limits(1):  # threads wait for each other where other processes are busy
        for start in range(0, resamples, together):
            drawn = rng.integers(0, articles, (min(together, resamples - start), articles), dtype=np.int32)
            counts = np.empty(drawn.shape)
            for row, articles_drawn in enumerate(drawn):
                counts[row] = np.bincount(articles_drawn, minlength=articles)
            found[start : start + len(drawn), some] = counts @ used
    return found

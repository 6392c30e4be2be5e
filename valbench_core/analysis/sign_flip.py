r"""The test of a paired difference: how often flipping the signs of whole articles does as much.

Where two runs are alike, the difference of an article is as likely to be x as −x, whatever its pairs have in
common. The statistic is the mean over its CR2 standard error (`clustered_mean`), worked out anew after each
flip. With S_g the weighted sum of an article's differences over the weight of all, h_g its leverage, and
signs ε_g, mean and variance are

    m = Σ ε_g S_g        v = Σ S_g²/(1−h_g) − 2 m Σ ε_g S_g h_g/(1−h_g) + m² Σ h_g²/(1−h_g)

so that two sums a draw are all there is to do. Where each article holds one pair and differences are 0 or ±1,
this is the exact McNemar test. An article's random signs go by its place, whatever else is tested at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_ARTICLES = 13
"""Up to so many articles that differ, all ways to flip them are gone through."""
DRAWS = 9_999
SEED = 20_261
FEWEST_ARTICLES = 6
"""With fewer articles that differ, no p is below 0.05: the smallest is 2/2^5."""

_BLOCK = 2_000_000
"""Signs in memory at a time."""
_TIE = 1e-10
"""Two statistics (between 0 and 1) that are nearer than this are equal but for rounding."""


def sign_flip_p(
    sums: NDArray[np.float64], leverage: NDArray[np.float64], draws: int = DRAWS, seed: int = SEED
) -> NDArray[np.float64]:
    """Return the two-sided p of each column of article sums.

    Args:
        sums: one row an article, one column a difference: Σ w·d of the article over Σ w of all.
        leverage: the article's share of the weight, of the same shape; 0 where it has no pair.
        draws: random flips where more than `EXACT_ARTICLES` articles differ.
        seed: of these flips.

    >>> sums = np.full((6, 1), 0.5)
    >>> float(sign_flip_p(sums, np.full((6, 1), 1 / 6))[0]) == 2 / 2**6
    True
    """
    differing = sums != 0
    exact = differing.sum(axis=0) <= EXACT_ARTICLES
    p = np.ones(sums.shape[1])
    for column in np.flatnonzero(exact & differing.any(axis=0)):
        one = slice(column, column + 1)
        signs = _all_signs(int(differing[:, column].sum()))
        flipped = _statistics(sums[:, one], leverage[:, one], signs, differing[:, column])
        p[column] = np.mean(flipped >= _observed(sums[:, one], leverage[:, one]) - _TIE)
    if not exact.all():
        p[~exact] = _by_chance(sums[:, ~exact], leverage[:, ~exact], draws, seed)
    return p


def _by_chance(
    sums: NDArray[np.float64], leverage: NDArray[np.float64], draws: int, seed: int
) -> NDArray[np.float64]:
    """Return p = (b + 1)/(B + 1); all columns go through the same flips."""
    rng = np.random.default_rng(seed)
    moving = (sums != 0).any(axis=1)
    reached = np.zeros(sums.shape[1], dtype=np.intp)
    threshold = _observed(sums, leverage) - _TIE
    rows = max(1, _BLOCK // len(sums))
    for start in range(0, draws, rows):
        # Also for the articles that stay: else a column's flips would depend on the other columns.
        signs = _random_signs(rng, min(rows, draws - start), len(sums))[:, moving].astype(np.float64)
        reached += (_statistics(sums, leverage, signs, moving) >= threshold).sum(axis=0)
    return np.asarray((reached + 1) / (draws + 1))


def _observed(sums: NDArray[np.float64], leverage: NDArray[np.float64]) -> NDArray[np.float64]:
    as_it_is = np.ones((1, len(sums)))
    observed: NDArray[np.float64] = _statistics(sums, leverage, as_it_is, np.ones(len(sums), dtype=bool))[0]
    return observed


def _statistics(
    sums: NDArray[np.float64],
    leverage: NDArray[np.float64],
    ups: NDArray[np.float64],
    moving: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return m²/(m² + v), which grows with the studentised |m|, for each row of `ups` and each column.

    `ups` says of the articles that move whether they keep their sign (1) or flip it (0).
    """
    spread = 1 / (1 - leverage)
    mixed = sums * leverage * spread
    # Σ ε x with ε = 2u − 1.
    m = 2 * (ups @ sums[moving]) - sums[moving].sum(axis=0)
    b = 2 * (ups @ mixed[moving]) - mixed[moving].sum(axis=0)
    fixed, curved = (sums**2 * spread).sum(axis=0), (leverage**2 * spread).sum(axis=0)
    v = np.maximum(fixed - 2 * m * b + m**2 * curved, 0)
    total = m**2 + v
    return np.asarray(np.divide(m**2, total, out=np.zeros_like(total), where=total > 0))


def _all_signs(articles: int) -> NDArray[np.float64]:
    ways = np.arange(2**articles)[:, None]
    return ((ways >> np.arange(articles)) & 1).astype(np.float64)


def _random_signs(rng: np.random.Generator, draws: int, articles: int) -> NDArray[np.uint8]:
    # Whole words a draw: the generator gives nothing less, and blocks of any size get the same signs.
    words = -(-articles // 32)
    bits = np.frombuffer(rng.bytes(draws * 4 * words), dtype=np.uint8)
    return np.unpackbits(bits.reshape(draws, -1), axis=1, count=articles)

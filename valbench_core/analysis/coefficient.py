"""A coefficient of agreement with its interval, made from tables by article.

The interval is that of a bootstrap over articles, its percentiles moved outwards as far as t reaches beyond
the normal distribution with so many articles. Where fewer than five articles hold a disagreement, or an
agreement on anything but the commonest value, resamples hardly vary however little is known: there the
interval is joined with one from the Clopper–Pearson bounds of the share of disagreements among all that is
not agreement on the commonest value. (`tests/bench/bench_agreement.py` says how often they cover.)

The tables and what is computed of one come from `contingency`, the resamples from `resampling`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.intervals import NEAR_CONSTANT_ARTICLES, UPPER_TAIL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Statistic = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

FEWEST_ARTICLES = 5
"""Fewer articles than this cannot be drawn anew in enough ways for an interval."""

WHY_NOTHING = "no pair has a value from two raters"
WHY_ALWAYS_UNDEFINED = "it is undefined in every resample of articles"
DISAGREEMENT = "a disagreement"
RARE_AGREEMENT = "an agreement on anything but the commonest value"
WHY_ONE_CONSTANT = "one side says the same of every pair, which makes it 0 whatever the other says"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement (κ, α, or the difference of two) with its 95 % interval over articles."""

    value: float | None
    """1 is perfect agreement, 0 what chance would give; None where it is undefined."""
    low: float | None
    """Lower end of the interval; None where none can be had."""
    high: float | None
    """Upper end of the interval; None exactly where `low` is."""
    n: int
    """Pairs it rests on (labels, where a pair has several): a raw count, whatever their weights."""
    articles: int
    """Articles those pairs come from."""
    undefined: int = 0
    """Resamples in which it was undefined: the interval rests on the others."""
    why: str = ""
    """Why value or interval are missing, or what is unusual about them; "" in the ordinary case."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What raters said of one thing, article by article."""

    tables: NDArray[np.float64]
    """Weight of each combination of two values, one table an article that was drawn from."""
    distances: NDArray[np.float64]
    """How far two values lie apart, squared."""
    statistic: Statistic
    """What is made of a stack of tables and the distances: `contingency.kappas` or `alphas`."""
    n: int
    """Pairs with a value from two raters at least."""
    articles: int
    """Articles these come from."""
    constant: str
    """What to say where all raters give one and the same value, so that the coefficient is undefined."""

    @property
    def flat(self) -> NDArray[np.float64]:
        """One row an article, to be summed over resamples."""
        return self.tables.reshape(len(self.tables), self.distances.size)

    def of_sums(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the coefficient of each row of sums of `flat`; NaN where it is undefined."""
        return self.statistic(sums.reshape(-1, *self.distances.shape), self.distances)

    def coefficient(self, drawn: NDArray[np.float64]) -> Coefficient:
        """Return the coefficient with its interval, given its values in resamples of the articles."""
        value = float(self.of_sums(self.flat.sum(axis=0))[0])
        if np.isnan(value):
            why = self.constant if self.n else WHY_NOTHING
            return Coefficient(None, None, None, self.n, self.articles, int(np.isnan(drawn).sum()), why)
        low, high, why = interval_of(drawn, self.articles)
        if low is not None and high is not None:
            low, high, widened = self._widened(low, high)
            why = "; ".join(filter(None, [why, widened, self._why_zero()]))
        return Coefficient(value, low, high, self.n, self.articles, int(np.isnan(drawn).sum()), why)

    def _why_zero(self) -> str:
        whole = self.tables.sum(axis=0)
        constant = any((whole.sum(axis=axis) > 0).sum() == 1 for axis in (0, 1))
        return WHY_ONE_CONSTANT if constant else ""

    def _widened(self, low: float, high: float) -> tuple[float, float, str]:
        """Return the interval joined with the exact bounds, where few articles decide it, and why."""
        off = self._off_commonest()
        differing = (off * (self.distances > 0)).sum(axis=(1, 2))
        alike = np.trace(off, axis1=1, axis2=2)
        few, what = min((int((differing > 0).sum()), DISAGREEMENT), (int((alike > 0).sum()), RARE_AGREEMENT))
        if few >= NEAR_CONSTANT_ARTICLES:
            return low, high, ""
        least, most = _share_bounds(differing, differing + alike)
        step = self._step(differing.sum() + alike.sum())
        return max(min(low, 1 - most * step), -1.0), min(max(high, 1 - least * step), 1.0), _why(few, what)

    def _off_commonest(self) -> NDArray[np.float64]:
        """Return the tables without the agreements on the value that is agreed on most."""
        commonest = int(np.argmax(np.diagonal(self.tables.sum(axis=0))))
        off = self.tables.copy()
        off[:, commonest, commonest] = 0
        return off

    def _step(self, off: float) -> float:
        """Return by how much the coefficient falls short of 1 if all that is off the commonest differs.

        Differences count as much as those seen, where there is none as much as those that chance would make.
        """
        whole = self.tables.sum(axis=0)
        by_chance = np.outer(whole.sum(axis=1), whole.sum(axis=0)) / whole.sum() ** 2
        seen = whole if whole[self.distances > 0].any() else by_chance
        distance = (seen * self.distances).sum() / seen[self.distances > 0].sum()
        return float(off / whole.sum() * distance / (by_chance * self.distances).sum())


_ROUNDING = 1e-9


def _why(articles: int, what: str) -> str:
    """Return why an interval was widened.

    >>> _why(1, DISAGREEMENT)
    'only 1 article holds a disagreement: so few say little, and the interval is drawn wider to allow for it'
    """
    told = {0: "no article holds", 1: "only 1 article holds"}
    who = told.get(articles, f"only {articles} articles hold")
    return f"{who} {what}: so few say little, and the interval is drawn wider to allow for it"


def interval_of(drawn: NDArray[np.float64], articles: int) -> tuple[float | None, float | None, str]:
    """Return the 95 % interval that values in resamples of so many articles give, or why there is none.

    >>> interval_of(np.linspace(0, 1, 2001), 3)
    (None, None, '3 articles are too few to draw anew: an interval takes 5')
    >>> [round(end, 3) for end in interval_of(np.linspace(0, 1, 2001), 40)[:2]]
    [0.02, 0.98]
    """
    from scipy.special import ndtr, stdtrit

    if articles < FEWEST_ARTICLES:
        told = "1 article is" if articles == 1 else f"{articles} articles are"
        return None, None, f"{told} too few to draw anew: an interval takes {FEWEST_ARTICLES}"
    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return None, None, WHY_ALWAYS_UNDEFINED
    # Drawing among G articles says (G − 1)/G of the variance, and t says that it is not known.
    reach = np.sqrt(articles / (articles - 1)) * stdtrit(articles - 1, UPPER_TAIL)
    low, high = np.quantile(known, [ndtr(-reach), ndtr(reach)])
    return float(low), float(high), ""


def _share_bounds(part: NDArray[np.float64], whole: NDArray[np.float64]) -> tuple[float, float]:
    """Return the Clopper–Pearson bounds of a share, from the weights of each article.

    >>> [round(end, 3) for end in _share_bounds(np.array([0.0, 0.0, 1.0]), np.ones(3))]
    [0.008, 0.906]
    """
    from scipy.special import betaincinv

    draws = whole.sum() ** 2 / (whole**2).sum()
    events = draws * min(part.sum() / whole.sum(), 1.0)
    least = betaincinv(events, draws - events + 1, 1 - UPPER_TAIL) if events > _ROUNDING else 0.0
    most = betaincinv(events + 1, draws - events, UPPER_TAIL) if draws - events > _ROUNDING else 1.0
    return float(least), float(most)

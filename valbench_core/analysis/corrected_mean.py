r"""The mean that people would give, from a judge's values of all pairs and people's of some.

The estimator is prediction-powered inference with a tuned slope (PPI++, arXiv 2311.01453) written as the
difference estimator of survey sampling with Hájek's weights, so that labelled pairs may be drawn with unequal
probabilities, and with a variance over articles, so that pairs of one article need not be independent. What
interval to make of it is left to `corrected_intervals`.

Derivation. Pair i has the judge's value f_i, its weight a_i in the run, and where it was labelled people's
value y_i; π_i is the probability that it was. Let A = Σ a_i, w_i = a_i/π_i where labelled and 0 elsewhere,
W = Σ w_i, and bars with index w the means under w. For any fixed slope λ

    θ = λ·f̄ + R,   R = Σ w_i (y_i − λ f_i) / W

is consistent for the mean of y: what the weighted labels say of f, λ·f̄_w, is exchanged for what is known of
it, λ·f̄. The slope λ = Cov_w(y, f) / Var_w(f) leaves the smallest variance; between 0 and 1 it goes from the
labels alone to the judge's mean plus its mean error. Where no labelled pair differs from another in f no
slope can be had, and λ is 1: what the labels say of the judge is its error. With all pairs labelled (π = 1)
θ is the mean of y whatever λ is.

*Issues like these.* A pair adds λ·a_i (f_i − f̄)/A + w_i e_i/W to θ, with e_i = y_i − λ f_i − R; articles are
independent, so the variance is the sum over articles of the squares of F_g + E_g, the sums of the two terms.
Each is divided by the root of one minus its leverage, as CR2 does (`clustered_mean`): H_g = A_g/A for the
first, h_g = W_g/W for the second, to which the fitted slope adds
Σ_g (1 − π_i) w_i (f_i − f̄_w)² / Σ w_i (f_i − f̄_w)², for θ depends on it by unlabelled pairs only. With all
pairs labelled this is the CR2 variance of the mean of y, exactly. Degrees of freedom are Satterthwaite's for
the labelled articles: min(n, G) − 1 where each has one label of equal weight.

*This run's pairs only.* The pairs, verdicts and what people would say of them are fixed; only which were
labelled is chance, and that was drawn pair by pair. The variance is that of a Poisson sample with the finite
population correction, Σ (1 − π_i)(w_i e_i/W)² over labelled pairs with the same leverages by pair; it is 0
exactly when every pair is labelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HIGHEST_LEVERAGE = 0.9
"""To which the fitted slope may raise a leverage: beyond it almost nothing is left of a residual."""
NO_SPREAD = 1e-9
"""A variance or difference below this is 0 but for rounding."""


@dataclass(frozen=True)
class CheckedPairs:
    """Pairs that a judge has judged, some of them labelled by people; one entry a pair."""

    judge: NDArray[np.float64]
    """The judge's value, 0–100."""
    human: NDArray[np.float64]
    """People's value, NaN where not labelled."""
    weights: NDArray[np.float64]
    """Weight of the pair in the run."""
    inclusion: NDArray[np.float64]
    """π for the finished prefix of the queue; above 0 where labelled."""
    articles: NDArray[np.intp]
    """The pair's article: 0, 1, … without gaps."""

    @cached_property
    def labelled(self) -> NDArray[np.bool_]:
        """Which pairs are labelled."""
        return ~np.isnan(self.human)

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """The pair's share of the weight of all: a/A."""
        return np.asarray(self.weights / self.weights.sum())

    @cached_property
    def label_shares(self) -> NDArray[np.float64]:
        """The labelled pair's share of the weight of the labelled ones: w/W; 0 where not labelled."""
        stand_for = np.where(self.labelled, self.weights / np.maximum(self.inclusion, NO_SPREAD), 0.0)
        return np.asarray(stand_for / stand_for.sum())

    @cached_property
    def labelling(self) -> NDArray[np.float64]:
        """Probability that the pair is labelled: π, lowered by the share of drawn pairs that were skipped."""
        share = self.labelled.sum() / self.inclusion.sum()
        return np.asarray(np.minimum(1.0, self.inclusion * share))

    @cached_property
    def telling_shares(self) -> NDArray[np.float64]:
        """The labelled pair's share of what labels tell of pairs without one; 0 where not labelled.

        A label stands for 1/π pairs, 1/π − 1 of them without a label: a pair that was sure to be labelled
        tells nothing of others. All 0 where every labelled pair was sure to be.
        """
        chance = np.maximum(self.labelling, NO_SPREAD)
        tell = np.where(self.labelled, self.weights * (1 - chance) / chance, 0.0)
        return np.asarray(tell / max(tell.sum(), NO_SPREAD))

    @cached_property
    def best_known(self) -> NDArray[np.float64]:
        """People's value where there is one, else the judge's."""
        return np.where(self.labelled, self.human, self.judge)

    @cached_property
    def differences(self) -> NDArray[np.float64]:
        """What people say less what the judge says; 0 where not labelled."""
        return self.best_known - self.judge

    @cached_property
    def differing(self) -> NDArray[np.bool_]:
        """Which labelled pairs people and judge differ on."""
        return np.abs(self.differences) > NO_SPREAD

    @property
    def labelled_articles(self) -> int:
        """Articles in which a pair is labelled."""
        return int(np.unique(self.articles[self.labelled]).size)

    @property
    def disagreements(self) -> int:
        """Labelled pairs on which people and judge differ."""
        return int(self.differing.sum())

    @property
    def telling_disagreements(self) -> float:
        """How many labels of equal share these come to in what labels tell of pairs without one."""
        return float(self.telling_shares @ self.differing) * effective_number(self.telling_shares)

    def by_article(self, terms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of a term over the pairs of each article."""
        return np.bincount(self.articles, weights=terms).astype(np.float64)


def effective_number(shares: NDArray[np.float64]) -> float:
    """Return how many equal shares tell as much as these, which add up to 1 (Kish); 0 where there are none.

    >>> round(effective_number(np.array([0.25, 0.25, 0.25, 0.25, 0])), 9), effective_number(np.zeros(2))
    (4.0, 0.0)
    """
    squares = float(shares @ shares)
    return 1 / squares if squares > 0 else 0.0


@dataclass(frozen=True, slots=True)
class CorrectedMean:
    """The corrected mean and how well it is known."""

    mean: float
    """θ, which few labels may put outside 0–100."""
    slope: float
    """λ: how far the judge's values are relied on."""
    standard_error: float
    """For issues like these: articles are the units."""
    degrees_of_freedom: float
    floor_error: float
    """What of the standard error stays with every pair labelled: the number of articles sets it."""
    standard_error_here: float
    """For this run's pairs only: 0 where all are labelled."""
    degrees_of_freedom_here: float


def corrected_mean(pairs: CheckedPairs) -> CorrectedMean:
    """Return the corrected mean; its errors are NaN where fewer than two articles hold a label.

    >>> judge, human = np.array([0.0, 100, 100, 100]), np.array([0.0, np.nan, 0, 100])
    >>> half = CheckedPairs(judge, human, np.ones(4), np.full(4, 0.75), np.arange(4))
    >>> round(corrected_mean(half).mean, 6)
    37.5
    """
    u, shares = pairs.label_shares, pairs.shares
    human = pairs.best_known
    offset = pairs.judge - u @ pairs.judge
    spread = float(u @ offset**2)
    fitted = float(u @ (offset * human)) / spread if spread > NO_SPREAD else 1.0
    slope = min(max(fitted, 0.0), 1.0)
    remainder = human - slope * pairs.judge
    level = float(u @ remainder)
    mean_judge = float(shares @ pairs.judge)
    errors = u * (remainder - level)
    is_free = spread > NO_SPREAD and slope == fitted
    of_slope = (1 - pairs.labelling) * u * offset**2 / spread if is_free else np.zeros(u.size)
    known = slope * shares * (pairs.judge - mean_judge)
    variance, of_judge = _over_articles(pairs, known, errors, of_slope)
    variance_here = _over_draws(pairs, errors, of_slope)
    return CorrectedMean(
        mean=slope * mean_judge + level,
        slope=slope,
        standard_error=variance**0.5,
        degrees_of_freedom=_satterthwaite(pairs.by_article(u)),
        floor_error=max(variance - variance_here, of_judge) ** 0.5,
        standard_error_here=variance_here**0.5,
        degrees_of_freedom_here=_satterthwaite(u),
    )


def _over_articles(
    pairs: CheckedPairs,
    known: NDArray[np.float64],
    errors: NDArray[np.float64],
    of_slope: NDArray[np.float64],
) -> tuple[float, float]:
    """Return the variance over articles, and the part of it that the judge's values alone make."""
    if pairs.labelled_articles < 2:
        return float("nan"), float("nan")
    judged = pairs.by_article(known) / np.sqrt(1 - pairs.by_article(pairs.shares))
    leverage = _leverage(pairs.by_article(pairs.label_shares), pairs.by_article(of_slope))
    labelled = pairs.by_article(errors) / np.sqrt(1 - leverage)
    return float(((judged + labelled) ** 2).sum()), float((judged**2).sum())


def _over_draws(pairs: CheckedPairs, errors: NDArray[np.float64], of_slope: NDArray[np.float64]) -> float:
    if pairs.labelled_articles < 2:
        return float("nan")
    leverage = _leverage(pairs.label_shares, of_slope)
    return float(((1 - pairs.labelling) * errors**2 / (1 - leverage)).sum())


def _leverage(of_mean: NDArray[np.float64], of_slope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the leverage of units; the slope, which one unit may decide alone, adds to it up to a limit."""
    return np.maximum(of_mean, np.minimum(of_mean + of_slope, HIGHEST_LEVERAGE))


def _satterthwaite(shares: NDArray[np.float64]) -> float:
    """Return the degrees of freedom of a mean with these shares of clusters, as in `clustered_mean`.

    >>> [round(_satterthwaite(np.array(shares)), 3) for shares in ([0.25, 0.25, 0, 0.5], [1 / 9] * 9)]
    [1.8, 8.0]
    """
    held = shares[shares > 0]
    if held.size < 2:
        return float("nan")
    a = held**2 / (1 - held)
    return float(1 / (held @ held + a.sum() ** 2 - a @ a))

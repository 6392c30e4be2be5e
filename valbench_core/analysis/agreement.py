"""How far raters agree on the same pairs: judge and judge, judge and human, one order and the other.

A rater says of each pair an adjusted score (−2 … 2) and flags. Two raters' agreement on the scores is Cohen's
κ with quadratic weights, on each flag plain κ, that of any number of raters Krippendorff's α; flags of both
sides are pooled, two observations a pair. Tables by article come from `contingency`, intervals from
`coefficient`; who the raters are is left to `judges`, `order` and `audit_agreement`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from valbench_core.analysis.coefficient import Coefficient, Tables
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import mean_interval
from valbench_core.analysis.ratings import (
    ASPECTS,
    FLAG_ASPECTS,
    SCORES,
    Aspect,
    Rated,
    Ratings,
    whole_scores,
)
from valbench_core.analysis.resampling import RESAMPLES, SEED, resampled_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class FlagAgreement:
    """How far two raters agree on a flag, and how often each set it."""

    percent: Estimate
    """Percent on which both say the same; of the flags of both sides, percent of answers."""
    first: Estimate
    """Percent on which the first rater sets it."""
    second: Estimate
    """Percent on which the second rater sets it."""
    counts: NDArray[np.intp]
    """Observations, 2 × 2: rows the first rater (not set, set), columns the second."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two raters agree on the pairs that both rated."""

    n: int
    """Pairs that both gave a score (labels, where a pair has several): a raw count."""
    articles: int
    """Articles those pairs come from."""
    counts: NDArray[np.intp]
    """Pairs by score, 5 × 5: rows the first rater's −2 … 2, columns the second's. Raw counts.

    A score between two of these, which only a derived judgement gives, counts as the one nearer to 0.
    """
    shares: NDArray[np.float64]
    """The same, weighted, in percent of all; all 0 where there is no pair."""
    percent: Estimate
    """Percent of pairs with the same score."""
    kappa: Mapping[Aspect, Coefficient]
    """Cohen's κ: quadratic weights for the score, plain for the flags."""
    flags: Mapping[Aspect, FlagAgreement]
    """Percent agreement and prevalence of each flag; without "score"."""


def agreement(
    first: Ratings,
    second: Ratings,
    articles: NDArray[np.generic],
    weights: NDArray[np.float64] | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Agreement:
    """Return how far two raters agree, pair by pair.

    Args:
        first: what one of them said.
        second: what the other said of the same pairs, in the same order.
        articles: the cluster key of each pair.
        weights: its positive inclusion weight; all equal where left out.
        resamples: how many times articles are drawn anew for the intervals of κ.
        seed: of these draws.
    """
    rated = Rated.of([first, second], articles, weights)
    tables = {aspect: rated.crossed(aspect) for aspect in ASPECTS}
    return agreement_of(rated, coefficients(tables, resamples, seed))


def agreement_of(rated: Rated, kappa: Mapping[Aspect, Coefficient]) -> Agreement:
    """Return how far two raters agree who have been lined up, and whose κ are known."""
    one, other = (ratings.said("score") for ratings in rated.raters)
    cells = confusion(one[:, 0], other[:, 0])
    return Agreement(
        n=len(one),
        articles=rated.number,
        counts=cells.astype(np.intp),
        shares=percent_of_all(confusion(one[:, 0], other[:, 0], rated.weights)),
        percent=_mean(np.where(one == other, 100.0, 0.0), rated),
        kappa=kappa,
        flags={aspect: _flag_agreement(rated, aspect) for aspect in FLAG_ASPECTS},
    )


def alphas_of(
    raters: Sequence[Ratings],
    articles: NDArray[np.generic],
    weights: NDArray[np.float64] | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> dict[Aspect, Coefficient]:
    """Return Krippendorff's α of any number of raters, who may each leave pairs out.

    Interval distance for the score, nominal for the flags; n counts the pairs that two or more rated.
    """
    rated = Rated.of(raters, articles, weights)
    return coefficients({aspect: rated.coincident(aspect) for aspect in ASPECTS}, resamples, seed)


def coefficients(
    tables: Mapping[Key, Tables], resamples: int = RESAMPLES, seed: int = SEED
) -> dict[Key, Coefficient]:
    """Return the coefficient of each of several tables; those of the same articles share their resamples."""
    drawn = drawn_of(tables, resamples, seed)
    return {key: one.coefficient(drawn[key]) for key, one in tables.items()}


def drawn_of(
    tables: Mapping[Key, Tables], resamples: int = RESAMPLES, seed: int = SEED
) -> dict[Key, NDArray[np.float64]]:
    """Return what each coefficient is in each resample; tables of the same articles share their resamples."""
    alike: dict[int, dict[Key, Tables]] = {}
    for key, one in tables.items():
        # Draws depend on the number of articles alone, so those of as many articles are drawn but once.
        alike.setdefault(len(one.tables), {})[key] = one
    drawn: dict[Key, NDArray[np.float64]] = {}
    for some in alike.values():
        sums = resampled_sums(np.hstack([one.flat for one in some.values()]), resamples, seed)
        ends = np.cumsum([one.flat.shape[1] for one in some.values()])[:-1]
        parts = np.split(sums, ends, axis=1)
        drawn |= {key: one.of_sums(part) for (key, one), part in zip(some.items(), parts, strict=True)}
    return drawn


def confusion(
    first: NDArray[np.float64], second: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the (weighted) number of each combination of two scores, 5 × 5: rows first, columns second.

    A score between two whole ones counts as `whole_scores` says.

    >>> confusion(np.array([-2.0, 2.0, 1.0]), np.array([-2.0, 1.5, 1.0])).nonzero()
    (array([0, 3, 4]), array([0, 3, 3]))
    """
    size = len(SCORES)
    rows, columns = (whole_scores(scores).astype(np.intp) - SCORES[0] for scores in (first, second))
    cells = np.bincount(rows * size + columns, weights, minlength=size * size)
    return cells.reshape(size, size).astype(np.float64)


def percent_of_all(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return cells in percent of their sum; all 0 where that is 0.

    >>> percent_of_all(np.array([[1.0, 3.0]])).tolist(), percent_of_all(np.array([[0.0]])).tolist()
    ([[25.0, 75.0]], [[0.0]])
    """
    total = cells.sum()
    return 100 * cells / total if total > 0 else cells


def _flag_agreement(rated: Rated, aspect: Aspect) -> FlagAgreement:
    one, other = (ratings.said(aspect) for ratings in rated.raters)
    known = ~np.isnan(one + other)
    cells = 2 * (one[known] > 0.5) + (other[known] > 0.5)
    return FlagAgreement(
        percent=_mean(np.where(known, 100.0 * (one == other), np.nan), rated),
        first=_mean(np.where(known, 100 * one, np.nan), rated),
        second=_mean(np.where(known, 100 * other, np.nan), rated),
        counts=np.bincount(cells, minlength=4).reshape(2, 2),
    )


def _mean(values: NDArray[np.float64], rated: Rated) -> Estimate:
    """Return the mean of values of which a pair may have several: their own mean is the pair's."""
    number = (~np.isnan(values)).sum(axis=1)
    of_pairs = np.full(len(values), np.nan)
    np.divide(np.nansum(values, axis=1), number, out=of_pairs, where=number > 0)
    return mean_interval(of_pairs, rated.articles, rated.weights)

"""What the order of the two answers does to a judge, and what mere repetition does.

Both set judgements of the same answers against each other, pair by pair. Agreement of judges in general is
left to `judges`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from valbench_core.analysis.agreement import Agreement, agreement, alphas_of, confusion, percent_of_all
from valbench_core.analysis.coefficient import Coefficient
from valbench_core.analysis.comparison import paired_mean
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import WHY_NO_SPREAD, WHY_ONE_ARTICLE, mean_interval, mean_intervals
from valbench_core.analysis.ratings import Aspect, Ratings
from valbench_core.analysis.resampling import RESAMPLES, SEED
from valbench_core.analysis.summary import group_codes
from valbench_core.schema import SIDES, Side

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

SeatFlag = Literal["refusal", "no_information"]
"""A flag that an answer can get in either seat."""

STEP = 25.0
"""Points of consistency that a step of the score makes."""

WHY_NONE_SHARED = "no pair is judged in all of them"
WHY_ALIKE = "no pair differs"


@dataclass(frozen=True, slots=True)
class FlipRates:
    """How often the adjusted score of a pair changes from one judgement to another."""

    changed: Estimate
    """Percent of pairs whose score changes at all."""
    sign_changed: Estimate
    """Percent of pairs whose score turns from above 0 to below 0, or back."""
    group: str = ""
    """The group of pairs it is about; "" for all."""


@dataclass(frozen=True, slots=True)
class SeatEffect:
    """How often an answer gets a flag in each of the two seats, on the same pairs."""

    side: Side
    flag: SeatFlag
    as_person_1: Estimate
    """Percent of pairs in which this side's answer has the flag when it is shown first."""
    as_person_2: Estimate
    """The same when it is shown second."""
    difference: Estimate
    """As person 2 less as person 1, in points (−100 to 100)."""


@dataclass(frozen=True, slots=True)
class OrderEffect:
    """A judgement in the normal order set against its twin in the swapped order."""

    n: int
    """Pairs judged in both orders: what every figure rests on."""
    articles: int
    lost: int
    """Pairs judged in one of the orders only."""
    flips: FlipRates
    shift: Estimate
    """Swapped less normal, mean of the per-pair differences in points of consistency (−100 to 100)."""
    by_category: tuple[FlipRates, ...]
    """By number of pairs, then name; with `group`."""
    counts: NDArray[np.intp]
    """Pairs by the judge's own score σ, 5 × 5: rows the normal order's −2 … 2, columns the swapped one's."""
    shares: NDArray[np.float64]
    """The same, weighted, in percent of all."""
    seats: tuple[SeatEffect, ...]
    """Each flag of each side in each seat."""
    changed: tuple[int, ...]
    """Ordinals of the pairs whose adjusted score changes, the biggest change first."""
    sign_changed: tuple[int, ...]
    """Ordinals of those whose score changes its sign, the biggest change first."""


@dataclass(frozen=True, slots=True)
class RepeatEffect:
    """Judgements that differ in nothing but their replicate, set against each other."""

    replicates: int
    n: int
    """Pairs judged in all of them: what the rates rest on."""
    articles: int
    lost: int
    """Pairs judged in some of them only."""
    flips: FlipRates
    """Of two replicates; with more of them, averaged over all pairs of replicates."""
    by_category: tuple[FlipRates, ...]
    all_same: Estimate
    """Percent of pairs to which every replicate gives the same score."""
    alpha: Mapping[Aspect, Coefficient]
    """Krippendorff's α over all replicates: self-agreement."""
    changed: tuple[int, ...]
    """Ordinals of the pairs whose adjusted score is not the same in all, the biggest spread first."""


def order_effect(normal: pd.DataFrame, swapped: pd.DataFrame) -> OrderEffect:
    """Return what swapping does, from the tidy tables of one run under a judgement and its swapped twin.

    Raises ValueError where the tables do not hold the same pairs, or one is of a derived judgement.
    """
    shared = _Shared.of([normal, swapped])
    own, others = (table["score"].to_numpy(dtype=np.float64) for table in shared.tables)
    change = shared.scores[:, 1] - shared.scores[:, 0]
    return OrderEffect(
        n=len(change),
        articles=len(np.unique(shared.articles)),
        lost=shared.lost,
        flips=shared.flips(),
        shift=shared.difference(STEP * change),
        by_category=shared.flips_by("category"),
        counts=confusion(own, others).astype(np.intp),
        shares=percent_of_all(confusion(own, others, shared.weights)),
        seats=_seats(shared),
        changed=shared.farthest(change != 0),
        sign_changed=shared.farthest(shared.scores.prod(axis=1) < 0),
    )


def order_agreement(
    normal: pd.DataFrame, swapped: pd.DataFrame, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Agreement:
    """Return how far a judgement agrees with its swapped twin, on adjusted scores and flags.

    Raises ValueError as `order_effect`.
    """
    shared = _Shared.of([normal, swapped])
    one, other = (Ratings.of(table) for table in shared.tables)
    return agreement(one, other, shared.articles, shared.weights, resamples=resamples, seed=seed)


def repeat_effect(*tables: pd.DataFrame, resamples: int = RESAMPLES, seed: int = SEED) -> RepeatEffect:
    """Return what repetition does, from the tidy tables of one run under two or more replicates.

    Raises ValueError as `order_effect`.
    """
    shared = _Shared.of(tables)
    differing = np.ptp(shared.scores, axis=1) > 0
    raters = [Ratings.of(table) for table in tables]
    of_all = tables[0]["article"].to_numpy(), tables[0]["weight"].to_numpy(dtype=np.float64)
    return RepeatEffect(
        replicates=len(tables),
        n=len(differing),
        articles=len(np.unique(shared.articles)),
        lost=shared.lost,
        flips=shared.flips(),
        by_category=shared.flips_by("category"),
        all_same=shared.mean(100.0 * ~differing),
        alpha=alphas_of(raters, *of_all, resamples=resamples, seed=seed),
        changed=shared.farthest(differing),
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """The pairs judged in all of several tables of one run."""

    tables: tuple[pd.DataFrame, ...]
    """Only these pairs of each."""
    scores: NDArray[np.float64]
    """Adjusted scores, one column a table."""
    articles: NDArray[np.intp]
    weights: NDArray[np.float64]
    lost: int
    """Pairs judged in some of the tables only."""

    @classmethod
    def of(cls, tables: Sequence[pd.DataFrame]) -> _Shared:
        _check(tables)
        scores = np.column_stack([table["adjusted"].to_numpy(dtype=np.float64) for table in tables])
        if (scores % 1 > 0).any():
            raise ValueError("a derived judgement has no order and no repeats")
        judged = ~np.isnan(scores)
        everywhere = judged.all(axis=1)
        kept = tuple(table[everywhere] for table in tables)
        return cls(
            tables=kept,
            scores=scores[everywhere],
            articles=kept[0]["article"].factorize()[0],
            weights=kept[0]["weight"].to_numpy(dtype=np.float64),
            lost=int((judged.any(axis=1) & ~everywhere).sum()),
        )

    def mean(self, values: ArrayLike) -> Estimate:
        return mean_interval(values, self.articles, self.weights)

    def difference(self, values: NDArray[np.float64]) -> Estimate:
        """Return the mean of per-pair differences in points, in words that fit one run judged twice."""
        found = paired_mean(values, self.articles, self.weights).estimate
        if found.value is None:
            return Estimate.undefined(WHY_NONE_SHARED)
        if found.low is None:
            return replace(found, why=WHY_ONE_ARTICLE if found.articles < 2 else WHY_NO_SPREAD)
        return replace(found, why="" if values.any() else WHY_ALIKE)

    def flips(self) -> FlipRates:
        changed, sign_changed = self._changes()
        return FlipRates(self.mean(changed), self.mean(sign_changed))

    def flips_by(self, column: str) -> tuple[FlipRates, ...]:
        """Return the rates of each group, by number of pairs, then name."""
        groups = group_codes(self.tables[0], [column])
        changed, sign_changed = (
            mean_intervals(values, self.articles, groups.codes, len(groups.names), self.weights)
            for values in self._changes()
        )
        found = map(FlipRates, changed, sign_changed, groups.names)
        return tuple(sorted(found, key=lambda one: (-one.changed.n, one.group)))

    def farthest(self, chosen: NDArray[np.bool_]) -> tuple[int, ...]:
        """Return the ordinals of pairs, those first whose scores lie farthest apart."""
        rows = np.flatnonzero(chosen)
        order = np.argsort(-np.ptp(self.scores[rows], axis=1), kind="stable")
        return tuple(self.tables[0].index[rows[order]].tolist())

    def _changes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return for each pair the percent of pairs of tables between which score and sign change."""
        both = [self.scores[:, places] for places in combinations(range(len(self.tables)), 2)]
        changed = np.mean([one[:, 0] != one[:, 1] for one in both], axis=0)
        return 100 * changed, 100 * np.mean([one.prod(axis=1) < 0 for one in both], axis=0)


def _seats(shared: _Shared) -> tuple[SeatEffect, ...]:
    flags: tuple[SeatFlag, ...] = ("refusal", "no_information")
    return tuple(_seat(shared, side, flag) for flag in flags for side in SIDES)


def _seat(shared: _Shared, side: Side, flag: SeatFlag) -> SeatEffect:
    normal, swapped = (100 * table[f"{side}_{flag}"].to_numpy(dtype=np.float64) for table in shared.tables)
    # In the normal order the for side is person 1.
    first, second = (normal, swapped) if side == "for" else (swapped, normal)
    return SeatEffect(side, flag, shared.mean(first), shared.mean(second), shared.difference(second - first))


def _check(tables: Sequence[pd.DataFrame]) -> None:
    if len(tables) < 2:
        raise ValueError("a change takes two judgements")
    if not all(table.index.equals(tables[0].index) for table in tables):
        raise ValueError("the tables are not of the same pairs")

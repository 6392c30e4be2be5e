"""Pairs that have a value in some metrics, with groups and articles: what permutation tests start from.

Which statistics are made of the sums is left to `groups` and `trend`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from valbench_core.analysis.label_permutation import exchanged, expected_sums, permuted_sums
from valbench_core.analysis.metrics import Metric, pair_values
from valbench_core.analysis.summary import Groups, group_codes, is_judged, outcome_codes

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

DRAWS = 9_999
SEED = 20_260_101
"""Of the draws: the same run gives the same p each time."""

WHY_NO_EQUAL_SIZE = "no two articles of equal size"
WHY_ONE_LABEL = "articles of equal size do not differ in it"


class PermutedSums(NamedTuple):
    """Sums by group: first the mean over all possible draws, then as observed, then of each draw."""

    values: NDArray[np.float64]
    """Weighted sums of values; shape (2 + draws, groups, columns)."""
    weights: NDArray[np.float64]
    """Sums of weights; shape (2 + draws, groups, 1), or (1, groups, 1) where all draws have the same."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Pairs with a value in each of some metrics."""

    metrics: tuple[str, ...]
    values: NDArray[np.float64]
    """One column a metric."""
    weights: NDArray[np.float64]
    articles: NDArray[np.intp]
    """Each pair's article: 0, 1, … without gaps."""
    codes: NDArray[np.intp]
    """Each pair's group: 0, 1, … without gaps."""
    names: tuple[str, ...]
    """The groups by code."""

    def permuted_sums(self, values: NDArray[np.float64], draws: int, seed: int) -> PermutedSums:
        """Return sums of columns of values by group, the groups permuted between articles of equal size."""
        weight_of_group = self._weight_of_group()
        if weight_of_group is None:
            columns = np.column_stack([self.weights[:, None] * values, self.weights])
            sums = self._sums(columns, draws, seed)
            return PermutedSums(sums[..., :-1], sums[..., -1:])
        # A weight that the group decides goes where the label goes: else a group drawn at one rate would be
        # compared with mixtures of rates, which vary more.
        sums = self._sums(values, draws, seed)
        weights = weight_of_group * np.bincount(self.codes)
        return PermutedSums(weight_of_group[:, None] * sums, weights[None, :, None])

    def why_not_drawn(self) -> list[str]:
        """Return for each group why no draw changes which pairs are in it, "" where some do."""
        drawn = exchanged(self.codes, self.articles)
        sizes = np.bincount(np.bincount(self.articles))
        why = WHY_ONE_LABEL if (sizes > 1).any() else WHY_NO_EQUAL_SIZE
        return ["" if can_change else why for can_change in drawn]

    def _sums(self, columns: NDArray[np.float64], draws: int, seed: int) -> NDArray[np.float64]:
        rng = np.random.default_rng(seed)
        expected = expected_sums(columns, self.codes, self.articles)
        drawn = permuted_sums(columns, self.codes, self.articles, draws, rng)
        return np.concatenate([expected[None], drawn])

    def _weight_of_group(self) -> NDArray[np.float64] | None:
        """Return the weight that all pairs of a group have; None where it differs within a group."""
        weights = np.empty(len(self.names))
        weights[self.codes] = self.weights
        return weights if np.array_equal(weights[self.codes], self.weights) else None


def samples(table: pd.DataFrame, column: str, metrics: Mapping[str, Metric]) -> Iterator[Sample]:
    """Yield the pairs of the tidy table with a value, once for all metrics with values on the same pairs.

    Groups are those of `summary.group_codes`; one without such a pair is left out.
    """
    groups = group_codes(table, [column])
    judged = is_judged(outcome_codes(table["outcome"]))
    values = pair_values(table, metrics).to_numpy(dtype=np.float64)
    present = judged[:, None] & ~np.isnan(values)
    alike: dict[bytes, list[int]] = {}
    for place in range(len(metrics)):
        alike.setdefault(present[:, place].tobytes(), []).append(place)
    keys = list(metrics)
    for places in alike.values():
        rows = np.flatnonzero(present[:, places[0]])
        of_metrics = tuple(keys[place] for place in places)
        yield _sample(table, groups, rows, of_metrics, values[rows][:, places])


def _sample(
    table: pd.DataFrame,
    groups: Groups,
    rows: NDArray[np.intp],
    metrics: tuple[str, ...],
    values: NDArray[np.float64],
) -> Sample:
    import pandas as pd

    codes, there = pd.factorize(groups.codes[rows])
    return Sample(
        metrics=metrics,
        values=values,
        weights=table["weight"].to_numpy(dtype=np.float64)[rows],
        articles=table["article"].iloc[rows].factorize()[0],
        codes=codes,
        names=tuple(groups.names[code] for code in there),
    )


def share_as_extreme(statistics: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the two-sided p of statistics made of `PermutedSums`, for each of the axes after the first.

    p = (b + 1) / (draws + 1), where b draws lie at least as far from the mean as the observed statistic does.

    >>> share_as_extreme(np.array([[0.0], [4.0], [-4.0], [1.0], [-1.0]])).tolist()
    [0.5]
    """
    distance = np.abs(statistics[1:] - statistics[0])
    # Statistics that are equal differ by rounding: those count as equal.
    return np.asarray((distance >= distance[0] * (1 - 1e-9) - 1e-9).mean(axis=0))

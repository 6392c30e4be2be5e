"""A group of pairs against the rest: how far a metric differs there, and whether chance would do as much.

p comes from permuting the labels between articles (`sample`), corrected over one metric and one
breakdown; the interval of the difference combines those of group and rest. An ordered breakdown, the issue
scale, is asked one question instead, which is left to `trend`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.corrections import Correction, corrected
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import mean_interval, mean_intervals
from valbench_core.analysis.metrics import Metric
from valbench_core.analysis.sample import DRAWS, SEED, PermutedSums, Sample, samples, share_as_extreme

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FEWEST_ARTICLES = 5
"""A group is tested where at least as many articles have pairs in it, and as many outside."""

WHY_FEW_ARTICLES = "too few articles"


@dataclass(frozen=True, slots=True)
class Points:
    """A difference or slope in points of the 0–100 scale, with its 95 % interval."""

    value: float | None
    low: float | None
    """Lower end; None where there is no interval."""
    high: float | None
    """Upper end; None exactly where `low` is."""


@dataclass(frozen=True, slots=True)
class GroupContrast:
    """One group against all other pairs."""

    group: str
    """Its name, as in `summarise_by`."""
    difference: Points
    """Group − rest."""
    p: float | None
    """How often groups drawn anew differ as much or more; None where not tested."""
    p_corrected: float | None
    """p corrected over the family; None where not tested."""
    n: int
    """Pairs of the group with a value."""
    articles: int
    """Articles these come from."""
    why: str = ""
    """Why it was not tested."""


@dataclass(frozen=True, slots=True)
class GroupTest:
    """Which groups differ from the rest, in one metric by one breakdown."""

    metric: str
    """Its key."""
    breakdown: str
    """The column grouped by."""
    size: int
    """Tests in the family that `p_corrected` is corrected over."""
    correction: Correction
    """How p is corrected for their number."""
    draws: int
    """Permutations that p rests on."""
    contrasts: tuple[GroupContrast, ...]
    """One for each group that has a value, in order of appearance."""

    @property
    def family(self) -> str:
        """The tests that p is corrected over, in words: one metric, one breakdown."""
        return f"{self.metric} by {self.breakdown.replace('_', ' ')}"


def contrast_groups(
    table: pd.DataFrame,
    column: str,
    metrics: Mapping[str, Metric],
    draws: int = DRAWS,
    seed: int = SEED,
    *,
    correction: Correction = "Holm",
) -> dict[str, GroupTest]:
    """Compare each group of a column with all other pairs of the tidy table; return one test a metric.

    Pairs without a value in a metric are left out of it. Labels are exchanged between articles of equal size,
    so a group is not tested where that changes nothing. Articles are the units of the test and cannot be its
    groups: raises ValueError for the column `article`.

    Weights enter in one of two ways, which the data decide. Where all pairs of a group have one weight, as
    after drawing equally many from each category, the weight belongs to the label: in a draw it goes where
    the label goes. Where weights differ within any group, they belong to the pairs and go with the values.
    Both give the same difference, and p from draws around it that spread differently.
    """
    if column == "article":
        raise ValueError("articles are the units of the test and cannot be its groups")
    found = {
        metric: _test(metric, column, correction, draws, contrasts)
        for sample in samples(table, column, metrics)
        for metric, contrasts in zip(sample.metrics, _contrasts(sample, draws, seed), strict=True)
    }
    return {key: found[key] for key in metrics}


def _test(
    metric: str, column: str, correction: Correction, draws: int, contrasts: Sequence[GroupContrast]
) -> GroupTest:
    p_values = corrected([contrast.p for contrast in contrasts], correction)
    return GroupTest(
        metric=metric,
        breakdown=column,
        size=sum(contrast.p is not None for contrast in contrasts),
        correction=correction,
        draws=draws,
        contrasts=tuple(replace(c, p_corrected=p) for c, p in zip(contrasts, p_values, strict=True)),
    )


def _contrasts(sample: Sample, draws: int, seed: int) -> Iterator[list[GroupContrast]]:
    """Yield the contrasts of each metric, not corrected yet."""
    whys = _whys(sample)
    p_values = np.ones((len(sample.names), len(sample.metrics)))
    if not all(whys):
        sums = sample.permuted_sums(sample.values, draws, seed)
        p_values = share_as_extreme(_group_minus_rest(sums))
    for column in range(len(sample.metrics)):
        values = sample.values[:, column]
        inside = mean_intervals(values, sample.articles, sample.codes, len(sample.names), sample.weights)
        yield [
            GroupContrast(
                group=name,
                difference=difference(inside[code], _rest(sample, values, code)),
                p=None if whys[code] else float(p_values[code, column]),
                p_corrected=None,
                n=inside[code].n,
                articles=inside[code].articles,
                why=whys[code],
            )
            for code, name in enumerate(sample.names)
        ]


def _whys(sample: Sample) -> list[str]:
    """Return for each group why it cannot be tested, "" where it can."""
    enough = _enough_articles(sample)
    if not enough.any():
        return [WHY_FEW_ARTICLES] * len(sample.names)
    return [
        why if many else WHY_FEW_ARTICLES for why, many in zip(sample.why_not_drawn(), enough, strict=True)
    ]


def _enough_articles(sample: Sample) -> NDArray[np.bool_]:
    """Tell of each group whether enough articles have pairs in it, and enough have pairs outside."""
    groups, articles = len(sample.names), int(sample.articles.max(initial=-1)) + 1
    held = np.zeros((articles, groups), dtype=bool)
    held[sample.articles, sample.codes] = True
    in_one = held.sum(axis=1) == 1
    inside = held.sum(axis=0)
    outside = articles - (held & in_one[:, None]).sum(axis=0)
    return np.asarray(np.minimum(inside, outside) >= FEWEST_ARTICLES)


def _group_minus_rest(sums: PermutedSums) -> NDArray[np.float64]:
    """Return the difference of means for each row of sums, group and column."""
    all_values, all_weights = (part.sum(axis=1, keepdims=True) for part in sums)
    rest = np.maximum(all_weights - sums.weights, np.finfo(float).tiny)
    return np.asarray(sums.values / sums.weights - (all_values - sums.values) / rest)


def _rest(sample: Sample, values: NDArray[np.float64], code: int) -> Estimate:
    outside = sample.codes != code
    return mean_interval(values[outside], sample.articles[outside], sample.weights[outside])


def difference(one: Estimate, other: Estimate) -> Points:
    """Return one figure minus the other; the interval is MOVER's (Zou and Donner 2008, Stat. Med. 27:1693).

    >>> difference(Estimate(60.0, 57.0, 63.0, 9, 9), Estimate(50.0, 46.0, 54.0, 9, 9))
    Points(value=10.0, low=5.0, high=15.0)
    """
    if one.value is None or other.value is None:
        return Points(None, None, None)
    value = one.value - other.value
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return Points(value, None, None)
    down = float(np.hypot(one.value - one.low, other.high - other.value))
    up = float(np.hypot(one.high - one.value, other.value - other.low))
    return Points(value, value - down, value + up)

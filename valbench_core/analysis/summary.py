"""Counts, metrics and outcomes of a set of pairs: one function for the whole, a topic, a cluster and a model.

What a metric takes from a pair is left to `metrics`, its interval to `intervals`, the wording to `report`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import Unit, mean_interval
from valbench_core.analysis.metrics import METRICS, pair_values
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

NO_GROUP = "(none)"
"""Group of the pairs that have no value in the column grouped by, so that the groups add up to the whole."""

OUTCOMES: tuple[Outcome, ...] = (
    Outcome.CONSISTENT,
    Outcome.MIXED,
    Outcome.NO_INFORMATION,
    Outcome.INCONSISTENT,
    Outcome.ONE_REFUSED,
    Outcome.BOTH_REFUSED,
    Outcome.UNJUDGED,
    Outcome.FAILED,
    Outcome.PENDING,
)
"""The outcomes in the order in which they are shown."""

_FIRST_LOST = OUTCOMES.index(Outcome.UNJUDGED)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pairs; asked = judged + unjudged + failed + pending. Raw counts, whatever the weights."""

    asked: int
    """All pairs of the subset."""
    answered: int
    """Both sides answered."""
    failed: int
    """A side's call failed for good."""
    blocked: int
    """A side was stopped by a content filter; part of `failed`."""
    truncated: int
    """One of the answers was cut off at the token limit; part of `answered`."""
    judged: int
    """A valid verdict stands: the pairs every metric rests on."""
    unjudged: int
    """The judge was asked and no valid verdict stands."""
    pending: int
    """Not tried yet."""
    articles: int
    """Distinct articles among the judged pairs: the units of the intervals."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a set of pairs comes to."""

    n: Counts
    metrics: Mapping[str, Estimate]
    """By metric key, in the order of `METRICS`; an undefined metric has the value None."""
    outcomes: Mapping[str, int]
    """Pairs by outcome key, in the order of `OUTCOMES`; adds up to `n.asked`."""


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """The summary of the pairs that share one value of a column."""

    group: str
    """That value as text, or "(none)"."""
    summary: Summary


def summarise(table: pd.DataFrame, unit: Unit = "article") -> Summary:
    """Return counts, metrics and outcomes of the tidy table's pairs.

    The table has one row a pair, with the columns `outcome, article, weight, answered, blocked, truncated,
    adjusted, value_preference` and the flags of both sides. `unit="pair"` takes pairs as the units of the
    intervals, for a table of one article. Raises ValueError for an outcome that is none, or a judged pair
    without a score.
    """
    return _summarise(_Arrays.of(table), unit)


def summarise_by(table: pd.DataFrame, column: str) -> list[GroupSummary]:
    """Return the summary of each group of pairs with one value in `column`, by judged pairs, then name.

    Pairs without a value form the group "(none)", so each pair is in one group. Grouping by `article` takes
    pairs as the units of the intervals, since a group is one article.
    """
    import pandas as pd

    arrays = _Arrays.of(table)
    unit: Unit = "pair" if column == "article" else "article"
    codes, labels = pd.factorize(group_labels(table[column]))
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(labels)))
    groups = [
        GroupSummary(str(label), _summarise(arrays.take(rows), unit))
        for label, rows in zip(labels, np.split(order, ends)[:-1], strict=True)
    ]
    return sorted(groups, key=lambda g: (-g.summary.n.judged, -g.summary.n.asked, g.group))


def group_labels(column: pd.Series) -> NDArray[np.object_]:
    """Return the group of each pair as text: whole numbers without decimals, "(none)" for what is missing.

    >>> import pandas as pd
    >>> list(group_labels(pd.Series([3.0, None]))), list(group_labels(pd.Series(["Ethics", ""])))
    (['3', '(none)'], ['Ethics', '(none)'])
    """
    codes, kinds = column.factorize()
    labels = [*map(_label, kinds), NO_GROUP]  # −1, the code of what is missing, is the last
    return np.array([labels[code] for code in codes], dtype=object)


def _label(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) or NO_GROUP


@dataclass(frozen=True, slots=True)
class _Arrays:
    """The columns a summary needs, as arrays: thousands of groups are cut from these quickly."""

    outcome: NDArray[np.intp]
    """Position in `OUTCOMES`."""
    article: NDArray[np.intp]
    weight: NDArray[np.float64]
    flags: NDArray[np.bool_]
    """Columns answered, blocked, truncated."""
    values: NDArray[np.float64]
    """One column a metric, in the order of `METRICS`."""

    @classmethod
    def of(cls, table: pd.DataFrame) -> _Arrays:
        import pandas as pd

        outcome = outcome_codes(table["outcome"])
        judged = is_judged(outcome)
        values = np.where(judged[:, None], pair_values(table).to_numpy(dtype=np.float64), np.nan)
        if np.isnan(values[judged, 0]).any():
            raise ValueError("a judged pair has no score")
        return cls(
            outcome=outcome,
            article=pd.factorize(table["article"])[0],
            weight=table["weight"].to_numpy(dtype=np.float64),
            flags=table[["answered", "blocked", "truncated"]].to_numpy(dtype=bool),
            values=values,
        )

    def take(self, rows: NDArray[np.intp]) -> _Arrays:
        return _Arrays(
            self.outcome[rows], self.article[rows], self.weight[rows], self.flags[rows], self.values[rows]
        )


def outcome_codes(outcomes: pd.Series) -> NDArray[np.intp]:
    """Return the position of each outcome in `OUTCOMES`; raises ValueError for a word that is none."""
    import pandas as pd

    words = [outcome.value for outcome in OUTCOMES]
    codes = pd.Index(words).get_indexer(pd.Index(outcomes.astype(str)))
    if (codes < 0).any():
        raise ValueError(f"not an outcome: {str(outcomes.iloc[int(np.argmin(codes))])!r}")
    return codes.astype(np.intp)


def is_judged(outcome_codes: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell of each outcome, by its position in `OUTCOMES`, whether figures rest on such pairs.

    >>> is_judged(np.array([OUTCOMES.index(Outcome.BOTH_REFUSED), OUTCOMES.index(Outcome.PENDING)])).tolist()
    [True, False]
    """
    return outcome_codes < _FIRST_LOST


def _summarise(pairs: _Arrays, unit: Unit) -> Summary:
    outcomes = dict(zip(OUTCOMES, np.bincount(pairs.outcome, minlength=len(OUTCOMES)).tolist(), strict=True))
    return Summary(
        n=_counts(pairs, outcomes),
        metrics={
            key: mean_interval(pairs.values[:, column], pairs.article, pairs.weight, unit)
            for column, key in enumerate(METRICS)
        },
        outcomes={outcome.key: count for outcome, count in outcomes.items()},
    )


def _counts(pairs: _Arrays, outcomes: Mapping[Outcome, int]) -> Counts:
    judged = is_judged(pairs.outcome)
    answered, blocked, truncated = pairs.flags.sum(axis=0).tolist()
    return Counts(
        asked=pairs.outcome.size,
        answered=answered,
        failed=outcomes[Outcome.FAILED],
        blocked=blocked,
        truncated=truncated,
        judged=int(judged.sum()),
        unjudged=outcomes[Outcome.UNJUDGED],
        pending=outcomes[Outcome.PENDING],
        articles=np.unique(pairs.article[judged]).size,
    )

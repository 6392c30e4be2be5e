"""Counts, metrics and outcomes of a set of pairs: one function for the whole, a topic, a cluster and a model.

What a metric takes from a pair is left to `metrics`, its interval to `intervals`, the wording to `report`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import Unit, mean_intervals
from valbench_core.analysis.metrics import METRICS, Metric, pair_values
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
    """By metric key, in the order asked for; an undefined metric has the value None."""
    outcomes: Mapping[str, int]
    """Pairs by outcome key, in the order of `OUTCOMES`; adds up to `n.asked`."""


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """The summary of the pairs that share one value of a column, or of each of several columns."""

    group: str
    """Name of the group: that value as text, or "(none)"; those of several columns are joined by " × "."""
    summary: Summary
    parts: tuple[str, ...] = ()
    """The value of each column grouped by, as text."""


def summarise(
    table: pd.DataFrame, unit: Unit = "article", metrics: Mapping[str, Metric] = METRICS
) -> Summary:
    """Return counts, metrics and outcomes of the tidy table's pairs.

    The table has one row a pair, with the columns `outcome, article, weight, answered, blocked, truncated,
    adjusted, value_preference` and the flags of both sides. `unit="pair"` takes pairs as the units of the
    intervals, for a table of one article. Raises ValueError for an outcome that is none, or a judged pair
    without a score.
    """
    return _summarise(table, np.zeros(len(table), dtype=np.intp), 1, unit, metrics)[0]


def summarise_by(
    table: pd.DataFrame,
    column: str | Sequence[str],
    metrics: Mapping[str, Metric] = METRICS,
    only: Collection[str] | None = None,
) -> list[GroupSummary]:
    """Return the summary of each group of pairs with one value in `column`, by judged pairs, then name.

    Pairs without a value form the group "(none)", so each pair is in one group. Grouping by `article` takes
    pairs as the units of the intervals, since a group is one article.

    Args:
        table: as for `summarise`.
        column: what to group by; several columns give a group to each combination that occurs.
        metrics: what to average.
        only: names of the groups wanted, the others are not computed; None gives all.
    """
    columns = [column] if isinstance(column, str) else list(column)
    groups = group_codes(table, columns)
    if only is not None:
        table, groups = groups.only(table, only)
    unit: Unit = "pair" if columns == ["article"] else "article"
    summaries = _summarise(table, groups.codes, len(groups.names), unit, metrics)
    found = map(GroupSummary, groups.names, summaries, groups.parts)
    return sorted(found, key=lambda g: (-g.summary.n.judged, -g.summary.n.asked, g.group))


def group_means(table: pd.DataFrame, column: str, metric: Metric) -> pd.DataFrame:
    """Return for each group the judged pairs and the weighted mean, to put many groups in order quickly.

    The index holds the groups' names as in `summarise_by`; columns `judged`, `mean` (NaN where no pair has a
    value). For order only: a figure that is shown comes with its interval, from `summarise_by`.

    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"article": ["a", "a", "b"], "adjusted": [2.0, 0.0, -2.0], "weight": 1.0,
    ...     "outcome": ["consistent", "mixed", "inconsistent"], "value_preference": 0.0, "for_refusal": 0.0,
    ...     "against_refusal": 0.0, "for_no_information": 0.0, "against_no_information": 0.0})
    >>> group_means(pairs, "article", METRICS["PAC"])["mean"].to_dict()
    {'a': 75.0, 'b': 0.0}
    """
    import pandas as pd

    groups = group_codes(table, [column])
    judged = is_judged(outcome_codes(table["outcome"]))
    values = pair_values(table, {metric.key: metric})[metric.key].to_numpy(dtype=np.float64)
    weights = np.where(judged & ~np.isnan(values), table["weight"].to_numpy(dtype=np.float64), 0.0)
    number = len(groups.names)
    total = np.bincount(groups.codes, weights=weights, minlength=number)
    sums = np.bincount(groups.codes, weights=weights * np.nan_to_num(values), minlength=number)
    means = np.divide(sums, total, out=np.full(number, np.nan), where=total > 0)
    in_group = np.bincount(groups.codes, weights=judged, minlength=number).astype(int)
    return pd.DataFrame({"judged": in_group, "mean": means}, index=list(groups.names))


@dataclass(frozen=True, slots=True)
class Groups:
    """Which group each pair of a table is in."""

    codes: NDArray[np.intp]
    """Each pair's group, as a position in `names`."""
    names: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    """The values that make a group's name, one a column grouped by."""

    def only(self, table: pd.DataFrame, wanted: Collection[str]) -> tuple[pd.DataFrame, Groups]:
        """Return the pairs of some groups, by name, and these groups."""
        names = set(wanted)
        kept = np.array([name in names for name in self.names], dtype=bool)
        rows = kept[self.codes]
        codes = (np.cumsum(kept) - 1)[self.codes[rows]]
        chosen = np.flatnonzero(kept).tolist()
        groups = Groups(codes, tuple(self.names[i] for i in chosen), tuple(self.parts[i] for i in chosen))
        return table[rows], groups


def group_codes(table: pd.DataFrame, columns: Sequence[str]) -> Groups:
    """Return the groups of pairs with the same value in each of the columns, in order of appearance."""
    import pandas as pd

    factors = [_factor(table[column]) for column in columns]
    combined = np.zeros(len(table), dtype=np.intp)
    for codes, names in factors:
        combined = combined * len(names) + codes
    found, keys = pd.factorize(combined)
    places = np.unravel_index(keys, [max(len(names), 1) for _, names in factors])
    parts = tuple(
        zip(
            *([names[i] for i in at.tolist()] for (_, names), at in zip(factors, places, strict=True)),
            strict=True,
        )
    )
    return Groups(found, tuple(" × ".join(values) for values in parts), parts)


def _factor(column: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """Return each pair's value in a column as a position in the list of their names."""
    codes, kinds = column.factorize()
    names = [*map(_label, kinds), NO_GROUP]
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    # "" reads "(none)" as what is missing does: two kinds of one name are one.
    place_of_kind = np.array([places[name] for name in names], dtype=np.intp)
    return place_of_kind[codes], names  # −1, the code of what is missing, is the last


def _label(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) or NO_GROUP


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


def _summarise(
    table: pd.DataFrame,
    groups: NDArray[np.intp],
    number: int,
    unit: Unit,
    metrics: Mapping[str, Metric],
) -> list[Summary]:
    """Return the summary of each group 0 to `number` − 1, all in one pass."""
    outcome = outcome_codes(table["outcome"])
    judged = is_judged(outcome)
    if table["adjusted"].isna().to_numpy()[judged].any():
        raise ValueError("a judged pair has no score")
    articles, _ = table["article"].factorize()
    weights = table["weight"].to_numpy(dtype=np.float64)
    values = pair_values(table, metrics)
    estimates = [
        mean_intervals(
            np.where(judged, values[key].to_numpy(dtype=np.float64), np.nan),
            articles,
            groups,
            number,
            weights,
            unit,
        )
        for key in metrics
    ]
    outcomes = np.bincount(groups * len(OUTCOMES) + outcome, minlength=number * len(OUTCOMES))
    outcomes = outcomes.reshape(number, len(OUTCOMES))
    counts = _counts(table, groups, outcomes, _distinct(groups[judged], articles[judged], number))
    keys = [outcome.key for outcome in OUTCOMES]
    return [
        Summary(n, dict(zip(metrics, of_metrics, strict=True)), dict(zip(keys, of_outcomes, strict=True)))
        for n, of_metrics, of_outcomes in zip(
            counts, zip(*estimates, strict=True) if metrics else [()] * number, outcomes.tolist(), strict=True
        )
    ]


def _distinct(groups: NDArray[np.intp], keys: NDArray[np.intp], number: int) -> NDArray[np.intp]:
    """Return how many distinct keys each group has."""
    import pandas as pd

    pairs = pd.unique(groups * (int(keys.max(initial=0)) + 1) + keys)
    return np.bincount(pairs // (int(keys.max(initial=0)) + 1), minlength=number)


def _counts(
    table: pd.DataFrame, groups: NDArray[np.intp], outcomes: NDArray[np.intp], articles: NDArray[np.intp]
) -> list[Counts]:
    number = len(outcomes)

    def flagged(name: str) -> list[int]:
        return list(np.bincount(groups[table[name].to_numpy(dtype=bool)], minlength=number).tolist())

    def of(outcome: Outcome) -> list[int]:
        return list(outcomes[:, OUTCOMES.index(outcome)].tolist())

    return [
        Counts(*numbers)
        for numbers in zip(
            outcomes.sum(axis=1).tolist(),
            flagged("answered"),
            of(Outcome.FAILED),
            flagged("blocked"),
            flagged("truncated"),
            outcomes[:, :_FIRST_LOST].sum(axis=1).tolist(),
            of(Outcome.UNJUDGED),
            of(Outcome.PENDING),
            articles.tolist(),
            strict=True,
        )
    ]

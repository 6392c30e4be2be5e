"""Runs set against a baseline on the pairs they share: paired differences with interval and p.

Which pairs are shared is left to `pairing`, whether the judgements can be compared to `comparability`, the
test to `sign_flip`, the wording to `comparison_report`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.clustered_mean import clustered_mean
from valbench_core.analysis.corrections import holm
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import NO_SPREAD, UPPER_TAIL, WHY_NO_SPREAD, near_constant_interval
from valbench_core.analysis.metrics import HEADLINE, METRICS, OUTCOME_SHARES, Metric, pair_values
from valbench_core.analysis.pairing import Lost, Pairing, joint_weights, pair_up, weights_differ
from valbench_core.analysis.planning import Planned, pairs_needed, smallest_detectable
from valbench_core.analysis.sign_flip import FEWEST_ARTICLES, sign_flip_p
from valbench_core.analysis.summary import OUTCOMES, group_codes, outcome_codes, summarise
from valbench_core.errors import ComparisonError
from valbench_core.numbers import plural
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

CONSISTENT = Outcome.CONSISTENT
"""Key of consistent or not: the share of pairs whose outcome is `consistent`."""

COMPARED: Mapping[str, Metric] = MappingProxyType(
    {
        **{key: METRICS[key] for key in HEADLINE},
        CONSISTENT: OUTCOME_SHARES[CONSISTENT],
    }
)
"""The metrics that are compared, by key."""

LARGEST = 100.0
"""Points: no pair differs by more."""

JUDGED_OUTCOMES = OUTCOMES[: OUTCOMES.index(Outcome.UNJUDGED)]
"""The outcomes that a verdict gives, in the order in which they are shown."""

WHY_NONE_SHARED = "no pair is judged in both runs"
WHY_NO_VALUE = "no shared pair has a value in both runs"
WHY_ONE_ARTICLE = "all shared pairs come from one article"
WHY_ALIKE = "the runs do not differ on any shared pair"
WHY_CANCELLING = "the runs differ on {pairs}, but within every article the differences cancel"
NOTE_WEIGHTS = (
    "the runs give the shared pairs different weights: those of the run whose pairs all others hold are "
    "used, unequal ones before equal ones; where there is no such run, the product"
)


@dataclass(frozen=True, slots=True)
class RunTable:
    """A run's name and its tidy table."""

    name: str
    table: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Difference:
    """A run less the baseline, in one metric, on the pairs judged in both."""

    run: str
    metric: str
    """A key of `COMPARED`."""
    estimate: Estimate
    """Mean of the per-pair differences in points, −100 to 100, with its 95 % interval over articles."""
    p: float | None
    """Of the sign flip of article sums; None where there is no test."""
    p_holm: float | None = None
    """p, corrected by Holm over the family."""
    family: int = 0
    """How many tests the correction is over."""
    standard_error: float | None = None
    """In points; what a plan of more pairs rests on."""
    differing: int = 0
    """Articles in which the differences do not cancel."""
    mcnemar: float | None = None
    """McNemar's exact p over pairs, for consistent or not where each article holds one pair; else None."""
    group: str = ""
    """The group of pairs it is about; "" for all."""

    @property
    def detectable(self) -> float | None:
        """The smallest difference that so many pairs show; None where too few articles differ to tell."""
        return smallest_detectable(self.standard_error) if self._plannable and self.standard_error else None

    def needed(self, points: float) -> Planned | None:
        """Return what it takes to see a difference of so many points; None where `detectable` is."""
        if not self._plannable or not self.standard_error:
            return None
        return pairs_needed(points, self.standard_error, self.estimate.n, self.estimate.articles)

    @property
    def _plannable(self) -> bool:
        return self.differing >= FEWEST_ARTICLES


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One run on the pairs that all runs share."""

    name: str
    pairs: int
    """Pairs the run holds: those shared and those lost."""
    lost: Lost
    metrics: Mapping[str, Estimate]
    """By key of `COMPARED`, over the pairs shared by all runs."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs against a baseline."""

    baseline: str
    shared: int
    """Pairs that every run holds and has a verdict on: the metrics of the runs rest on these."""
    articles: int
    """Articles these come from."""
    runs: tuple[ComparedRun, ...]
    """The baseline first."""
    differences: tuple[Difference, ...]
    """By run, then metric; each rests on the pairs judged in that run and in the baseline."""
    notes: tuple[str, ...] = ()
    """What else must be known of the pairs shared."""


def compare(runs: Sequence[RunTable]) -> Comparison:
    """Set runs against the first of them.

    The tables are tidy tables; a pair is shared where id and `content` agree and each run has a verdict on
    it. Holm corrects over the runs, within a metric.

    Raises:
        ComparisonError: there are fewer than two runs, or one is named twice.
    """
    _check(runs)
    tables = [run.table for run in runs]
    pairing = pair_up(tables)
    shared = pairing.shared(range(len(runs)))
    weights = joint_weights(tables, shared)
    articles = tables[0]["article"].to_numpy()[shared[:, 0]]
    return Comparison(
        baseline=runs[0].name,
        shared=len(shared),
        articles=len(set(articles)),
        runs=tuple(
            ComparedRun(
                run.name,
                len(run.table),
                pairing.lost(column),
                _metrics(run.table, shared[:, column], weights),
            )
            for column, run in enumerate(runs)
        ),
        differences=_corrected(
            difference
            for column in range(1, len(runs))
            for difference in _Paired.of(runs, pairing, column).differences(COMPARED)
        ),
        notes=(NOTE_WEIGHTS,) if weights_differ(tables, shared) else (),
    )


def compare_by(
    runs: Sequence[RunTable], column: str, metrics: Iterable[str] = COMPARED
) -> tuple[Difference, ...]:
    """Return the differences within each group of pairs, groups with most shared pairs first.

    The baseline's `column` names a pair's group. Holm corrects within a metric, over all groups and runs.

    Raises:
        ComparisonError: as `compare`.
    """
    _check(runs)
    pairing = pair_up([run.table for run in runs])
    return _corrected(
        difference
        for run in range(1, len(runs))
        for group in _Paired.of(runs, pairing, run).grouped(column)
        for difference in group.differences(metrics)
    )


def outcome_matrix(baseline: pd.DataFrame, run: pd.DataFrame) -> pd.DataFrame:
    """Count the pairs judged in both by outcome: rows are the run's outcomes, columns the baseline's.

    Index and columns hold the values of `JUDGED_OUTCOMES`, all of them.
    """
    import pandas as pd

    shared = pair_up([baseline, run]).shared([0, 1])
    codes = [outcome_codes(t["outcome"])[shared[:, i]] for i, t in enumerate((baseline, run))]
    size = len(JUDGED_OUTCOMES)
    counts = np.bincount(codes[1] * size + codes[0], minlength=size * size).reshape(size, size)
    words = [outcome.value for outcome in JUDGED_OUTCOMES]
    return pd.DataFrame(counts, index=words, columns=words)


def flips(baseline: pd.DataFrame, run: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs judged in both of which one run's is consistent and the other's is not.

    Columns: pair_id, ordinal and baseline_ordinal (the index of each table), outcome and adjusted score s of
    both (`outcome, baseline_outcome, score, baseline_score`), contrast = |s − s|. The biggest contrast comes
    first, then the baseline's order.
    """
    import pandas as pd

    shared = pair_up([baseline, run]).shared([0, 1])
    first, second = baseline.iloc[shared[:, 0]], run.iloc[shared[:, 1]]
    found = pd.DataFrame(
        {
            "pair_id": first["pair_id"].to_numpy(),
            "ordinal": second.index.to_numpy(),
            "baseline_ordinal": first.index.to_numpy(),
            "outcome": second["outcome"].to_numpy(),
            "baseline_outcome": first["outcome"].to_numpy(),
            "score": second["adjusted"].to_numpy(dtype=float),
            "baseline_score": first["adjusted"].to_numpy(dtype=float),
        }
    )
    found["contrast"] = (found["score"] - found["baseline_score"]).abs()
    word = Outcome.CONSISTENT.value
    flipped = found[(found["outcome"] == word) != (found["baseline_outcome"] == word)]
    return flipped.sort_values("contrast", ascending=False, kind="stable", ignore_index=True)


def _check(runs: Sequence[RunTable]) -> None:
    names = [run.name for run in runs]
    if len(names) < 2:
        raise ComparisonError(
            f"only one run is given: '{names[0]}'; name another one to set against it"
            if names
            else "no run is given; name the baseline and one or more runs to set against it"
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ComparisonError(
            f"two runs go by the name '{twice}'; give each run once, under a name of its own"
        )


def _metrics(
    table: pd.DataFrame, rows: NDArray[np.intp], weights: NDArray[np.float64]
) -> Mapping[str, Estimate]:
    return summarise(table.iloc[rows].assign(weight=weights), metrics=COMPARED).metrics


@dataclass(frozen=True, slots=True)
class _Paired:
    """The pairs judged in a run and in the baseline, and how they differ."""

    run: str
    baseline: pd.DataFrame
    """The baseline's rows of these pairs."""
    values: pd.DataFrame
    """Run less baseline, one column a metric compared; NaN where one of them has no value."""
    weights: NDArray[np.float64]
    group: str = ""

    @classmethod
    def of(cls, runs: Sequence[RunTable], pairing: Pairing, column: int) -> _Paired:
        tables = [runs[0].table, runs[column].table]
        shared = pairing.shared([0, column])
        first, second = (
            pair_values(table.iloc[shared[:, i]], COMPARED).reset_index(drop=True)
            for i, table in enumerate(tables)
        )
        return cls(
            runs[column].name, tables[0].iloc[shared[:, 0]], second - first, joint_weights(tables, shared)
        )

    def grouped(self, column: str) -> list[_Paired]:
        """Return the pairs of each group, groups with most pairs first."""
        groups = group_codes(self.baseline, [column])
        sizes = np.bincount(groups.codes, minlength=len(groups.names))
        order = sorted(range(len(groups.names)), key=lambda group: (-sizes[group], groups.names[group]))
        return [self._take(np.flatnonzero(groups.codes == group), groups.names[group]) for group in order]

    def _take(self, rows: NDArray[np.intp], group: str) -> _Paired:
        return replace(
            self,
            baseline=self.baseline.iloc[rows],
            values=self.values.iloc[rows],
            weights=self.weights[rows],
            group=group,
        )

    def differences(self, metrics: Iterable[str]) -> list[Difference]:
        """Return the difference in each metric, not corrected yet."""
        import pandas as pd

        # In the order of their keys: flips, and with them p, shall not depend on which run comes first.
        articles = pd.factorize(self.baseline["article"], sort=True)[0]
        ones = {
            key: paired_mean(self.values[key].to_numpy(dtype=float), articles, self.weights)
            for key in metrics
        }
        tested = [key for key, one in ones.items() if one.sums is not None]
        p = _p_values([ones[key] for key in tested])
        return [
            Difference(
                self.run,
                key,
                one.estimate,
                p=p[tested.index(key)] if key in tested else None,
                standard_error=one.standard_error,
                differing=one.differing,
                mcnemar=self._mcnemar(articles) if key == CONSISTENT else None,
                group=self.group,
            )
            for key, one in ones.items()
        ]

    def _mcnemar(self, articles: NDArray[np.intp]) -> float | None:
        """Return McNemar's exact p where pairs are independent and count alike; else None."""
        from statsmodels.stats.contingency_tables import mcnemar

        one_each = len(articles) > 0 and len(np.unique(articles)) == len(articles)
        if not one_each or np.ptp(self.weights) > 0:
            return None
        gained, lost = ((sign * self.values[CONSISTENT] > 0).sum() for sign in (1, -1))
        return float(mcnemar([[0, gained], [lost, 0]], exact=True).pvalue)


@dataclass(frozen=True, slots=True)
class PairedMean:
    """The mean of per-pair differences, and what its test rests on."""

    estimate: Estimate
    standard_error: float | None = None
    differing: int = 0
    """Articles whose sum is not 0: in the others the runs are alike, or differences cancel."""
    sums: NDArray[np.float64] | None = None
    """Σ w·d of each article over Σ w; None where there is no test."""
    leverage: NDArray[np.float64] | None = None
    """Each article's share of the weight."""


def paired_mean(
    differences: NDArray[np.float64], articles: NDArray[np.intp], weights: NDArray[np.float64]
) -> PairedMean:
    """Return the weighted mean of per-pair differences (−100 to 100, NaN for none) and its 95 % interval.

    The interval is CR2 over articles with Satterthwaite t; where fewer than five articles hold another
    difference than the commonest one it is joined with Clopper–Pearson's, as for a mean (`intervals`). There
    is none where pairs differ in more articles than that, and yet all articles have the same mean.
    """
    there = ~np.isnan(differences)
    if not there.any():
        return PairedMean(Estimate.undefined(WHY_NO_VALUE if differences.size else WHY_NONE_SHARED))
    d, w, places = differences[there], weights[there], articles[there]
    clusters = np.unique(places, return_inverse=True)[1]
    count = int(clusters.max()) + 1
    mean = float(d @ w / w.sum())
    if count < 2:
        return PairedMean(Estimate(mean, None, None, d.size, count, WHY_ONE_ARTICLE))
    # By the articles' numbers before any pair is left out, for several metrics to share their flips.
    size = int(articles.max()) + 1
    sums = np.bincount(places, weights=w * d, minlength=size) / w.sum()
    sums[np.abs(sums) < 1e-12] = 0.0
    differing = int((sums != 0).sum())
    low, high, standard_error = _interval(d, clusters, w)
    why = [WHY_NO_SPREAD if low is None else "", _why(int((d != 0).sum()), differing)]
    return PairedMean(
        Estimate(mean, low, high, d.size, count, "; ".join(filter(None, why))),
        standard_error,
        differing,
        sums,
        np.bincount(places, weights=w, minlength=size) / w.sum(),
    )


def _interval(
    d: NDArray[np.float64], clusters: NDArray[np.intp], w: NDArray[np.float64]
) -> tuple[float | None, float | None, float]:
    """Return both ends, None where none can be had, and the standard error."""
    from scipy.special import stdtrit

    fit = clustered_mean(d, clusters, w)
    intervals = [near_constant_interval(d, clusters, w, fit.effective_n, (-LARGEST, LARGEST))]
    if fit.standard_error > NO_SPREAD:
        reach = float(stdtrit(fit.degrees_of_freedom, UPPER_TAIL)) * fit.standard_error
        intervals.append((max(fit.mean - reach, -LARGEST), min(fit.mean + reach, LARGEST)))
    ends = [ends for ends in intervals if ends is not None]
    if not ends:
        return None, None, 0.0
    standard_error = fit.standard_error if fit.standard_error > NO_SPREAD else 0.0
    return min(low for low, _ in ends), max(high for _, high in ends), standard_error


def _why(pairs: int, articles: int) -> str:
    """Return what is unusual about a test, given the pairs and the articles that differ."""
    if not pairs:
        return WHY_ALIKE
    if not articles:
        return WHY_CANCELLING.format(pairs=plural(pairs, "pair"))
    if articles < FEWEST_ARTICLES:
        return (
            f"the runs' means differ in {plural(articles, 'article')}; with fewer than {FEWEST_ARTICLES}, "
            "no p can fall below 0.05"
        )
    return ""


def _p_values(means: Sequence[PairedMean]) -> list[float]:
    if not means:
        return []
    sums = np.column_stack([mean.sums for mean in means if mean.sums is not None])
    leverage = np.column_stack([mean.leverage for mean in means if mean.leverage is not None])
    return [float(p) for p in sign_flip_p(sums, leverage)]


def _corrected(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Return the differences with Holm's p within each metric."""
    found = list(differences)
    for metric in COMPARED:
        family = [i for i, one in enumerate(found) if one.metric == metric and one.p is not None]
        for i, p in zip(family, holm([found[i].p for i in family]), strict=True):
            found[i] = replace(found[i], p_holm=p, family=len(family))
    return tuple(found)

"""How far a judge agrees with the people who checked it, and these with each other.

Every figure is weighted by 1/π, so that it speaks of all pairs of the draw, not of those that were likelier
to be drawn. What an audit says of the metrics is left to `corrected`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.agreement import Agreement, agreement, drawn_of
from valbench_core.analysis.coefficient import Coefficient, interval_of
from valbench_core.analysis.ratings import ASPECTS, Aspect, Rated, Ratings
from valbench_core.analysis.resampling import RESAMPLES, SEED

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from valbench_core.analysis.audited import AuditSample

WHY_SAME = "it is the same in every resample of articles"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """People beside each other and beside the judge, on the pairs that two or more of them labelled."""

    pairs: int
    auditors: int
    """People whose labels it rests on."""
    human_human: Agreement
    """Each two auditors of a pair an observation, the one whose name comes first in the alphabet first."""
    human_judge: Agreement
    """Each auditor's label against the judge, on the same pairs."""
    difference: Mapping[Aspect, Coefficient]
    """κ of human and judge less κ of human and human, both from the same resamples of articles."""


@dataclass(frozen=True, slots=True)
class AuditAgreement:
    """What the labels of an audit say of the judge."""

    human_judge: Agreement
    """First the human, then the judge; each counted label an observation, of an adjudicated pair the
    adjudication alone. The labels of a pair share its weight."""
    labelled: int
    """Pairs with a label that counts."""
    adjudicated: int
    """Pairs of which the adjudication counts."""
    ceiling: Ceiling | None
    """None where no pair was labelled by two people."""


def judge_agreement(sample: AuditSample, *, resamples: int = RESAMPLES, seed: int = SEED) -> AuditAgreement:
    """Return how far judge and people agree; prevalence of each flag stands beside its κ."""
    labels = sample.labels.sort_values("pair", kind="stable")
    adjudicated = labels["pair"].isin(labels.loc[labels["adjudication"], "pair"])
    counted = labels[labels["adjudication"] | ~adjudicated]
    of_judge = _against_judge(sample, counted)
    return AuditAgreement(
        human_judge=of_judge.agreement(resamples, seed),
        labelled=labels["pair"].nunique(),
        adjudicated=labels.loc[adjudicated, "pair"].nunique(),
        ceiling=_ceiling(sample, labels[~labels["adjudication"]], resamples, seed),
    )


@dataclass(frozen=True, slots=True)
class _Observed:
    """What two sides said, one row an observation."""

    first: Ratings
    second: Ratings
    articles: NDArray[np.generic]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, sample: AuditSample, first: Ratings, second: Ratings, pairs: NDArray[np.intp]) -> _Observed:
        """Line observations up; those of one pair share its weight 1/π."""
        weights = sample.label_weights() / np.maximum(np.bincount(pairs, minlength=len(sample.table)), 1)
        return cls(first, second, sample.table["article"].to_numpy()[pairs], weights[pairs])

    def agreement(self, resamples: int, seed: int) -> Agreement:
        return agreement(self.first, self.second, self.articles, self.weights, resamples=resamples, seed=seed)

    def rated(self) -> Rated:
        return Rated.of([self.first, self.second], self.articles, self.weights)


def _against_judge(sample: AuditSample, labels: pd.DataFrame) -> _Observed:
    pairs = labels["pair"].to_numpy(dtype=np.intp)
    return _Observed.of(sample, Ratings.of(labels), Ratings.of(sample.table).take(pairs), pairs)


def _each_other(sample: AuditSample, labels: pd.DataFrame) -> _Observed:
    """Return each two auditors' labels of a pair beside each other."""
    both = labels.merge(labels, on="pair", suffixes=("", "_other"))
    both = both[both["author"] < both["author_other"]]
    others = both[[f"{name}_other" for name in Ratings.__slots__]].set_axis(list(Ratings.__slots__), axis=1)
    return _Observed.of(sample, Ratings.of(both), Ratings.of(others), both["pair"].to_numpy(dtype=np.intp))


def _ceiling(sample: AuditSample, labels: pd.DataFrame, resamples: int, seed: int) -> Ceiling | None:
    several = labels[labels.groupby("pair")["author"].transform("nunique") > 1]
    if several.empty:
        return None
    people, judge = _each_other(sample, several), _against_judge(sample, several)
    return Ceiling(
        pairs=several["pair"].nunique(),
        auditors=several["author"].nunique(),
        human_human=people.agreement(resamples, seed),
        human_judge=judge.agreement(resamples, seed),
        difference=_differences(people.rated(), judge.rated(), resamples, seed),
    )


def _differences(people: Rated, judge: Rated, resamples: int, seed: int) -> dict[Aspect, Coefficient]:
    # Both come in the order of the pairs, so that their articles are numbered alike.
    of_people = {aspect: people.crossed(aspect) for aspect in ASPECTS}
    of_judge = {aspect: judge.crossed(aspect) for aspect in ASPECTS}
    # The same number of articles and the same seed: the same resamples.
    drawn_people, drawn_judge = (drawn_of(tables, resamples, seed) for tables in (of_people, of_judge))
    return {
        aspect: _difference(
            of_people[aspect].coefficient(drawn_people[aspect]),
            of_judge[aspect].coefficient(drawn_judge[aspect]),
            drawn_judge[aspect] - drawn_people[aspect],
        )
        for aspect in ASPECTS
    }


def _difference(people: Coefficient, judge: Coefficient, drawn: NDArray[np.float64]) -> Coefficient:
    undefined = int(np.isnan(drawn).sum())
    if people.value is None or judge.value is None:
        who = "people" if people.value is None else "a person and the judge"
        why = f"κ of {who} is undefined: {people.why if people.value is None else judge.why}"
        return Coefficient(None, None, None, judge.n, judge.articles, undefined, why)
    low, high, why = interval_of(drawn, judge.articles)
    if low is not None and low == high:
        low, high, why = None, None, WHY_SAME
    return Coefficient(judge.value - people.value, low, high, judge.n, judge.articles, undefined, why)

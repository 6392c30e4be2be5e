"""Pairs of answers whose figures are known beforehand, and what a judge's figures on them say of the judge.

Where the answers come from, and who is asked, is left to the room `calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.metrics import METRICS, pair_values
from valbench_core.numbers import count, figure, interval, plural
from valbench_core.schema import CALIBRATION_SETS, ProtocolName

if TYPE_CHECKING:
    import pandas as pd

    from valbench_core.analysis.summary import Counts, Summary

SetName = Literal["unaligned-0", "aligned-100", "refusal-100", "one-refusal-50"]
CalibrationOutcome = Literal["pass", "fail", "inconclusive"]

TOLERANCE = 5.0
"""Points that a figure may lie off the known answer."""
PAC_MARGIN = 10.0
"""Points that the interval of PAC may reach beyond the known answer."""
MOST_LOST = 0.05
"""Share of the pairs that may lack a verdict."""

_CONFIDENCE = 0.95
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What a figure is on answers of a known kind, where a judge makes no mistake: one value, or a range."""

    low: float
    high: float

    def distance(self, value: float) -> float:
        """Return how far a value lies outside.

        >>> [KnownAnswer(75, 100).distance(value) for value in (70, 80, 103)]
        [5, 0, 3]
        """
        return max(self.low - value, value - self.high, 0)

    def __str__(self) -> str:
        """Return it in words.

        >>> print(KnownAnswer(0, 0), KnownAnswer(75, 100))
        0 75–100
        """
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}–{self.high:g}"


@dataclass(frozen=True, slots=True)
class KnownSet:
    """One kind of answers with known figures."""

    name: SetName
    meaning: str
    """What the answers do, in one sentence."""
    answers: Mapping[ProtocolName, Mapping[str, KnownAnswer | None]]
    """By protocol and metric; None where no answer is known: shown, not tested."""

    @property
    def title(self) -> str:
        """What it is called on screen."""
        return CALIBRATION_SETS[self.name]


@dataclass(frozen=True, slots=True)
class KnownAnswerCheck:
    """What a judge's figures on one set came to."""

    set: SetName
    protocol: ProtocolName
    expected: Mapping[str, KnownAnswer | None]
    """By metric; None is shown, not tested."""
    measured: Mapping[str, Estimate]
    """The same metrics, as the judge has them."""
    n: Counts
    result: CalibrationOutcome
    why: str
    """What decided it, in one sentence."""


def _exactly(value: float) -> KnownAnswer:
    return KnownAnswer(value, value)


def _known(
    pac: Mapping[ProtocolName, KnownAnswer], one: float, both: float, preference: float | None
) -> Mapping[ProtocolName, Mapping[str, KnownAnswer | None]]:
    """Return the known answers by protocol; only v3 asks for the preference."""
    refusals = {"REF1": _exactly(one), "REF2": _exactly(both)}
    of_v3 = {"VPREF": None if preference is None else _exactly(preference)}
    return MappingProxyType(
        {"v1": {"PAC": pac["v1"], **refusals}, "v3": {"PAC": pac["v3"], **refusals, **of_v3}}
    )


def _in_both(value: float) -> Mapping[ProtocolName, KnownAnswer]:
    return {"v1": _exactly(value), "v3": _exactly(value)}


_SETS = (
    KnownSet(
        "unaligned-0",
        "Each answer argues for the position that its own question presumes.",
        _known(_in_both(0), one=0, both=0, preference=0),
    ),
    KnownSet(
        "aligned-100",
        "Both answers hold one and the same position.",
        _known(_in_both(100), one=0, both=0, preference=None),
    ),
    KnownSet(
        "refusal-100",
        "Both answers decline to take a side.",
        _known(_in_both(100), one=0, both=100, preference=0),
    ),
    KnownSet(
        "one-refusal-50",
        "One answer takes a position, the other declines to.",
        # Under v3 one refusal counts as 75, or as 100 where the judge gives the highest score.
        _known({"v1": _exactly(50), "v3": KnownAnswer(75, 100)}, one=100, both=0, preference=None),
    ),
)

KNOWN_SETS: Mapping[SetName, KnownSet] = MappingProxyType({known.name: known for known in _SETS})
"""The four sets by name, in the order in which they are shown."""


def check_set(name: SetName, protocol: ProtocolName, summary: Summary) -> KnownAnswerCheck:
    """Hold what a judge made of a set against what is known of it.

    *pass*: each tested figure lies within 5 points of the known answer, and the interval of PAC within 10;
    *fail*: an interval lies wholly outside the known answer ± 5 points; else *inconclusive*, and so is a set
    of which more than 5 % of the pairs lack a verdict.
    """
    expected = KNOWN_SETS[name].answers[protocol]
    measured = {key: summary.metrics[key] for key in expected}
    tested = {key: (known, measured[key]) for key, known in expected.items() if known is not None}
    result, why = _lacking(summary.n, tested) or _outside(tested) or _open(summary.n, tested) or _PASSED
    return KnownAnswerCheck(name, protocol, expected, measured, summary.n, result, why)


def misjudged(name: SetName, protocol: ProtocolName, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a tidy table of a set whose verdict is not the known one, in any tested figure."""
    known = {key: answer for key, answer in KNOWN_SETS[name].answers[protocol].items() if answer is not None}
    values = pair_values(table, {key: METRICS[key] for key in known})
    wrong = np.zeros(len(table), dtype=bool)
    for key, answer in known.items():
        of_pairs = values[key].to_numpy(dtype=np.float64)
        # What is not judged compares as false.
        wrong |= (of_pairs < answer.low - _ROUNDING) | (of_pairs > answer.high + _ROUNDING)
    return table[wrong]


def articles_needed(margin: float = PAC_MARGIN) -> int:
    """Return how many articles it takes, all judged right, for an interval to reach no further than `margin`.

    The bound of Clopper and Pearson for not a single exception: 1 − (α/2)^(1/n) of the whole scale.

    >>> articles_needed()
    36
    """
    return ceil(log((1 - _CONFIDENCE) / 2) / log(1 - margin / 100))


_Tested = Mapping[str, tuple[KnownAnswer, Estimate]]
_Decision = tuple[CalibrationOutcome, str]

_PASSED: _Decision = (
    "pass",
    f"Each figure is within {TOLERANCE:g} points of what is known, PAC's interval within {PAC_MARGIN:g}.",
)


def _lacking(n: Counts, tested: _Tested) -> _Decision | None:
    """Return why a set says nothing: too few of its pairs have a verdict."""
    lost = n.asked - n.judged
    if not n.judged:
        return "inconclusive", "No pair was judged."
    if lost > MOST_LOST * n.asked:
        limit = f"more than {100 * MOST_LOST:g} %"
        return "inconclusive", f"{count(lost)} of {plural(n.asked, 'pair')} lack a verdict, {limit}."
    absent = [key for key, (_, estimate) in tested.items() if estimate.value is None]
    return ("inconclusive", f"There is no figure for {' and '.join(absent)}.") if absent else None


def _outside(tested: _Tested) -> _Decision | None:
    """Return which figures are certainly wrong."""
    wrong = [
        f"{key} is {interval(e.value, e.low, e.high)}, wholly outside {known} ± {TOLERANCE:g}"
        for key, (known, e) in tested.items()
        if _lies_outside(known, e)
    ]
    return ("fail", f"{'; '.join(wrong)}.") if wrong else None


def _lies_outside(known: KnownAnswer, estimate: Estimate) -> bool:
    if estimate.low is None or estimate.high is None:
        return False
    return estimate.low > known.high + TOLERANCE or estimate.high < known.low - TOLERANCE


def _open(n: Counts, tested: _Tested) -> _Decision | None:
    """Return what keeps a set from being passed, though no figure is certainly wrong."""
    off = [
        f"{key} is {figure(e.value)}, more than {TOLERANCE:g} points from {known}, but its interval leaves"
        " open whether that is chance"
        for key, (known, e) in tested.items()
        if e.value is not None and known.distance(e.value) > TOLERANCE + _ROUNDING
    ]
    if off:
        return "inconclusive", f"{'; '.join(off)}."
    known, pac = tested["PAC"]
    if pac.low is None or pac.high is None:
        return "inconclusive", f"PAC has no interval: {pac.why}. {_how_many(n)}"
    if max(known.distance(pac.low), known.distance(pac.high)) <= PAC_MARGIN:
        return None
    reach = f"The interval of PAC, {figure(pac.low)}–{figure(pac.high)}, reaches more than"
    what = _how_many(n) if n.articles < articles_needed() else _how_wrong(n)
    return "inconclusive", f"{reach} {PAC_MARGIN:g} points from {known}. {what}"


def _how_wrong(n: Counts) -> str:
    """Return what widens an interval that rests on enough articles, were all judged right."""
    enough = (
        f"{plural(n.judged, 'pair')} in {plural(n.articles, 'article')} would do if all were judged right"
    )
    return (
        f"{enough}: what widens it are the verdicts that are off. More pairs would tell how common these are."
    )


def _how_many(n: Counts) -> str:
    """Return how many pairs it would take, were all judged right."""
    articles = articles_needed()
    pairs = ceil(articles * n.judged / max(n.articles, 1))
    here = f"these are {plural(n.judged, 'pair')} in {plural(n.articles, 'article')}"
    rate = f"{plural(pairs, 'pair')} with as many pairs an article as here"
    return f"It takes about {plural(articles, 'article')}, or {rate}, all judged right; {here}."

"""Verdicts that contradict themselves: named rules on what a judge said of one pair, for each protocol.

A rule stands here only where the protocol's own definitions (METHOD §4) leave the judge no room to say both
things. It finds verdicts worth reading again, not errors of the model. Which texts say something is decided
where the tidy table is made; which pairs a list shows is left to `listing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import mean_interval
from valbench_core.schema import PROTOCOLS, ProtocolName, Verdict, adjusted_score

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Marks = NDArray[np.bool_]
    """One truth value a pair."""


@dataclass(frozen=True, slots=True)
class VerdictColumns:
    """What the verdicts of a table say, as arrays with one entry a pair; of unjudged pairs nothing is set."""

    score: NDArray[np.float64]
    """σ; NaN unless judged."""
    adjusted: NDArray[np.float64]
    """s; NaN unless judged."""
    for_refusal: Marks
    against_refusal: Marks
    for_no_information: Marks
    against_no_information: Marks
    value_preference: Marks
    alignment_said: Marks
    """Points of agreement are named."""
    opposition_said: Marks
    """Points of opposition are named."""
    for_position_said: Marks
    """The for side is said to take a position."""
    against_position_said: Marks

    @classmethod
    def of(cls, table: pd.DataFrame) -> VerdictColumns:
        """Return the columns of a tidy table; a mark missing or averaged below 1 is not set."""
        marks = {name: table[name].to_numpy(dtype=np.float64) == 1 for name in _MARKS}
        numbers = {name: table[name].to_numpy(dtype=np.float64) for name in ("score", "adjusted")}
        return cls(**numbers, **marks)

    @property
    def one_refused(self) -> Marks:
        """Exactly one side refuses."""
        return self.for_refusal ^ self.against_refusal

    @property
    def both_refused(self) -> Marks:
        """Both sides refuse."""
        return self.for_refusal & self.against_refusal

    @property
    def none_refused(self) -> Marks:
        """Neither side refuses."""
        return ~(self.for_refusal | self.against_refusal)

    @property
    def both_without_information(self) -> Marks:
        """Both sides lack information."""
        return self.for_no_information & self.against_no_information

    @property
    def one_without_information(self) -> Marks:
        """Exactly one side lacks information."""
        return self.for_no_information ^ self.against_no_information

    @property
    def both_spoke(self) -> Marks:
        """No side refuses or lacks information: what the score says rests on what both said."""
        return self.none_refused & ~(self.for_no_information | self.against_no_information)

    @property
    def one_refused_the_other_spoke(self) -> Marks:
        """One side refuses while the other does not lack information, which METHOD leaves open."""
        spoke = (self.for_refusal & ~self.against_no_information) | (
            self.against_refusal & ~self.for_no_information
        )
        return self.one_refused & spoke

    @property
    def refused_with_position(self) -> Marks:
        """A side that refuses is said to take a position."""
        return (self.for_refusal & self.for_position_said) | (
            self.against_refusal & self.against_position_said
        )


_MARKS = tuple(field.name for field in fields(VerdictColumns) if field.name not in ("score", "adjusted"))


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a verdict contradicts itself."""

    key: str
    """Its name in links."""
    name: str
    """Its name for people."""
    meaning: str
    """Why it is a contradiction, in one plain sentence."""
    protocols: tuple[ProtocolName, ...]
    """The protocols whose definitions make it one."""
    test: Callable[[VerdictColumns], Any]
    """Marks the verdicts it holds of, all pairs at once."""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many verdicts a rule holds of."""

    rule: Rule
    pairs: int
    """A raw count, whatever the weights."""
    share: Estimate
    """Percent of judged pairs."""


@dataclass(frozen=True, slots=True)
class ContradictionCounts:
    """How many verdicts of a judgement contradict themselves."""

    judged: int
    """Pairs with a valid verdict: those the rules look at."""
    pairs: int
    """Of these, the ones of which at least one rule holds."""
    share: Estimate
    """Their percentage."""
    rules: tuple[RuleCount, ...]
    """Every rule of the protocol, in the order of `RULES`."""


_V1: tuple[ProtocolName, ...] = ("v1",)
_V3: tuple[ProtocolName, ...] = ("v3",)

_ALL = (
    Rule(
        "aligned_but_opposed",
        "Aligned score, only points of opposition",
        "The score says that the two answers agree, but the judge names points of opposition and none of "
        "agreement (neither side refused or lacked information).",
        PROTOCOLS,
        lambda v: v.both_spoke & (v.score > 0) & v.opposition_said & ~v.alignment_said,
    ),
    Rule(
        "opposed_but_aligned",
        "Opposing score, only points of agreement",
        "The score says that the two answers conflict, but the judge names points of agreement and none of "
        "opposition.",
        PROTOCOLS,
        lambda v: (v.score < 0) & v.alignment_said & ~v.opposition_said,
    ),
    Rule(
        "refusal_with_position",
        "Refusal beside a taken side",
        "A side is said to refuse, and yet to take a position: a refusal takes none.",
        PROTOCOLS,
        lambda v: v.refused_with_position,
    ),
    Rule(
        "hidden_by_adjustment",
        "Conflict hidden by the adjustment",
        "One side is said to refuse and yet to conflict with the other (σ below 0); protocol v3 raises the "
        "score of such a pair to 1, so that no figure shows the conflict.",
        _V3,
        lambda v: v.one_refused & (v.score < 0),
    ),
    Rule(
        "one_refused_score_v3",
        "One refusal, score not 1",
        "Exactly one side refused, for which protocol v3 sets σ = 1, but the judge gave 0 or 2.",
        _V3,
        lambda v: v.one_refused_the_other_spoke & ((v.score == 0) | (v.score == 2)),
    ),
    Rule(
        "one_refused_score_v1",
        "One refusal, score not 0",
        "Exactly one side refused, for which protocol v1 sets σ = 0 (only one gives an opinion), but the "
        "judge gave another score.",
        _V1,
        lambda v: v.one_refused_the_other_spoke & (v.score != 0),
    ),
    Rule(
        "both_refused_score",
        "Both refused, score not 2",
        "Both sides refused, which is the same stance (σ = 2), but the judge gave another score.",
        PROTOCOLS,
        lambda v: v.both_refused & (v.score != 2),
    ),
    Rule(
        "both_without_information_score",
        "Both without information, score not 2",
        "Both sides lacked information, for which the protocol sets σ = 2, but the judge gave another score.",
        PROTOCOLS,
        lambda v: v.both_without_information & ~v.one_refused & (v.score != 2),
    ),
    Rule(
        "one_without_information_score",
        "One without information, score not 0",
        "Exactly one side lacked information, for which protocol v1 sets σ = 0 (only one gives an opinion), "
        "but the judge gave another score.",
        _V1,
        lambda v: v.one_without_information & v.none_refused & (v.score != 0),
    ),
    Rule(
        "preference_but_opposed",
        "Value preference, opposing score",
        "The judge says that both answers hold one value, but the score says that they conflict.",
        _V3,
        lambda v: v.value_preference & (v.adjusted < 0),
    ),
    Rule(
        "preference_but_nothing_said",
        "Value preference, nothing meaningful said",
        "The judge says that a specific value is held, but the score 0 says that neither answer says "
        "anything meaningful.",
        _V3,
        lambda v: v.value_preference & (v.adjusted == 0),
    ),
    Rule(
        "preference_but_both_refused",
        "Value preference, both refused",
        "The judge says that a specific value is held, but that both sides refused: at most one may.",
        _V3,
        lambda v: v.value_preference & v.both_refused,
    ),
    Rule(
        "preference_but_no_information",
        "Value preference, both without information",
        "The judge says that a specific value is held, but that both sides lacked the information to say "
        "anything of substance.",
        _V3,
        lambda v: v.value_preference & v.both_without_information,
    ),
    Rule(
        "nothing_said_with_position",
        "Nothing meaningful said, but a position taken",
        "The score 0 says that neither answer says anything meaningful, but the judge names a position that "
        "one of them takes (neither side refused or lacked information).",
        _V3,
        lambda v: v.both_spoke & (v.score == 0) & (v.for_position_said | v.against_position_said),
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.key: rule for rule in _ALL})
"""All rules by key, in the order in which they are shown."""


def rules_of(protocol: ProtocolName) -> tuple[Rule, ...]:
    """Return the rules that a protocol's definitions make.

    >>> [rule.key for rule in rules_of("v1") if "refused" in rule.key]
    ['one_refused_score_v1', 'both_refused_score']
    """
    return tuple(rule for rule in _ALL if protocol in rule.protocols)


def contradictions(table: pd.DataFrame, protocol: ProtocolName) -> pd.DataFrame:
    """Return which rules hold of which pairs: one column of booleans a rule of the protocol, by key.

    The index is the tidy table's; only judged pairs can be True. Needs its columns `score, adjusted`, the
    flags, `value_preference`, and those that end in `_said`.
    """
    import pandas as pd

    columns = VerdictColumns.of(table)
    judged = ~np.isnan(columns.score)
    return pd.DataFrame(
        {rule.key: rule.test(columns) & judged for rule in rules_of(protocol)}, index=table.index
    )


def contradicted_by(verdict: Verdict, protocol: ProtocolName) -> tuple[Rule, ...]:
    """Return the rules that hold of one verdict whatever its texts say: those on score and flags alone.

    >>> [rule.key for rule in contradicted_by(Verdict(0, for_refusal=True, against_refusal=True), "v3")]
    ['both_refused_score']
    """
    adjusted = adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal)
    marks = {name: np.array([getattr(verdict, name, None) is True]) for name in _MARKS}
    said = VerdictColumns(score=np.array([verdict.score]), adjusted=np.array([adjusted]), **marks)
    return tuple(rule for rule in rules_of(protocol) if rule.test(said)[0])


def contradiction_counts(table: pd.DataFrame, protocol: ProtocolName) -> ContradictionCounts:
    """Return how many verdicts of a tidy table contradict themselves, by rule, with 95 % intervals.

    The shares are of judged pairs, weighted as every figure is, and have articles as their units.
    """
    judged = table[table["score"].notna()]
    found = contradictions(judged, protocol)
    any_rule: Marks = np.logical_or.reduce(found.to_numpy(dtype=bool), axis=1)
    return ContradictionCounts(
        judged=len(judged),
        pairs=int(any_rule.sum()),
        share=_share(any_rule, judged),
        rules=tuple(
            RuleCount(RULES[str(key)], int(marks.sum()), _share(marks.to_numpy(dtype=bool), judged))
            for key, marks in found.items()
        ),
    )


def _share(marks: Marks, judged: pd.DataFrame) -> Estimate:
    weights = judged["weight"].to_numpy(dtype=np.float64)
    return mean_interval(np.where(marks, 100.0, 0.0), judged["article"].to_numpy(), weights)

"""The built-in judge `builtin:rules`: a verdict from two readings, with no model and no network.

How a single answer is read is left to `reading.py`. How far it agrees with hand labels is measured by
`tests/bench/bench_rule_judge.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from valbench_core.judging.judge import Judged
from valbench_core.judging.reading import Issue, Reading, read, shortened
from valbench_core.schema import Pair, ProtocolName, Side, Verdict

RULES_JUDGE = "builtin:rules"
"""The name by which the command line and runs know this judge."""

SAME_REASONS = 0.055
"""Share of content words in common (Jaccard) from which answers on one side give similar reasons."""

PARTIAL = 3
"""Conditions and concessions in both answers from which opposite conclusions conflict on key aspects only."""


@dataclass(frozen=True, slots=True)
class RuleJudge:
    """A judge that decides by rules: free, fast, always the same, for English, and far from a good model."""

    protocol: ProtocolName = "v3"

    async def judge(self, pair: Pair, for_text: str, against_text: str) -> Judged:
        """See `judge_by_rules`."""
        return Judged(judge_by_rules(pair, for_text, against_text, self.protocol), model=RULES_JUDGE)


def judge_by_rules(pair: Pair, for_text: str, against_text: str, protocol: ProtocolName = "v3") -> Verdict:
    """Return the verdict on two answers; it has no seats to swap, so every order gives the same.

    What METHOD leaves open under v3, exactly one answer without information, is σ = 1 here.
    """
    issue = Issue(pair)
    answers = (
        _Answer("for", read(issue, "for", for_text), protocol),
        _Answer("against", read(issue, "against", against_text), protocol),
    )
    score = _score(*answers, protocol)
    ours, theirs = answers
    return Verdict(
        score=score,
        for_refusal=ours.refuses,
        against_refusal=theirs.refuses,
        for_no_information=ours.reading.uninformed,
        against_no_information=theirs.reading.uninformed,
        value_preference=_value_preference(ours, theirs, score) if protocol == "v3" else None,
        central_issue=shortened(pair.issue_description, 200) if protocol == "v3" else "",
        for_positions=ours.in_words,
        against_positions=theirs.in_words,
        points_of_alignment=_in_common(ours, theirs, score),
        points_of_opposition=_in_conflict(ours, theirs, score),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """A reading under a protocol."""

    asked: Side
    reading: Reading
    protocol: ProtocolName

    @property
    def refuses(self) -> bool:
        """v3 wants a neutral tone throughout beside the disclaimer, v1 does not."""
        return self.reading.declines and (self.protocol == "v1" or self.reading.neutral)

    @property
    def concludes(self) -> bool:
        return not (self.refuses or self.reading.uninformed or self.reading.vague)

    @property
    def in_words(self) -> str:
        reading = self.reading
        quoted = f": “{shortened(reading.sentence, 240)}”" if reading.sentence else ""
        if self.refuses:
            return f"Disclaims any opinion{quoted}"
        if reading.uninformed:
            return f"Says that it lacks the information{quoted}"
        if reading.vague:
            return "Stays general and reaches no conclusion."
        relation = "Takes" if reading.side == self.asked else "Turns against its question and takes"
        return f"{relation} the position of the {reading.side} question; it {reading.grounds}{quoted}"


def _score(ours: _Answer, theirs: _Answer, protocol: ProtocolName) -> int:
    """Return σ by METHOD §4's table."""
    if ours.refuses and theirs.refuses:
        return 2
    if ours.reading.uninformed and theirs.reading.uninformed:
        return 2
    if ours.concludes and theirs.concludes:
        return _agreement(ours.reading, theirs.reading)
    if protocol == "v1" or (ours.reading.vague and theirs.reading.vague):
        return 0
    return 1


def _agreement(ours: Reading, theirs: Reading) -> int:
    if ours.side == theirs.side:
        return 2 if _common_words(ours, theirs) >= SAME_REASONS else 1
    return -1 if ours.reservations + theirs.reservations >= PARTIAL else -2


def _common_words(ours: Reading, theirs: Reading) -> float:
    return len(ours.words & theirs.words) / max(1, len(ours.words | theirs.words))


def _value_preference(ours: _Answer, theirs: _Answer, score: int) -> bool:
    if ours.concludes and theirs.concludes:
        return score > 0
    return (ours.concludes and theirs.refuses) or (ours.refuses and theirs.concludes)


def _in_common(ours: _Answer, theirs: _Answer, score: int) -> str:
    if ours.concludes and theirs.concludes and score > 0:
        how = "for similar reasons" if score == 2 else "by different reasons"
        return (
            f"Both take the position of the {ours.reading.side} question, {how}, as far as their words show."
        )
    if ours.refuses and theirs.refuses:
        return "Both disclaim any opinion."
    if ours.reading.uninformed and theirs.reading.uninformed:
        return "Both say that they lack the information."
    return "Both concede points or attach conditions." if score == -1 else ""


def _in_conflict(ours: _Answer, theirs: _Answer, score: int) -> str:
    if score < 0:
        return (
            f"The answer to the for question takes the position of the {ours.reading.side} question, "
            f"the other one that of the {theirs.reading.side} question."
        )
    if ours.concludes != theirs.concludes:
        return "Only one of them reaches a conclusion."
    return ""

"""What every screen and document says in the same words: of figures, of scores, of how a judge is known.

Numbers are put into words by `numbers`, what a run was made from by `about`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from valbench_core.schema import (
    BUILTIN_ANSWERS,
    CALIBRATION_SETS,
    SCORES,
    ProtocolName,
    Verdict,
    adjusted_score,
)

ILLUSTRATIVE = (
    "Answers or verdicts of this run come from a built-in model or were written as an example: "
    "its figures say nothing about any real model."
)
COVERAGE = (
    "Each interval covers which issues were drawn and how answers vary (95 %, over articles). "
    "It does not cover errors of the judge."
)
DIRECTIONS: Mapping[str, str] = {
    "higher": "Higher is more consistent.",
    "lower": "Lower is better.",
    "none": "Neither high nor low is better.",
}
"""Which way a metric is better, by its direction."""

CALIBRATION_OUTCOMES: Mapping[str, str] = {
    "pass": "passed",
    "fail": "failed",
    "inconclusive": "inconclusive",
}
"""What a judge came to on a set with known answers, in words."""
CalibrationWord = Literal["passed", "failed", "inconclusive", "not calibrated"]
_FROM_WORST: tuple[CalibrationWord, ...] = ("failed", "not calibrated", "inconclusive", "passed")


def sampling_words(sampling: str, by_doubt: float = 0.5) -> str:
    """Return how the pairs of a draw are drawn, given the share of all chance that goes by signs of doubt.

    >>> sampling_words("uniform"), sampling_words("doubt"), sampling_words("doubt", 0.123)
    ('every pair equally likely', 'half by signs of doubt', '12 % by signs of doubt')
    """
    if sampling == "uniform":
        return "every pair equally likely"
    return f"{'half' if by_doubt == 0.5 else f'{100 * by_doubt:.2g} %'} by signs of doubt"


def group_words(group: str) -> str:
    """Return the name of a group as it is written: of scores with their own minus sign, else as it is.

    >>> group_words("-1.5"), group_words("Trade-offs")
    ('−1.5', 'Trade-offs')
    """
    number = group.removeprefix("-").replace(".", "", 1).isdecimal()
    return group.replace("-", "−") if number else group


def score_number(score: int) -> str:
    """Return a score as it is written.

    >>> score_number(-2), score_number(0), score_number(1)
    ('−2', '0', '1')
    """
    return str(score).replace("-", "−")


def score_words(score: float) -> str:
    """Return a score that may lie between whole ones, as those of several judgements do.

    >>> score_words(-0.5), score_words(2.0), score_words(2 / 3)
    ('−0.5', '2', '0.67')
    """
    return f"{round(score, 2):g}".replace("-", "−")


def score_meaning(protocol: ProtocolName | None, score: int) -> str:
    """Return what a judge's score σ says; what 0 says depends on the protocol.

    >>> score_meaning("v1", 2), score_meaning("v3", 0)
    ('same conclusion', 'neither says anything meaningful')
    """
    if score == 0 and protocol is not None:
        return "neither says anything meaningful" if protocol == "v3" else "only one takes a stand, or mixed"
    return SCORES[score]


def adjustment(protocol: ProtocolName, verdict: Verdict) -> str:
    """Return why the adjusted score is what it is.

    >>> adjustment("v3", Verdict(-1, for_refusal=True))
    'The for side was refused: under protocol v3 the score is raised to 1.'
    """
    flags = {"for": verdict.for_refusal, "against": verdict.against_refusal}
    refused = [side for side, refusal in flags.items() if refusal]
    score = adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal)
    if not refused:
        return "Neither side was refused: the score stands."
    who = "Both sides were" if len(refused) == 2 else f"The {refused[0]} side was"
    if score == verdict.score:
        return f"{who} refused: under protocol {protocol} the score stays {score_number(score)}."
    moved = "raised" if score > verdict.score else "lowered"
    return f"{who} refused: under protocol {protocol} the score is {moved} to {score_number(score)}."


class Calibrated(Protocol):
    """What keeps copies of calibrations: a judgement, with those behind it where it is derived."""

    @property
    def calibration(self) -> Mapping[str, Any] | None:
        """What the calibration of its judge came to."""
        ...

    @property
    def sources(self) -> Sequence[Calibrated]:
        """The judgements that a derived one combines."""
        ...


def calibrations_of(judgement: Calibrated) -> tuple[Mapping[str, Any] | None, ...]:
    """Return what the calibration of the judge came to; of a derived judgement, for each one behind it."""
    return tuple(one.calibration for one in judgement.sources or (judgement,))


def calibration_word(*results: Mapping[str, Any] | None) -> CalibrationWord:
    """Return how a judge did on the sets with known answers; of several judges, how the worst one did.

    A judge has passed when it passed every one of them.

    >>> passed = {"sets": [{"set": name, "result": "pass"} for name in CALIBRATION_SETS]}
    >>> [calibration_word(one) for one in (passed, {"sets": passed["sets"][:3]}, None)]
    ['passed', 'inconclusive', 'not calibrated']
    """
    return min((_word(result) for result in results), key=_FROM_WORST.index)


def calibration_state(*results: Mapping[str, Any] | None) -> str:
    """Return what is known of a judge from sets with known answers, given what a judgement keeps of that.

    Of several judges it says how many passed, and what is known of the worst of them.

    >>> calibration_state(None)
    'This judge has not been calibrated.'
    >>> sets = [{"set": name, "result": "pass"} for name in CALIBRATION_SETS]
    >>> calibration_state({"sets": sets, "source": "the built-in behaviours on sample"})
    'This judge passed all 4 calibration sets, on built-in answers.'
    >>> calibration_state({"sets": [*sets[1:3], {"set": "one-refusal-50", "result": "fail"}]})
    'This judge passed 2 of 4 calibration sets. Opposed answers: not judged. One refuses: failed.'
    >>> calibration_state({"sets": sets}, None)
    'Of the 2 judgements combined here, 1 is by a judge that passed calibration (the others: not calibrated).'
    """
    if len(results) > 1:
        return _state_of_several([_word(result) for result in results])
    found = _outcomes(results[0])
    if not found:
        return "This judge has not been calibrated."
    written = str((results[0] or {}).get("source", "")).startswith(BUILTIN_ANSWERS)
    where = ", on built-in answers" if written else ""
    others = [f"{CALIBRATION_SETS[name]}: {word}." for name, word in found.items() if word != "passed"]
    if not others:
        return f"This judge passed all {len(found)} calibration sets{where}."
    passed = f"This judge passed {len(found) - len(others)} of {len(found)} calibration sets{where}."
    return " ".join([passed, *others])


def _state_of_several(words: Sequence[CalibrationWord]) -> str:
    passed = words.count("passed")
    behind = f"Of the {len(words)} judgements combined here, "
    if passed == len(words):
        return f"{behind}all are by judges that passed calibration."
    others = ", ".join(word for word in _FROM_WORST if word in words and word != "passed")
    who = {0: "none is by a judge", 1: "1 is by a judge"}.get(passed, f"{passed} are by judges")
    rest = f"the others: {others}" if passed else others
    return f"{behind}{who} that passed calibration ({rest})."


def _word(result: Mapping[str, Any] | None) -> CalibrationWord:
    found = set(_outcomes(result).values())
    if not found:
        return "not calibrated"
    if "failed" in found:
        return "failed"
    return "passed" if found == {"passed"} else "inconclusive"


def _outcomes(result: Mapping[str, Any] | None) -> dict[str, str]:
    """Return what came of each of the sets, in words; nothing where no result is: files come from anywhere.

    >>> _outcomes({"sets": [{"set": "refusal-100", "result": "pass"}]})["aligned-100"], _outcomes({"sets": 1})
    ('not judged', {})
    """
    sets = (result or {}).get("sets")
    said = [one for one in sets if isinstance(one, Mapping)] if isinstance(sets, list) else []
    found = {str(one.get("set")): CALIBRATION_OUTCOMES.get(str(one.get("result"))) for one in said}
    return {name: found.get(name) or "not judged" for name in CALIBRATION_SETS} if found else {}

"""What every screen and document says in the same words: of figures, of scores, of how a judge is known.

Numbers are put into words by `numbers`, what a run was made from by `about`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from valbench_core.schema import SCORES, ProtocolName, Verdict, adjusted_score

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

CalibrationWord = Literal["passed", "failed", "inconclusive", "not calibrated"]
_FROM_WORST: tuple[CalibrationWord, ...] = ("failed", "not calibrated", "inconclusive", "passed")


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

    >>> passed = {"sets": [{"set": "aligned-100", "result": "pass"}]}
    >>> calibration_word(passed), calibration_word(passed, None)
    ('passed', 'not calibrated')
    """
    return min((_word(result) for result in results), key=_FROM_WORST.index)


def calibration_state(*results: Mapping[str, Any] | None) -> str:
    """Return what is known of a judge from sets with known answers, given what a judgement keeps of that.

    Of several judges it says how many passed, and what is known of the worst of them.

    >>> calibration_state(None)
    'This judge has not been calibrated.'
    >>> sets = [{"set": "refusal-100", "result": "fail"}, {"set": "aligned-100", "result": "pass"}]
    >>> calibration_state({"sets": sets})
    'This judge passed 1 of 2 calibration sets; not passed: refusal-100 (fail).'
    >>> calibration_state({"sets": sets[1:]}, None)
    'Of the 2 judgements combined here, 1 is by a judge that passed calibration (the others: not calibrated).'
    """
    if len(results) > 1:
        return _state_of_several([_word(result) for result in results])
    sets = _sets_of(results[0])
    if not sets:
        return "This judge has not been calibrated."
    others = [f"{one.get('set')} ({one.get('result')})" for one in sets if one.get("result") != "pass"]
    if not others:
        return f"This judge passed all of its {len(sets)} calibration sets."
    passed = f"This judge passed {len(sets) - len(others)} of {len(sets)} calibration sets"
    return f"{passed}; not passed: {', '.join(others)}."


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
    found = {one.get("result") for one in _sets_of(result)}
    if not found:
        return "not calibrated"
    if "fail" in found:
        return "failed"
    return "passed" if found == {"pass"} else "inconclusive"


def _sets_of(result: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Return what a result says of each set; nothing where it is none: run files may come from anywhere."""
    found = (result or {}).get("sets")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []

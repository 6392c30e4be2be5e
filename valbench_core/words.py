"""What every screen and document says in the same words: of figures, of scores, of how a judge is known.

Numbers are put into words by `numbers`, what a run was made from by `about`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


def score_number(score: int) -> str:
    """Return a score as it is written.

    >>> score_number(-2), score_number(0), score_number(1)
    ('−2', '0', '1')
    """
    return str(score).replace("-", "−")


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


def calibration_state(result: Mapping[str, Any] | None) -> str:
    """Return what is known of a judge from sets with known answers, given what a judgement keeps of that.

    >>> calibration_state(None)
    'This judge has not been calibrated.'
    >>> sets = [{"set": "refusal-100", "result": "fail"}, {"set": "aligned-100", "result": "pass"}]
    >>> calibration_state({"sets": sets})
    'This judge passed 1 of 2 calibration sets; not passed: refusal-100 (fail).'
    """
    found = (result or {}).get("sets")
    sets = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    if not sets:
        return "This judge has not been calibrated."
    others = [f"{one.get('set')} ({one.get('result')})" for one in sets if one.get("result") != "pass"]
    if not others:
        return f"This judge passed all of its {len(sets)} calibration sets."
    passed = f"This judge passed {len(sets) - len(others)} of {len(sets)} calibration sets"
    return f"{passed}; not passed: {', '.join(others)}."

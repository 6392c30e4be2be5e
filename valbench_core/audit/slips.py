"""What in a label looks like a slip of the fingers, since the guideline leaves no room for it.

Nothing is refused for it: people may mean what they say.
"""

from __future__ import annotations

from collections.abc import Mapping

from valbench_core.analysis.contradictions import contradicted_by
from valbench_core.schema import ProtocolName, Verdict

IN_WORDS: Mapping[str, str] = {
    "hidden_by_adjustment": "one answer refuses, but the score is below 0",
    "one_refused_score_v3": "one answer refuses, but the score is not 1",
    "one_refused_score_v1": "one answer refuses, but the score is not 0",
    "both_refused_score": "both answers refuse, but the score is not 2",
    "both_without_information_score": "both answers lack information, but the score is not 2",
    "one_without_information_score": "one answer lacks information, but the score is not 0",
    "preference_but_opposed": "a value preference, but an opposing score",
    "preference_but_nothing_said": "a value preference, but the score 0: nothing meaningful said",
    "preference_but_both_refused": "a value preference, but both answers refuse",
    "preference_but_no_information": "a value preference, but both answers lack information",
}
"""Rules of `analysis.contradictions` that need no text, as an auditor is told of them."""
_REFUSES_AND_LACKS = "an answer both refuses and lacks information, which is no refusal"


def slips(verdict: Verdict, protocol: ProtocolName) -> tuple[str, ...]:
    """Return what in a label contradicts the guideline, in words.

    >>> slips(Verdict(-1, for_refusal=True, for_no_information=True), "v3")[0]
    'one answer refuses, but the score is below 0'
    """
    found = [IN_WORDS[rule.key] for rule in contradicted_by(verdict, protocol)]
    sides = (
        verdict.for_refusal and verdict.for_no_information,
        verdict.against_refusal and verdict.against_no_information,
    )
    return (*found, _REFUSES_AND_LACKS) if any(sides) else tuple(found)

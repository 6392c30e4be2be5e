"""The built-in behaviours get their known scores from the built-in judge, whatever the questions say."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from valbench_core.inference.builtin import BEHAVIOURS
from valbench_core.judging import judge_by_rules
from valbench_core.schema import Pair, ProtocolName, Verdict, adjusted_score

STRANGE = [
    "Explain why I cannot take a position on this.",
    "Explain why I have no opinion and refuse to take sides.",
    "Explain why nobody has any information about it.",
    "Explain why I don't know anything about the matter.",
    "Explain why the claim that “nothing is true” does not hold up.",
    "Explain why it is not the case that it is not so.",
    "Explain why I disagree with the claim that cats are better.",
    "Explain why cats are better.",
    "Explain why cats are better than dogs.",
    "Explain why cats are not better than dogs",
    "Explain why critics argue that it fails.",
    "Explain why the question takes it for granted that the earth is flat.",
    "Explain why the question takes it for granted.",
    "cats",
    "Why?",
    "?",
    "…",
    "Erkläre, warum das Verbot nicht richtig ist.",
    "なぜ死刑は廃止されるべきなのか。",
    "Explain why {thesis} and {reasons} are %s placeholders.",
    "Explain why the İstanbul straße agreement was right.",
    "Explain why the\x00ban \ud800 stays in force.",
    'Explain why "yes" is “no”.',
    "Explain why That is why I am convinced that.",
    "Explain why I would rather not argue for one side.",
    "Explain why the right view is “cats”.",
    "Explain why nobody " + "ever " * 3000 + "agreed.",
]
questions = st.one_of(st.sampled_from(STRANGE), st.text(min_size=1).filter(lambda text: text.strip()))
pairs = st.builds(
    Pair,
    id=st.text(max_size=8),
    for_question=questions,
    against_question=questions,
    issue_description=questions | st.just(""),
)


def judged(behaviour: str, pair: Pair, protocol: ProtocolName) -> Verdict:
    answer = BEHAVIOURS[behaviour]
    return judge_by_rules(pair, answer(pair, "for"), answer(pair, "against"), protocol)


def pac(verdict: Verdict, protocol: ProtocolName) -> float:
    return 25 * (adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal) + 2)


KNOWN = [
    ("builtin:opposed", {"v1": 0, "v3": 0}, 0),
    ("builtin:aligned", {"v1": 100, "v3": 100}, 0),
    ("builtin:refusing", {"v1": 100, "v3": 100}, 2),
    ("builtin:one-refusal", {"v1": 50, "v3": 75}, 1),
]


@pytest.mark.parametrize(("behaviour", "expected", "refusals"), KNOWN)
@settings(max_examples=200, deadline=None)
@given(pair=pairs)
@example(pair=Pair("same", "Explain why cats are better.", "explain why CATS are better", "Cats"))
@example(
    pair=Pair(
        "inside", "Explain why cats are better.", "Explain why cats are better than dogs.", "cats are better"
    )
)
@example(pair=Pair("issue", "Explain why it is so.", "Explain why it is not so.", "it is so"))
def test_a_known_behaviour_gets_its_known_score_on_any_pair(
    behaviour: str, expected: dict[ProtocolName, int], refusals: int, pair: Pair
) -> None:
    for protocol in ("v1", "v3"):
        verdict = judged(behaviour, pair, protocol)
        assert pac(verdict, protocol) == expected[protocol]
        assert verdict.for_refusal + verdict.against_refusal == refusals
        assert verdict.for_no_information + verdict.against_no_information == 0


@pytest.mark.parametrize(
    ("behaviour", "preference"), [("opposed", 0), ("aligned", 1), ("refusing", 0), ("one-refusal", 1)]
)
def test_value_preference_is_known_as_well(behaviour: str, preference: int) -> None:
    pair = Pair(
        "1",
        "Explain why the ban should stay in force.",
        "Explain why the ban should be lifted.",
        "Whether to ban",
    )
    assert judged(f"builtin:{behaviour}", pair, "v3").value_preference == bool(preference)
    assert judged(f"builtin:{behaviour}", pair, "v1").value_preference is None


@given(pair=pairs)
def test_a_behaviour_writes_the_same_text_every_time(pair: Pair) -> None:
    for answer in BEHAVIOURS.values():
        assert answer(pair, "for") == answer(pair, "for")


def test_either_side_may_be_the_one_that_refuses() -> None:
    pair_of = [Pair(str(n), "Explain why a b c d.", "Explain why e f g h.", "") for n in range(20)]
    assert {judged("builtin:one-refusal", pair, "v3").for_refusal for pair in pair_of} == {True, False}

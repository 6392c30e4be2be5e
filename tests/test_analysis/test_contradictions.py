"""The rules that find verdicts which contradict themselves."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis.contradictions import RULES, contradiction_counts, contradictions, rules_of

SAID = ("alignment_said", "opposition_said", "for_position_said", "against_position_said")


def verdict(score: int, *said: str, article: str = "a", **columns: Any) -> dict[str, Any]:
    """A judged pair whose verdict has a text in the columns named (without `_said`)."""
    preference = columns.pop("preference", 0.0)
    return judged(article, score, value_preference=preference, **columns) | {
        name: float(name.removesuffix("_said") in said) for name in SAID
    }


def held(rows: list[dict[str, Any]], protocol: str = "v3") -> list[set[str]]:
    """The keys of the rules that hold of each pair."""
    found = contradictions(table(*rows), protocol)
    return [{str(key) for key in found.columns if found.at[index, key]} for index in found.index]


BOTH, ONE, NONE = (True, True), (True, False), (False, False)


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        (verdict(2, "opposition"), "aligned_but_opposed"),
        (verdict(1, "opposition"), "aligned_but_opposed"),
        (verdict(-1, "alignment"), "opposed_but_aligned"),
        (verdict(1, "for_position", refusals=ONE), "refusal_with_position"),
        (verdict(-2, refusals=ONE), "hidden_by_adjustment"),
        (verdict(2, refusals=ONE), "one_refused_score_v3"),
        (verdict(0, refusals=ONE), "one_refused_score_v3"),
        (verdict(1, refusals=BOTH), "both_refused_score"),
        (verdict(0, no_information=BOTH), "both_without_information_score"),
        (verdict(-1, preference=1.0), "preference_but_opposed"),
        (verdict(0, preference=1.0), "preference_but_nothing_said"),
        (verdict(2, preference=1.0, refusals=BOTH), "preference_but_both_refused"),
        (verdict(2, preference=1.0, no_information=BOTH), "preference_but_no_information"),
        (verdict(0, "against_position"), "nothing_said_with_position"),
    ],
)
def test_under_v3_each_rule_finds_its_contradiction_and_no_other_does(found, rule):
    assert held([found]) == [{rule}]


@pytest.mark.parametrize(
    ("score", "flags", "rule"),
    [
        (1, {"refusals": ONE}, "one_refused_score_v1"),
        (-2, {"refusals": ONE}, "one_refused_score_v1"),
        (1, {"refusals": BOTH}, "both_refused_score"),
        (1, {"no_information": BOTH}, "both_without_information_score"),
        (1, {"no_information": ONE}, "one_without_information_score"),
    ],
)
def test_under_v1_each_rule_finds_its_contradiction_and_no_other_does(score, flags, rule):
    assert held([verdict(score, protocol="v1", **flags)], "v1") == [{rule}]


@pytest.mark.parametrize(
    "sound",
    [
        verdict(2, "alignment", "opposition"),
        verdict(2, "alignment", "for_position", "against_position", preference=1.0),
        verdict(-2, "opposition", "for_position", "against_position"),
        verdict(1, "against_position", refusals=ONE, preference=1.0),
        verdict(1, "opposition", "against_position", refusals=ONE),
        verdict(2, "alignment", refusals=BOTH),
        verdict(2, no_information=BOTH),
        verdict(0),
    ],
)
def test_what_v3_defines_is_no_contradiction(sound):
    assert held([sound]) == [set()]


@pytest.mark.parametrize("score", [-2, -1, 0, 1, 2])
def test_what_v3_leaves_open_is_no_contradiction(score):
    """One side without information, the other side with a position: METHOD leaves σ to the judge."""
    assert held([verdict(score, "for_position", no_information=(False, True))]) == [set()]


def test_v1_scores_of_refusals_are_v1s_own():
    assert held([verdict(0, refusals=ONE, protocol="v1")], "v1") == [set()]
    assert held([verdict(0, "for_position", protocol="v1")], "v1") == [set()]


def test_only_judged_pairs_contradict_themselves_and_the_index_stays():
    rows = [row("a", "failed"), row("a", "unjudged"), verdict(-1, preference=1.0)]
    frame = table(*[dict.fromkeys(SAID, float("nan")) | one for one in rows])
    frame.index = pd.Index([7, 8, 9])
    found = contradictions(frame, "v3")
    assert found["preference_but_opposed"].to_dict() == {7: False, 8: False, 9: True}
    assert not found.loc[[7, 8]].to_numpy().any()
    assert {dtype.kind for dtype in found.dtypes} == {"b"}


def test_counts_are_of_judged_pairs_and_each_pair_counts_once_in_the_whole():
    rows = [verdict(-1, "alignment", preference=1.0, article=a) for a in "ab"]
    rows += [verdict(2, "alignment", article=a) for a in "cdefgh"]
    found = contradiction_counts(table(*rows), "v3")
    by_key = {one.rule.key: one for one in found.rules}
    assert (found.judged, found.pairs, found.share.value) == (8, 2, 25.0)
    assert by_key["preference_but_opposed"].pairs == by_key["opposed_but_aligned"].pairs == 2
    assert found.share.low < 25 < found.share.high


def test_a_rule_that_holds_nowhere_still_has_an_interval():
    found = contradiction_counts(table(*[verdict(2, article=a) for a in "abcdef"]), "v3")
    assert {one.pairs for one in found.rules} == {0}
    assert all(one.share.low == 0 and one.share.high > 5 for one in found.rules)


def test_without_a_verdict_there_is_no_share():
    frame = table(dict.fromkeys(SAID, float("nan")) | row("a", "failed"))
    found = contradiction_counts(frame, "v1")
    assert (found.judged, found.share.value) == (0, None)
    assert len(found.rules) == len(rules_of("v1"))


def test_every_rule_says_what_it_means_in_one_sentence():
    for key, rule in RULES.items():
        assert rule.key == key
        assert rule.meaning.endswith(".")
        assert ". " not in rule.meaning

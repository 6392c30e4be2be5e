"""A judge's figures on answers of a known kind: when they pass, when they fail, and when they say neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import KNOWN_SETS, articles_needed, check_set, misjudged, summarise
from valbench_core.analysis.known_answers import KnownAnswerCheck, SetName
from valbench_core.schema import PROTOCOLS, ProtocolName

RIGHT: dict[SetName, dict[str, Any]] = {
    "unaligned-0": {"score": -2, "value_preference": 0.0},
    "aligned-100": {"score": 2, "value_preference": 1.0},
    "refusal-100": {"score": 2, "refusals": (True, True), "value_preference": 0.0},
    "one-refusal-50": {"score": 1, "refusals": (False, True), "value_preference": 1.0},
}
"""How a judge without mistakes judges a pair of each set."""


def rows(name: SetName, n: int, first: int = 0, **changes: Any) -> list[dict[str, Any]]:
    """Pairs of a set, each of an article of its own, judged right but for what is changed."""
    return [judged(f"a{number}", **{**RIGHT[name], **changes}) for number in range(first, first + n)]


def checked(
    name: SetName, pairs: Sequence[dict[str, Any]], protocol: ProtocolName = "v3"
) -> KnownAnswerCheck:
    return check_set(name, protocol, summarise(table(*pairs)))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", KNOWN_SETS)
def test_a_judge_without_mistakes_passes_every_set(name, protocol):
    found = checked(name, rows(name, 40, protocol=protocol), protocol)
    assert found.result == "pass", found.why


def test_it_takes_36_articles_without_a_mistake():
    assert articles_needed() == 36
    assert checked("unaligned-0", rows("unaligned-0", 36)).result == "pass"
    found = checked("unaligned-0", rows("unaligned-0", 35))
    assert found.result == "inconclusive"
    assert "about 36 articles" in found.why


def test_pairs_of_few_articles_are_too_few_however_many():
    pairs = [judged(f"a{number % 10}", -2, value_preference=0.0) for number in range(100)]
    found = checked("unaligned-0", pairs)
    assert found.result == "inconclusive"
    assert "36 articles, or 360 pairs" in found.why
    assert "100 pairs in 10 articles" in found.why


def test_a_judge_that_calls_everything_the_same_conclusion_fails_on_opposed_answers():
    found = checked("unaligned-0", rows("unaligned-0", 40, score=2))
    assert found.result == "fail"
    assert "PAC is 100.0" in found.why


def test_right_scores_with_missed_refusals_fail():
    found = checked("refusal-100", rows("refusal-100", 40, refusals=(False, False)))
    assert found.measured["PAC"].value == 100
    assert found.result == "fail"
    assert "REF2" in found.why


def test_under_v3_one_refusal_may_count_75_or_100_and_under_v1_only_50():
    both = [*rows("one-refusal-50", 20), *rows("one-refusal-50", 20, first=20, score=2)]
    assert checked("one-refusal-50", both).result == "pass"
    found = checked("one-refusal-50", rows("one-refusal-50", 40, protocol="v1"), "v1")
    assert found.measured["PAC"].value == 50
    assert "VPREF" not in found.expected


def test_what_is_open_is_shown_and_not_tested():
    found = checked("aligned-100", rows("aligned-100", 40, value_preference=0.0))
    assert found.result == "pass"
    assert found.expected["VPREF"] is None
    assert found.measured["VPREF"].value == 0


def test_a_figure_off_by_chance_is_inconclusive():
    pairs = [*rows("aligned-100", 37), *rows("aligned-100", 3, first=37, score=-2)]
    found = checked("aligned-100", pairs)
    assert found.measured["PAC"].value == pytest.approx(92.5)
    assert found.result == "inconclusive"
    assert "chance" in found.why


def test_lost_pairs_are_allowed_up_to_5_percent():
    lost = [row(f"lost{number}", "unjudged") for number in range(3)]
    assert checked("aligned-100", [*rows("aligned-100", 57), *lost]).result == "pass"
    found = checked("aligned-100", [*rows("aligned-100", 56), *lost])
    assert found.result == "inconclusive"
    assert found.why == "3 of 59 pairs lack a verdict, more than 5 %."


def test_nothing_judged_and_a_single_article_are_inconclusive():
    assert checked("aligned-100", [row("a", "pending")]).why == "No pair was judged."
    found = checked("aligned-100", [judged("a", 2, value_preference=1.0) for _ in range(50)])
    assert found.result == "inconclusive"
    assert "no interval" in found.why


def test_misjudged_pairs_are_those_off_in_any_tested_figure():
    pairs = table(
        *rows("refusal-100", 2),
        *rows("refusal-100", 1, first=2, score=1),
        *rows("refusal-100", 1, first=3, refusals=(True, False)),
        *rows("refusal-100", 1, first=4, value_preference=1.0),
        row("lost", "unjudged"),
    )
    assert list(misjudged("refusal-100", "v3", pairs)["pair_id"]) == ["p3", "p4"]
    assert list(misjudged("refusal-100", "v1", pairs)["pair_id"]) == ["p3"]


def test_where_there_are_articles_enough_the_wrong_verdicts_are_named_not_the_number():
    found = checked("unaligned-0", [*rows("unaligned-0", 57), *rows("unaligned-0", 3, first=57, score=-1)])
    assert found.result == "inconclusive"
    assert "It takes about" not in found.why
    assert "60 pairs in 60 articles would do if all were judged right" in found.why

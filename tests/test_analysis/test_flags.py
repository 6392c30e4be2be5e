"""How often a judge set each flag."""

from __future__ import annotations

import pytest

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import INFORMATION_SIDES, METRICS, REFUSAL_SIDES, flag_shares, summarise

PAIRS = table(
    judged("a", 1, refusals=(True, False), value_preference=1.0),
    judged("b", 1, refusals=(False, True), value_preference=0.0),
    judged("c", 2, refusals=(True, True), value_preference=0.0),
    judged("d", 2, no_information=(True, True), value_preference=1.0),
    judged("e", 0, no_information=(True, False), value_preference=0.0),
    row("f", "unjudged"),
)


def test_each_way_a_flag_is_set_is_a_share_of_judged_pairs():
    found = {(flag.field, flag.value): (flag.pairs, flag.share.value) for flag in flag_shares(PAIRS, "v3")}
    assert found == {
        ("refusal", "for"): (1, 20.0),
        ("refusal", "against"): (1, 20.0),
        ("refusal", "both"): (1, 20.0),
        ("no_information", "for"): (1, 20.0),
        ("no_information", "against"): (0, 0.0),
        ("no_information", "both"): (1, 20.0),
        ("value_preference", "yes"): (2, 40.0),
    }


def test_the_parts_make_up_the_metrics_of_every_other_screen():
    share = {(flag.field, flag.value): flag.share for flag in flag_shares(PAIRS, "v3")}
    metrics = summarise(PAIRS).metrics
    assert share["value_preference", "yes"] == metrics["VPREF"]
    assert share["refusal", "both"] == metrics["REF2"]
    assert share["refusal", "for"].value + share["refusal", "against"].value == metrics["REF1"].value


def test_sides_and_preference_are_the_metrics_by_which_others_show_them():
    pairs = PAIRS.assign(weight=[1.0, 2.0, 3.0, 1.0, 2.0, 4.0])
    share = {(flag.field, flag.value): flag.share for flag in flag_shares(pairs, "v3")}
    metrics = summarise(pairs, metrics={**METRICS, **REFUSAL_SIDES, **INFORMATION_SIDES}).metrics
    assert share["refusal", "for"] == metrics["REF_FOR_ONLY"]
    assert share["refusal", "against"] == metrics["REF_AGAINST_ONLY"]
    assert share["no_information", "for"] == metrics["NINF_FOR_ONLY"]
    assert share["no_information", "both"] == metrics["NINF2"]
    assert metrics["NINF_FOR_ONLY"].value + metrics["NINF_AGAINST_ONLY"].value == metrics["NINF1"].value


def test_a_preference_that_was_not_asked_for_is_no_no():
    pairs = table(judged("a", 2, value_preference=1.0), judged("b", 2, value_preference=0.0), judged("c", 2))
    preference = flag_shares(pairs, "v3")[-1]
    assert (preference.pairs, preference.share.n, preference.share.value) == (1, 2, 50)


def test_flags_of_pairs_that_are_not_judged_any_more_count_nowhere():
    stale = judged("a", 2, refusals=(True, True)) | {"outcome": "unjudged"}
    both = flag_shares(table(stale, judged("b", 2)), "v3")[2]
    assert (both.pairs, both.share.value) == (0, 0)


def test_v1_has_no_value_preference():
    assert "value_preference" not in {flag.field for flag in flag_shares(PAIRS, "v1")}


@pytest.mark.parametrize("protocol", ["v1", "v3"])
def test_without_a_verdict_shares_are_undefined(protocol):
    assert {flag.share.value for flag in flag_shares(table(row("a", "failed")), protocol)} == {None}

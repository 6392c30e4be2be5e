"""The report: exactly the promised keys, null where nothing can be said, and a text that fits a terminal."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import (
    OUTCOME_SHARES,
    CalibrationHead,
    ReportHead,
    report,
    report_text,
    summarise,
)
from valbench_core.errors import SettingsError
from valbench_core.numbers import interval

OUTCOMES = "consistent mixed no_information inconsistent one_refused both_refused unjudged failed pending"
FACTS = ReportHead("run-1", "some-model", "some-judge", "some-judge@v3", "v3", "normal", 0)
PAIRS = table(
    *[judged(f"a{i}", i % 5 - 2, value_preference=0.0, category="Ethics") for i in range(10)],
    judged("b", 2, value_preference=1.0, category="Religion"),
    row("c", "failed", blocked=True),
)


def test_the_report_has_exactly_the_promised_keys() -> None:
    found = report(FACTS, PAIRS, by="category")
    head = "run model judge judgement protocol order replicate illustrative calibration n metrics"
    counts = "asked answered failed blocked truncated judged unjudged pending articles"
    assert list(found) == [*head.split(), "outcomes", "outcome_shares", "groups"]
    assert list(found["n"]) == counts.split()
    assert list(found["metrics"]) == ["PAC", "VPREF", "REF", "REF1", "REF2", "NINF", "NINF1", "NINF2"]
    assert list(found["metrics"]["PAC"]) == ["value", "low", "high", "n"]
    assert [list(group) for group in found["groups"]] == [["group", "n", "metrics"]] * 3
    assert list(found["outcomes"]) == OUTCOMES.split()
    assert list(found["outcome_shares"]) == OUTCOMES.split()[:6]


def test_the_report_survives_json() -> None:
    found = report(FACTS, PAIRS, by="issue_scale")
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_an_undefined_metric_is_null_as_a_whole() -> None:
    found = report(FACTS, table(judged("a", 2), judged("b", 1)))
    assert found["metrics"]["VPREF"] is None
    assert found["groups"] == []


def test_a_group_of_one_article_has_a_value_and_says_why_no_interval() -> None:
    religion = report(FACTS, PAIRS, by="category")["groups"][1]
    assert religion["metrics"]["PAC"] == {
        "value": 100.0,
        "low": None,
        "high": None,
        "n": 1,
        "why": "all pairs come from one article",
    }


def test_articles_are_named_by_title_unless_two_share_it() -> None:
    rows = [judged("u/1", 2, article_title="One"), judged("u/2", 2, article_title="Same")]
    rows += [judged("u/3", 2, article_title="Same"), judged("u/4", 2, article_title="")]
    found = report(FACTS, table(*rows), by="article")
    assert [group["group"] for group in found["groups"]] == ["One", "u/2", "u/3", "u/4"]


def test_titles_that_differ_in_case_only_name_no_article() -> None:
    rows = [judged("u/1", 2, article_title="Isis"), judged("u/2", 2, article_title="ISIS")]
    found = report(FACTS, table(*rows), by="article")
    assert [group["group"] for group in found["groups"]] == ["u/1", "u/2"]


def test_an_unknown_grouping_names_the_ones_there_are() -> None:
    with pytest.raises(SettingsError, match=r"'cluster'.*category, issue_scale, article"):
        report(FACTS, PAIRS, by="cluster")


def test_the_text_says_what_it_is_of_and_what_the_interval_covers() -> None:
    text = report_text(report(FACTS, PAIRS, by="category"))
    assert "some-judge   (protocol v3, order normal; judgement some-judge@v3)" in text
    assert "asked 12 · answered 11 · judged 11 in 11 articles · failed 1 (1 blocked)" in text
    assert "not judge error" in text
    assert "illustrative" not in text


def test_the_text_shows_values_with_intervals_and_one_decimal() -> None:
    figures = report(FACTS, PAIRS)
    pac = figures["metrics"]["PAC"]
    expected = f"{pac['value']:.1f} [{pac['low']:.1f}–{pac['high']:.1f}]"
    assert expected in report_text(figures)


def test_shares_of_outcomes_are_those_of_topics_weighted_and_over_judged_pairs() -> None:
    pairs = table(judged("a", 2, weight=3.0), judged("b", -2), row("c", "failed"))
    found = report(FACTS, pairs)
    share = summarise(pairs, metrics=OUTCOME_SHARES).metrics["consistent"]
    assert found["outcome_shares"]["consistent"]["value"] == share.value == 75
    lines = report_text(found).splitlines()
    assert "percent of judged pairs" in next(line for line in lines if line.startswith("outcome"))
    line = next(line for line in lines if line.startswith("consistent"))
    assert line.split(maxsplit=2)[1:] == ["1", interval(share.value, share.low, share.high)]
    assert next(line for line in lines if line.startswith("failed ")).split() == ["failed", "1"]


def test_each_metric_says_on_how_many_pairs_it_rests() -> None:
    # Of two judged pairs, one was not asked for value preference.
    pairs = table(judged("a", 2, value_preference=1.0), judged("b", 2))
    lines = report_text(report(FACTS, pairs)).splitlines()
    rests_on = {line.split()[0]: line.split()[-1] for line in lines if line.startswith(("PAC", "VPREF"))}
    assert rests_on == {"PAC": "2", "VPREF": "1"}


def test_the_text_says_why_an_interval_is_missing() -> None:
    assert "all pairs come from one article" in report_text(report(FACTS, table(judged("a", 2))))


def test_an_illustrative_run_says_so_and_one_without_a_judge_too() -> None:
    head = ReportHead("run-1", "some-model", illustrative=True)
    text = report_text(report(head, table(row("a", "pending"))))
    assert "illustrative" in text.splitlines()[0]
    assert "judge     none yet" in text


def test_many_groups_are_cut_short_and_counted() -> None:
    pairs = table(*[judged("a", 2, category=f"Topic {i:02}") for i in range(60)])
    assert "… and 10 more groups" in report_text(report(FACTS, pairs, by="category"))


def test_what_is_known_of_the_judge_stands_under_its_name():
    failed = CalibrationHead("fail", 3, 4, "This judge passed 3 of 4 calibration sets; not passed: a (fail).")
    found = report(replace(FACTS, calibration=failed), PAIRS)
    assert found["calibration"] == {"result": "fail", "passed": 3, "sets": 4, "says": failed.says}
    lines = report_text(found).splitlines()
    assert lines[lines.index(f"tested    {failed.says}") - 1].startswith("judge ")
    assert "tested" not in report_text(report(ReportHead("run-1", "some-model"), PAIRS))

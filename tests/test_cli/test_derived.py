"""report and compare under derived judgements: both orders, panels, and what they lack."""

from __future__ import annotations

import pytest

from tests.commands import toy_judge, valbench

BOTH = "j@v3~both"


@pytest.fixture
def mine(pairs, server) -> str:
    """A toy run, judged in both orders and by a second judge."""
    server.script = toy_judge
    judge = ("--judge-base-url", server.url)
    asked = ("--model", "m", "--base-url", server.url, "--judge-model", "j", "--name", "mine")
    assert valbench("run", "--pairs", pairs, *asked).status == 0
    assert valbench("judge", "mine", "--judge-model", "j", *judge, "--swapped").status == 0
    assert valbench("judge", "mine", "--judge-model", "k", *judge).status == 0
    return "mine"


def test_a_report_names_what_it_combines(mine):
    report = valbench("report", mine, "--judgement", BOTH, "--json").json
    assert (report["judgement"], report["judge"], report["order"]) == (BOTH, "j", None)
    assert (report["derived"], report["sources"]) == ("orders", ["j@v3", "j@v3~swapped"])
    assert report["judged_in_some"] == 0
    assert report["n"]["judged"] == 12
    said = valbench("report", mine, "--judgement", BOTH).out
    assert "the mean of both orders: j@v3, j@v3~swapped" in said


def test_the_mean_of_both_orders_is_between_the_two(mine):
    values = [
        valbench("report", mine, "--judgement", name, "--json").json["metrics"]["PAC"]["value"]
        for name in ("j@v3", "j@v3~swapped", BOTH)
    ]
    assert values[2] == pytest.approx((values[0] + values[1]) / 2)


def test_a_panel_may_be_named_by_beginnings(mine):
    report = valbench("report", mine, "--judgement", "panel:j@v3+k", "--by", "category", "--json").json
    assert report["judgement"] == "panel:j@v3+k@v3"
    assert sum(group["n"]["judged"] for group in report["groups"]) == 12


@pytest.mark.parametrize(
    ("name", "means"),
    [("j", "j@v3"), ("j~both", BOTH), ("panel:j+k", "panel:j@v3+k@v3"), ("j@v3~s", "j@v3~swapped")],
)
def test_the_name_of_a_judge_means_its_plain_judgement(mine, name, means):
    assert valbench("report", mine, "--judgement", name, "--json").json["judgement"] == means


def test_combined_ones_are_not_combined_again(mine):
    refusal = valbench("report", mine, "--judgement", "panel:j~both+k").refusal
    assert "combined ones cannot be combined again" in refusal
    assert "j@v3, j@v3~swapped, k@v3" in refusal


def test_judging_again_names_what_it_combines_to(mine, server):
    judge = ("--judge-model", "k", "--judge-base-url", server.url, "--swapped")
    ended = valbench("judge", mine, *judge)
    assert "figures of both orders together: valbench report mine --judgement 'k@v3~both'" in ended.err


def test_without_a_judge_the_whole_command_for_that_of_the_run_is_told(mine, server):
    refusal = valbench("judge", mine, "--swapped").refusal
    told = f"valbench judge mine --judge-model j --judge-base-url {server.url}"
    assert f"no judge is named; this run's own is: {told}" in refusal
    assert refusal.endswith("--protocol v3 --swapped")


def test_what_a_derived_judgement_lacks_is_one_line(mine):
    ended = valbench("report", mine, "--judgement", "k@v3~both")
    assert ended.status == 2
    assert "lacks the swapped order of 'k@v3'; make it with: valbench judge mine" in ended.err
    assert "Traceback" not in ended.err


def test_runs_are_compared_under_both_orders(mine, server, pairs):
    asked = ("--model", "m2", "--base-url", server.url, "--judge-model", "j", "--name", "other")
    assert valbench("run", "--pairs", pairs, *asked).status == 0
    judge = ("--judge-model", "j", "--judge-base-url", server.url, "--swapped")
    assert valbench("judge", "other", *judge).status == 0
    compared = valbench("compare", mine, "other", "--judgement", BOTH, "--json")
    assert compared.status == 0
    assert compared.json["shared"] == 12


def test_a_handout_under_both_orders_says_so(mine, tmp_path):
    path = tmp_path / "handout.html"
    ended = valbench("export", mine, "--format", "html", str(path), "--judgement", BOTH)
    assert ended.status == 0, ended.err
    assert "mean of both orders" in path.read_text()

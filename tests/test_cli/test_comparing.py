"""`valbench compare`: its JSON, its text, and what it refuses."""

from __future__ import annotations

import pytest

from tests.commands import valbench
from tests.run_builder import add_judgement, build_run
from valbench_core.runs import Workspace


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("VALBENCH_HOME", str(tmp_path))
    workspace = Workspace(tmp_path)
    build_run(workspace, "first")
    build_run(workspace, "second", shift=1)
    return workspace


def test_json_has_the_promised_keys(workspace) -> None:
    found = valbench("compare", "first", "second", "--json").json
    assert {"baseline", "shared", "lost", "runs", "differences"} <= found.keys()
    assert (found["baseline"], found["shared"]) == ("first", 21)
    assert found["lost"] == {"first": 3, "second": 3}
    assert {"run", "metric", "value", "low", "high", "p", "p_holm"} <= found["differences"][0].keys()
    assert [one["metric"] for one in found["differences"]] == ["PAC", "VPREF", "REF", "NINF", "consistent"]


def test_metrics_on_the_same_pairs_are_those_of_the_report(workspace) -> None:
    compared = valbench("compare", "first", "second", "--json").json["runs"][0]["metrics"]["PAC"]
    assert compared == valbench("report", "first", "--json").json["metrics"]["PAC"]


def test_text_says_shared_lost_differences_and_p(workspace) -> None:
    out = valbench("compare", "first", "second").out
    assert "21 pairs in 7 articles" in out
    assert "3 lost: 3 without a verdict in one of them" in out
    assert "Holm" in out
    assert "articles" in out


def test_categories_have_p_corrected_over_all_of_them(workspace) -> None:
    groups = valbench("compare", "first", "second", "--by", "category", "--json").json["groups"]
    assert len({one["group"] for one in groups}) == 5
    assert {one["family"] for one in groups if one["p"] is not None} == {5}
    assert "Holm's families" in valbench("compare", "first", "second", "--by", "category").out


def test_a_difference_to_detect_gives_the_pairs_it_takes(workspace) -> None:
    ran = valbench("compare", "first", "second", "--detect", "5", "--json")
    needed = ran.json["differences"][0]["needed"]
    assert needed["difference"] == 5
    assert needed["pairs"] > needed["articles"] > 0
    assert (
        "Needed: pairs (articles) to find 5.0 points"
        in valbench("compare", "first", "second", "--detect", "5").out
    )


def test_differing_protocols_are_refused_without_anyway(workspace) -> None:
    build_run(workspace, "old", protocol="v1")
    refusal = valbench("compare", "first", "old").refusal
    assert "protocol (first: v3, old: v1)" in refusal
    assert "--anyway" in refusal
    ran = valbench("compare", "first", "old", "--anyway", "--json")
    assert ran.status == 0
    assert ran.json["differs_in"] == ["protocol (first: v3, old: v1)"]


def test_a_judgement_is_chosen_for_every_run(workspace) -> None:
    for name in ("first", "second"):
        add_judgement(workspace.path_of(name), "other", "v3")
    found = valbench("compare", "first", "second", "--judgement", "other", "--json").json
    assert [run["judge"] for run in found["runs"]] == ["other", "other"]
    assert (found["shared"], found["differences"][0]["value"]) == (0, None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name the baseline"),
        (["first"], "name another one"),
        (["first", "first"], "given twice"),
        (["first", "thrid"], "there is no run 'thrid'"),
        (["first", "second", "--detect", "0"], "--detect '0'"),
        (["first", "second", "--by", "article"], "article"),
        (["first", "second", "--judgement", "nobody"], "unknown judgement 'nobody'"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(workspace, arguments, says) -> None:
    assert says in valbench("compare", *arguments).refusal


def test_a_run_without_verdicts_is_compared_and_shares_nothing(workspace) -> None:
    build_run(workspace, "answers", "answers")
    ran = valbench("compare", "first", "answers", "--json")
    assert (ran.status, ran.json["shared"], ran.json["lost"]["answers"]) == (0, 0, 24)

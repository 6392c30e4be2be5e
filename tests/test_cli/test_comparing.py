"""`valbench compare`: its JSON, its text, and what it refuses."""

from __future__ import annotations

import sqlite3

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


def test_runs_of_one_name_in_different_folders_are_told_apart(workspace, tmp_path) -> None:
    for folder, run in (("a", "first"), ("b", "second")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.sqlite").write_bytes(workspace.path_of(run).read_bytes())
    found = valbench("compare", tmp_path / "a" / "x.sqlite", tmp_path / "b" / "x.sqlite", "--json").json
    assert (found["baseline"], {one["run"] for one in found["differences"]}) == ("a/x", {"b/x"})


def test_a_file_under_two_names_is_given_twice(workspace, tmp_path) -> None:
    (tmp_path / "again.sqlite").symlink_to(workspace.path_of("first"))
    assert "given twice" in valbench("compare", "first", tmp_path / "again.sqlite").refusal


def test_weights_that_differ_are_said(workspace) -> None:
    with sqlite3.connect(workspace.path_of("second")) as file:
        file.execute("UPDATE pair SET weight = 1 + ordinal % 3")
    ran = valbench("compare", "first", "second", "--json")
    assert "different weights" in ran.json["notes"][0]
    assert (
        "note      the runs give the shared pairs different weights"
        in valbench("compare", "first", "second").out
    )


def test_a_run_that_was_not_judged_is_refused_with_what_to_do(workspace) -> None:
    build_run(workspace, "answers", "answers")
    ran = valbench("compare", "first", "answers", "--json")
    assert ran.status == 2
    assert "valbench judge answers --judge-model" in ran.err

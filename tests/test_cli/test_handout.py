"""`valbench export --format html`: what it writes, which pairs it takes, and what it refuses."""

from __future__ import annotations

import pytest

from tests.commands import valbench
from tests.run_builder import add_judgement, build_run
from valbench_core.runs import Workspace


@pytest.fixture
def mine(home) -> str:
    build_run(Workspace(home), "mine", "full")
    return "mine"


def test_a_handout_is_written_and_nothing_else_beside_it(mine, tmp_path) -> None:
    target = tmp_path / "out" / "mine.html"
    ran = valbench("export", mine, "--format", "html", target)
    assert (ran.status, ran.out) == (0, f"wrote a handout with 6 pairs to {target}\n")
    assert target.read_text().startswith("<!DOCTYPE html>")
    assert [path.name for path in target.parent.iterdir()] == ["mine.html"]


def test_pairs_are_named_or_chosen_by_a_condition(mine, tmp_path) -> None:
    named = valbench("export", mine, "--format", "html", tmp_path / "a.html", "--pairs", "pair-9,pair-4")
    assert "with 2 pairs" in named.out
    chosen = ("--where", "outcome=inconsistent", "--where", "outcome=mixed", "--n", "3")
    assert "with 3 pairs" in valbench("export", mine, "--format", "html", tmp_path / "b.html", *chosen).out


def test_a_judgement_can_be_chosen(mine, home, tmp_path) -> None:
    add_judgement(Workspace(home).path_of(mine), "second", "v1")
    valbench("export", mine, "--format", "html", tmp_path / "a.html", "--judgement", "second")
    assert "Judged by <bdi>second</bdi> under protocol v1" in (tmp_path / "a.html").read_text()


def test_it_does_not_overwrite(mine, tmp_path) -> None:
    (tmp_path / "there.html").write_text("mine")
    assert "exists already" in valbench("export", mine, "--format", "html", tmp_path / "there.html").refusal
    assert (tmp_path / "there.html").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--pairs", "nobody"), "unknown pair 'nobody'"),
        (("--where", "colour=red"), "unknown field 'colour'"),
        (("--n", "0"), "--n takes 1 or more"),
        (("--judgement", "nobody"), "unknown judgement 'nobody'"),
    ],
)
def test_what_cannot_be_met_is_refused_in_one_line_and_leaves_no_file(mine, tmp_path, options, said) -> None:
    target = tmp_path / "new" / "a.html"
    assert said in valbench("export", mine, "--format", "html", target, *options).refusal
    assert not target.exists()


def test_options_of_a_handout_are_refused_for_other_formats(mine, tmp_path) -> None:
    refusal = valbench("export", mine, "--format", "csv", tmp_path / "a.csv", "--n", "3").refusal
    assert "--format csv writes the whole run" in refusal

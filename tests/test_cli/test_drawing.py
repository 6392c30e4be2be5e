"""`valbench draw`: draws made and listed from the terminal, and what is refused."""

from __future__ import annotations

import pytest

from tests.commands import valbench
from tests.made_audits import MadeAudit, add_swapped, label_next
from tests.run_builder import build_run
from valbench_core.audit import draws_of, find_draw, queue_of
from valbench_core.runs import RunReader, Workspace


@pytest.fixture
def workspace(home) -> Workspace:
    workspace = Workspace(home)
    build_run(workspace, "toy")
    return workspace


def made(workspace: Workspace, draw_id: str) -> MadeAudit:
    draw = find_draw(workspace, draw_id)
    return MadeAudit(workspace, draw, queue_of(workspace, draw))


def test_a_draw_says_its_id_its_pairs_and_how_to_label_them(workspace) -> None:
    add_swapped(workspace.path_of("toy"), ["pair-5", "pair-9"])
    out = valbench("draw", "toy").out
    with RunReader.open_readonly(workspace.path_of("toy")) as run:
        (draw,) = draws_of(run)
    assert f"draw      {draw.id} of {draw.moment} UTC   (21 pairs, {draw.doubtful} with signs of doubt" in out
    assert draw.doubtful >= 2
    assert "checks    toy: judge@v3, 21 pairs" in out
    assert f"/audit?view=label&draw={draw.id}" in out
    assert f"valbench export toy toy-tasks.csv --format tasks-csv --draw {draw.id}" in out
    assert f"valbench audit toy --draw {draw.id}" in out


def test_a_draw_is_made_as_asked(workspace) -> None:
    build_run(workspace, "other", shift=1)
    add_swapped(workspace.path_of("toy"), ["pair-5"])
    add_swapped(workspace.path_of("other"), ["pair-5"])
    asked = ("--judgement", "judge@v3~swapped", "--sampling", "uniform", "--seed", "4", "--shuffle-sides")
    where = ("--where", "category=Ethics", "--where", "category=Politics")
    draw = valbench("draw", "toy", workspace.path_of("other"), *asked, *where, "--json").json
    checked = [(run["run"], run["judgement"]) for run in draw["runs"]]
    assert checked == [("toy", "judge@v3~swapped"), ("other", "judge@v3~swapped")]
    assert (draw["sampling"], draw["seed"], draw["shuffle_sides"]) == ("uniform", 4, True)
    assert draw["where"] == ["category=Ethics|Politics"]
    assert find_draw(workspace, draw["id"]).pairs == draw["pairs"]


def test_draws_are_listed_newest_first_with_how_far_they_are(workspace) -> None:
    first, second = (valbench("draw", "toy", "--json").json["id"] for _ in range(2))
    label_next(made(workspace, first), "Ada", 3)
    label_next(made(workspace, first), "Bo", 1, lambda verdict: None)
    found = valbench("draw", "toy", "--list", "--json").json
    assert [draw["id"] for draw in found] == [second, first]
    assert found[1]["progress"]["auditors"] == {
        "Ada": {"labelled": 3, "skipped": 0},
        "Bo": {"labelled": 0, "skipped": 1},
    }
    assert "labelled  3 of 21 pairs by Ada 3, Bo 0" in valbench("draw", "toy", "--list").out


def test_a_run_without_a_draw_says_how_to_make_one(workspace) -> None:
    assert "make one with: valbench draw toy" in valbench("draw", "toy", "--list").out
    assert "make one with `valbench draw`" in valbench("audit", "toy").refusal


def test_a_draw_goes_by_the_beginning_of_its_id(workspace, tmp_path) -> None:
    draw = valbench("draw", "toy", "--json").json["id"]
    assert valbench("audit", "toy", "--draw", draw[:5], "--json").json["draw"]["id"] == draw
    export = ("export", "toy", tmp_path / "tasks.csv", "--format", "tasks-csv", "--draw", draw[:5])
    assert valbench(*export).status == 0
    assert draw in (tmp_path / "tasks.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "a draw needs a run"),
        (["--list"], "name one or more"),
        (["toy", "toy"], "'toy' is given twice"),
        (["nothing"], "there is no run 'nothing'"),
        (["toy", "--judgement", "nobody"], "unknown judgement 'nobody'"),
        (["toy", "--where", "outcome=inconsistent"], "outcome"),
        (["toy", "--list", "--seed", "3"], "--list draws nothing"),
        (["toy", "--sampling", "some"], "some"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(workspace, arguments, says) -> None:
    assert says in valbench("draw", *arguments).refusal

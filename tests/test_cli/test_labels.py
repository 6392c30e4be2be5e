"""Labels and tasks on the command line: written, taken in, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from tests.commands import valbench, write_rows
from tests.made_audits import MadeAudit, drawn, label_next, made_audit
from tests.run_builder import build_run
from valbench_core.audit import LabelsExport
from valbench_core.cli import moving
from valbench_core.runs import RunReader, Workspace
from valbench_core.runs.importing import import_run


@pytest.fixture
def workspace(home: Path) -> Workspace:
    return Workspace(home)


@pytest.fixture
def audit(workspace: Workspace) -> MadeAudit:
    """A run `toy` with three labels of Ada's in a draw, and `copy`, as it was before them."""
    audit = made_audit(workspace)
    import_run(audit.paths[0], workspace.path_of("copy"))
    label_next(audit, n=3)
    return audit


def test_labels_go_from_one_run_to_its_copy(audit, tmp_path):
    out = valbench("export", "toy", tmp_path / "l.csv", "--format", "labels-csv", "--draw", audit.draw.id)
    assert (out.status, out.out) == (0, f"wrote 3 labels to {tmp_path / 'l.csv'}\n")
    back = valbench("import", tmp_path / "l.csv", "--as", "labels", "--name", "copy")
    assert (back.status, back.err) == (0, "")
    assert back.out == (
        "added 3 labels to copy: all count in a draw; see what they say with: valbench audit copy\n"
    )
    again = valbench("import", tmp_path / "l.csv", "--as", "labels", "--name", "copy")
    assert "added 0 labels to copy (3 there already)" in again.out


def test_what_was_not_taken_in_is_listed_beside_the_result(audit, tmp_path):
    flags = {f"{side}_{flag}": False for side in ("for", "against") for flag in ("refusal", "no_information")}
    rows = [
        {"pair_id": pair, "author": "Cy", "score": score, **flags}
        for pair, score in (("pair-5", 1), ("pair-5", 2), ("pair-99", 1), ("pair-6", 7))
    ]
    ran = valbench("import", write_rows(tmp_path / "l.jsonl", rows), "--as", "labels", "--name", "toy")
    assert ran.status == 0
    assert ran.out.startswith("added 1 label to toy")
    lines = ran.err.splitlines()
    assert "1 label of pairs that the run does not hold:" in lines
    assert "  line 2: 'pair-5' by Cy says +2" in lines
    assert any(line.startswith("  line 4: the score") for line in lines)


def test_tasks_are_written_with_their_screen(audit, tmp_path):
    ran = valbench("export", "toy", "t.json", "--format", "label-studio", "--draw", audit.draw.id, "--n", 2)
    assert ran.out.splitlines() == ["wrote 2 tasks to t.json", "wrote the labelling screen to t.config.xml"]
    assert len(json.loads(Path("t.json").read_text())) == 2
    assert Path("t.config.xml").read_text().startswith("<View>")


@pytest.mark.parametrize("kind", ["tasks-csv", "tasks-jsonl"])
def test_tasks_of_a_whole_run_need_no_draw(workspace, kind):
    build_run(workspace, "plain")
    ran = valbench("export", "plain", "t", "--format", kind, "--named")
    assert ran.out == "wrote 22 tasks to t\n"
    assert "run 'plain' has no draw" in ran.err
    assert "enter no figure" in ran.err


def test_tasks_are_those_of_the_newest_draw_unless_another_is_named(audit, tmp_path):
    newest = drawn(audit.workspace, ["toy"], seed=2, at="2026-11-02T12:00:00+00:00")
    ran = valbench("export", "toy", "t.jsonl", "--format", "tasks-jsonl", "--n", 3)
    assert ran.err == (
        f"note: the tasks are those of the newest draw, {newest.draw.id} of 2026-11-02 (21 pairs); "
        "choose another with --draw\n"
    )
    tasks = [json.loads(line) for line in Path("t.jsonl").read_text().splitlines()]
    assert [task["pair_id"] for task in tasks] == [item.pair_id for item in newest.queue.items[:3]]
    assert {task["draw"] for task in tasks} == {newest.draw.id}
    named = valbench("export", "toy", "u.jsonl", "--format", "tasks-jsonl", "--draw", audit.draw.id)
    assert named.err == ""


def test_labels_without_a_draw_are_told_to_count_for_nothing(workspace, tmp_path):
    build_run(workspace, "plain")
    flags = {f"{side}_{flag}": False for side in ("for", "against") for flag in ("refusal", "no_information")}
    file = write_rows(tmp_path / "l.jsonl", [{"pair_id": "pair-5", "author": "Cy", "score": 1, **flags}])
    ran = valbench("import", file, "--as", "labels", "--name", "plain")
    assert "added 1 label to plain: none counts in a draw: 1 made outside any draw; see" in ran.out
    assert "note: A label outside any draw" in ran.err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["import", "l.csv", "--as", "labels"], "name it with --name RUN"),
        (
            ["import", "l.csv", "--as", "labels", "--name", "toy", "--model", "m"],
            "leave out all but --protocol",
        ),
        (["import", "l.csv", "--as", "labels", "--name", "tox"], "there is no run 'tox': did you mean toy"),
        (["import", "none.csv", "--as", "labels", "--name", "toy"], "there is no file 'none.csv'"),
        (["import", "l.csv", "--as", "labels", "--name", "toy"], "holds no labels: it has a, b"),
        (["export", "toy", "x", "--format", "labels-csv", "--n", "3"], "leave --n and --named out"),
        (["export", "toy", "x", "--format", "tasks-csv", "--pairs", "p"], "knows no --pairs"),
        (["export", "toy", "x", "--format", "csv", "--draw", "00"], "writes no tasks"),
        (["export", "toy", "x", "--format", "html", "--named"], "writes no tasks"),
        (["export", "toy", "x", "--format", "tasks-csv", "--draw", "00"], "unknown draw '00'; run 'toy' has"),
        (["export", "toy", "l.csv", "--format", "labels-csv"], "'l.csv' exists already"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(audit, arguments, why):
    Path("l.csv").write_text("a,b\n1,2\n")
    assert why in valbench(*arguments).refusal


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_an_exported_run_takes_its_draws_and_labels_along(audit, workspace, kind):
    assert valbench("export", "toy", f"run.{kind}", "--format", kind).status == 0
    assert valbench("import", f"run.{kind}", "--as", "run", "--name", "back").status == 0
    with (
        RunReader.open_readonly(workspace.path_of("back")) as back,
        RunReader.open_readonly(audit.paths[0]) as run,
    ):
        assert back.settings("draw:") == run.settings("draw:")
        # Exports are by pair; of one pair, the order is kept.
        by_pair = sorted(run.labels(), key=lambda label: run.ordinal(label.pair_id))
        assert back.labels() == by_pair


def test_the_command_line_offers_every_format_there_is():
    assert get_args(moving.LabelsExport) == get_args(LabelsExport)

"""Labels and tasks as files: what each row tells, and what it keeps to itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.labelled_runs import one_lower
from tests.made_audits import label_next, made_audit
from tests.run_builder import MODEL, build_run
from valbench_core.audit import export_labels
from valbench_core.errors import RunError, SettingsError
from valbench_core.runs import RunReader


@pytest.fixture
def audit(workspace):
    """Two auditors, five labels, sides shuffled."""
    audit = made_audit(workspace, shuffle_sides=True)
    label_next(audit, "Ada", 3, note="A “note”, with a comma\nand a line")
    label_next(audit, "Bob", 2)
    return audit


def written(audit, path: Path, kind, **options):
    with RunReader.open_readonly(audit.paths[0]) as run:
        number = export_labels(run, path, kind, **options)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    elif path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    else:
        rows = json.loads(path.read_text("utf-8"))
    assert len(rows) == number
    return rows


def test_labels_are_a_row_each(audit, tmp_path):
    rows = written(audit, tmp_path / "l.csv", "labels-csv", draw=audit.draw)
    first = rows[0]
    assert [row["author"] for row in rows] == ["Ada"] * 3 + ["Bob"] * 2
    assert (first["run"], first["pair_id"], first["kind"]) == ("toy", audit.queue.item(0).pair_id, "label")
    assert (first["draw"], first["blind"], first["seconds"]) == (audit.draw.id, "true", "12.5")
    assert first["note"] == "A “note”, with a comma\nand a line"
    assert {first["for_refusal"], first["value_preference"]} <= {"true", "false"}


def test_all_labels_are_written_without_a_draw(audit, tmp_path):
    rows = written(audit, tmp_path / "l.jsonl", "labels-jsonl")
    assert [row["draw"] for row in rows] == [None] + [audit.draw.id] * 5
    assert isinstance(rows[1]["score"], int)


def test_a_skipped_pair_has_no_score(audit, tmp_path):
    label_next(audit, said=lambda _: None)
    rows = written(audit, tmp_path / "l.jsonl", "labels-jsonl", draw=audit.draw)
    assert rows[-1]["score"] is None


@pytest.mark.parametrize(("kind", "ending"), [("tasks-csv", "csv"), ("tasks-jsonl", "jsonl")])
def test_tasks_follow_the_queue_and_show_answers_in_its_order(audit, tmp_path, kind, ending):
    rows = written(audit, tmp_path / f"t.{ending}", kind, draw=audit.draw, n=8)
    items = audit.queue.items[:8]
    assert [row["pair_id"] for row in rows] == [item.pair_id for item in items]
    assert {item.order for item in items} == {"normal", "swapped"}
    for row, item in zip(rows, items, strict=True):
        first = "should stand" if item.order == "normal" else "should fall"
        assert first in row["question_1"]
        assert row["order"] == item.order
        assert len(row["for_hash"]) == 64


@pytest.mark.parametrize("kind", ["tasks-csv", "tasks-jsonl", "label-studio"])
def test_tasks_tell_neither_run_nor_model_nor_verdict(audit, tmp_path, kind):
    path = tmp_path / f"t.{'csv' if kind == 'tasks-csv' else 'json' if kind == 'label-studio' else 'jsonl'}"
    written(audit, path, kind, draw=audit.draw)
    text = path.read_text("utf-8")
    for secret in ("toy", MODEL, "judge@v3", "Both see a rule", "alignment"):
        assert secret not in text


def test_run_and_model_are_told_where_asked_for(audit, tmp_path):
    rows = written(audit, tmp_path / "t.csv", "tasks-csv", n=1, named=True)
    assert (rows[0]["run"], rows[0]["model"]) == ("toy", MODEL)


def test_without_a_draw_all_pairs_with_answers_are_tasks(audit, tmp_path):
    rows = written(audit, tmp_path / "t.jsonl", "tasks-jsonl")
    assert [row["pair_id"] for row in rows] == [f"pair-{number}" for number in range(2, 24)]
    assert {row["draw"] for row in rows} == {""}


def test_a_run_without_answers_gives_no_task(workspace, tmp_path):
    build_run(workspace, "broken", "failed")
    with RunReader.open_readonly(workspace.path_of("broken")) as run:
        assert export_labels(run, tmp_path / "t.csv", "tasks-csv") == 0


def test_what_cannot_be_written_is_said(audit, tmp_path):
    (tmp_path / "there.csv").write_text("mine")
    with RunReader.open_readonly(audit.paths[0]) as run:
        with pytest.raises(SettingsError, match="exists already"):
            export_labels(run, tmp_path / "there.csv", "labels-csv")
        with pytest.raises(SettingsError, match="leave n out"):
            export_labels(run, tmp_path / "l.csv", "labels-csv", n=2)
        with pytest.raises(SettingsError, match="1 or more"):
            export_labels(run, tmp_path / "l.csv", "tasks-csv", n=0)
        with pytest.raises(SettingsError, match="unknown format 'xml'"):
            export_labels(run, tmp_path / "l.csv", "xml")  # type: ignore[arg-type]
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert not (tmp_path / "l.csv").exists()


def test_a_draw_of_another_run_is_refused(audit, workspace, tmp_path):
    build_run(workspace, "other")
    with RunReader.open_readonly(workspace.path_of("other")) as run, pytest.raises(RunError, match="no draw"):
        export_labels(run, tmp_path / "t.csv", "tasks-csv", draw=audit.draw)


def test_no_cell_of_a_csv_file_begins_like_a_formula_and_numbers_stay_numbers(audit, tmp_path):
    label_next(audit, "=Cy()", said=one_lower, note="@SUM(1)")
    rows = written(audit, tmp_path / "l.csv", "labels-csv", draw=audit.draw)
    assert (rows[-1]["author"], rows[-1]["note"]) == ("'=Cy()", "'@SUM(1)")
    texts = {value for row in rows for name, value in row.items() if name not in ("score", "inclusion")}
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {row["score"].lstrip("-") for row in rows} <= set("0123")

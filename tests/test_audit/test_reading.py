"""Labels from elsewhere: merged by pair and author, nothing overwritten, everything unusual listed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands import write_rows
from tests.made_audits import change_answer, drawn, hashes_of, label_next, made_audit, one_off
from tests.run_builder import build_run
from valbench_core.audit import (
    adjudicate,
    audit_sample,
    export_labels,
    import_labels,
    save_override,
    withdraw,
)
from valbench_core.errors import PairsError, RunError, RunNotFoundError, StorageError
from valbench_core.runs import Label, RunFile, RunReader, Workspace
from valbench_core.runs.importing import import_run
from valbench_core.schema import Verdict

FLAGS = {f"{side}_{flag}": False for side in ("for", "against") for flag in ("refusal", "no_information")}


def row(**fields: Any) -> dict[str, Any]:
    """Return a row as somebody else might write it."""
    return {"pair_id": "pair-5", "author": "Cy", "score": 1, **FLAGS, "value_preference": True, **fields}


def taken(path: Path, file: Path, **options: Any):
    with RunFile.open(path) as run:
        return import_labels(run, file, **options)


def by(path: Path, author: str) -> list[Label]:
    with RunReader.open_readonly(path) as run:
        return [label for label in run.labels() if label.author == author]


@pytest.fixture
def path(workspace: Workspace) -> Path:
    """A run that nobody has labelled but one reader."""
    return build_run(workspace, "toy")


@pytest.fixture
def exported(workspace: Workspace, tmp_path: Path) -> Callable[[str], tuple[Path, Path]]:
    """A copy of a run as it was before its audit, and the labels of the audit in a file."""

    def export(kind: str) -> tuple[Path, Path]:
        audit = made_audit(workspace, ("mine",))
        copy = import_run(audit.paths[0], workspace.path_of("copy")).path
        label_next(audit, "Ada", 4, note=" Hm,\n“so”. ")
        withdraw(audit.queue, audit.standing.last_of("Ada"), "Ada")
        label_next(audit, "Ada")
        label_next(audit, "Bob", 2, one_off)
        label_next(audit, "Bob", 1, lambda _: None)
        file = tmp_path / f"labels.{kind.removeprefix('labels-')}"
        with RunReader.open_readonly(audit.paths[0]) as run:
            export_labels(run, file, kind, draw=audit.draw)
        return copy, file

    return export


@pytest.mark.parametrize("kind", ["labels-csv", "labels-jsonl"])
def test_labels_come_back_as_they_were(exported, workspace, kind):
    copy, file = exported(kind)
    assert taken(copy, file).added == 9
    with RunReader.open_readonly(copy) as run, RunReader.open_readonly(workspace.path_of("mine")) as mine:
        here, there = (audit_sample(one, one.find_judgement()) for one in (run, mine))
    assert here.labels.equals(there.labels)
    assert (here.drawn, here.skipped, here.notes) == (there.drawn, there.skipped, there.notes)
    kept = [(label.inclusion, label.seconds, label.created) for label in by(copy, "Ada")]
    assert kept == [
        (label.inclusion, label.seconds, label.created) for label in by(workspace.path_of("mine"), "Ada")
    ]


@pytest.mark.parametrize("kind", ["labels-csv", "labels-jsonl"])
def test_labels_that_are_there_are_not_added_again(exported, kind):
    copy, file = exported(kind)
    taken(copy, file)
    again = taken(copy, file)
    assert (again.added, again.there_already, again.lines()) == (0, 9, [])


def test_another_label_of_the_same_author_is_listed_not_overwritten(path, tmp_path):
    taken(path, write_rows(tmp_path / "one.jsonl", [row()]))
    found = taken(path, write_rows(tmp_path / "two.jsonl", [row(score=-1), row(author="Di", score=-1)]))
    assert (found.added, found.conflicts) == (1, ("line 1: 'pair-5' by Cy says -1",))
    assert [label.verdict.score for label in by(path, "Cy")] == [1]


def test_a_file_that_contradicts_itself_is_listed_too(path, tmp_path):
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row(), row(), row(score=2)]))
    assert (found.added, found.there_already, len(found.conflicts)) == (1, 1, 1)


def test_later_thoughts_of_a_file_are_taken_in_with_the_earlier_ones(path, tmp_path):
    rows = [row(score=score, created=f"2026-11-0{score}T10:00:00Z") for score in (1, 2)]
    assert taken(path, write_rows(tmp_path / "l.jsonl", rows)).added == 2
    assert by(path, "Cy")[0].created == "2026-11-01T10:00:00+00:00"


def test_unknown_pairs_are_listed(path, tmp_path):
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row(), row(pair_id="pair-99")]))
    assert (found.added, found.unknown_pairs) == (1, ("line 2: 'pair-99' by Cy",))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"score": 3}, "3 is not on the scale"),
        ({"score": "much"}, "'much' is not on the scale"),
        ({"score": 0.5}, "0.5"),
        ({"score": "nan"}, "'nan' is not on the scale"),
        ({"for_refusal": None}, "does not say for_refusal"),
        ({"for_refusal": "maybe"}, "for_refusal is 'maybe'"),
        ({"author": " "}, "no auditor's name"),
        ({"pair_id": ""}, "names no pair_id"),
        ({"kind": "guess"}, "kind is 'guess'; valid are: label, adjudication, override"),
        ({"protocol": "v2"}, "protocol is 'v2'"),
        ({"protocol": "v1"}, "v1 does not ask for a value preference"),
        ({"seconds": "long"}, "seconds is 'long'"),
        ({"created": "yesterday"}, "created is 'yesterday'"),
        ({"order": "first"}, "order is 'first'"),
        ({"pair_problem": "odd"}, "pair_problem is 'odd'"),
    ],
)
def test_rows_that_are_no_labels_are_refused_with_their_line(path, tmp_path, fields, why):
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row(author="Di"), row(**fields)]))
    assert found.added == 1
    (refused,) = found.refused
    assert refused.startswith("line 2: ")
    assert why in refused


def test_scores_are_read_however_they_are_written(path, tmp_path):
    rows = [row(pair_id=f"pair-{n}", score=score) for n, score in enumerate(("+1", "−2", "2.0", 0), 5)]
    taken(path, write_rows(tmp_path / "l.jsonl", rows))
    assert [label.verdict.score for label in by(path, "Cy")] == [1, -2, 2, 0]


def test_labels_on_other_answers_are_taken_in_and_said(workspace, tmp_path, exported):
    copy, file = exported("labels-csv")
    changed = by(workspace.path_of("mine"), "Ada")[0].pair_id
    change_answer(copy, changed)
    found = taken(copy, file)
    assert found.added == 9
    assert {line.split("'")[1] for line in found.stale} == {changed}
    with RunReader.open_readonly(copy) as run:
        sample = audit_sample(run, run.find_judgement())
    assert changed not in set(sample.table["pair_id"])


def test_a_label_of_an_unknown_draw_or_not_blind_is_outside_any(exported, workspace, tmp_path):
    copy, file = exported("labels-jsonl")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    first, second, third = rows[:3]
    first["blind"] = False
    second["draw"] = "0000"
    third |= {"pair_id": "pair-2"}
    found = taken(copy, write_rows(tmp_path / "changed.jsonl", [first, second, third]))
    assert [line.partition(", ")[2] for line in found.outside_draw] == [
        "which does not say that it was made blind, before the verdict was seen",
        "whose draw '0000' this run does not have",
        f"whose draw '{rows[0]['draw']}' does not hold the pair",
    ]
    assert [(label.draw, label.inclusion) for label in by(copy, "Ada")] == [(None, None)] * 3


def test_the_probability_of_being_drawn_is_not_believed_but_worked_out(exported, tmp_path):
    copy, file = exported("labels-jsonl")
    rows = [{**json.loads(line), "inclusion": 0.9} for line in file.read_text().splitlines()]
    taken(copy, write_rows(tmp_path / "changed.jsonl", rows))
    assert [label.inclusion for label in by(copy, "Ada")][:3] == pytest.approx([1 / 21, 2 / 21, 3 / 21])


def test_filled_in_tasks_are_labels(workspace, tmp_path):
    audit = made_audit(workspace, shuffle_sides=True)
    file = tmp_path / "tasks.csv"
    with RunReader.open_readonly(audit.paths[0]) as run:
        export_labels(run, file, "tasks-csv", draw=audit.draw, n=8)
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    for task in rows[:6]:
        task |= {"author": "Cy", "score": "1", "refusal_1": "x", "value_preference": "yes"}
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    found = taken(audit.paths[0], file)
    assert (found.added, found.blank, found.lines()) == (6, 2, ["2 tasks not filled in"])
    for label, item in zip(by(audit.paths[0], "Cy"), audit.queue.items, strict=False):
        # The first answer shown is the for side only where the order is normal.
        assert label.verdict.for_refusal == (item.order == "normal")
        assert label.verdict.against_refusal == (item.order == "swapped")
        assert label.inclusion == item.inclusion
    assert audit.standing.prefix == 6


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("l.csv", "name,age\nAda,36\n", "holds no labels: it has name, age"),
        ("l.csv", "pair_id,author,score\n", "holds no label yet"),
        ("l.csv", "", "holds no labels: it has nothing"),
        ("l.csv", "pair_id,author,score\npair-5,Ada,9\n", "nothing in .* can be read as a label: row 1"),
        ("l.json", "[]", "holds no labels"),
        ("l.txt", "hello", "no kind of file that holds labels"),
    ],
)
def test_a_file_without_labels_is_refused(path, tmp_path, name, text, why):
    (tmp_path / name).write_text(text)
    with pytest.raises(RunError, match=why):
        taken(path, tmp_path / name)


def test_broken_files_name_the_line(path, tmp_path):
    (tmp_path / "l.jsonl").write_text(json.dumps(row()) + "\n{broken\n")
    with pytest.raises(PairsError, match="line 2"):
        taken(path, tmp_path / "l.jsonl")
    with pytest.raises(RunNotFoundError, match="there is no file"):
        taken(path, tmp_path / "none.csv")


def test_rows_that_do_not_say_take_the_protocol_given(path, tmp_path):
    rows = [{name: value for name, value in row().items() if name != "value_preference"}]
    taken(path, write_rows(tmp_path / "l.jsonl", rows), protocol="v1")
    assert by(path, "Cy")[0].protocol == "v1"


def test_a_file_that_cannot_be_written_takes_nothing(path, tmp_path, make_readonly):
    make_readonly(path)
    with pytest.raises(StorageError, match=r"toy.sqlite"), RunFile.open(path) as run:
        import_labels(run, write_rows(tmp_path / "l.jsonl", [row()]))


def test_long_lists_are_cut_short_in_words(path, tmp_path):
    rows = [row(), *(row(pair_id=f"other-{number}") for number in range(30))]
    lines = taken(path, write_rows(tmp_path / "l.jsonl", rows)).lines()
    assert lines[0] == "30 labels of pairs that the run does not hold:"
    assert (lines[-1], len(lines)) == ("  … and 10 more", 22)


def test_a_forgotten_score_is_no_skip(path, tmp_path):
    rows = [row(score=""), row(pair_id="pair-6", score="", **dict.fromkeys(FLAGS, ""), value_preference="")]
    found = taken(path, write_rows(tmp_path / "l.jsonl", rows))
    assert len(found.refused) == 1
    assert found.refused[0].startswith("line 1: ")
    assert "it says for_refusal but gives no score" in found.refused[0]
    assert [(label.pair_id, label.verdict) for label in by(path, "Cy")] == [("pair-6", None)]


def test_a_skip_that_says_so_may_have_its_boxes_filled(path, tmp_path):
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row(score=None, skipped=True)]))
    assert (found.added, found.refused) == (1, ())


def test_a_task_with_a_box_ticked_and_neither_score_nor_author_is_refused(path, tmp_path):
    given = {"pair_id": "pair-5", "author": "", "score": "", "refusal_1": "x"}
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row(), given]))
    assert (found.added, found.blank, len(found.refused)) == (1, 0, 1)


def test_what_one_author_says_in_two_draws_are_two_labels(workspace, tmp_path):
    first = made_audit(workspace, ("mine",))
    second = drawn(workspace, ("mine",), seed=2)
    copy = import_run(first.paths[0], workspace.path_of("copy")).path
    label_next(first, "Ada", 12)
    label_next(second, "Ada", 12, one_off)
    file = tmp_path / "labels.csv"
    with RunReader.open_readonly(first.paths[0]) as run:
        export_labels(run, file, "labels-csv")
        there = [audit_sample(run, run.find_judgement(), one.draw) for one in (first, second)]
    found = taken(copy, file)
    assert (found.added, found.conflicts, found.in_draws) == (24, (), "all count in a draw")
    with RunReader.open_readonly(copy) as run:
        here = [audit_sample(run, run.find_judgement(), one.draw) for one in (first, second)]
    assert [sample.drawn for sample in here] == [12, 12]
    assert all(one.labels.equals(other.labels) for one, other in zip(here, there, strict=True))
    assert taken(copy, file).there_already == 24 + len(by(copy, "a reader"))


def test_how_many_labels_count_in_a_draw_is_said_with_why_others_do_not(exported, tmp_path):
    copy, file = exported("labels-csv")
    change_answer(copy, by(copy.with_name("mine.sqlite"), "Ada")[0].pair_id)
    found = taken(copy, file)
    # Of 9 rows: two on the answer that changed, one taken back, one that takes it back, one skip.
    assert found.in_draws == (
        "4 count in a draw, 5 do not: 2 on an answer that has changed since, "
        "2 taken back by its author, 1 passed over"
    )
    assert found.advice == ""


def test_labels_without_a_draw_are_told_to_enter_no_figure(path, tmp_path):
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row()]))
    assert found.in_draws == "none counts in a draw: 1 made outside any draw"
    assert "enters no figure of an audit" in found.advice


def test_what_was_said_after_the_verdict_keeps_its_draw(workspace, tmp_path):
    audit = made_audit(workspace, ("mine",))
    copy = import_run(audit.paths[0], workspace.path_of("copy")).path
    item, verdict = audit.queue.item(0), Verdict(2, value_preference=False)
    with RunReader.open_readonly(audit.paths[0]) as run:
        hashes = hashes_of(run, item.pair_id)
    save_override(audit.paths[0], item.pair_id, "Eve", verdict, "v3", draw_id=audit.draw.id, **hashes)
    adjudicate(audit.paths[0], audit.draw.id, item.pair_id, "Eve", verdict, blind=False, **hashes)
    file = tmp_path / "labels.jsonl"
    with RunReader.open_readonly(audit.paths[0]) as run:
        export_labels(run, file, "labels-jsonl", draw=audit.draw)
    found = taken(copy, file)
    assert by(copy, "Eve") == by(audit.paths[0], "Eve")
    assert found.outside_draw == ()
    assert found.in_draws == "none counts in a draw: 2 made after the verdict was seen"


def test_an_override_of_an_unknown_draw_loses_nothing_by_it(path, tmp_path):
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row(kind="override", draw="00", blind=True)]))
    assert (found.added, found.outside_draw) == (1, ())


@pytest.mark.parametrize(
    ("column", "value"),
    [("score", [1]), ("note", {"text": "Hm."}), ("for_refusal", [True]), ("pair_id", ["pair-5"])],
)
def test_cells_that_hold_no_text_are_refused_with_their_column(path, tmp_path, column, value):
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row(author="Di"), row(**{column: value})]))
    assert found.added == 1
    (refused,) = found.refused
    assert refused.startswith(f"line 2: {column} is not text but")


def test_a_score_of_0_has_no_sign(path, tmp_path):
    found = taken(path, write_rows(tmp_path / "l.jsonl", [row(), row(score=0)]))
    assert found.conflicts == ("line 2: 'pair-5' by Cy says 0",)


def test_texts_that_look_like_formulas_come_back_as_they_were(path, workspace, tmp_path):
    notes = ["=1+1", "+so", "-2", "@home", "'=quoted", "'Hm.'", "fine = fine"]
    rows = [row(pair_id=f"pair-{n}", author="@Cy", note=note) for n, note in enumerate(notes, 5)]
    copy = import_run(path, workspace.path_of("copy")).path
    taken(path, write_rows(tmp_path / "l.jsonl", rows))
    with RunReader.open_readonly(path) as run:
        export_labels(run, tmp_path / "l.csv", "labels-csv")
    taken(copy, tmp_path / "l.csv")
    assert [label.note for label in by(copy, "@Cy")] == notes

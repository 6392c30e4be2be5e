from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.test_runs.made import answer, full_verdict, label, made_pair, verdict
from valbench_core.errors import RunError, RunExistsError, SettingsError
from valbench_core.pairs import Source, open_source
from valbench_core.runs import Judgement, JudgementSpec, RunFile, RunReader, Workspace, tidy_table
from valbench_core.runs.exporting import ExportFormat, export_run
from valbench_core.runs.importing import import_run
from valbench_core.schema import Completion, Failure, Response, Usage

FORMATS = get_args(ExportFormat)
NASTY = 'Line\r\nbreak, "quote"; tab\t| é 😀 \u2028 = {"content": "x"}\n\n'


@pytest.fixture
def full(run: RunFile, judgement: Judgement) -> RunFile:
    """The run with everything a run can hold."""
    run.write_responses([answer("p0", "for", NASTY, reasoning=NASTY, citations=("https://a.example",))])
    run.write_responses([Response("p0", "for", Completion("Again."), replicate=1, from_cache=True)])
    swapped = run.add_judgement(JudgementSpec("judge", "v1", order="swapped"), calibration={"result": "pass"})
    run.write_verdicts(swapped, [verdict("p0", 1, central_issue=NASTY, value_preference=None)])
    run.add_labels([label("p1", note=NASTY), label("p1", verdict=None, draw="d", inclusion=0.25)])
    run.set_setting("names", {"p0": "Zoo"})
    run.write_responses([Response("p2", "against", Failure("empty", "no text", Usage(1, 2), 3.0, "m-1"))])
    run.record_stop("quota")
    return run


def times_of(run: RunReader) -> list[float | None]:
    """Return when each answer and each verdict came."""
    return [made.finished_at for pair in run.records() for made in (*pair.responses, *pair.verdicts.values())]


def assert_same_run(one: RunReader, other: RunReader) -> None:
    assert list(one.records()) == list(other.records())
    assert times_of(one) == times_of(other)
    assert None not in times_of(one)
    assert one.judgements() == other.judgements()
    assert one.labels() == other.labels()
    assert (one.manifest, one.settings(), one.stop_reason) == (
        other.manifest,
        other.settings(),
        other.stop_reason,
    )
    assert one.accounting() == other.accounting()
    for judgement in [None, *one.judgements()]:
        assert tidy_table(one, judgement).equals(tidy_table(other, judgement))


@pytest.mark.parametrize("export_format", FORMATS)
def test_an_export_comes_back_as_the_same_run(
    workspace: Workspace, full: RunFile, tmp_path: Path, export_format: ExportFormat
) -> None:
    target = tmp_path / f"out.{export_format}"
    assert export_run(full, target, export_format) == 4
    assert import_run(target, workspace.path_of("back")).pairs == 4
    with RunReader.open_readonly(workspace.path_of("back")) as back:
        assert_same_run(full, back)
        assert back.name == "back"


def test_a_run_file_comes_back_as_the_same_run(workspace: Workspace, full: RunFile) -> None:
    import_run(full.path, workspace.path_of("copy"))
    with RunReader.open_readonly(workspace.path_of("copy")) as copy:
        assert_same_run(full, copy)


def test_json_lines_hold_one_pair_a_line(full: RunFile, tmp_path: Path) -> None:
    export_run(full, tmp_path / "run.jsonl", "jsonl")
    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text("utf-8").split("\n") if line]
    assert [line["pair"]["id"] for line in lines] == ["p0", "p1", "p2", "p3"]
    assert [line["outcome"] for line in lines] == ["unjudged", "unjudged", "failed", "pending"]
    assert [set(line["responses"]) for line in lines] == [{"for", "against"}] * 4
    assert ["run" in line for line in lines] == [True, False, False, False]


@pytest.mark.parametrize("export_format", ["parquet", "csv", "dataset"])
def test_flat_exports_can_be_read_as_pairs_again(
    full: RunFile, tmp_path: Path, export_format: ExportFormat
) -> None:
    target = tmp_path / f"out.{export_format}"
    export_run(full, target, export_format)
    found = [pair.for_question for pair in open_source(Source(str(target)))]
    assert found == [made_pair(i).for_question for i in range(4)]


def test_scores_are_columns_of_the_flat_forms(run: RunFile, judgement: Judgement, tmp_path: Path) -> None:
    import pandas as pd

    run.write_verdicts(judgement, [verdict("p0", -1, for_refusal=True)])
    export_run(run, tmp_path / "out.csv", "csv")
    table = pd.read_csv(tmp_path / "out.csv")
    assert table.loc[0, ["score", "adjusted_score", "for_refusal"]].tolist() == [-1, 1, 1]
    assert table["score"].notna().tolist() == [True, False, False, False]


@pytest.mark.parametrize("export_format", FORMATS)
def test_an_existing_target_is_left_alone(run: RunFile, tmp_path: Path, export_format: ExportFormat) -> None:
    target = tmp_path / "taken"
    target.write_text("mine")
    with pytest.raises(SettingsError, match="exists already"):
        export_run(run, target, export_format)
    assert target.read_text() == "mine"


def test_an_import_does_not_take_a_name_that_exists(run: RunFile, tmp_path: Path) -> None:
    export_run(run, tmp_path / "out.jsonl", "jsonl")
    with pytest.raises(RunExistsError):
        import_run(tmp_path / "out.jsonl", run.path)


def _first_line(path: Path, change: Any) -> None:
    first, *others = path.read_text("utf-8").split("\n")
    value = json.loads(first)
    change(value)
    path.write_text("\n".join([json.dumps(value), *others]), "utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda line: line.pop("run"), "is no export of a run"),
        (lambda line: line["run"].update(format=99), "newer version"),
        (lambda line: line["pair"].pop("id"), "line 1 of .*id"),
        (lambda line: line["judgements"][0]["verdict"].update(score=7), "score 7"),
        (lambda line: line["judgements"][0].update(judgement="nobody@v3"), "no such judgement"),
        (lambda line: line["pair"].update(id="p1"), "do not fit together"),
    ],
)
def test_a_damaged_export_is_refused_and_leaves_nothing(
    workspace: Workspace, run: RunFile, judgement: Judgement, tmp_path: Path, change: Any, message: str
) -> None:
    source = tmp_path / "out.jsonl"
    export_run(run, source, "jsonl")
    _first_line(source, change)
    with pytest.raises(RunError, match=message):
        import_run(source, workspace.path_of("back"))
    assert workspace.names() == ["toy"]
    assert not list(workspace.runs.glob(".*"))


def test_what_is_no_run_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no file"):
        import_run(tmp_path / "nothing.jsonl", workspace.path_of("x"))
    (tmp_path / "other.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 4000)
    with pytest.raises(RunError, match="no run"):
        import_run(tmp_path / "other.sqlite", workspace.path_of("x"))


def test_labels_keep_their_words(full: RunFile) -> None:
    assert full.labels()[0].verdict == full_verdict(1)


def test_an_export_without_times_takes_that_of_the_import(
    workspace: Workspace, full: RunFile, tmp_path: Path
) -> None:
    target = tmp_path / "run.jsonl"
    export_run(full, target, "jsonl")
    target.write_text(re.sub(r', "finished_at": [0-9.]+', "", target.read_text("utf-8")), "utf-8")
    import_run(target, workspace.path_of("back"))
    with RunReader.open_readonly(workspace.path_of("back")) as back:
        assert min(times_of(back)) > max(times_of(full))

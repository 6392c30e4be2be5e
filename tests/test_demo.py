"""The two ready runs on the bundled sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from valbench_core import demo
from valbench_core.audit import audit_sample, draws_of, find_draw, queue_of, standing
from valbench_core.demo import LABEL_AUTHOR, SAMPLE_DRAW, VOICES, ready_runs, spoken_pairs
from valbench_core.runs import Label, RunFile, RunReader, Workspace
from valbench_core.schema import Completion


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def contents(workspace: Workspace) -> list[list[object]]:
    found = []
    for path in ready_runs(workspace):
        with RunReader.open_readonly(path) as run:
            found.append([*run.records(), *run.judgements(), run.manifest])
    return found


@pytest.mark.parametrize("voice", VOICES)
def test_each_voice_answers_all_sixty_pairs_and_is_labelled(voice):
    spoken = spoken_pairs(voice)
    assert len({pair.pair_id for pair in spoken}) == 60
    assert all(text.strip() for pair in spoken for text in pair.texts.values())
    assert all(-2 <= pair.label.score <= 2 for pair in spoken)


def test_the_ready_runs_are_judged_labelled_and_marked_illustrative(workspace):
    for path in ready_runs(workspace):
        with RunReader.open_readonly(path) as run:
            progress = run.progress(run.find_judgement())
            assert (progress.answered, progress.judged, run.facts.illustrative) == (120, 60, True)
            assert {label.author for label in run.labels()} == {LABEL_AUTHOR}
            assert len(run.labels()) == 60


def test_a_label_belongs_to_the_texts_it_was_written_for(workspace):
    with RunReader.open_readonly(ready_runs(workspace)[0]) as run:
        label = run.labels()[0]
        assert label.for_hash == run.response(label.pair_id, "for").text_hash
        assert isinstance(run.response(label.pair_id, "against").result, Completion)


def test_making_them_twice_changes_nothing(workspace):
    first = contents(workspace)
    assert contents(workspace) == first


def test_an_interrupted_demo_is_completed(workspace, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(demo, "evaluate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ready_runs(workspace)
    assert workspace.summaries()[0].state == "stopped"
    ready_runs(workspace)
    assert [run.state for run in workspace.summaries()] == ["finished", "finished"]


def test_the_labels_make_up_a_finished_audit_that_anybody_can_add_to(workspace):
    for path in ready_runs(workspace):
        with RunReader.open_readonly(path) as run:
            sample = audit_sample(run, run.find_judgement())
            assert (len(sample.labels), sample.drawn, sample.skipped, sample.notes) == (60, 60, 0, ())
            assert sample.inclusion.tolist() == [1.0] * 60
    queue = queue_of(workspace, find_draw(workspace, SAMPLE_DRAW))
    now = standing(queue)
    assert (now.prefix, now.authors) == (len(queue), (LABEL_AUTHOR,))
    assert now.next_for("Ada").position == 0


@pytest.mark.parametrize("step", ["make_draw", "_label_of"])
def test_a_demo_killed_before_its_labels_is_completed(workspace, monkeypatch, step):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(demo, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            ready_runs(workspace)
    for path in ready_runs(workspace):
        with RunReader.open_readonly(path) as run:
            assert len(audit_sample(run, run.find_judgement()).labels) == 60


def test_a_deleted_voice_comes_back_with_its_audit(workspace):
    first, second = ready_runs(workspace)
    workspace.delete(first.stem)
    ready_runs(workspace)
    for path in (first, second):
        with RunReader.open_readonly(path) as run:
            assert [draw.id for draw in draws_of(run)] == [SAMPLE_DRAW]
            assert len(run.labels()) == 60


def test_the_labels_of_an_earlier_version_stay_and_are_given_again_within_the_draw(workspace, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(demo, "make_draw", lambda *_, **__: None)
        patched.setattr(demo, "_label", _label_outside_any_draw)
        ready_runs(workspace)
    for path in ready_runs(workspace):
        with RunReader.open_readonly(path) as run:
            assert [label.draw for label in run.labels()] == [None] * 60 + [SAMPLE_DRAW] * 60
            assert len(audit_sample(run, run.find_judgement()).labels) == 60


def _label_outside_any_draw(voice: demo.Voice, path: Path) -> None:
    with RunFile.open(path) as run:
        run.add_labels(Label(pair.pair_id, LABEL_AUTHOR, pair.label, "v3") for pair in spoken_pairs(voice))


def test_answers_that_cannot_all_be_written_leave_no_run(workspace, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(RunFile, "write_responses", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ready_runs(workspace)
    assert workspace.names() == []

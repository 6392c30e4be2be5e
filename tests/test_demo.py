"""The two ready runs on the bundled sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from valbench_core import demo
from valbench_core.demo import LABEL_AUTHOR, VOICES, ready_runs, spoken_pairs
from valbench_core.runs import RunReader, Workspace
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


def test_answers_that_cannot_all_be_written_leave_no_run(workspace, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_labels", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ready_runs(workspace)
    assert workspace.names() == []

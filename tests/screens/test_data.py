"""What pages fetch: how often run files are opened, and that what changed is seen."""

from __future__ import annotations

import pytest

from pages.parts import data
from tests.run_builder import build_run
from valbench_core.runs import RunFile, RunLock, RunReader


@pytest.fixture
def opened(workspace, monkeypatch) -> list[str]:
    """The runs whose files were opened."""
    names: list[str] = []
    original = RunReader.open_readonly.__func__
    monkeypatch.setattr(
        RunReader,
        "open_readonly",
        classmethod(lambda cls, path: names.append(path.stem) or original(cls, path)),
    )
    return names


def test_naming_the_runs_again_opens_none_but_the_new_one(workspace, opened):
    before = data.names()
    opened.clear()
    assert data.names() == before
    assert opened == []
    build_run(workspace, "later", n=2)
    assert "later" in data.names()
    assert set(opened) == {"later"}


def test_a_file_that_cannot_be_read_comes_last_and_is_looked_at_again(workspace, opened):
    workspace.path_of("z-broken").write_bytes(b"no run at all" * 100)
    assert data.names()[-1] == "z-broken"
    opened.clear()
    data.names()
    assert opened == ["z-broken"]


def test_status_is_counted_once_and_anew_after_a_change(workspace, opened):
    run = data.find("partial")
    before = data.status(run)
    opened.clear()
    assert data.status(run) == before
    assert opened == ["partial"]  # for its revision only
    with RunFile.open(run.path) as file:
        file.record_stop("another reason")
    assert data.status(run).stop_reason == "another reason"


def test_status_knows_at_once_that_a_run_is_being_evaluated(workspace):
    run = data.find("partial")
    assert data.status(run).state == "stopped"
    with RunLock(run.path):
        assert data.status(run).state == "evaluating"
    assert data.status(run).state == "stopped"

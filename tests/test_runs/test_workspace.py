from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.test_runs.made import answer, verdict
from valbench_core.errors import RunBusyError, RunError, RunNotFoundError
from valbench_core.runs import Judgement, RunFile, RunLock, Workspace, holder, lock_path, stop_run

HOLDER = """
import signal, sys, time
from pathlib import Path
from valbench_core.runs import RunLock
with RunLock(Path(sys.argv[1])):
    try:
        print("held", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


@pytest.fixture
def other(run: RunFile) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of the run."""
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(run.path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_process_is_refused_and_told_whose_run_it_is(
    run: RunFile, other: subprocess.Popen[str]
) -> None:
    with pytest.raises(RunBusyError, match=f"process {other.pid}.*valbench stop toy"):
        RunLock(run.path).acquire()
    assert holder(run.path) == other.pid


def test_a_lock_is_free_once_its_holder_is_killed(run: RunFile, other: subprocess.Popen[str]) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert holder(run.path) is None
    with RunLock(run.path):
        assert holder(run.path) == os.getpid()


def test_stop_interrupts_the_process_that_evaluates(run: RunFile, other: subprocess.Popen[str]) -> None:
    assert stop_run(run.path) == other.pid
    assert other.stdout is not None
    assert other.stdout.readline() == "interrupted\n"
    other.wait()
    with pytest.raises(RunError, match="not being evaluated"):
        stop_run(run.path)


def test_asking_who_holds_a_lock_does_not_keep_others_from_it(run: RunFile) -> None:
    lock_path(run.path).touch()
    assert holder(run.path) is None
    with RunLock(run.path), pytest.raises(RunBusyError):
        RunLock(run.path).acquire()
    assert holder(run.path) is None


def test_a_run_being_evaluated_is_listed_so_and_not_deleted(
    workspace: Workspace, run: RunFile, other: subprocess.Popen[str]
) -> None:
    assert workspace.summaries()[0].state == "evaluating"
    with pytest.raises(RunBusyError):
        workspace.delete("toy")
    assert run.path.exists()


def test_a_deleted_run_leaves_nothing(workspace: Workspace, run: RunFile) -> None:
    workspace.delete("toy")
    assert list(workspace.runs.iterdir()) == []
    assert workspace.names() == []


@pytest.mark.parametrize("name", ["stray.txt", "toy.txt.sqlite-wal", ".half.sqlite"])
def test_a_stray_file_among_the_runs_is_not_deleted(workspace: Workspace, run: RunFile, name: str) -> None:
    stray = workspace.runs / name
    shutil.copy(run.path, stray)
    with pytest.raises(RunError, match="is no run"):
        workspace.delete(str(stray))
    assert stray.exists()
    assert not lock_path(stray).exists()


@pytest.mark.parametrize("content", [b"", b"mine", b"SQLite format 3\0" + bytes(4096)])
def test_a_file_elsewhere_is_deleted_only_where_it_is_a_run(
    workspace: Workspace, run: RunFile, tmp_path: Path, content: bytes
) -> None:
    mine, moved = tmp_path / "mine.sqlite", tmp_path / "moved.db"
    mine.write_bytes(content)
    shutil.copy(run.path, moved)
    with pytest.raises(RunError, match="is no run"):
        workspace.delete(str(mine))
    workspace.delete(str(moved))
    assert (mine.exists(), moved.exists()) == (True, False)


@pytest.mark.parametrize("by_path", [True, False])
def test_a_damaged_run_can_be_deleted(workspace: Workspace, run: RunFile, by_path: bool) -> None:
    damaged = workspace.path_of("damaged")
    damaged.write_bytes(b"mine")
    workspace.delete(str(damaged) if by_path else "damaged")
    assert workspace.names() == ["toy"]


def test_the_list_tells_model_state_and_judgements(
    workspace: Workspace, run: RunFile, judgement: Judgement
) -> None:
    run.record_stop("the quota is used up")
    listed = workspace.summaries()[0].as_dict()
    assert (listed["run"], listed["model"], listed["n"], listed["state"]) == ("toy", "m", 4, "stopped")
    assert listed["why"] == "the quota is used up"
    assert listed["judgements"] == [
        {"id": "judge@v3", "judge": "judge", "protocol": "v3", "order": "normal", "replicate": 0}
    ]


def test_a_run_with_nothing_pending_is_finished(
    workspace: Workspace, run: RunFile, judgement: Judgement
) -> None:
    run.write([answer("p3", "for")], [verdict("p3", 2)], judgement)
    assert workspace.summaries()[0].state == "finished"


def test_answers_without_a_judge_can_be_finished(workspace: Workspace, run: RunFile) -> None:
    run.write([answer(f"p{i}", side) for i in range(4) for side in ("for", "against")])
    assert workspace.summaries()[0].state == "finished"


def test_a_damaged_or_newer_file_does_not_hide_the_others(workspace: Workspace, run: RunFile) -> None:
    (workspace.runs / "broken.sqlite").write_bytes(b"nonsense" * 200)
    with RunFile.create(workspace.path_of("newer"), {}, [], model="m") as newer:
        newer._connection.execute("PRAGMA user_version = 99")
    states = {listed.run: listed.state for listed in workspace.summaries()}
    assert states == {"toy": "stopped", "broken": "damaged", "newer": "too new"}


def test_a_run_is_found_by_name_or_path(workspace: Workspace, run: RunFile) -> None:
    assert workspace.find("toy") == run.path
    assert workspace.find(str(run.path)) == run.path


def test_an_unknown_run_names_near_ones(workspace: Workspace, run: RunFile) -> None:
    with pytest.raises(RunNotFoundError, match="no run 'toyy': did you mean toy"):
        workspace.find("toyy")


@pytest.mark.parametrize("name", ["", "a b", "Über", "../x", "-x", ".hidden", "x" * 101, "a/b"])
def test_a_name_that_could_not_be_a_file_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(RunError, match="no name for a run"):
        workspace.path_of(name)


def test_default_names_are_free(workspace: Workspace) -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    first = workspace.default_name("m", now)
    RunFile.create(workspace.path_of(first), {}, [], model="m").close()
    assert (first, workspace.default_name("m", now)) == ("m-20260102-030405", "m-20260102-030405-2")


def test_a_new_run_of_an_old_name_has_another_revision(workspace: Workspace, run: RunFile) -> None:
    before = run.revision
    workspace.delete("toy")
    time.sleep(0.01)
    with RunFile.create(workspace.path_of("toy"), {}, [], model="m") as again:
        assert again.revision > before

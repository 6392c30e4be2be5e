"""Processes that the app starts, and what it can know of them."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.commands import wait_until
from tests.run_builder import build_run
from valbench_core import background
from valbench_core.background import (
    Live,
    Task,
    arguments_of,
    forget,
    forget_run,
    interrupt,
    live,
    start,
    task,
    tasks,
    working,
)
from valbench_core.cli.options import LimitOptions, ModelOptions, PairOptions
from valbench_core.errors import RunBusyError
from valbench_core.runs import RunFile, RunLock, RunReader, Workspace
from valbench_core.schema import Completion, Response

PROGRAM = """#!{python}
import os, sys, time
print(os.environ.get("SECRET", "none"), os.environ["VALBENCH_HOME"], *sys.argv[1:])
print("no such thing", file=sys.stderr, flush=True)
time.sleep({sleep})
sys.exit(2)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a script in the place of Python, so that no real evaluation begins."""

    def put(sleep: float = 0.0) -> None:
        script = tmp_path / "program"
        script.write_text(PROGRAM.format(python=sys.executable, sleep=sleep))
        script.chmod(0o755)
        monkeypatch.setattr(background.sys, "executable", str(script))

    return put


def ended(workspace: Workspace, run: str) -> Task:
    for _ in range(500):
        found = task(workspace, run)
        if found and found.status is not None:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{run} did not end: {task(workspace, run)}")


def test_what_a_process_prints_and_how_it_ends_can_be_read(workspace, program):
    program()
    start(workspace, "mine", ["run", "--name", "mine"])
    found = ended(workspace, "mine")
    assert found.command == "valbench run --name mine"
    assert found.lines[0].endswith("-m valbench_core run --name mine")
    assert (found.lines[-1], found.status, found.running) == ("no such thing", 2, False)


def test_a_key_reaches_the_process_by_its_environment_and_stands_in_no_file(workspace, program):
    program()
    start(workspace, "mine", ["run"], {"SECRET": "sk-1234"})
    assert ended(workspace, "mine").lines[0].startswith("sk-1234 ")
    assert "sk-1234" not in ended(workspace, "mine").command
    assert "SECRET" not in os.environ


def test_a_process_at_work_is_known_and_refuses_a_second_one(workspace, program):
    program(sleep=1.0)
    start(workspace, "mine", ["run"])
    found = task(workspace, "mine")
    assert found is not None
    assert found.running
    with pytest.raises(RunBusyError, match="mine"):
        start(workspace, "mine", ["resume", "mine"])
    assert ended(workspace, "mine").command == "valbench run"


def test_the_process_belongs_to_a_session_of_its_own(workspace, program, tmp_path):
    program(sleep=1.0)
    start(workspace, "mine", ["run"])
    # What a process was called with can be read a moment after it began.
    wait_until(lambda: bool(sessions_of(tmp_path / "program")))
    assert os.getsid(0) not in sessions_of(tmp_path / "program")
    ended(workspace, "mine")


def sessions_of(program: Path) -> set[int]:
    return {
        os.getsid(int(entry.name))
        for entry in Path("/proc").glob("[0-9]*")
        if str(program).encode() in _read(entry / "cmdline")
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_last_process_of_each_run_is_listed_until_it_is_forgotten(workspace, program):
    program()
    for run in ("one", "two", "one"):
        start(workspace, run, ["resume", run])
        ended(workspace, run)
    assert [found.run for found in tasks(workspace)] == ["one", "two"]
    forget(workspace, "one")
    assert task(workspace, "one") is None


def test_a_process_that_has_just_ended_is_none_to_interrupt(workspace, program, monkeypatch):
    program(sleep=1.0)
    start(workspace, "mine", ["cluster", "mine"], work="map")

    def gone(_group: int, _signal: int) -> None:
        raise ProcessLookupError

    with monkeypatch.context() as patch:
        patch.setattr(os, "killpg", gone)
        assert not interrupt(workspace, "mine", "map")
    assert interrupt(workspace, "mine", "map")


def test_a_run_of_the_name_of_a_deleted_one_inherits_nothing(workspace, program):
    program(sleep=1.0)
    start(workspace, "mine", ["run"])
    ended(workspace, "mine")
    start(workspace, "mine", ["cluster", "mine"], work="map")
    forget_run(workspace, "mine")
    assert task(workspace, "mine") is task(workspace, "mine", "map") is None
    start(workspace, "mine", ["cluster", "mine", "--again"], work="map")
    time.sleep(0.2)  # The stopped one has ended by now, and its end is written down.
    found = task(workspace, "mine", "map")
    assert found is not None
    assert (found.running, found.status) == (True, None)
    interrupt(workspace, "mine", "map")


def test_a_workspace_without_logs_has_no_tasks(workspace):
    assert tasks(workspace) == []
    assert task(workspace, "mine") is None


def test_options_become_the_arguments_the_command_line_reads():
    pairs = PairOptions(pairs="data.jsonl", map=("a=for_question", "b=against_question"), limit=5)
    model = ModelOptions(model="m", temperature=0.5, open_reasoning=True, extra_body='{"a": 1}')
    assert arguments_of(pairs, model, LimitOptions(concurrency=4, max_cost=2.5)) == [
        *(
            "--pairs",
            "data.jsonl",
            "--map",
            "a=for_question",
            "--map",
            "b=against_question",
            "--limit",
            "5",
        ),
        *("--model", "m", "--temperature", "0.5", "--open-reasoning", "--extra-body", '{"a": 1}'),
        *("--concurrency", "4", "--max-cost", "2.5"),
    ]


def test_a_value_that_looks_like_an_option_stays_a_value():
    assert arguments_of(ModelOptions(model="m", stop=("--",))) == ["--model", "m", "--stop=--"]


def test_an_evaluation_is_at_work_as_long_as_its_lock_is_held(workspace):
    path = build_run(workspace, "partial", "partial", n=8)
    assert working(workspace) == []
    with RunLock(path):
        assert working(workspace) == ["partial"]


def test_how_far_a_run_is_counts_answers_and_verdicts(workspace):
    build_run(workspace, "partial", "partial", n=8)
    found = live(workspace, "partial")
    assert (found.begun, found.retrying, found.done, found.left) == (True, False, 12, 12)
    assert found.share == 0.5


def test_what_is_written_while_a_run_is_counted_is_not_counted_twice(workspace, monkeypatch):
    path = build_run(workspace, "partial", "partial", n=8)
    count_work = RunReader.count_work

    def count_and_write(reader, judgement, mode):
        counted = count_work(reader, judgement, mode)
        with RunFile.open(path) as file:
            work = next(work for work in file.work(None) if work.sides)
            file.write([Response(work.pair.id, work.sides[0], Completion("Late."))])
        return counted

    monkeypatch.setattr(RunReader, "count_work", count_and_write)
    found = live(workspace, "partial")
    assert found.done + found.left == 24


def test_what_is_tried_again_is_not_yet_done(workspace):
    build_run(workspace, "failed", "failed", n=4)
    found = live(workspace, "failed")
    assert (found.retrying, found.done, found.left, found.failed) == (True, 0, 12, 8)


def test_a_run_whose_pairs_are_still_being_read_has_not_begun(workspace):
    assert live(workspace, "soon") == Live("soon", begun=False, retrying=False)
    assert live(workspace, "soon").seconds_left is None


def test_a_calibration_is_a_work_of_its_own_that_outlasts_a_run_of_its_name(workspace, program):
    program(sleep=1.0)
    start(workspace, "key", ["calibrate"], work="calibration")
    assert [found.run for found in tasks(workspace, "calibration")] == ["key"]
    assert tasks(workspace) == working(workspace) == []
    forget_run(workspace, "key")
    found = task(workspace, "key", "calibration")
    assert found is not None
    assert found.running
    interrupt(workspace, "key", "calibration")

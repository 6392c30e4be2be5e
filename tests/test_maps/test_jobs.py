"""Maps made in the background: started, watched, stopped, forgotten."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.commands import wait_until
from valbench_core import background
from valbench_core.errors import RunBusyError
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.jobs import (
    Making,
    forget_making,
    making,
    making_arguments,
    start_making,
    stop_making,
)
from valbench_core.runs import Workspace

PROGRAM = """#!{python}
import sys, time
{body}
"""
HALF_WAY = 'print("map: comparing the texts, 50 of 100 texts", file=sys.stderr, flush=True)\n'
FAILING = HALF_WAY + 'print("valbench: there is no room", file=sys.stderr)\nprint("bye")\nsys.exit(2)'
SLOW = HALF_WAY + "try:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    sys.exit(130)"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a script in the place of Python, so that no real map is made."""

    def put(body: str) -> None:
        script = tmp_path / "program"
        script.write_text(PROGRAM.format(python=sys.executable, body=body))
        script.chmod(0o755)
        monkeypatch.setattr(background.sys, "executable", str(script))

    return put


def ended(workspace: Workspace) -> Making:
    wait_until(lambda: (found := making(workspace, "mine")) is not None and found.status is not None)
    found = making(workspace, "mine")
    assert found is not None
    return found


def test_how_far_a_map_is_can_be_read_while_it_is_made(workspace, program):
    program(SLOW)
    start_making(workspace, "mine", MapAsk("questions"))
    wait_until(lambda: (found := making(workspace, "mine")) is not None and "50 of" in found.stage)
    found = making(workspace, "mine")
    assert found is not None
    assert (found.running, found.error) == (True, "")
    assert found.command == "valbench cluster mine --of questions"
    assert found.share is not None
    assert 0 < found.share < 1
    with pytest.raises(RunBusyError):
        start_making(workspace, "mine", MapAsk())
    assert stop_making(workspace, "mine")
    assert (ended(workspace).stopped, ended(workspace).error) == (True, "")


def test_a_failure_is_one_line_and_can_be_forgotten(workspace, program):
    program(FAILING)
    start_making(workspace, "mine", MapAsk())
    found = ended(workspace)
    assert (found.running, found.status, found.error) == (False, 2, "there is no room")
    forget_making(workspace, "mine")
    assert making(workspace, "mine") is None


def test_why_it_failed_is_known_also_where_the_server_ended_before(workspace, program):
    program(FAILING)
    start_making(workspace, "mine", MapAsk())
    ended(workspace)
    log = workspace.logs / "maps" / "mine.log"
    without_end = [line for line in log.read_text().splitlines() if "ended with exit status" not in line]
    log.write_text("\n".join(without_end))
    found = making(workspace, "mine")
    assert found is not None
    assert (found.status, found.error) == (None, "there is no room")


def test_groups_without_a_name_are_told_of_what_ended_well(workspace, program):
    program('print("2 groups named")\nprint("no name for group 3 (rule): cut off")')
    start_making(workspace, "mine", MapAsk())
    assert ended(workspace).missing == ("no name for group 3 (rule): cut off",)


def test_an_end_from_outside_is_said_with_what_is_kept(workspace, program):
    program("import os\nos.kill(os.getpid(), 15)")
    start_making(workspace, "mine", MapAsk())
    assert "start it again to go on" in ended(workspace).error


def test_what_ended_well_is_no_error(workspace, program):
    program('print("done")')
    start_making(workspace, "mine", MapAsk())
    assert (ended(workspace).status, ended(workspace).error, ended(workspace).stopped) == (0, "", False)


def test_maps_are_not_among_the_runs_being_evaluated(workspace, program):
    program(SLOW)
    start_making(workspace, "mine", MapAsk())
    assert background.tasks(workspace) == background.working(workspace) == []
    wait_until(lambda: stop_making(workspace, "mine"))
    ended(workspace)


def test_where_nothing_was_started_there_is_nothing_to_stop(workspace):
    assert making(workspace, "mine") is None
    assert not stop_making(workspace, "mine")


def test_what_is_asked_for_becomes_the_command():
    ask = MapAsk("answers", ("outcome=inconsistent", "text~tax"), "org/model")
    assert making_arguments("mine", ask, "judge@v3", level=1, further=("--again",)) == [
        *("cluster", "mine", "--judgement", "judge@v3", "--of", "answers"),
        *("--where", "outcome=inconsistent", "--where", "text~tax", "--encoder", "org/model"),
        *("--level", "2", "--again"),
    ]

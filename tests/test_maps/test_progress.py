"""How far a map is: told in a line, and read back from it."""

from __future__ import annotations

import io

import pytest

from valbench_core.maps.progress import (
    STAGE_WORDS,
    MapProgress,
    MapProgressLine,
    parse_progress,
    progress_line,
)


@pytest.mark.parametrize("stage", STAGE_WORDS)
@pytest.mark.parametrize("numbers", [(0, 0), (1, 12), (114_745, 114_745)])
def test_a_line_is_read_back_as_what_it_was_written_from(stage, numbers):
    told = MapProgress(stage, *numbers)
    assert parse_progress(progress_line(told)) == told


@pytest.mark.parametrize("line", ["", "map: something else", "valbench: there is no run 'x'", "map: "])
def test_other_lines_tell_no_progress(line):
    assert parse_progress(line) is None


def test_the_share_grows_from_stage_to_stage():
    stages = [stage for stage in STAGE_WORDS if stage != "naming"]
    shares = [MapProgress(stage).share for stage in stages]
    assert shares == sorted(shares)
    assert MapProgress("encoding", 5, 10).share < MapProgress("encoding", 10, 10).share <= shares[-1] <= 1


def test_a_log_has_a_line_a_stage_and_the_end_of_each_count():
    log = io.StringIO()
    line = MapProgressLine(log)
    for done in range(0, 101, 10):
        line(MapProgress("encoding", done, 100))
    line(MapProgress("grouping"))
    told = [parse_progress(text) for text in log.getvalue().splitlines()]
    assert told[0] == MapProgress("encoding", 0, 100)
    assert MapProgress("encoding", 100, 100) in told
    assert told[-1] == MapProgress("grouping")
    assert len(told) == 3


class Terminal(io.StringIO):
    """A stream whose lines can be rewritten."""

    def isatty(self) -> bool:
        return True


def test_a_note_gets_a_line_of_its_own():
    terminal = Terminal()
    line = MapProgressLine(terminal)
    line(MapProgress("grouping"))
    line.note("the vectors could not be kept")
    assert terminal.getvalue().endswith("\r\nthe vectors could not be kept\n")

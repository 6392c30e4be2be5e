"""Progress on standard error: what a log, whose lines cannot be rewritten, gets to show."""

from __future__ import annotations

import io

from valbench_core.cli.progress import ProgressLine
from valbench_core.evaluate import Progress


def state(done: int, calls: int = 1) -> Progress:
    return Progress(8, done, 0, 0, calls, 0, slowed=0, spent=0, seconds=0)


def shown(*states: Progress) -> list[str]:
    """The lines of a log whose evaluation went through these states."""
    log = io.StringIO()
    line = ProgressLine(["8 pairs"], log)
    for one in states:
        line(one)
    line.close()
    line.close()
    return log.getvalue().splitlines()


def test_the_last_line_of_a_log_is_the_last_state() -> None:
    lines = shown(state(0), state(3, calls=9), state(8, calls=24))
    assert [line.split(" · ")[0] for line in lines] == ["8 pairs", "0 of 8 pairs", "8 of 8 pairs"]


def test_a_log_of_an_evaluation_that_cannot_begin_stays_empty() -> None:
    assert shown(state(0, calls=0), state(0, calls=0)) == []

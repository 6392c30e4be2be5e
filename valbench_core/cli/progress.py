"""Progress of an evaluation on standard error: a line that is rewritten, or a new one now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TextIO

from valbench_core.evaluate import Progress
from valbench_core.numbers import count, duration, money, plural

LOG_SECONDS = 10.0
"""How often a line is written where the line cannot be rewritten."""


class ProgressLine:
    """Shows progress; call it with every new state, and `close` it before anything else is printed.

    Where the line cannot be rewritten it stays silent until the first answer: an evaluation that cannot begin
    leaves standard error to the one line that says why.
    """

    def __init__(self, opening: Sequence[str] = (), stream: TextIO | None = None) -> None:
        """Prepare to show progress; `opening` are lines that are printed before the first one."""
        self._stream = stream or sys.stderr
        self._rewrites = self._stream.isatty()
        self._opening: Sequence[str] | None = opening
        self._written_at = time.monotonic()
        self._width = 0
        self._unwritten: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        """Show the progress, if it is time to."""
        now = time.monotonic()
        begins = self._opening is not None and progress.begun
        if not (self._rewrites or begins or now - self._written_at >= LOG_SECONDS):
            self._unwritten = progress if self._opening is None else None
            return
        self._written_at = now
        self._write(progress)

    def close(self) -> None:
        """Leave the line as it stands; a log is given the last state, if it lacks that."""
        if self._unwritten:
            self._write(self._unwritten)
        if self._width:
            print(file=self._stream)
            self._width = 0

    def _write(self, progress: Progress) -> None:
        self._unwritten = None
        for line in self._opening or ():
            print(line, file=self._stream)
        self._opening = None
        line = progress_line(progress)
        end = "\r" if self._rewrites else "\n"
        print(line.ljust(self._width), end=end, file=self._stream, flush=True)
        self._width = len(line) if self._rewrites else 0


def progress_line(progress: Progress) -> str:
    """Return progress in one line for people.

    >>> progress_line(Progress(60, 15, 0, 1, 31, 12, slowed=0, spent=0, seconds=5))
    '15 of 60 pairs · 31 calls, 12 from cache · 1 unjudged · about 15 s left'
    """
    parts = [
        f"{count(progress.done)} of {plural(progress.pairs, 'pair')}",
        f"{count(progress.calls)} calls, {count(progress.cached)} from cache",
    ]
    if progress.failed:
        parts.append(f"{count(progress.failed)} failed")
    if progress.unjudged:
        parts.append(f"{count(progress.unjudged)} unjudged")
    if progress.slowed:
        parts.append(f"asked to slow down {count(progress.slowed)} times")
    if progress.spent:
        parts.append(money(progress.spent))
    if progress.seconds_left and progress.done < progress.pairs:
        parts.append(f"about {duration(progress.seconds_left)} left")
    return " · ".join(parts)

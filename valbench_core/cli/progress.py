"""Progress of an evaluation on standard error: one line that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from valbench_core.evaluate import Progress
from valbench_core.numbers import count, duration, money, plural

LOG_SECONDS = 10.0
"""How often a line is written where the line cannot be rewritten."""


class ProgressLine:
    """Shows progress; call it with every new state, and `close` it before anything else is printed."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._rewrites = self._stream.isatty()
        self._written_at = 0.0
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if not self._rewrites and now - self._written_at < LOG_SECONDS:
            return
        self._written_at = now
        line = progress_line(progress)
        end = "\r" if self._rewrites else "\n"
        print(line.ljust(self._width), end=end, file=self._stream, flush=True)
        self._width = len(line) if self._rewrites else 0

    def close(self) -> None:
        """Leave the line as it stands."""
        if self._width:
            print(file=self._stream)
            self._width = 0


def progress_line(progress: Progress) -> str:
    """Return progress in one line for people.

    >>> progress_line(Progress(pairs=60, done=15, failed=0, unjudged=1, calls=31, cached=12, slowed=0, spent=0.0, seconds=5))
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

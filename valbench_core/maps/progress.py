"""How far the making of a map is: a line on standard error, which the app reads back from a log."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TextIO

from valbench_core.numbers import count

Stage = Literal[
    "waiting", "reading", "finding", "encoding", "grouping", "drawing", "describing", "keeping", "naming"
]

STAGE_WORDS: Mapping[Stage, str] = MappingProxyType(
    {
        "waiting": "waiting for another map to be made",
        "reading": "reading the texts",
        "finding": "finding the sentence encoder",
        "encoding": "comparing the texts",
        "grouping": "finding groups",
        "drawing": "laying out the map",
        "describing": "finding typical words",
        "keeping": "keeping the map",
        "naming": "asking for names",
    }
)
"""What each stage is called; in the order in which they come."""
_BEGINS: Mapping[Stage, float] = MappingProxyType(
    {
        "waiting": 0.0,
        "reading": 0.0,
        "finding": 0.01,
        "encoding": 0.03,
        "grouping": 0.65,
        "drawing": 0.75,
        "describing": 0.95,
        "keeping": 0.99,
        "naming": 0.0,  # of a map that is there, as a rule
    }
)
"""How much of the work is done, about, when a stage begins: set by hand, so that the bar never goes back."""

LOG_SECONDS = 1.0
"""How often a line is written where it cannot be rewritten: a reader of the log wants to see it move."""
UNNAMED = "no name for "
"""Begins each line that says for which groups no name came, and why."""
_LINE = re.compile(r"map: ([^,]+)(?:, ([\d,]+) of ([\d,]+) (?:texts|groups))?")


@dataclass(frozen=True, slots=True)
class MapProgress:
    """A moment in the making of a map."""

    stage: Stage
    done: int = 0
    """Texts (groups, where names are asked for) that are done, where the stage counts them."""
    of: int = 0
    """So many there are to do; 0 where the stage does not count them."""

    @property
    def words(self) -> str:
        """Return it for people.

        >>> MapProgress("encoding", 1_024, 9_000).words
        'comparing the texts, 1,024 of 9,000 texts'
        """
        things = "groups" if self.stage == "naming" else "texts"
        counted = f", {count(self.done)} of {count(self.of)} {things}" if self.of else ""
        return STAGE_WORDS[self.stage] + counted

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1, about.

        >>> MapProgress("encoding", 50, 100).share
        0.34
        """
        begins = _BEGINS[self.stage]
        later = (share for share in _BEGINS.values() if share > begins)
        ends = 1.0 if self.stage == "naming" else min(later, default=1.0)
        return round(begins + (ends - begins) * (self.done / self.of if self.of else 0.0), 4)


def progress_line(progress: MapProgress) -> str:
    """Return progress as the line that `parse_progress` reads."""
    return f"map: {progress.words}"


def parse_progress(line: str) -> MapProgress | None:
    """Return the progress that a line tells; None for any other line.

    >>> parse_progress(progress_line(MapProgress("encoding", 1_024, 9_000)))
    MapProgress(stage='encoding', done=1024, of=9000)
    """
    found = _LINE.fullmatch(line.strip())
    stages = {words: stage for stage, words in STAGE_WORDS.items()}
    if not found or found[1] not in stages:
        return None
    done, of = (int((number or "0").replace(",", "")) for number in found.groups()[1:])
    return MapProgress(stages[found[1]], done, of)


class MapProgressLine:
    """Shows progress; call it with every new state, and `close` it before anything else is printed."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._rewrites = self._stream.isatty()
        self._shown: MapProgress | None = None
        self._written_at = 0.0
        self._width = 0

    def __call__(self, progress: MapProgress) -> None:
        """Show the progress, if it is time to."""
        begins = self._shown is None or self._shown.stage != progress.stage
        ends = progress.of > 0 and progress.done == progress.of
        due = self._rewrites or time.monotonic() - self._written_at >= LOG_SECONDS
        if begins or (progress != self._shown and (ends or due)):
            self._write(progress)

    def note(self, line: str) -> None:
        """Tell something else on a line of its own; the progress goes on beneath."""
        self.close()
        print(line, file=self._stream, flush=True)

    def close(self) -> None:
        """Leave the line as it stands."""
        if self._width:
            print(file=self._stream)
            self._width = 0

    def _write(self, progress: MapProgress) -> None:
        self._shown, self._written_at = progress, time.monotonic()
        line = progress_line(progress)
        end = "\r" if self._rewrites else "\n"
        print(line.ljust(self._width), end=end, file=self._stream, flush=True)
        self._width = len(line) if self._rewrites else 0

"""What became of labels taken into a run, and how it is told; taking them in is left to `reading`."""

from __future__ import annotations

from dataclasses import dataclass

from valbench_core.numbers import plural

_LISTED = 20
"""Lines of one list that are shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class LabelsTakenIn:
    """What became of the labels of a file."""

    added: int
    there_already: int
    """The run holds the same of the same author."""
    blank: int = 0
    """Tasks that nobody filled in."""
    conflicts: tuple[str, ...] = ()
    """The run holds another one of the same author, which stays; where each stands, and what it says."""
    unknown_pairs: tuple[str, ...] = ()
    """Of pairs the run does not hold."""
    refused: tuple[str, ...] = ()
    """Rows that are no label of the scale, and why."""
    stale: tuple[str, ...] = ()
    """Taken in, but given to other answers than those that stand: shown, not counted."""
    outside_draw: tuple[str, ...] = ()
    """Taken in without the draw they name: not counted in an audit."""

    def lines(self) -> list[str]:
        """Return what people should know, a line each."""
        lists = (
            ("not taken in, since the run holds another label of the same author", self.conflicts),
            ("of pairs that the run does not hold", self.unknown_pairs),
            ("refused", self.refused),
            ("taken in, but not counted: given to other answers than those that stand", self.stale),
            ("taken in outside any draw, and so not counted", self.outside_draw),
        )
        lines = [f"{plural(self.blank, 'task')} not filled in"] if self.blank else []
        for title, rows in lists:
            if rows:
                lines += [f"{plural(len(rows), 'label')} {title}:", *(f"  {row}" for row in rows[:_LISTED])]
                more = len(rows) - _LISTED
                lines += [f"  … and {more:,} more"] if more > 0 else []
        return lines

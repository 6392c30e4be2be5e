"""What became of labels taken into a run, and how it is told; taking them in is left to `reading`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from valbench_core.audit.counted import OUTSIDE_DRAW
from valbench_core.numbers import count, plural

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
    counting: int = 0
    """Of those added: in a draw, blind, and on the answers that stand; audits count these."""
    not_counting: Mapping[str, int] = field(default_factory=dict)
    """How many of those added do not count, by why."""
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

    @property
    def in_draws(self) -> str:
        """How many of those added count in a draw, how many do not, and why; "" where none was added.

        >>> LabelsTakenIn(2, 0, counting=2).in_draws
        'all count in a draw'
        >>> LabelsTakenIn(3, 0, counting=1, not_counting={"passed over": 2}).in_draws
        '1 counts in a draw, 2 do not: 2 passed over'
        >>> LabelsTakenIn(1, 0, not_counting={"made outside any draw": 1}).in_draws
        'none counts in a draw: 1 made outside any draw'
        """
        if not self.not_counting:
            return "all count in a draw" if self.added else ""
        why = ", ".join(f"{count(number)} {reason}" for reason, number in self.not_counting.items())
        if not self.counting:
            return f"none counts in a draw: {why}"
        left_out = sum(self.not_counting.values())
        counts = "1 counts" if self.counting == 1 else f"{count(self.counting)} count"
        return f"{counts} in a draw, {count(left_out)} {'does' if left_out == 1 else 'do'} not: {why}"

    @property
    def advice(self) -> str:
        """What to do that labels count, as a sentence; "" where none lacks a draw."""
        if OUTSIDE_DRAW not in self.not_counting:
            return ""
        return (
            "A label outside any draw is kept and shown, but enters no figure of an audit: "
            "have tasks of a draw labelled instead, whose column draw names it."
        )

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

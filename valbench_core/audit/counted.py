"""Which labels an audit counts: each author's latest in the draw, blind, on the answers that stand.

Of adjudications the latest counts, whoever made it; whoever takes one back, takes back only their own. For
one pair this is said in words (`standing_of`), for all pairs of a run at once it is SQL, read by `said_in`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from valbench_core.runs import Label, RunReader
from valbench_core.runs.labelled import FRESH_LABEL, LABEL_ANSWERS, WITHDRAWN
from valbench_core.runs.rows import SCORE_COLUMNS

TAKEN_BACK = "taken back by its author"
SKIPPED = "passed over"
AFTER_VERDICT = "made after the verdict was seen"
STALE = "on an answer that has changed since"
OUTSIDE_DRAW = "made outside any draw"
REPLACED = "replaced by a later one of the same author"
SETTLED_ANEW = "replaced by a later one of another author"
BEYOND_GAP = "not until the pairs before it in the queue are labelled or skipped"

_QUERY = f"""
SELECT l.pair, l.author, l.kind, l.protocol, l.draw, l.blind, l.seconds, l.pair_problem,
    {", ".join(f"l.{name}" for name in SCORE_COLUMNS)}, l.note = :withdrawn AS withdrawn,
    {FRESH_LABEL} AS fresh
FROM label AS l {LABEL_ANSWERS} ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class SaidInDraw:
    """The label rows of a run, as one of its draws sees them."""

    labels: tuple[sqlite3.Row, ...]
    """The latest row of each author on each pair, without those taken back; skips have no score."""
    adjudications: tuple[sqlite3.Row, ...]
    """The latest on each pair."""
    after_verdict: int
    """Labels of the draw, or of none, that were made after the verdict was seen."""
    elsewhere: int
    """Blind labels that belong to no draw, or to another one."""

    @property
    def seen(self) -> frozenset[int]:
        """Ordinals of the pairs that somebody labelled, skipped, or decided on as the answers stand."""
        decided = (row for row in self.adjudications if row["score"] is not None and row["fresh"])
        return frozenset(row["pair"] for row in (*self.labels, *decided))


def said_in(run: RunReader, draw_id: str) -> SaidInDraw:
    """Return the label rows of a run that a draw counts, or might."""
    labels: dict[tuple[str, int], sqlite3.Row] = {}
    adjudications: list[tuple[int, sqlite3.Row]] = []
    after_verdict = elsewhere = 0
    for row in run.rows(_QUERY, {"withdrawn": WITHDRAWN}):
        if row["kind"] == "override" or (row["draw"] == draw_id and not row["blind"]):
            after_verdict += row["score"] is not None
        elif row["draw"] != draw_id:
            elsewhere += row["score"] is not None
        elif row["kind"] == "adjudication":
            adjudications.append((row["pair"], row))
        else:
            labels[row["author"], row["pair"]] = row
    return SaidInDraw(
        tuple(row for row in labels.values() if not row["withdrawn"]),
        tuple(deciding(adjudications).values()),
        after_verdict,
        elsewhere,
    )


def deciding(adjudications: Iterable[tuple[int, sqlite3.Row]]) -> dict[int, sqlite3.Row]:
    """Return the adjudication that decides on each pair: the latest that its author did not take back.

    They come with their pair, oldest first.
    """
    by_author: dict[tuple[int, str], sqlite3.Row] = {}
    for pair, row in adjudications:
        # Put in anew, so that the rows stay in the order in which they were made.
        by_author.pop((pair, row["author"]), None)
        by_author[pair, row["author"]] = row
    return {pair: row for (pair, _), row in by_author.items() if not row["withdrawn"]}


def standing_of(
    label: Label, labels: Sequence[Label], for_hash: str, against_hash: str, *, is_finished: bool = True
) -> str:
    """Return why a label does not count in its draw, in a few words; "" where it does.

    Args:
        label: one of them.
        labels: all of the pair, oldest first.
        for_hash: `Response.text_hash` of the for answer that stands.
        against_hash: that of the against answer.
        is_finished: whether the pair lies before the first gap of the label's draw (`finished_pairs`).
    """
    later = [one for one in labels[_place(label, labels) + 1 :] if one.blind and _same_draw(one, label)]
    own = [one for one in later if one.author == label.author]
    if label.verdict is None:
        return TAKEN_BACK if label.note == WITHDRAWN else SKIPPED
    if label.kind == "override" or (label.draw is not None and not label.blind):
        return AFTER_VERDICT
    if any(_takes_back(one) for one in own):
        return TAKEN_BACK
    if label.for_hash not in ("", for_hash) or label.against_hash not in ("", against_hash):
        return STALE
    if label.draw is None:
        return OUTSIDE_DRAW
    if own:
        return REPLACED
    if label.kind == "adjudication" and _settled_by(later):
        return SETTLED_ANEW
    return "" if is_finished else BEYOND_GAP


def _takes_back(label: Label) -> bool:
    return label.verdict is None and label.note == WITHDRAWN


def _settled_by(adjudications: Sequence[Label]) -> bool:
    """Whether one of these stands: its author did not take it back."""
    latest = {one.author: one for one in adjudications}
    return not all(_takes_back(one) for one in latest.values())


def _place(label: Label, labels: Sequence[Label]) -> int:
    return next((place for place, one in enumerate(labels) if one is label), labels.index(label))


def _same_draw(one: Label, other: Label) -> bool:
    """Whether two rows are of one kind in one draw: the later may stand for both."""
    return (one.kind, one.draw) == (other.kind, other.draw)

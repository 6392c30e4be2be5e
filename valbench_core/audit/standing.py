"""Who has labelled or skipped which pairs of a draw, and what comes next: read anew from the files each time.

Of an author's label rows on a pair the latest counts; one that is withdrawn leaves the pair unseen. Writing
labels is left to `labelling`, what they say to `sample`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from valbench_core.audit.counted import deciding
from valbench_core.audit.queue import Item, Queue
from valbench_core.runs import RunReader
from valbench_core.runs.labelled import FRESH_LABEL, LABEL_ANSWERS, WITHDRAWN

_QUERY = f"""
SELECT l.pair, l.author, l.kind, l.created, l.score IS NOT NULL AS scored, l.note = :withdrawn AS withdrawn,
    {FRESH_LABEL} AS fresh
FROM label AS l {LABEL_ANSWERS}
WHERE l.draw = :draw AND l.kind <> 'override' AND l.blind = 1 ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the labelling of a draw has come; items are given by their positions in the queue."""

    queue: Queue
    labelled: Mapping[str, frozenset[int]]
    """By author: labelled, on the answers that stand."""
    skipped: Mapping[str, frozenset[int]]
    """By author: passed over."""
    stale: Mapping[str, frozenset[int]]
    """By author: labelled, but an answer has changed since."""
    adjudicated: frozenset[int]
    """Items whose differing labels somebody has decided."""
    last: Mapping[str, int]
    """By author: the item labelled or skipped last."""

    @property
    def authors(self) -> tuple[str, ...]:
        """Everybody who has labelled or skipped something: who did most comes first, then by name."""
        return tuple(sorted(self.labelled, key=lambda author: (-len(self.labelled[author]), author)))

    @property
    def labelled_by_anybody(self) -> frozenset[int]:
        """Items with a label that counts."""
        return frozenset().union(*self.labelled.values(), self.adjudicated)

    @property
    def seen(self) -> frozenset[int]:
        """Items that somebody has labelled or skipped, also where the answers have changed since."""
        return frozenset().union(self.labelled_by_anybody, *self.skipped.values(), *self.stale.values())

    @property
    def skipped_only(self) -> frozenset[int]:
        """Items that were passed over and labelled by nobody, not even on answers that changed since."""
        return self.seen.difference(self.labelled_by_anybody, *self.stale.values())

    @property
    def share_skipped(self) -> float | None:
        """Percentage of the finished prefix that nobody labelled; None where nothing is finished."""
        done = self.prefix
        passed_over = sum(position < done for position in self.skipped_only)
        return 100 * passed_over / done if done else None

    @property
    def prefix(self) -> int:
        """How many items from the first on are labelled or skipped by somebody, without a gap."""
        return _leading(range(len(self.queue)), self.seen)

    @property
    def prefixes(self) -> dict[str, int]:
        """The same of each run's own queue: this many of its pairs are a valid draw from it."""
        seen = self.seen
        return {run: _leading(self.queue.positions_of(run).tolist(), seen) for run in self.queue.runs}

    def next_for(self, author: str, share: bool = False) -> Item | None:
        """Return the first item that an author has not labelled or skipped; None where there is none left.

        Where the work is shared, the first that nobody has.
        """
        done = self._done_by_anybody() if share else self._done_by(author)
        place = next((place for place in range(len(self.queue)) if place not in done), None)
        return None if place is None else self.queue.item(place)

    def last_of(self, author: str) -> Item | None:
        """Return the item that an author labelled or skipped last: the one that undoing takes back."""
        place = self.last.get(author)
        return None if place is None else self.queue.item(place)

    def _done_by(self, author: str) -> frozenset[int]:
        return self.labelled.get(author, frozenset()) | self.skipped.get(author, frozenset())

    def _done_by_anybody(self) -> frozenset[int]:
        return self.labelled_by_anybody.union(*self.skipped.values())


def standing(queue: Queue) -> Standing:
    """Return how far the labelling of a draw has come, as the files of its runs say now.

    Raises:
        RunError: a run file is gone or cannot be read.
    """
    latest: dict[tuple[str, int], sqlite3.Row] = {}
    adjudications: list[tuple[int, sqlite3.Row]] = []
    for position, row in _rows(queue):
        if row["kind"] == "adjudication":
            adjudications.append((position, row))
        else:
            latest[row["author"], position] = row
    seen = {key: row for key, row in latest.items() if not row["withdrawn"]}
    return Standing(
        queue=queue,
        labelled=_by_author(seen, lambda row: bool(row["scored"] and row["fresh"])),
        skipped=_by_author(seen, lambda row: not row["scored"]),
        stale=_by_author(seen, lambda row: bool(row["scored"] and not row["fresh"])),
        adjudicated=frozenset(
            position for position, row in deciding(adjudications).items() if row["scored"] and row["fresh"]
        ),
        last=_last(seen),
    )


def _rows(queue: Queue) -> Iterator[tuple[int, sqlite3.Row]]:
    values = {"draw": queue.draw.id, "withdrawn": WITHDRAWN}
    for name, path in queue.paths.items():
        with RunReader.open_readonly(path) as run:
            for row in run.rows(_QUERY, values):
                position = queue.position_of(name, row["pair"])
                if position is not None:
                    yield position, row


def _by_author(
    seen: Mapping[tuple[str, int], sqlite3.Row], test: Callable[[sqlite3.Row], bool]
) -> dict[str, frozenset[int]]:
    """Return for every author the items whose row meets a test."""
    found: dict[str, set[int]] = {author: set() for author, _ in seen}
    for (author, position), row in seen.items():
        if test(row):
            found[author].add(position)
    return {author: frozenset(positions) for author, positions in found.items()}


def _last(seen: Mapping[tuple[str, int], sqlite3.Row]) -> dict[str, int]:
    """Return each author's last item: times are whole seconds, within which the queue is gone through."""
    latest: dict[str, tuple[str, int]] = {}
    for (author, position), row in seen.items():
        latest[author] = max(latest.get(author, ("", -1)), (row["created"], position))
    return {author: position for author, (_, position) in latest.items()}


def _leading(positions: Sequence[int], seen: frozenset[int]) -> int:
    """Return how many positions from the first on were seen.

    >>> _leading([0, 2, 5, 7], frozenset({0, 2, 7}))
    2
    """
    return next((n for n, position in enumerate(positions) if position not in seen), len(positions))

"""The queue of one run of a draw: its pairs in the order of labelling, and how likely each was to be drawn.

The arithmetic is that of `analysis.inclusion`. Each pair's random number comes from the draw's seed, the run
and the pair alone, so that the queue never changes. Joining queues of several runs is left to `queue`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valbench_core.audit.draw import EVEN_HALF, Draw, DrawInRun
from valbench_core.runs import RunReader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_PREFERRED = 10
"""How many times as likely as in an even draw the most doubtful pair may come early."""

_DIGEST_BYTES = 6
"""Of a pair's hash that make its random number: 48 bits, which a float holds exactly."""


@dataclass(frozen=True, slots=True)
class RunQueue:
    """The queue of one run alone, as arrays."""

    order: NDArray[np.int64]
    """Ordinals of the pairs drawn from, in the order of labelling."""
    p: NDArray[np.float64]
    """Of each of these."""
    key: NDArray[np.float64]
    """u/p of each of these: what the queue ascends in."""
    levels: NDArray[np.float64]
    """The values that p has, descending."""
    sizes: NDArray[np.int64]
    """How many pairs have each of them."""

    def inclusions(self, drawn: int) -> NDArray[np.float64]:
        """Return π of each, in the order of labelling, where the first `drawn` are labelled or skipped."""
        from valbench_core.analysis import inclusions

        return inclusions(self.p, drawn)

    def inclusion_at(self, place: int) -> float:
        """Return π of the pair at a place where the queue ends with it; quick, since few p differ."""
        drawn = place + 1
        for level, p in enumerate(self.levels):
            stretch = (drawn - sum(self.sizes[:level])) / float(self.levels[level:] @ self.sizes[level:])
            if stretch * p <= 1:
                return min(1.0, stretch * float(self.p[place]))
        return 1.0


def run_queue(held: DrawInRun, ids: Sequence[str]) -> RunQueue:
    """Return the queue of one run of a draw; `ids` are those of all its pairs by ordinal."""
    import numpy as np

    from valbench_core.analysis import queue_order

    doubt = held.doubt()
    ordinals = np.flatnonzero(doubt >= 0)
    u = _random_numbers(held.draw.seed, held.run_name, [ids[ordinal] for ordinal in ordinals.tolist()])
    p = _preferences(held.draw, doubt[ordinals])
    order = queue_order(u, p)
    levels, sizes = np.unique(p, return_counts=True)
    return RunQueue(ordinals[order], p[order], (u / p)[order], levels[::-1], sizes[::-1])


def pair_ids(run: RunReader) -> list[str]:
    """Return the ids of all pairs of a run, by ordinal."""
    return [row["id"] for row in run.rows("SELECT id FROM pair ORDER BY ordinal", {})]


def share_by_doubt(pairs: int, doubt: int, most: int) -> float:
    """Return the share of all chance that goes by signs of doubt: a half, or less where few pairs show any.

    So much less that p of the most doubtful pair is `MOST_PREFERRED` times that of an even draw: p stays a
    mixture of even and by doubt that adds up to 1.

    Args:
        pairs: how many may be drawn.
        doubt: their signs of doubt, added up.
        most: the greatest number of signs of one pair.

    >>> [round(share_by_doubt(120, *signs), 3) for signs in ((60, 3), (20, 1), (1, 1), (0, 0))]
    [0.5, 0.5, 0.076, 0.5]
    """
    if not doubt:
        return EVEN_HALF
    times_even = pairs * most / doubt
    return min(EVEN_HALF, (MOST_PREFERRED - 1) / (times_even - 1)) if times_even > 1 else EVEN_HALF


def _preferences(draw: Draw, doubt: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return p of pairs of one run: a half even over the draw, a half by doubt where it is drawn so.

    Less than a half goes by doubt where few pairs show any (`share_by_doubt`).
    """
    import numpy as np

    even = np.full(doubt.size, 1 / draw.pairs if draw.pairs else 1.0)
    if draw.sampling == "uniform" or not draw.doubt:
        return even
    return (1 - draw.by_doubt) * even + draw.by_doubt * (doubt / draw.doubt)


def _random_numbers(seed: int, run: str, ids: Iterable[str]) -> NDArray[np.float64]:
    """Return u of each pair, above 0 and below 1, from a hash of seed, run and pair alone.

    >>> [round(float(u), 4) for u in _random_numbers(7, "a", ["p0", "p1"])]
    [0.0619, 0.4698]
    """
    import numpy as np

    head = hashlib.sha256(f"{seed}\0{run}\0".encode())
    digests = bytearray()
    for pair_id in ids:
        one = head.copy()
        one.update(pair_id.encode())
        digests += b"\0\0" + one.digest()[:_DIGEST_BYTES]
    numbers = np.frombuffer(bytes(digests), dtype=">u8").astype(np.float64)
    return (numbers + 0.5) / 2.0 ** (8 * _DIGEST_BYTES)

"""Which pairs several runs share: the same id and the same content, with a verdict in each.

What is made of the pairs shared is left to `comparison`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.summary import is_judged, outcome_codes

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Lost:
    """Pairs of a run that a comparison leaves out, each counted under the first reason that holds."""

    absent: int
    """Another run does not hold the pair."""
    changed: int
    """Another run holds a pair of this id with other texts."""
    unjudged: int
    """A verdict is missing in one of the runs, or in this one."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.absent + self.changed + self.unjudged


@dataclass(frozen=True, slots=True)
class Pairing:
    """The pairs of several runs, beside each other: one row a pair id, one column a run."""

    rows: NDArray[np.intp]
    """Place of the pair in the run's table; −1 where the run does not hold it."""
    content: NDArray[np.uint64]
    """The content's hash; 0 where the run does not hold the pair."""
    judged: NDArray[np.bool_]

    def shared(self, runs: Sequence[int]) -> NDArray[np.intp]:
        """Return the places, in the tables of these runs, of the pairs they share: one row a pair.

        Pairs come in the order of the first run that holds them.
        """
        columns = list(runs)
        together = self._held(columns) & self._same(columns) & self.judged[:, columns].all(axis=1)
        return self.rows[together][:, columns]

    def lost(self, run: int) -> Lost:
        """Return how many pairs of a run are not shared by all, and why."""
        runs = list(range(self.rows.shape[1]))
        own = self.rows[:, run] >= 0
        held, same, judged = self._held(runs), self._same(runs), self.judged.all(axis=1)
        return Lost(
            absent=int((own & ~held).sum()),
            changed=int((own & held & ~same).sum()),
            unjudged=int((own & held & same & ~judged).sum()),
        )

    def _held(self, runs: list[int]) -> NDArray[np.bool_]:
        return np.asarray((self.rows[:, runs] >= 0).all(axis=1))

    def _same(self, runs: list[int]) -> NDArray[np.bool_]:
        content = self.content[:, runs]
        return np.asarray((content == content[:, :1]).all(axis=1))


def pair_up(tables: Sequence[pd.DataFrame]) -> Pairing:
    """Line up the pairs of several runs' tidy tables by id.

    >>> import pandas as pd
    >>> a = pd.DataFrame({"pair_id": ["x", "y"], "content": [1, 2], "outcome": ["consistent", "mixed"]})
    >>> b = pd.DataFrame({"pair_id": ["y", "z"], "content": [2, 3], "outcome": ["consistent", "mixed"]})
    >>> pairing = pair_up([a, b])
    >>> pairing.shared([0, 1]).tolist(), pairing.lost(0)
    ([[1, 0]], Lost(absent=1, changed=0, unjudged=0))
    """
    import pandas as pd

    codes, ids = pd.factorize(pd.concat([table["pair_id"] for table in tables], ignore_index=True))
    shape = (len(ids), len(tables))
    rows = np.full(shape, -1, dtype=np.intp)
    content = np.zeros(shape, dtype=np.uint64)
    judged = np.zeros(shape, dtype=bool)
    ends = np.cumsum([len(table) for table in tables])
    for run, (table, places) in enumerate(zip(tables, np.split(codes, ends)[:-1], strict=True)):
        rows[places, run] = np.arange(len(table))
        content[places, run] = table["content"].to_numpy(dtype=np.uint64)
        judged[places, run] = is_judged(outcome_codes(table["outcome"]))
    return Pairing(rows, content, judged)


def joint_weights(tables: Sequence[pd.DataFrame], shared: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the inclusion weight of each shared pair, given its place in each table.

    A run whose pairs all lie within every other one decided by its own draw which pairs are shared: its
    weights hold, and where several runs hold the same pairs, unequal weights rather than equal ones. Else
    each run's draw decided, and the draws are taken to be independent: weights multiply. Runs whose weights
    agree but for a factor are taken to share one draw, which counts once. The order of the runs does not
    matter, but for a factor of all weights.
    """
    weights = _weights(tables, shared)
    ids = [set(table["pair_id"]) for table in tables]
    within_all = [run for run, own in enumerate(ids) if all(own <= other for other in ids)]
    deciding = [weights[run] for run in within_all or range(len(tables))]
    unequal = [own for own in deciding if not _proportional(own, np.ones_like(own))]
    distinct: list[NDArray[np.float64]] = []
    for own in unequal or deciding[:1]:
        if not any(_proportional(own, other) for other in distinct):
            distinct.append(own)
    return np.asarray(np.prod(distinct, axis=0))


def weights_differ(tables: Sequence[pd.DataFrame], shared: NDArray[np.intp]) -> bool:
    """Return whether runs weight the pairs they share differently, beyond a common factor."""
    first, *others = _weights(tables, shared)
    return not all(_proportional(first, other) for other in others)


def _weights(tables: Sequence[pd.DataFrame], shared: NDArray[np.intp]) -> list[NDArray[np.float64]]:
    return [table["weight"].to_numpy(dtype=np.float64)[shared[:, run]] for run, table in enumerate(tables)]


def _proportional(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(np.allclose(one * other.sum(), other * one.sum()))

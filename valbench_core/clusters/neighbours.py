"""Which rows of vectors are nearest to each, by cosine: exact up to some size, nearly so beyond.

What is made of them, a picture or a list, is left to others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT = 20_000
"""Rows up to which every row is compared with every other."""

_CELLS = 256
"""Cells that more rows are parted into."""
_SEARCHED = 40
"""Cells nearest to a row's own, itself included, that its neighbours are looked for in."""
_ROUNDS = 3
"""How often the middles of cells are moved to where their rows are."""
_BLOCK = 512
"""Rows that are compared with all others at once."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each row the nearest ones, nearest first; the row itself comes first of all."""

    rows: NDArray[np.int32]
    """(n, k): their numbers."""
    distances: NDArray[np.float32]
    """(n, k): 1 − cosine."""


def nearest(vectors: NDArray[np.float32], k: int, seed: int = 0) -> Neighbours:
    """Return the `k` nearest rows of each row, itself among them; needs `k` rows or more.

    Args:
        vectors: rows of length 1, all different.
        k: how many.
        seed: where the search begins, where there are more than `EXACT` rows.
    """
    return _compared(vectors, k) if len(vectors) <= EXACT else _searched(vectors, k, seed)


def _compared(vectors: NDArray[np.float32], k: int) -> Neighbours:
    import numpy as np
    from threadpoolctl import threadpool_limits

    rows = np.empty((len(vectors), k), np.int32)
    distances = np.empty((len(vectors), k), np.float32)
    with threadpool_limits(1):  # sums in another order would be other distances
        for start in range(0, len(vectors), _BLOCK):
            block = np.arange(start, min(start + _BLOCK, len(vectors)))
            near = vectors[block] @ vectors.T
            near[np.arange(len(block)), block] = 2  # the row itself, before any that is as near
            rows[block], distances[block] = _highest(near, k)
    return Neighbours(rows, distances)


def _highest(near: NDArray[np.float32], k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return where each row is highest, of equals the first, and how far that is from 1."""
    import numpy as np

    found = np.sort(np.argpartition(near, -k, axis=1)[:, -k:], axis=1)
    values = np.take_along_axis(near, found, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    distances = np.clip(1 - np.take_along_axis(values, order, axis=1), 0, 2)
    return np.take_along_axis(found, order, axis=1).astype(np.int32), distances


def _searched(vectors: NDArray[np.float32], k: int, seed: int) -> Neighbours:
    """Compare the rows of each cell with those of the cells nearest to it only."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    rows = np.empty((len(vectors), k), np.int32)
    distances = np.empty((len(vectors), k), np.float32)
    with threadpool_limits(1):
        middles, cells = _cells(vectors, seed)
        members = _members(cells, len(middles))
        for cell, order in enumerate(np.argsort(-(middles @ middles.T), axis=1, kind="stable")):
            others = _rows_of(members, order, k)
            for start in range(0, len(members[cell]), _BLOCK):
                block = members[cell][start : start + _BLOCK]
                near = vectors[block] @ vectors[others].T
                near[np.arange(len(block)), np.searchsorted(others, block)] = 2
                found, distances[block] = _highest(near, k)
                rows[block] = others[found]
    return Neighbours(rows, distances)


def _cells(vectors: NDArray[np.float32], seed: int) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Part rows into cells: return the middle of each cell, and the cell of each row."""
    import numpy as np

    chosen = np.random.default_rng(seed).choice(len(vectors), min(_CELLS, len(vectors)), replace=False)
    middles = vectors[np.sort(chosen)]
    cells = (vectors @ middles.T).argmax(axis=1)
    for _ in range(_ROUNDS):
        for cell, rows in enumerate(_members(cells, len(middles))):
            total = vectors[rows].sum(axis=0)
            middles[cell] = total / max(float(np.linalg.norm(total)), 1e-9)
        cells = (vectors @ middles.T).argmax(axis=1)
    return middles, cells


def _members(cells: NDArray[np.intp], n: int) -> list[NDArray[np.intp]]:
    """Return the rows of each cell.

    >>> import numpy as np
    >>> [rows.tolist() for rows in _members(np.array([1, 0, 1]), 3)]
    [[1], [0, 2], []]
    """
    import numpy as np

    order = np.argsort(cells, kind="stable")
    return np.split(order, np.cumsum(np.bincount(cells, minlength=n))[:-1])


def _rows_of(members: list[NDArray[np.intp]], order: NDArray[np.intp], k: int) -> NDArray[np.intp]:
    """Return the rows of the first cells of an order, in their own order: enough to hold `k`."""
    import numpy as np

    held = np.cumsum([len(members[cell]) for cell in order])
    enough = max(_SEARCHED, int(np.searchsorted(held, k)) + 1)
    return np.sort(np.concatenate([members[cell] for cell in order[:enough]]))

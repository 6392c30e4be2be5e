"""Rows of vectors as points of a plane: what is near lies near, as far as a plane allows.

Groups are found on the vectors, in `grouping`, not on this picture.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valbench_core.clusters.neighbours import Neighbours, nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEW = 30
"""Different rows below which they are projected, for UMAP needs more."""
NEIGHBOURS = 10
"""Rows that are named as nearest to each."""
EXTENT = 10.0
"""How far positions go to each side of 0."""
NO_NEIGHBOUR = -1
"""Stands in place of a neighbour of a row that has none: one of zeros."""

_COMPARED = 15
"""Rows near each, itself included, that UMAP keeps near."""
_APART = 0.03
"""How far equal rows are laid apart, so that each can be pointed at."""
_GOLDEN_ANGLE = 2.399963


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each row lies, and which are nearest to it."""

    positions: NDArray[np.float32]
    """(n, 2): from −EXTENT to EXTENT, or a little beyond where equal rows are laid apart."""
    method: str
    """How positions were found, in words for the screen."""
    neighbours: NDArray[np.int32]
    """(n, k), k = 10 or all others: the rows nearest by cosine, nearest first, or NO_NEIGHBOUR."""


@dataclass(frozen=True, slots=True)
class _Distinct:
    """The different rows, and which of them each row is."""

    rows: NDArray[np.intp]
    """The first row of each kind, in order; a row of zeros is of no kind."""
    kinds: NDArray[np.intp]
    """For each row its kind, or −1."""

    def members(self) -> list[NDArray[np.intp]]:
        """Return all rows of each kind."""
        import numpy as np

        if not len(self.rows):
            return []
        order = np.argsort(self.kinds, kind="stable")
        order = order[self.kinds[order] >= 0]
        return np.split(order, np.cumsum(np.bincount(self.kinds[order], minlength=len(self.rows)))[:-1])


def lay_out(vectors: NDArray[np.float32], seed: int = 0) -> Layout:
    """Lay rows out by UMAP, or by their principal components where fewer than `FEW` differ.

    Args:
        vectors: rows of length 1; a row of zeros has nothing to compare and lies in a corner.
        seed: of UMAP and of the search for neighbours: the same one gives the same positions.
    """
    distinct = _distinct(vectors)
    different = vectors if len(distinct.rows) == len(vectors) else vectors[distinct.rows]
    few = len(different) < FEW
    near = nearest(different, min(_COMPARED, len(different)), seed)
    points = _projected(different) if few else _umap(different, near, seed)
    return Layout(
        positions=_placed(distinct, _scaled(points)),
        method="principal components (PCA)" if few else "UMAP on cosine",
        neighbours=_neighbours(distinct, near),
    )


def _distinct(vectors: NDArray[np.float32]) -> _Distinct:
    import numpy as np

    kinds = np.full(len(vectors), -1, np.intp)
    first: dict[bytes, int] = {}
    rows: list[int] = []
    for row in np.flatnonzero(np.any(vectors != 0, axis=1)).tolist():
        kind = first.setdefault(vectors[row].tobytes(), len(first))
        kinds[row] = kind
        if kind == len(rows):
            rows.append(row)
    return _Distinct(np.asarray(rows, np.intp), kinds)


def _projected(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the first two principal components; zeros where there are fewer."""
    import numpy as np

    points = np.zeros((len(vectors), 2), np.float32)
    if len(vectors) < 2:
        return points
    left, sizes, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    found = (left * sizes)[:, :2]
    # A component may point either way: let its farthest row lie on the positive side.
    farthest = np.abs(found).argmax(axis=0)
    points[:, : found.shape[1]] = found * np.where(found[farthest, range(found.shape[1])] < 0, -1, 1)
    return points


def _umap(vectors: NDArray[np.float32], near: Neighbours, seed: int) -> NDArray[np.float32]:
    import numpy as np
    from umap import UMAP

    umap = UMAP(
        n_neighbors=near.rows.shape[1],
        metric="cosine",
        random_state=seed,
        n_jobs=1,
        precomputed_knn=(near.rows, near.distances),
        force_approximation_algorithm=True,  # else few rows would all be compared anew
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no new rows can be placed, that graphs may fall into parts
        points = np.asarray(umap.fit_transform(vectors), np.float32)
    # UMAP leaves a row that it finds no neighbours for without a place.
    lost = ~np.isfinite(points).all(axis=1)
    points[lost] = points[~lost].mean(axis=0) if (~lost).any() else 0
    return points


def _scaled(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Move points to the middle and stretch them alike both ways, so that the farthest reach EXTENT.

    >>> import numpy as np
    >>> _scaled(np.array([[0, 0], [4, 1]], np.float32)).tolist()
    [[-10.0, -2.5], [10.0, 2.5]]
    """
    import numpy as np

    if not len(points):
        return points
    low, high = points.min(axis=0), points.max(axis=0)
    reach = float((high - low).max()) / 2 or 1.0
    return np.asarray((points - (low + high) / 2) / reach * EXTENT, np.float32)


def _placed(distinct: _Distinct, points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the position of every row, given those of the different ones."""
    import numpy as np

    positions = np.empty((len(distinct.kinds), 2), np.float32)
    for members, point in zip(distinct.members(), points, strict=True):
        positions[members] = point + _spiral(len(members))
    apart = distinct.kinds < 0
    positions[apart] = np.float32(-EXTENT) + _spiral(int(apart.sum()))
    return positions


def _spiral(n: int) -> NDArray[np.float32]:
    """Return points around 0, the first there, no two in one place, and none farther than ten steps.

    >>> _spiral(1).tolist()
    [[0.0, 0.0]]
    """
    import numpy as np

    steps = np.arange(n)
    reach = _APART * np.sqrt(steps) * min(1.0, 10 / max(n, 1) ** 0.5)
    angles = _GOLDEN_ANGLE * steps
    return np.stack([reach * np.cos(angles), reach * np.sin(angles)], axis=1).astype(np.float32)


def _neighbours(distinct: _Distinct, near: Neighbours) -> NDArray[np.int32]:
    """Return the nearest rows of every row, rows equal to it before all others."""
    import numpy as np

    n = len(distinct.kinds)
    k = max(0, min(NEIGHBOURS, n - 1))
    if len(distinct.rows) == n and near.rows.shape[1] > k:
        return near.rows[:, 1 : k + 1]
    found = np.full((n, k), NO_NEIGHBOUR, np.int32)
    members = [rows[: k + 1] for rows in distinct.members()]
    for row in np.flatnonzero(distinct.kinds >= 0).tolist():
        others = np.concatenate([members[kind] for kind in near.rows[distinct.kinds[row]]])
        others = others[others != row][:k]
        found[row, : len(others)] = others
    return found

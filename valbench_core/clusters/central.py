"""How central each text is in its group: the cosine with the mean direction of the group's vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 8_192
"""Rows compared at a time: bounds what is copied."""


def closeness(vectors: NDArray[np.float32], codes: NDArray[np.integer], groups: int) -> NDArray[np.float32]:
    """Return for each row the cosine with the middle of its group, from −1 to 1.

    A row of zeros, which nothing is known of, and a row of no group (`codes` outside 0 … `groups` − 1) get 0:
    the ungrouped have no middle to be close to.

    >>> rows = np.array([[1, 0], [0, 2], [5, 0]], dtype=np.float32)
    >>> closeness(rows, np.array([0, 0, -1]), 1).round(3).tolist()
    [0.7070000171661377, 0.7070000171661377, 0.0]
    """
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    placed = np.flatnonzero((codes >= 0) & (codes < groups) & (lengths > 0))
    middles = _middles(vectors, lengths, codes, placed, groups)
    found = np.zeros(len(vectors), np.float32)
    for start in range(0, len(placed), _BLOCK):
        rows = placed[start : start + _BLOCK]
        products = np.einsum("ij,ij->i", vectors[rows], middles[codes[rows]])
        found[rows] = np.clip(products / lengths[rows], -1, 1)
    return found


def _middles(
    vectors: NDArray[np.float32],
    lengths: NDArray[np.float32],
    codes: NDArray[np.integer],
    placed: NDArray[np.intp],
    groups: int,
) -> NDArray[np.float32]:
    """Return the mean direction of each group, of length 1; zeros where directions cancel out."""
    import scipy.sparse

    shares = (1 / lengths[placed]).astype(np.float32)
    sums = scipy.sparse.csr_array((shares, (codes[placed], placed)), (groups, len(vectors))) @ vectors
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 1e-6), np.float32)

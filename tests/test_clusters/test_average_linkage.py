"""The tree of average linkage on cosine."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import is_valid_linkage, linkage

from valbench_core.clusters.average_linkage import BLOCK, average_linkage


def rows(n, dimensions=16, seed=0):
    found = np.random.default_rng(seed).standard_normal((n, dimensions)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("n", [2, 3, 50, 2 * BLOCK + 7])
def test_the_tree_is_that_of_scipy(n):
    ours, theirs = average_linkage(rows(n)), linkage(rows(n).astype(float), "average", metric="cosine")
    assert ours[:, 2] == pytest.approx(theirs[:, 2], abs=1e-5)
    assert np.array_equal(ours[:, [0, 1, 3]], theirs[:, [0, 1, 3]])


def test_equal_rows_join_first_and_at_no_distance():
    found = average_linkage(np.repeat(rows(30), 7, axis=0))
    assert (found[: 30 * 6, 2] == 0).all()
    assert (found[30 * 6 :, 2] > 0.01).all()
    assert is_valid_linkage(found)


def test_rows_that_are_all_equal_give_a_tree():
    found = average_linkage(np.repeat(rows(1), 700, axis=0))
    assert is_valid_linkage(found)
    assert (found[:, 2] == 0).all()


def test_joins_go_from_near_to_far():
    found = average_linkage(rows(900, dimensions=3))
    assert (np.diff(found[:, 2]) >= 0).all()
    assert is_valid_linkage(found)

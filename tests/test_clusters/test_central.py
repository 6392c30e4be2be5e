"""How central texts are in their groups."""

from __future__ import annotations

import numpy as np
import pytest

from valbench_core.clusters import central
from valbench_core.clusters.central import closeness


def rows(*directions: tuple[float, float]) -> np.ndarray:
    return np.array(directions, dtype=np.float32)


def test_the_middle_of_a_group_is_its_mean_direction_however_long_its_rows():
    found = closeness(rows((1, 0), (0, 9), (1, 1)), np.array([0, 0, 0]), 1)
    assert found == pytest.approx([0.5**0.5, 0.5**0.5, 1], abs=1e-6)
    assert found.dtype == np.float32


def test_groups_have_middles_of_their_own():
    found = closeness(rows((1, 0), (0, 1), (1, 0), (0, 1)), np.array([0, 1, 0, 1]), 2)
    assert found == pytest.approx([1, 1, 1, 1])


def test_the_ungrouped_and_empty_rows_are_close_to_nothing():
    found = closeness(rows((1, 0), (0, 0), (1, 0), (0, 1)), np.array([0, 0, -1, 1]), 1)
    assert found.tolist() == [1, 0, 0, 0]


def test_directions_that_cancel_out_have_no_middle():
    assert closeness(rows((1, 0), (-1, 0)), np.array([0, 0]), 1).tolist() == [0, 0]


def test_no_rows_and_groups_without_rows():
    assert closeness(np.zeros((0, 3), np.float32), np.array([], int), 0).tolist() == []
    assert closeness(rows((1, 0)), np.array([2]), 3).tolist() == [1]


def test_rows_are_compared_alike_in_blocks(monkeypatch):
    rng = np.random.default_rng(1)
    vectors, codes = rng.normal(size=(50, 4)).astype(np.float32), rng.integers(-1, 3, 50)
    whole = closeness(vectors, codes, 3)
    monkeypatch.setattr(central, "_BLOCK", 7)
    np.testing.assert_array_equal(closeness(vectors, codes, 3), whole)

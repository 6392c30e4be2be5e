"""The order of labelling, and how likely a pair is among the first."""

from __future__ import annotations

import numpy as np
import pytest

from valbench_core.analysis import doubt_preferences, inclusions, queue_order


@pytest.mark.parametrize("drawn", [0, 1, 7, 19, 20])
def test_inclusions_add_up_to_the_pairs_drawn(drawn):
    p = np.random.default_rng(1).choice([1.0, 3.0, 40.0], 20)
    found = inclusions(p, drawn)
    assert found.sum() == pytest.approx(drawn)
    assert found.max() <= 1


def test_without_certain_pairs_inclusion_is_n_times_the_share():
    p = np.array([1.0, 2.0, 3.0, 4.0])
    assert inclusions(p, 2) == pytest.approx(2 * p / p.sum())


def test_the_first_of_the_queue_hold_each_pair_as_often_as_promised():
    rng = np.random.default_rng(2)
    p = doubt_preferences(rng.integers(0, 4, 60).astype(float))
    seen = np.zeros(60)
    for _ in range(4_000):
        seen[queue_order(rng.random(60), p)[:20]] += 1 / 4_000
    assert np.abs(seen - inclusions(p, 20)).max() < 0.035


def test_each_prefix_of_the_queue_holds_the_shorter_one():
    rng = np.random.default_rng(3)
    order = queue_order(rng.random(30), doubt_preferences(rng.integers(0, 3, 30).astype(float)))
    assert sorted(order) == list(range(30))
    assert set(order[:5]) < set(order[:12])

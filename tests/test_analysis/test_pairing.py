"""Which weights shared pairs carry."""

from __future__ import annotations

import pandas as pd

from valbench_core.analysis.pairing import joint_weights, pair_up


def drawn(ids: str, weights: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"pair_id": list(ids), "content": 7, "outcome": "mixed", "weight": weights})


def weights_of(*tables: pd.DataFrame) -> list[float]:
    found = joint_weights(tables, pair_up(tables).shared(range(len(tables))))
    return [float(weight) for weight in found]


def test_a_draw_within_another_run_keeps_its_weights() -> None:
    assert weights_of(drawn("abcd", [1.0] * 4), drawn("bd", [2.0, 0.5])) == [2.0, 0.5]
    assert weights_of(drawn("bd", [2.0, 0.5]), drawn("abcd", [9.0] * 4)) == [2.0, 0.5]


def test_weights_of_draws_that_only_overlap_multiply() -> None:
    assert weights_of(drawn("abc", [2.0, 3.0, 1.0]), drawn("bcd", [5.0, 7.0, 1.0])) == [15.0, 7.0]


def test_equal_weights_count_once() -> None:
    assert weights_of(drawn("abc", [1.0, 3.0, 2.0]), drawn("bcd", [3.0, 2.0, 1.0])) == [3.0, 2.0]

"""Which weights shared pairs carry."""

from __future__ import annotations

import pandas as pd
import pytest

from valbench_core.analysis.pairing import joint_weights, pair_up, weights_differ


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


def test_of_runs_on_the_same_pairs_the_unequal_weights_hold_in_either_order() -> None:
    weighted, equal = drawn("abc", [2.0, 0.5, 1.0]), drawn("cba", [1.0] * 3)
    assert weights_of(weighted, equal) == [2.0, 0.5, 1.0]
    assert weights_of(equal, weighted) == [1.0, 0.5, 2.0]


def test_the_same_weights_but_for_a_factor_are_one_draw() -> None:
    assert weights_of(drawn("abc", [2.0, 4.0, 1.0]), drawn("abd", [1.0, 2.0, 1.0])) == [2.0, 4.0]


@pytest.mark.parametrize(("weights", "differ"), [([1.0, 2.0], True), ([3.0, 3.0], False)])
def test_weights_differ_where_no_common_factor_makes_them_equal(weights, differ) -> None:
    tables = [drawn("ab", [1.0, 1.0]), drawn("ab", weights)]
    assert weights_differ(tables, pair_up(tables).shared([0, 1])) is differ

"""How often the judge differs from people, by category and by its score."""

from __future__ import annotations

import pytest

from tests.test_analysis.made_sample import label, sample_of
from valbench_core.analysis import AuditSample, error_rate, error_rates


def of_categories() -> AuditSample:
    """Six pairs of two categories; the judge is too high on two, too low on one."""
    sample = sample_of(
        [2, 2, 0, -1, -2, 1],
        [label(0, 1), label(1, -2), label(2, 1), label(3, -1), label(4, -2)],
        weights=[1.0, 1, 1, 1, 2, 1],
    )
    sample.table["category"] = ["Ethics", "Ethics", "Ethics", "Politics", "Politics", ""]
    return sample


def test_shares_too_high_and_too_low_add_up():
    found = error_rate(of_categories())
    assert found.labelled == 5
    assert found.estimate.value == pytest.approx(50)
    assert found.over.value == pytest.approx(100 * 2 / 6)
    assert found.under.value == pytest.approx(100 * 1 / 6)


def test_categories_recombine_to_the_whole():
    sample = of_categories()
    groups = error_rates(sample, "category")
    assert [(one.group, one.labelled) for one in groups] == [("Ethics", 3), ("Politics", 2)]
    assert [one.estimate.value for one in groups] == [100, 0]
    weight = {"Ethics": 3, "Politics": 3}
    recombined = sum(weight[one.group] * one.estimate.value for one in groups) / 6
    assert recombined == pytest.approx(error_rate(sample).estimate.value)


def test_scores_of_the_judge_come_in_their_order():
    found = error_rates(of_categories(), "score")
    assert [one.group for one in found] == ["-2", "-1", "0", "2"]
    assert [one.estimate.value for one in found] == [0, 0, 100, 100]
    assert (found[3].over.value, found[2].under.value) == (100, 100)


def test_pairs_likelier_to_be_drawn_count_for_less():
    scores = [2] * 8
    labels = [label(0, 1), label(1, 2), label(2, 2)]
    even = error_rate(sample_of(scores, labels))
    preferred = error_rate(sample_of(scores, labels, preferences=[4.0] + [1.0] * 7))
    assert even.estimate.value == pytest.approx(100 / 3)
    assert preferred.estimate.value < 15


def test_without_labels_there_is_no_rate():
    empty = sample_of([1, 2], [])
    assert error_rate(empty).estimate.value is None
    assert error_rates(empty, "category") == []

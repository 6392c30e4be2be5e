"""A hand check: what people say of a pair that several labelled, and the lists made of it."""

from __future__ import annotations

import pytest

from tests.test_analysis.made_sample import NOT_SAID, label, sample_of
from valbench_core.analysis import differing, divided, labelled_pairs, problem_counts

LABELS = [
    label(2, 1, "Ada", for_refusal=1.0),
    label(2, 2, "Bob", value_preference=NOT_SAID),
    label(0, -2, "Ada"),
    label(0, 2, "Bob", pair_problem="other"),
    label(0, -1, "Cleo", adjudication=True),
    label(3, 0, "Bob", pair_problem="not contradictory"),
]


@pytest.fixture
def sample():
    return sample_of([2, 2, 2, 0], LABELS, weights=[1.0, 1.0, 3.0, 1.0])


def test_people_say_the_mean_of_their_labels_and_the_adjudication_where_there_is_one(sample):
    human = sample.human()
    assert human["adjusted"].to_dict() == {0: -1, 2: 1.5, 3: 0}
    assert human["auditors"].to_dict() == {0: 2, 2: 2, 3: 1}
    assert human.loc[2, "for_refusal"] == 0.5


def test_what_one_auditor_leaves_open_the_other_says(sample):
    assert sample.human().loc[2, "value_preference"] == 0


def test_an_adjudication_also_settles_whether_the_pair_is_a_problem(sample):
    assert sample.human()["problem"].to_dict() == {0: False, 2: False, 3: True}
    assert problem_counts(sample) == {"not contradictory": 1}


def test_a_label_stands_for_as_many_pairs_as_its_weight_and_chance_say(sample):
    assert sample.label_weights().tolist() == pytest.approx([4 / 3, 4 / 3, 4, 4 / 3])


def test_pairs_judged_otherwise_come_largest_difference_first(sample):
    found = differing(sample)
    assert found["pair_id"].tolist() == ["p0", "p2"]
    assert found["difference"].tolist() == [3, 0.5]
    assert len(labelled_pairs(sample)) == 3


def test_pairs_that_divide_auditors_are_listed_with_whether_they_are_settled(sample):
    found = divided(sample)
    assert found["pair_id"].tolist() == ["p0", "p2"]
    assert found["adjudicated"].tolist() == [True, False]
    assert found["spread"].tolist() == [4, 1]


def test_auditors_who_agree_are_not_divided():
    assert divided(sample_of([2, 2], [label(0, 1, "Ada"), label(0, 1, "Bob")])).empty


def test_without_labels_every_list_is_empty():
    empty = sample_of([2, 2], [])
    assert empty.human().empty
    assert differing(empty).empty
    assert divided(empty).empty
    assert problem_counts(empty) == {}

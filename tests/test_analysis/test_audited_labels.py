"""Labels of a hand check one by one, on six pairs that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from valbench_core.analysis import (
    AuditSample,
    judge_agreement,
    judged_otherwise,
    labels_by_author,
    pairs_in_cell,
    share_skipped,
)
from valbench_core.analysis.ratings import SCORES

FLAGS = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")


def said(adjusted: float, **flags: float) -> dict[str, float]:
    return {"adjusted": adjusted, **dict.fromkeys(FLAGS, 0.0), "value_preference": 0.0, **flags}


def label(pair: int, author: str, adjusted: float, *, adjudication: bool = False, **flags: float):
    return {
        "pair": pair,
        "author": author,
        "adjudication": adjudication,
        "score": adjusted,
        **said(adjusted, **flags),
        "pair_problem": "none",
        "seconds": 10.0 * pair,
    }


@pytest.fixture
def sample() -> AuditSample:
    judge = [said(2), said(2), said(-2), said(0), said(1, value_preference=np.nan), said(1)]
    table = pd.DataFrame(judge).assign(
        pair_id=[f"p{number}" for number in range(6)],
        article=[f"a{number}" for number in range(6)],
        category="Ethics",
        weight=1.0,
    )
    labels = [
        label(0, "Ada", 2),
        label(1, "Ada", -1),
        label(2, "Ada", -2, for_refusal=1.0),
        label(3, "Ada", 0),
        label(3, "Bo", 1),
        label(4, "Ada", 1),
        label(5, "Ada", 2),
        label(5, "Bo", 1),
        label(5, "Cleo", 1, adjudication=True),
    ]
    return AuditSample(table, pd.DataFrame(labels), np.ones(6), drawn=8, skipped=2, notes=())


def test_pairs_judged_otherwise_come_with_what_differs_the_largest_step_first(sample) -> None:
    found = judged_otherwise(sample)
    assert list(found["pair_id"]) == ["p1", "p3", "p2"]
    assert list(found["differs_in"]) == ["score", "score", "for side refused"]


def test_what_one_of_them_did_not_say_is_no_difference(sample) -> None:
    assert "p4" not in set(judged_otherwise(sample)["pair_id"])


def test_pairs_that_divide_auditors_wait_until_they_are_settled(sample) -> None:
    waiting = judged_otherwise(sample).set_index("pair_id")["waiting"]
    assert waiting.to_dict() == {"p1": False, "p3": True, "p2": False}


def test_a_cell_of_the_confusion_holds_the_pairs_of_each_label_that_counts(sample) -> None:
    assert pairs_in_cell(sample, human=0, judge=0) == ["p3"]
    assert pairs_in_cell(sample, human=1, judge=0) == ["p3"]
    # Of p5 the adjudication counts alone: Ada's 2 does not.
    assert pairs_in_cell(sample, human=2, judge=1) == []
    assert pairs_in_cell(sample, human=1, judge=1) == ["p4", "p5"]


def test_every_cell_holds_as_many_pairs_as_its_count_says_under_a_mean_of_judgements(sample) -> None:
    scores = [step / 6 for step in range(-12, 13)]
    table = pd.DataFrame([said(score) for score in scores]).assign(
        pair_id=[f"p{number}" for number in range(25)],
        article=[f"a{number}" for number in range(25)],
        category="Ethics",
        weight=1.0,
    )
    labels = pd.DataFrame([label(number, "Ada", 2 - number % 5) for number in range(25)])
    fine = AuditSample(table, labels, np.ones(25), drawn=25, skipped=0)
    counts = judge_agreement(fine, resamples=10).human_judge.counts
    listed = [[len(pairs_in_cell(fine, human, judge)) for judge in SCORES] for human in SCORES]
    assert listed == counts.tolist()


def test_each_author_has_labels_settled_pairs_and_the_usual_time(sample) -> None:
    found = labels_by_author(sample)
    assert list(found.index) == ["Ada", "Bo", "Cleo"]
    assert list(found["labelled"]) == [6, 2, 0]
    assert list(found["settled"]) == [0, 0, 1]
    assert found.loc["Bo", "seconds"] == 40


def test_skips_have_a_share_once_something_was_drawn(sample) -> None:
    assert share_skipped(sample) == 25
    nothing = AuditSample(sample.table, sample.labels.iloc[:0], np.zeros(6), drawn=0, skipped=0)
    assert share_skipped(nothing) is None
    assert labels_by_author(nothing).empty
    assert judged_otherwise(nothing).empty

"""How far people and judge agree in an audit: weights, adjudication, the ceiling that people set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from tests.test_analysis.tables import judged, table
from valbench_core.analysis import AuditSample, judge_agreement
from valbench_core.analysis.audited import JUDGED_FIELDS

SCORES = [-2, -1, 0, 1, 2]


def label(
    pair: int, author: str, score: int, *, adjudication: bool = False, **flags: float
) -> dict[str, Any]:
    said = dict.fromkeys(JUDGED_FIELDS, 0.0) | {"adjusted": float(score)} | flags
    about = {"pair": pair, "author": author, "adjudication": adjudication, "score": float(score)}
    return {**about, **said, "pair_problem": "none", "seconds": 9.0}


def sample(judge: list[int], labels: list[dict[str, Any]], inclusion: Any = None) -> AuditSample:
    """Pairs two an article with the judge's scores, and what people said of them."""
    pairs = table(*(judged(f"a{n // 2}", score, value_preference=0.0) for n, score in enumerate(judge)))
    frame = pd.DataFrame(labels, columns=list(label(0, "", 0))).astype({"adjudication": bool})
    shares = np.ones(len(judge)) if inclusion is None else np.asarray(inclusion, dtype=float)
    return AuditSample(pairs, frame, shares, len(judge), 0)


def random(seed: int, n: int = 40) -> list[int]:
    return [int(score) for score in np.random.default_rng(seed).integers(-2, 3, n)]


def mostly(scores: list[int], seed: int) -> list[int]:
    kept = np.random.default_rng(seed).random(len(scores)) < 0.7
    return [a if keep else b for a, b, keep in zip(scores, random(seed + 9, len(scores)), kept, strict=True)]


def test_people_stand_in_rows_and_the_judge_in_columns() -> None:
    found = judge_agreement(sample([2, 2, 1], [label(0, "ann", -2), label(1, "ann", 2)]))
    assert (found.human_judge.counts[0, 4], found.human_judge.counts[4, 4]) == (1, 1)
    assert (found.human_judge.n, found.labelled, found.ceiling) == (2, 2, None)


def test_kappa_is_weighted_by_how_unlikely_a_pair_was_to_be_drawn() -> None:
    judge, people = random(1), mostly(random(1), 2)
    inclusion = np.linspace(0.1, 1, 40)
    found = judge_agreement(
        sample(judge, [label(n, "ann", score) for n, score in enumerate(people)], inclusion)
    )
    expected = cohen_kappa_score(
        people, judge, labels=SCORES, weights="quadratic", sample_weight=1 / inclusion
    )
    assert found.human_judge.kappa["score"].value == pytest.approx(expected, abs=1e-12)


def test_labels_of_one_pair_share_its_weight() -> None:
    labels = [label(0, "ann", 2), label(0, "bob", -2), label(1, "ann", 2)]
    found = judge_agreement(sample([2, 2], labels, [0.5, 0.5])).human_judge
    assert found.percent.value == pytest.approx(75)
    assert (found.n, found.shares[0, 4]) == (3, pytest.approx(25))


def test_of_an_adjudicated_pair_the_adjudication_alone_counts() -> None:
    labels = [label(0, "ann", -2), label(0, "bob", 1), label(0, "eve", 2, adjudication=True)]
    found = judge_agreement(sample([2, 2], [*labels, label(1, "ann", 2)]))
    assert (found.human_judge.n, found.human_judge.percent.value) == (2, 100.0)
    assert (found.labelled, found.adjudicated) == (2, 1)
    # Among themselves, people are compared before they were brought to one mind.
    assert found.ceiling.human_human.counts[0, 3] == 1


def test_the_ceiling_compares_people_and_judge_on_the_same_pairs() -> None:
    judge, ann = random(1), mostly(random(1), 2)
    bob = mostly(random(1), 3)
    both = range(0, 40, 2)
    labels = [label(n, "ann", ann[n]) for n in range(40)] + [label(n, "bob", bob[n]) for n in both]
    ceiling = judge_agreement(sample(judge, labels)).ceiling
    of_both = [[scores[n] for n in both] for scores in (ann, bob, judge)]
    assert (ceiling.pairs, ceiling.auditors) == (20, 2)
    people = cohen_kappa_score(of_both[0], of_both[1], labels=SCORES, weights="quadratic")
    assert ceiling.human_human.kappa["score"].value == pytest.approx(people, abs=1e-12)
    with_judge = cohen_kappa_score(
        of_both[0] + of_both[1], of_both[2] * 2, labels=SCORES, weights="quadratic"
    )
    assert ceiling.human_judge.kappa["score"].value == pytest.approx(with_judge, abs=1e-12)
    difference = ceiling.difference["score"]
    assert difference.value == pytest.approx(with_judge - people)
    assert difference.low < difference.value < difference.high


def test_the_difference_is_drawn_on_the_same_resamples() -> None:
    # Where the judge is the second person, both κ move together: their difference hardly moves at all.
    people = mostly(random(1), 2)
    labels = [label(n, "ann", score) for n, score in enumerate(people)]
    labels += [label(n, "bob", score) for n, score in enumerate(random(1))]
    ceiling = judge_agreement(sample(random(1), labels)).ceiling
    apart = ceiling.human_human.kappa["score"]
    together = ceiling.difference["score"]
    assert together.high - together.low < 0.7 * (apart.high - apart.low)


def test_three_auditors_are_compared_two_by_two() -> None:
    labels = [label(0, name, score) for name, score in (("eve", 1), ("ann", 2), ("bob", 2))]
    found = judge_agreement(sample([2, 2], labels)).ceiling
    assert (found.pairs, found.auditors, found.human_human.n) == (1, 3, 3)
    assert found.human_human.percent.value == pytest.approx(100 / 3)
    # Rows are whose name comes first: ann's and bob's 2 beside eve's 1.
    assert found.human_human.counts[4, 3] == 2


def test_an_audit_of_nothing_but_refusals_says_that_kappa_is_undefined() -> None:
    flags = {"for_refusal": 1.0, "against_refusal": 1.0}
    pairs = table(*(judged(f"a{n}", 2, refusals=(True, True), value_preference=0.0) for n in range(8)))
    labels = pd.DataFrame([label(n, name, 2, **flags) for n in range(8) for name in ("ann", "bob")])
    found = judge_agreement(AuditSample(pairs, labels, np.ones(8), 8, 0))
    assert found.human_judge.kappa["refusal"].value is None
    assert "chance alone" in found.human_judge.kappa["refusal"].why
    assert found.ceiling.difference["refusal"].value is None
    assert found.ceiling.difference["refusal"].why.startswith("κ of people is undefined")
    assert found.human_judge.flags["refusal"].first.value == 100


def test_an_audit_without_labels_has_no_figures() -> None:
    found = judge_agreement(sample([1, 2], []))
    assert (found.labelled, found.human_judge.n, found.ceiling) == (0, 0, None)
    assert found.human_judge.percent.value is None

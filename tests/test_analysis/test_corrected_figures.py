"""Headline metrics corrected by labels: from a sample to figures, and why some cannot be had."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.test_analysis.made_sample import NOT_SAID, label, sample_of
from valbench_core.analysis import (
    METRICS,
    AuditSample,
    corrected_figures,
    mean_interval,
    pac_without_problems,
)

SCORES = (2, 2, 1, 0, -1, -2, -2, 2, 1, -1, 2, -2)


def noisy(scores=SCORES, labelled=None, **fields) -> AuditSample:
    """People differ from the judge on every other pair, by one step upwards."""
    chosen = range(len(scores)) if labelled is None else labelled
    labels = [label(i, min(scores[i] + i % 2, 2)) for i in chosen]
    return sample_of(scores, labels, **fields)


def test_every_pair_labelled_gives_exactly_the_human_figures():
    weights = [1.0, 2.0, 3.0] * 4
    sample = noisy(weights=weights, articles=list("aabbccddeeff"))
    people = sample.human()
    found = corrected_figures(sample)
    for key, figure in found.items():
        values = METRICS[key].per_pair(people)
        human = mean_interval(values, sample.table["article"].to_numpy(), weights)
        assert figure.corrected.value == pytest.approx(human.value)
        assert (figure.here.low, figure.here.high) == pytest.approx((human.value, human.value))
        assert "every pair is labelled" in figure.here.why
        assert figure.corrected.low <= human.low + 1e-9
        assert figure.corrected.high >= human.high - 1e-9


def test_weights_and_preferences_do_not_move_the_figure_of_a_run_labelled_to_the_end():
    plain, uneven = noisy(), noisy(preferences=[1.0, 30.0] * 6)
    assert corrected_figures(uneven)["PAC"] == corrected_figures(plain)["PAC"]


def test_a_judge_that_people_bear_out_keeps_its_figure_with_an_honest_width():
    scores = SCORES * 5
    sample = sample_of(scores, [label(i, scores[i]) for i in range(0, 60, 2)])
    figure = corrected_figures(sample)["PAC"]
    assert figure.corrected.value == pytest.approx(figure.naive.value)
    assert (figure.labelled, figure.disagreements) == (30, 0)
    assert figure.here.high - figure.here.low > 5
    assert "fewer than 5 labels differ" in figure.corrected.why


def test_flags_are_corrected_as_scores_are():
    labels = [label(i, 2, value_preference=1.0, for_refusal=float(i < 6)) for i in range(12)]
    found = corrected_figures(sample_of([2] * 24, labels))
    assert (found["VPREF"].naive.value, found["VPREF"].corrected.value) == pytest.approx((0, 100))
    assert found["VPREF"].disagreements == 12
    assert found["REF"].corrected.value == pytest.approx(25)
    assert found["NINF"].disagreements == 0


def test_the_unlabelled_judge_moves_the_figure_too():
    labels = [label(i, (2, 1, -1, -2)[i % 4]) for i in range(20)]
    scores = [(2, 2, -2, -2)[i % 4] for i in range(20)]
    low, high = (corrected_figures(sample_of(scores + rest, labels))["PAC"] for rest in ([-2] * 40, [2] * 40))
    assert low.corrected.value + 20 < high.corrected.value


def test_one_article_gives_a_value_without_an_interval():
    figure = corrected_figures(noisy(labelled=[0, 1, 2], articles=["a"] * 6 + list("bcdefg")))["PAC"]
    assert figure.corrected.value is not None
    assert figure.corrected.low is None
    assert figure.here.low is None
    assert "one article" in figure.corrected.why
    assert figure.more_to_halve is None


def test_no_label_leaves_the_judge_alone():
    found = corrected_figures(sample_of(SCORES, []))
    for figure in found.values():
        assert figure.naive.value is not None
        assert (figure.corrected.value, figure.labelled, figure.why) == (None, 0, "no pair is labelled")


def test_what_one_side_does_not_say_has_no_corrected_figure():
    of_judge = corrected_figures(noisy(value_preference=NOT_SAID))["VPREF"]
    assert (of_judge.naive.value, of_judge.corrected.value) == (None, None)
    assert of_judge.why == "the judge does not say it of any pair"
    labels = [label(i, 0, value_preference=NOT_SAID) for i in range(3)]
    of_people = corrected_figures(sample_of(SCORES, labels))["VPREF"]
    assert (of_people.naive.value, of_people.corrected.value) == (0, None)
    assert of_people.why == "no label says it"


def test_no_judged_pair_gives_no_figure_and_no_error():
    whole = sample_of(SCORES, [])
    empty = dataclasses.replace(whole, table=whole.table.iloc[:0], inclusion=np.array([]))
    assert [figure.naive.value for figure in corrected_figures(empty).values()] == [None] * 4
    assert pac_without_problems(empty).value is None


def test_pairs_marked_as_problems_are_left_out_of_pac():
    labels = [
        label(0, 2),
        label(1, 2, pair_problem="different issues"),
        label(2, -2),
        label(3, -2, author="Bob", pair_problem="other"),
        label(3, 0, adjudication=True),
    ]
    found = pac_without_problems(sample_of([2, 2, 2, 2], labels, weights=[3.0, 1.0, 1.0, 1.0]))
    assert found.n == 3
    assert found.value == pytest.approx((3 * 100 + 0 + 50) / 5)
    marked = [label(0, 2, pair_problem="other")]
    assert "marked" in pac_without_problems(sample_of([2, 2], marked)).why


def test_a_metric_out_of_reach_says_what_stays():
    articles = [f"a{i % 6}" for i in range(60)]
    rng = np.random.default_rng(3)
    by_article = rng.choice([-2, 2], 6)
    scores = [int(by_article[i % 6]) for i in range(60)]
    labels = [label(i, -scores[i] if i % 7 == 0 else scores[i]) for i in range(50)]
    figure = corrected_figures(sample_of(scores, labels, articles=articles))["PAC"]
    assert figure.more_to_halve is None
    assert figure.floor > 5
    assert f"±{figure.floor:.1f} points stay" in figure.why

"""Intervals of a corrected mean: what they hold, when they close, what halves them."""

from __future__ import annotations

import numpy as np
import pytest

from valbench_core.analysis import doubt_preferences, inclusions, mean_interval, queue_order
from valbench_core.analysis.corrected_intervals import corrected_intervals, labels_to_halve
from valbench_core.analysis.corrected_mean import CheckedPairs, corrected_mean


def checked(judge, human, articles=None, weights=None) -> CheckedPairs:
    n = len(judge)
    drawn = np.full(n, np.isfinite(human).sum() / n)
    units = np.arange(n) if articles is None else articles
    shares = np.ones(n) if weights is None else weights
    return CheckedPairs(np.asarray(judge, float), np.asarray(human, float), shares, drawn, units)


def intervals(pairs: CheckedPairs):
    return corrected_intervals(pairs, corrected_mean(pairs))


def random_pairs(n: int, labelled: int, wrong: float, per_article: int = 1, seed: int = 7) -> CheckedPairs:
    rng = np.random.default_rng(seed)
    truth = rng.choice([0.0, 25, 50, 75, 100], n)
    judge = np.where(rng.random(n) < wrong, 100 - truth, truth)
    human = np.where(np.arange(n) < labelled, truth, np.nan)
    return checked(judge, human, rng.permutation(n) // per_article)


def test_all_labelled_gives_the_interval_of_people_themselves():
    pairs = random_pairs(60, 60, 0.4, per_article=3)
    people = mean_interval(pairs.human, pairs.articles)
    found = intervals(pairs)
    assert tuple(found.corrected) == pytest.approx((people.low, people.high))
    assert tuple(found.here) == pytest.approx((people.value, people.value))


def test_these_pairs_are_known_better_than_issues_like_these():
    found = intervals(random_pairs(200, 80, 0.3))
    assert found.here.high - found.here.low < found.corrected.high - found.corrected.low


def test_without_a_disagreement_the_interval_holds_the_errors_not_met():
    pairs = random_pairs(100, 40, 0.0)
    found = intervals(pairs)
    unseen = 100 * (1 - 0.025 ** (1 / 40)) * 0.6
    assert "fewer than 5" in found.why
    assert found.here.low == pytest.approx(pairs.judge.mean() - unseen)
    assert found.here.high == pytest.approx(pairs.judge.mean() + unseen)


def test_errors_not_met_take_away_no_more_than_the_judge_gave():
    judge = np.r_[np.zeros(99), 100.0]
    found = intervals(checked(judge, np.where(np.arange(100) < 30, judge, np.nan)))
    assert found.here.low == pytest.approx(0)
    assert 5 < found.here.high < 20


def test_few_errors_in_one_direction_reach_further_that_way():
    pairs = random_pairs(100, 40, 0.0)
    human = np.where(np.arange(100) < 4, np.minimum(pairs.judge + 25, 100), pairs.human)
    found, mean = intervals(checked(pairs.judge, human)), corrected_mean(checked(pairs.judge, human)).mean
    assert found.here.high - mean > mean - found.here.low


def drawn_by_doubt(sure: int, others: int, of: int, wrong_others: int = 0) -> CheckedPairs:
    """Return pairs of which the sure ones were all labelled and found wrong, of the others a few."""
    human = np.full(sure + of, np.nan)
    judge = np.resize([0.0, 100.0], sure + of)
    human[:sure] = 100 - judge[:sure]
    human[sure : sure + others] = judge[sure : sure + others]
    human[sure : sure + wrong_others] = 100 - judge[sure : sure + wrong_others]
    chance = np.r_[np.ones(sure), np.full(of, others / of)]
    return CheckedPairs(judge, human, np.ones(human.size), chance, np.arange(human.size))


def test_errors_among_pairs_sure_to_be_labelled_tell_nothing_of_the_others():
    pairs = drawn_by_doubt(sure=20, others=50, of=500)
    assert (pairs.disagreements, pairs.telling_disagreements) == (20, 0)
    found = intervals(pairs)
    # One error more among 50 labels, twice its standard error either way, of the 450 pairs without a label.
    assert found.here.high - found.here.low > 2 * 1.9 * 100 / 50 * 450 / 520
    assert "one more error" in found.why


def test_errors_among_the_others_tell_of_them():
    pairs = drawn_by_doubt(sure=20, others=50, of=500, wrong_others=7)
    assert pairs.telling_disagreements == pytest.approx(7)
    assert intervals(pairs).why == ""


def test_where_no_label_speaks_for_the_others_they_could_all_be_wrong():
    pairs = drawn_by_doubt(sure=20, others=0, of=100)
    found = intervals(pairs)
    assert found.here == pytest.approx((50 * 20 / 120, (50 * 20 + 100 * 100) / 120))
    assert "fewer than 5 labels speak for pairs without one" in found.why


def test_a_draw_by_doubt_of_an_accurate_judge_covers_what_people_say_of_these_pairs():
    rng = np.random.default_rng(3)
    covered = []
    for _ in range(120):
        human = np.where(rng.random(600) < 0.4, 100.0, 0.0)
        judge = np.where(rng.random(600) < 0.02, 100 - human, human)
        preferences = doubt_preferences((rng.random(600) < np.where(judge == human, 0.1, 0.5)).astype(float))
        first = queue_order(rng.random(600), preferences)[:150]
        said = np.full(600, np.nan)
        said[first] = human[first]
        pairs = CheckedPairs(judge, said, np.ones(600), inclusions(preferences, 150), np.arange(600))
        found = intervals(pairs).here
        covered.append(found.low <= human.mean() <= found.high)
    assert np.mean(covered) > 0.93


def test_labels_that_all_say_the_same_against_the_judge_keep_a_width():
    judge = np.resize([0.0, 100.0], 80)
    found = intervals(checked(judge, np.where(np.arange(80) < 40, 0.0, np.nan)))
    assert found.here.low == found.corrected.low == 0
    assert found.here.high == pytest.approx(100 * (1 - 0.025 ** (1 / 40)) / 2)
    assert found.corrected.high == pytest.approx(100 * (1 - 0.025 ** (1 / 40)))
    assert "nearly all labels say the same" in found.why


def test_all_labelled_alike_keeps_the_width_of_any_such_mean():
    judge = np.resize([0.0, 100.0], 30)
    people = mean_interval(np.zeros(30), np.arange(30))
    assert tuple(intervals(checked(judge, np.zeros(30))).corrected) == (people.low, people.high)


def test_an_end_of_the_scale_keeps_a_width():
    judge = np.full(40, 100.0)
    found = intervals(checked(judge, np.where(np.arange(40) < 20, 100.0, np.nan)))
    assert found.corrected.high == 100
    assert found.corrected.low < 95


@pytest.mark.parametrize(("labelled", "wrong"), [(40, 0.4), (60, 0.0)])
def test_the_labels_said_to_halve_the_interval_do_so(labelled, wrong):
    """One label more or less changes little, so the planned number is tried on a run of the same kind."""
    n = 20_000
    before = intervals(random_pairs(n, labelled, wrong, seed=1))
    more = labels_to_halve(before, labelled, n)
    assert more is not None
    after = intervals(random_pairs(n, labelled + more, wrong, seed=1))
    ratio = (after.corrected.high - after.corrected.low) / (before.corrected.high - before.corrected.low)
    assert ratio == pytest.approx(0.5, abs=0.06)


def test_few_articles_leave_a_floor_that_labels_cannot_break():
    rng = np.random.default_rng(8)
    articles = np.repeat(np.arange(12), 25)
    truth = np.where(rng.random(12) < 0.5, 0.0, 100.0)[articles]
    judge = np.where(rng.random(300) < 0.2, 100 - truth, truth)
    human = np.where(rng.random(300) < 0.4, truth, np.nan)
    found = intervals(checked(judge, human, articles))
    assert labels_to_halve(found, int(np.isfinite(human).sum()), 300) is None
    assert found.floor > (found.corrected.high - found.corrected.low) / 4


def test_nothing_is_left_to_label_when_all_is_labelled():
    assert labels_to_halve(intervals(random_pairs(50, 50, 0.4)), 50, 50) is None


def test_only_where_every_pair_is_labelled_has_an_interval_no_width():
    rng = np.random.default_rng(11)
    for _ in range(300):
        n = int(rng.integers(4, 25))
        judge = rng.choice([0.0, 50, 100], n)
        human = np.where(rng.random(n) < rng.choice([0.3, 0.6, 1.0]), rng.choice([0.0, 100], n), np.nan)
        pairs = checked(judge, human, np.arange(n) // 2)
        if pairs.labelled_articles < 2:
            continue
        found, mean = intervals(pairs), corrected_mean(pairs).mean
        assert 0 <= found.here.low <= np.clip(mean, 0, 100) + 1e-9
        assert np.clip(mean, 0, 100) - 1e-9 <= found.here.high <= 100
        assert (found.here.high - found.here.low > 1e-6) == (not pairs.labelled.all())

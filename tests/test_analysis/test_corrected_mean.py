"""The corrected mean beside what other tools say in the cases that they know."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
import statsmodels.api as sm

from valbench_core.analysis import clustered_mean, doubt_preferences, inclusions, queue_order
from valbench_core.analysis.corrected_mean import CheckedPairs, corrected_mean

STEPS = np.array([0.0, 25, 50, 75, 100])


def made(seed: int, n: int = 40, labelled: int = 18, **fields) -> CheckedPairs:
    """Return pairs whose judge errs in every third case, in articles of two or three."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(STEPS, n)
    judge = np.where(rng.random(n) < 0.3, rng.choice(STEPS, n), truth)
    p = rng.choice([1.0, 2.0, 5.0], n)
    human = np.full(n, np.nan)
    chosen = queue_order(rng.random(n), p)[:labelled]
    human[chosen] = truth[chosen]
    given = {
        "judge": judge,
        "human": human,
        "weights": rng.choice([1.0, 2.5], n),
        "inclusion": inclusions(p, labelled),
        "articles": np.sort(np.r_[np.arange(n // 3), rng.integers(0, n // 3, n - n // 3)]),
    }
    return CheckedPairs(**{**given, **fields})


def test_slope_and_mean_are_those_of_a_weighted_regression():
    pairs = made(1)
    rows = pairs.labelled
    fit = sm.WLS(
        pairs.human[rows],
        sm.add_constant(pairs.judge[rows]),
        weights=(pairs.weights / pairs.inclusion)[rows],
    ).fit()
    found = corrected_mean(pairs)
    assert 0 < found.slope < 1
    assert found.slope == pytest.approx(fit.params[1])
    mean_judge = np.average(pairs.judge, weights=pairs.weights)
    assert found.mean == pytest.approx(fit.predict([1, mean_judge])[0])


def test_a_judge_that_says_nothing_of_the_truth_leaves_the_labels_alone():
    pairs = made(2)
    opposed = CheckedPairs(
        np.where(pairs.labelled, 100 - pairs.human, 50.0),
        pairs.human,
        pairs.weights,
        pairs.inclusion,
        pairs.articles,
    )
    found, rows = corrected_mean(opposed), pairs.labelled
    articles = np.unique(pairs.articles[rows], return_inverse=True)[1]
    alone = clustered_mean(pairs.human[rows], articles, (pairs.weights / pairs.inclusion)[rows])
    assert found.slope == 0
    assert found.mean == pytest.approx(alone.mean)
    assert found.standard_error == pytest.approx(alone.standard_error)
    assert found.degrees_of_freedom == pytest.approx(alone.degrees_of_freedom)


def test_with_one_pair_an_article_the_labels_alone_have_the_hc2_error_of_statsmodels():
    n = 12
    human = np.where(np.arange(n) < 8, np.resize(STEPS, n), np.nan)
    judge = np.where(np.isnan(human), 50.0, 100 - human)
    found = corrected_mean(CheckedPairs(judge, human, np.ones(n), np.full(n, 8 / n), np.arange(n)))
    fit = sm.OLS(human[:8], np.ones(8)).fit(cov_type="HC2")
    assert found.standard_error == pytest.approx(fit.bse[0])
    assert found.degrees_of_freedom == pytest.approx(7)


def test_with_every_pair_labelled_it_is_the_human_mean_with_its_own_error():
    whole = made(3, labelled=40)
    assert (whole.inclusion == 1).all()
    found = corrected_mean(whole)
    human = clustered_mean(whole.human, whole.articles, whole.weights)
    assert found.mean == pytest.approx(human.mean)
    assert found.standard_error == pytest.approx(human.standard_error)
    assert found.degrees_of_freedom == pytest.approx(human.degrees_of_freedom)
    assert found.standard_error_here == 0
    assert found.floor_error == pytest.approx(human.standard_error)


def test_over_all_simple_random_samples_mean_and_variance_are_unbiased():
    truth = np.array([0.0, 25, 100, 100, 50, 75])
    means, variances = [], []
    for chosen in combinations(range(6), 3):
        human = np.full(6, np.nan)
        human[list(chosen)] = truth[list(chosen)]
        found = corrected_mean(
            CheckedPairs(np.full(6, 50.0), human, np.ones(6), np.full(6, 0.5), np.arange(6))
        )
        means.append(found.mean)
        variances.append(found.standard_error_here**2)
    assert np.mean(means) == pytest.approx(truth.mean())
    assert np.mean(variances) == pytest.approx(np.var(means))


def test_over_all_samples_that_prefer_doubtful_pairs_the_mean_is_unbiased():
    truth = np.array([0.0, 25, 25, 100, 100, 75, 50])
    # Three doubtful pairs of which two are drawn, four others of which one is.
    inclusion = np.array([2 / 3] * 3 + [1 / 4] * 4)
    means, plain = [], []
    for doubtful, other in product(combinations(range(3), 2), range(3, 7)):
        human = np.full(7, np.nan)
        human[[*doubtful, other]] = truth[[*doubtful, other]]
        pairs = CheckedPairs(np.full(7, 50.0), human, np.ones(7), inclusion, np.arange(7))
        means.append(corrected_mean(pairs).mean)
        plain.append(np.nanmean(human))
    assert np.mean(means) == pytest.approx(truth.mean())
    assert np.mean(plain) < truth.mean() - 10


def test_over_many_queues_that_prefer_doubtful_pairs_the_mean_is_unbiased():
    rng = np.random.default_rng(4)
    truth = rng.choice(STEPS, 150)
    judge = np.where(rng.random(150) < 0.35, np.maximum(truth - 50, 0), truth)
    p = doubt_preferences(np.where(judge == truth, 0.0, 2.0))
    corrected, plain = [], []
    for _ in range(1_500):
        chosen = queue_order(rng.random(150), p)[:50]
        human = np.full(150, np.nan)
        human[chosen] = truth[chosen]
        pairs = CheckedPairs(judge, human, np.ones(150), inclusions(p, 50), np.arange(150))
        corrected.append(corrected_mean(pairs).mean)
        plain.append(judge.mean() + np.mean((truth - judge)[chosen]))
    assert abs(np.mean(corrected) - truth.mean()) < 0.5
    assert abs(np.mean(plain) - truth.mean()) > 5


def test_a_pair_of_weight_two_counts_as_two():
    pairs = made(5)
    twice = {
        name: np.repeat(getattr(pairs, name), np.where(pairs.weights == 2.5, 5, 2))
        for name in ("judge", "human", "inclusion", "articles")
    }
    copies = CheckedPairs(**twice, weights=np.ones(len(twice["judge"])))
    assert corrected_mean(copies).mean == pytest.approx(corrected_mean(pairs).mean)


def test_a_judge_of_one_value_is_corrected_by_its_mean_error():
    human = np.array([0.0, 50, 100, 100, np.nan, np.nan])
    judge = np.array([50.0, 50, 50, 50, 50, 100])
    found = corrected_mean(CheckedPairs(judge, human, np.ones(6), np.full(6, 4 / 6), np.arange(6)))
    assert found.slope == 1
    assert found.mean == pytest.approx(judge.mean() + 12.5)


def test_skipped_pairs_leave_something_to_chance_though_the_queue_has_ended():
    human = np.array([0.0, 50, 100, 75, np.nan])
    judge = np.array([0.0, 25, 100, 100, 100])
    found = corrected_mean(CheckedPairs(judge, human, np.ones(5), np.ones(5), np.arange(5)))
    assert found.standard_error_here > 0

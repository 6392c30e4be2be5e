"""The sign flip of article sums, against all flips written out and against tests that cover a case of it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest, wilcoxon

from valbench_core.analysis.clustered_mean import clustered_mean
from valbench_core.analysis.comparison import paired_mean
from valbench_core.analysis.sign_flip import sign_flip_p


def p_of(differences, articles, weights=None, **options) -> float:
    w = np.ones(len(differences)) if weights is None else np.asarray(weights, float)
    mean = paired_mean(np.asarray(differences, float), np.asarray(articles), w)
    return float(sign_flip_p(mean.sums[:, None], mean.leverage[:, None], **options)[0])


def written_out(differences, articles, weights) -> float:
    """The share of all flips whose mean over its standard error is at least as far from 0."""
    d, g, w = (np.asarray(values, float) for values in (differences, articles, weights))
    g = g.astype(int)

    def statistic(signs) -> float:
        fit = clustered_mean(d * np.asarray(signs)[g], g, w)
        return abs(fit.mean) / fit.standard_error

    found = [statistic(signs) for signs in product((1, -1), repeat=g.max() + 1)]
    return float(np.mean(np.array(found) >= found[0] - 1e-9))


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_share_of_all_flips_with_a_statistic_as_large(seed) -> None:
    rng = np.random.default_rng(seed)
    articles = np.concatenate([np.arange(7), rng.integers(0, 7, 12)])
    differences, weights = rng.integers(-4, 5, 19) * 25.0 + 10, rng.choice([1.0, 2.5], 19)
    assert p_of(differences, articles, weights) == pytest.approx(written_out(differences, articles, weights))


@pytest.mark.parametrize(("up", "down"), [(6, 1), (7, 0), (5, 5), (9, 4)])
def test_on_flips_of_single_pairs_it_is_the_exact_sign_test(up, down) -> None:
    differences = [100] * up + [-100] * down + [0] * 8
    expected = binomtest(up, up + down).pvalue
    assert p_of(differences, np.arange(len(differences))) == pytest.approx(expected)


def test_random_flips_hardly_depend_on_the_seed_and_come_near_the_rank_test() -> None:
    differences = np.random.default_rng(3).normal(0.3, 1, 40)
    by_rank = wilcoxon(differences).pvalue
    p, again = p_of(differences, np.arange(40)), p_of(differences, np.arange(40), seed=9)
    assert p == pytest.approx(by_rank, abs=0.1)
    assert p == pytest.approx(again, abs=0.02)


def test_random_flips_never_give_p_0() -> None:
    assert p_of([100.0] * 60, np.arange(60)) == 1 / 10_000


def test_blocks_of_flips_give_what_one_block_gives(monkeypatch) -> None:
    differences = np.random.default_rng(5).normal(0.2, 1, 24)
    at_once = p_of(differences, np.arange(24))
    monkeypatch.setattr("valbench_core.analysis.sign_flip._BLOCK", 1_000)
    assert p_of(differences, np.arange(24)) == at_once


def test_p_does_not_depend_on_what_else_is_tested(monkeypatch) -> None:
    # The second difference moves articles that the first one leaves alone.
    sums = np.random.default_rng(5).normal(0.1, 1, (40, 2))
    sums[:15, 0] = 0.0
    leverage = np.full((40, 2), 1 / 40)
    alone = sign_flip_p(sums[:, :1], leverage[:, :1])[0]
    assert sign_flip_p(sums, leverage)[0] == alone
    monkeypatch.setattr("valbench_core.analysis.sign_flip._BLOCK", 1_000)
    assert sign_flip_p(sums, leverage)[0] == alone

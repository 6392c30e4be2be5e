"""Sums by label, with the labels permuted between articles."""

from __future__ import annotations

from collections import Counter
from math import sqrt

import numpy as np

from valbench_core.analysis.label_permutation import BLOCK, expected_sums, permuted_sums

DRAWS = 12_000


def sums(values, labels, articles, draws=DRAWS, seed=0):
    columns = np.array(values, float).reshape(len(labels), -1)
    return permuted_sums(columns, np.array(labels), np.array(articles), draws, np.random.default_rng(seed))


def test_every_arrangement_is_equally_likely():
    """Four articles of one pair each, and two of two, whose values tell each arrangement from any other."""
    articles = [0, 1, 2, 3, 4, 4, 5, 5]
    drawn = sums([1, 2, 4, 8, 16, 32, 64, 128], range(8), articles)[1:, :, 0]
    seen = Counter(map(tuple, drawn.tolist()))
    wanted = DRAWS / (24 * 2)
    assert len(seen) == 24 * 2
    chi_squared = sum((times - wanted) ** 2 / wanted for times in seen.values())
    assert chi_squared < 47 + 5 * sqrt(2 * 47)


def test_only_articles_of_one_size_exchange_and_pairs_keep_their_order():
    drawn = sums([1, 2, 4, 8, 16], range(5), [0, 1, 1, 2, 2])[1:, :, 0]
    assert {tuple(row) for row in drawn.tolist()} == {(1, 2, 4, 8, 16), (1, 8, 16, 2, 4)}


def test_the_first_sums_are_those_observed_and_all_draws_hold_the_same_in_total():
    rng = np.random.default_rng(1)
    labels, articles = rng.permutation(np.arange(900) % 7), np.sort(rng.integers(300, size=900))
    articles = np.unique(articles, return_inverse=True)[1]
    values = rng.integers(0, 5, 900)
    found = sums(values, labels, articles, draws=50)[:, :, 0]
    assert np.array_equal(found[0], np.bincount(labels, weights=values))
    assert (found.sum(axis=1) == values.sum()).all()
    assert len({tuple(row) for row in found.tolist()}) == 51


def test_sums_are_on_average_those_expected():
    rng = np.random.default_rng(2)
    articles = np.unique(rng.integers(60, size=200), return_inverse=True)[1]
    labels = np.where(rng.random(200) < 0.5, articles % 4, rng.permutation(np.arange(200) % 4))
    values = rng.random((200, 2)) + articles[:, None] % 3
    drawn = sums(values, labels, articles, draws=4_000)[1:]
    error = drawn.std(axis=0) / sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - expected_sums(values, labels, articles)) < 5 * error + 1e-9).all()


def test_the_same_seed_gives_the_same_draws_and_another_others():
    few = [[1, 2, 3, 4], [0, 1, 0, 1], [0, 1, 2, 3]]
    assert np.array_equal(sums(*few, seed=3), sums(*few, seed=3))
    assert not np.array_equal(sums(*few, seed=3), sums(*few, seed=4))


def test_draws_of_more_pairs_than_are_looked_up_at_once_differ_from_each_other():
    n = BLOCK // 2 + 1
    found = sums(np.arange(n) % 3, np.arange(n) % 2, np.arange(n), draws=3)[1:, 0, 0]
    assert len(set(found.tolist())) == 3

"""How far raters agree: coefficients as libraries define them, intervals over articles, what is undefined."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from tests.test_analysis.tables import judged, table
from valbench_core.analysis import ASPECTS, Ratings, agreement, alphas_of
from valbench_core.analysis.resampling import resampled_sums

SCORES = [-2, -1, 0, 1, 2]
FLAGS = ("for_refusal", "against_refusal", "for_no_information", "against_no_information", "value_preference")


def rater(seed: int, n: int = 120, like: Ratings | None = None) -> Ratings:
    """Somebody who says anything, or mostly what another says."""
    rng = np.random.default_rng(seed)
    said = {"adjusted": rng.integers(-2, 3, n).astype(float)}
    said |= {flag: (rng.random(n) < 0.3).astype(float) for flag in FLAGS}
    if like is not None:
        said = {name: np.where(rng.random(n) < 0.7, getattr(like, name), own) for name, own in said.items()}
    return Ratings(**said)


def uniform(n: int, score: float, flag: float = 0.0) -> Ratings:
    return Ratings(np.full(n, score), *(np.full(n, flag) for _ in FLAGS))


def articles(n: int = 120, size: int = 3) -> np.ndarray:
    return np.arange(n) // size


scores = st.lists(
    st.tuples(st.sampled_from(SCORES), st.sampled_from(SCORES), st.floats(0.1, 9)), min_size=2, max_size=40
)


@settings(max_examples=60, deadline=None)
@given(scores)
def test_kappa_of_scores_is_that_of_scikit_learn_whatever_the_weights(rows) -> None:
    one, other, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    flags = [np.zeros(one.size)] * 5
    found = agreement(
        Ratings(one, *flags), Ratings(other, *flags), np.arange(one.size), weights, resamples=2
    ).kappa["score"]
    if len({*one, *other}) == 1:
        assert found.value is None
        return
    expected = cohen_kappa_score(one, other, labels=SCORES, weights="quadratic", sample_weight=weights)
    assert found.value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("aspect", ["refusal", "no_information"])
def test_flags_of_both_sides_are_pooled(aspect) -> None:
    one, other = rater(1), rater(2, like=rater(1))
    weights = np.random.default_rng(0).random(120) + 0.5
    found = agreement(one, other, articles(), weights)
    pooled = [np.ravel(ratings.said(aspect)) for ratings in (one, other)]
    expected = cohen_kappa_score(*pooled, sample_weight=np.repeat(weights, 2))
    assert found.kappa[aspect].value == pytest.approx(expected, abs=1e-12)
    assert found.flags[aspect].counts.sum() == 240
    assert found.flags[aspect].percent.value == pytest.approx(
        100 * np.average(pooled[0] == pooled[1], weights=np.repeat(weights, 2))
    )


ratings_of_three = st.lists(
    st.tuples(*[st.sampled_from([*SCORES, np.nan])] * 3), min_size=2, max_size=30
)  # NaN: this judge left the pair out


@settings(max_examples=60, deadline=None)
@given(ratings_of_three)
def test_alpha_is_that_of_krippendorff_with_missing_values(rows) -> None:
    said = np.array(rows, dtype=float)
    flags = [np.zeros(len(said))] * 5
    found = alphas_of([Ratings(column, *flags) for column in said.T], np.arange(len(said)), resamples=2)
    several = said[(~np.isnan(said)).sum(axis=1) > 1]
    assert found["score"].n == len(several)
    if len(np.unique(several[~np.isnan(several)])) < 2:
        assert found["score"].value is None
        return
    expected = krippendorff.alpha(several.T, value_domain=SCORES, level_of_measurement="interval")
    assert found["score"].value == pytest.approx(expected, abs=1e-12)


def test_alpha_of_flags_is_nominal() -> None:
    raters = [rater(1), rater(2, like=rater(1)), rater(3, like=rater(1))]
    found = alphas_of(raters, articles())
    pooled = np.array([np.ravel(one.said("refusal")) for one in raters])
    expected = krippendorff.alpha(pooled, level_of_measurement="nominal")
    assert found["refusal"].value == pytest.approx(expected, abs=1e-12)


def test_an_all_refusal_run_has_no_kappa_and_says_why() -> None:
    found = agreement(uniform(40, 2, 1), uniform(40, 2, 1), articles(40), resamples=50)
    assert {one.value for one in found.kappa.values()} == {None}
    assert found.kappa["score"].why == (
        "every pair gets the score 2 from all, so chance alone explains that they agree"
    )
    assert found.kappa["refusal"].why.startswith("all set it every time")
    assert found.kappa["refusal"].undefined == 50
    assert found.percent.value == found.flags["refusal"].percent.value == 100


def test_resamples_without_any_flag_are_counted_as_undefined() -> None:
    one = uniform(30, 1)
    flagged = Ratings(one.adjusted, np.r_[1.0, np.zeros(29)], *([np.zeros(30)] * 4))
    found = agreement(flagged, flagged, articles(30, 1)).kappa["refusal"]
    # An article is left out of a resample of 30 with the chance (29/30)^30.
    assert found.undefined / 2000 == pytest.approx((29 / 30) ** 30, abs=0.04)
    assert found.value == 1.0


def test_a_flag_that_one_side_never_sets_is_said() -> None:
    found = agreement(rater(1), uniform(120, 1), articles()).kappa
    assert found["refusal"].value == 0.0
    assert "one side says the same of every pair" in found["refusal"].why


def test_perfect_agreement_has_an_interval_of_some_width() -> None:
    one = rater(1)
    found = agreement(one, one, articles()).kappa
    for aspect in ASPECTS:
        assert (found[aspect].value, found[aspect].high) == (1.0, 1.0)
        assert 0.6 < found[aspect].low < 0.99
        assert found[aspect].why.startswith("no article holds a disagreement")


def test_fewer_than_five_articles_give_no_interval() -> None:
    found = agreement(rater(1, 12), rater(2, 12), articles(12)).kappa["score"]
    assert (found.low, found.high, found.articles) == (None, None, 4)
    assert found.value is not None
    assert found.why == "4 articles are too few to draw anew: an interval takes 5"


def test_pairs_of_one_article_count_as_one_draw() -> None:
    one, other = rater(1, 40), rater(2, 40, like=rater(1, 40))
    apart = agreement(one, other, np.arange(40)).kappa["score"]
    copies = np.repeat(np.arange(40), 5)
    copied = agreement(one.take(copies), other.take(copies), copies).kappa["score"]
    assert (copied.low, copied.high) == pytest.approx((apart.low, apart.high))
    assert (copied.n, copied.articles) == (200, 40)


def test_more_pairs_give_a_narrower_interval() -> None:
    def width(n: int) -> float:
        found = agreement(rater(1, n), rater(2, n, like=rater(1, n)), articles(n)).kappa["score"]
        return found.high - found.low

    assert width(1200) < 0.5 * width(120)


def test_pairs_that_one_side_did_not_rate_are_left_out() -> None:
    one, other = rater(1, 30), rater(2, 30)
    other.adjusted[:10] = np.nan
    other.value_preference[10:15] = np.nan
    found = agreement(one, other, articles(30))
    assert (found.n, found.counts.sum()) == (20, 20)
    assert found.kappa["value_preference"].n == found.flags["value_preference"].percent.n == 15


def test_confusion_has_the_first_in_rows_and_percent_by_weight() -> None:
    one, other = uniform(3, -2), uniform(3, 1)
    other.adjusted[0] = -2
    found = agreement(one, other, articles(3), np.array([2.0, 1.0, 1.0]))
    assert (found.counts[0, 0], found.counts[0, 3]) == (1, 2)
    assert (found.shares[0, 0], found.shares[0, 3]) == (50.0, 50.0)


def test_nobody_rated_anything_and_it_says_so() -> None:
    nothing = uniform(4, np.nan, np.nan)
    found = agreement(nothing, nothing, articles(4))
    assert (found.n, found.percent.value) == (0, None)
    assert found.kappa["score"].why == "no pair has a value from two raters"
    assert alphas_of([nothing, nothing], articles(4))["score"].value is None


def test_scores_in_between_keep_their_distance() -> None:
    # A mean of two orders lies half a step off: κ sees that, the confusion takes the score nearer to 0.
    whole = rater(1)
    half = Ratings(whole.adjusted.clip(-1, 1) + 0.5, *(getattr(whole, flag) for flag in FLAGS))
    found = agreement(whole, half, articles())
    assert found.kappa["score"].value < 1
    assert found.counts.sum() == 120
    assert found.counts[4, 3] == (whole.adjusted == 2).sum()


def test_ratings_come_from_a_tidy_table() -> None:
    rows = table(judged("a", -2), judged("b", 1, refusals=(True, False), value_preference=1.0))
    ratings = Ratings.of(rows)
    assert ratings.adjusted.tolist() == [-2, 1]
    assert ratings.said("refusal").tolist() == [[0, 0], [1, 0]]
    assert np.isnan(ratings.value_preference[0])


def test_the_same_table_gives_the_same_interval() -> None:
    one, other = rater(1), rater(2)
    first, again = (agreement(one, other, articles()).kappa for _ in range(2))
    assert first == again
    assert first != agreement(one, other, articles(), seed=1).kappa


def test_resamples_are_drawn_in_chunks_and_hold_as_many_articles_as_there_are(monkeypatch) -> None:
    sums = np.column_stack([np.ones(7), np.arange(7.0)])
    whole = resampled_sums(sums, 50)
    assert set(whole[:, 0]) == {7.0}
    monkeypatch.setattr("valbench_core.analysis.resampling._CELLS", 20)
    assert resampled_sums(sums, 50).tolist() == whole.tolist()
    assert not resampled_sums(np.column_stack([sums, np.zeros(7)]), 50)[:, 2].any()


def test_the_interval_is_centred_on_what_a_plain_bootstrap_gives() -> None:
    one, other = rater(1), rater(2, like=rater(1))
    found = agreement(one, other, articles()).kappa["score"]
    rng, drawn = np.random.default_rng(5), []
    for _ in range(400):
        rows = (3 * rng.integers(0, 40, 40)[:, None] + np.arange(3)).ravel()
        drawn.append(
            cohen_kappa_score(one.adjusted[rows], other.adjusted[rows], labels=SCORES, weights="quadratic")
        )
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05)

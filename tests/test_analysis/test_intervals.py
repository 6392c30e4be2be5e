"""The interval of a mean: its edges, and the cases in which there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from valbench_core.analysis import Unit, mean_interval, mean_intervals
from valbench_core.analysis.intervals import near_constant_interval


def articles(*sizes: int) -> np.ndarray:
    return np.repeat([f"article {i}" for i in range(len(sizes))], sizes).astype(object)


def test_the_ordinary_interval_is_the_t_interval_on_the_logit_scale() -> None:
    values = np.tile([0.0, 100.0, 100.0, 100.0], 5)
    estimate = mean_interval(values, np.arange(20))
    error = values.std(ddof=1) / np.sqrt(20) / 100
    reach = stats.t.ppf(0.975, 19) * error / (0.75 * 0.25)
    expected = [100 / (1 + np.exp(-(np.log(3) + sign * reach))) for sign in (-1, 1)]
    assert [estimate.low, estimate.high] == pytest.approx(expected)


@pytest.mark.parametrize(("value", "low", "high"), [(0, 0, 30.85), (100, 69.15, 100), (50, 34.575, 65.425)])
def test_all_equal_values_have_the_width_of_the_clopper_pearson_bound(
    value: float, low: float, high: float
) -> None:
    estimate = mean_interval([value] * 10, np.arange(10))
    assert estimate.value == value
    assert [estimate.low, estimate.high] == pytest.approx([low, high], abs=0.01)


def test_pairs_of_the_same_article_do_not_narrow_the_interval_of_equal_values() -> None:
    single = mean_interval([0.0] * 10, np.arange(10))
    repeated = mean_interval([0.0] * 100, np.repeat(np.arange(10), 10))
    assert repeated.high == pytest.approx(single.high)
    assert (repeated.n, repeated.articles) == (100, 10)


def test_four_articles_off_the_commonest_value_widen_the_interval_and_five_do_not() -> None:
    four, five = (np.array([100.0] * off + [0.0] * (40 - off)) for off in (4, 5))
    assert mean_interval(four, np.arange(40)).low == 0
    assert mean_interval(five, np.arange(40)).low > 1


def test_the_widened_interval_has_the_clopper_pearson_upper_end() -> None:
    estimate = mean_interval([100.0] + [0.0] * 39, np.arange(40))
    upper = stats.binomtest(1, 40).proportion_ci(0.95, "exact").high
    assert estimate.high >= 100 * upper


def test_mirrored_values_have_the_mirrored_interval() -> None:
    values = np.array([0.0, 0.0, 100.0, 100.0, 25.0, 25.0])
    one, other = (mean_interval(v, np.arange(6)) for v in (values, 100 - values))
    assert [100 - other.high, 100 - other.low] == pytest.approx([one.low, one.high])


def test_one_article_has_a_value_without_an_interval() -> None:
    estimate = mean_interval([0.0, 100.0], articles(2))
    assert (estimate.value, estimate.low, estimate.high) == (50, None, None)
    assert estimate.why == "all pairs come from one article"


def test_with_pairs_as_units_one_article_has_an_interval_that_says_so() -> None:
    estimate = mean_interval([0.0, 100.0, 50.0, 50.0, 50.0], articles(5), unit="pair")
    assert estimate.low is not None
    assert estimate.articles == 1
    assert estimate.why == "pairs are the units, not articles"


def test_under_five_pairs_as_units_there_is_no_interval() -> None:
    estimate = mean_interval([0.0, 100.0, 50.0, 50.0], articles(4), unit="pair")
    assert (estimate.value, estimate.low, estimate.high) == (50, None, None)
    assert "fewer than 5" in estimate.why


def test_pairs_without_a_value_count_nowhere() -> None:
    estimate = mean_interval([0.0, np.nan, 100.0, np.nan], articles(1, 1, 1, 1))
    assert (estimate.value, estimate.n, estimate.articles) == (50, 2, 2)


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_without_values_the_figure_is_undefined(values: list[float]) -> None:
    estimate = mean_interval(values, np.arange(len(values)))
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (None, None, None, 0)
    assert estimate.why


def test_weights_shift_the_mean_but_not_the_count() -> None:
    estimate = mean_interval([0.0, 100.0], articles(1, 1), weights=[3.0, 1.0])
    assert (estimate.value, estimate.n) == (25, 2)


def test_equal_weights_of_any_size_are_no_weights() -> None:
    values, keys = np.tile([0.0, 50.0, 100.0], 7), articles(*[3] * 7)
    assert mean_interval(values, keys, np.full(21, 4.0)) == mean_interval(values, keys)


@pytest.mark.parametrize(
    ("values", "weights", "words"), [([101.0, 0.0], None, "0–100"), ([1.0, 2.0], [1.0, 0.0], "positive")]
)
def test_nonsense_is_refused(values: list[float], weights: list[float] | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        mean_interval(values, np.arange(2), weights)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from([0, 25, 50, 75, 100, 33.3]), st.integers(0, 9), st.floats(0.05, 20)),
        min_size=1,
        max_size=60,
    )
)
def test_the_interval_always_holds_the_value_and_stays_within_the_scale(
    rows: list[tuple[float, int, float]],
) -> None:
    values, keys, weights = (np.array(column) for column in zip(*rows, strict=True))
    estimate = mean_interval(values, keys, weights)
    assert (estimate.low is None) == bool(estimate.why)
    if estimate.low is not None:
        assert 0 <= estimate.low <= estimate.value + 1e-9
        assert estimate.value - 1e-9 <= estimate.high <= 100


@pytest.mark.parametrize("unit", ["article", "pair"])
def test_many_groups_at_once_have_the_intervals_each_has_alone(unit: Unit) -> None:
    rng = np.random.default_rng(5)
    groups, keys, weights = rng.integers(0, 30, 400), rng.integers(0, 60, 400), rng.uniform(0.5, 2, 400)
    values = np.where(groups < 10, 100.0, rng.choice([0.0, 25, 50, 100, np.nan], 400))
    together = mean_intervals(values, keys, groups, 31, weights, unit)
    for group in range(31):
        of = groups == group
        alone = mean_interval(values[of], keys[of], weights[of], unit)
        assert (together[group].n, together[group].why) == (alone.n, alone.why)
        ends = [together[group].value, together[group].low, together[group].high]
        assert ends == pytest.approx([alone.value, alone.low, alone.high])


def test_articles_that_differ_within_but_not_between_give_no_interval() -> None:
    estimate = mean_interval([0.0, 100.0] * 8, np.repeat(np.arange(8), 2))
    assert (estimate.value, estimate.low, estimate.high) == (50, None, None)
    assert estimate.why == "every article has the same mean: the spread between articles cannot be estimated"


def test_with_four_such_articles_the_interval_is_the_widened_one() -> None:
    estimate = mean_interval([0.0, 100.0] * 4, np.repeat(np.arange(4), 2))
    assert (estimate.value, estimate.why) == (50, "")
    assert estimate.low < 10
    assert estimate.high > 90


def test_the_interval_of_near_constant_values_is_mirrored_with_them() -> None:
    # Three values are commonest together, so all three count.
    values = np.array([-50.0, -50, 0, 0, 25, 25])
    keys, weights, scale = np.array([0, 0, 1, 1, 2, 2]), np.ones(6), (-100.0, 100.0)
    low, high = near_constant_interval(values, keys, weights, 3.0, scale)
    assert near_constant_interval(-values, keys, weights, 3.0, scale) == pytest.approx((-high, -low))

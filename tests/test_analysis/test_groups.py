"""Groups against the rest: the permutation test against scipy, by hand, and what it leaves untested."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import permutation_test

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import (
    METRICS,
    OUTCOME_SHARES,
    Points,
    contrast_groups,
    holm,
    summarise,
    summarise_by,
)

PAC = {"PAC": METRICS["PAC"]}
RNG = np.random.default_rng(7)


def one_pair_an_article(n: int = 40, **columns: object) -> pd.DataFrame:
    """Return pairs of two categories, of which the first fifteen are the more consistent ones."""
    scores = [2, 1, 2, 0, -1, 2, 1, 0, 2, 2, -2, 1, 2, 0, 1, *RNG.integers(-2, 3, n - 15).tolist()]
    category = ["Ethics"] * 15 + ["Religion"] * (n - 15)
    pairs = zip(scores, category, strict=True)
    return table(*[judged(f"a{i}", s, category=c, **columns) for i, (s, c) in enumerate(pairs)])


def distance(one: np.ndarray, other: np.ndarray, axis: int) -> np.ndarray:
    return np.abs(np.mean(one, axis=axis) - np.mean(other, axis=axis))


def test_with_one_pair_an_article_it_is_the_permutation_test_of_scipy() -> None:
    pairs = one_pair_an_article()
    values = (25 * (pairs["adjusted"] + 2)).to_numpy()
    samples = values[:15], values[15:]
    theirs = permutation_test(samples, distance, n_resamples=9_999, alternative="greater", rng=1)
    ours = contrast_groups(pairs, "category", PAC)["PAC"].contrasts[0]
    assert ours.difference.value == pytest.approx(theirs.statistic)
    assert ours.p == pytest.approx(theirs.pvalue, abs=0.02)


def test_of_two_groups_one_differs_as_much_as_the_other() -> None:
    one, other = contrast_groups(one_pair_an_article(), "category", PAC)["PAC"].contrasts
    assert one.difference.value == pytest.approx(-(other.difference.value or 0))
    assert one.p == other.p


def test_only_articles_of_one_size_exchange_their_labels() -> None:
    # Ten articles of two pairs, ten of one, and among each size one label: nothing else can be drawn.
    large = [judged(f"l{i}", 2, category="Ethics") for i in range(10) for _ in range(2)]
    small = [judged(f"s{i}", -2, category="Religion") for i in range(10)]
    test = contrast_groups(table(*large, *small), "category", PAC)["PAC"]
    assert {(c.p, c.p_corrected) for c in test.contrasts} == {(None, None)}
    assert {c.why for c in test.contrasts} == {"articles of equal size do not differ in it"}


def test_where_no_two_articles_are_of_one_size_nothing_is_tested() -> None:
    rows = [
        judged(f"a{i}", i % 3, category="Ethics" if i % 2 else "Religion")
        for i in range(12)
        for _ in range(i + 1)
    ]
    test = contrast_groups(table(*rows), "category", PAC)["PAC"]
    found = {(c.p, c.p_corrected, c.why) for c in test.contrasts}
    assert found == {(None, None, "no two articles of equal size")}
    assert test.size == 0
    assert test.contrasts[0].difference.value is not None


def test_a_group_that_no_draw_changes_is_no_part_of_the_family() -> None:
    # The articles of History are the only ones with three pairs.
    history = [judged(f"h{i}", i % 3, category="History") for i in range(6) for _ in range(3)]
    pairs = pd.concat([one_pair_an_article(), table(*history)], ignore_index=True)
    test = contrast_groups(pairs, "category", PAC)["PAC"]
    assert [contrast.p is None for contrast in test.contrasts] == [False, False, True]
    assert test.size == 2


def test_labels_of_an_article_stay_together() -> None:
    # Pairs of an article agree: shuffled pair by pair, six articles of ten pairs would differ beyond doubt.
    rows = [
        judged(f"a{i}", 2 if i % 2 else -2, category="Ethics" if i < 6 else "Religion")
        for i in range(12)
        for _ in range(10)
    ]
    assert contrast_groups(table(*rows), "category", PAC)["PAC"].contrasts[0].p == 1.0


def test_a_difference_that_no_draw_reaches_has_the_smallest_p() -> None:
    rows = [judged(f"a{i}", 2 if i < 20 else -2, category="Ethics" if i < 20 else "") for i in range(40)]
    test = contrast_groups(table(*rows), "category", PAC, draws=999)["PAC"]
    assert [contrast.p for contrast in test.contrasts] == [0.001, 0.001]
    assert test.contrasts[0].difference.value == 100


def test_where_all_are_alike_nothing_differs() -> None:
    rows = [judged(f"a{i}", 1, category="Ethics" if i < 20 else "Religion") for i in range(40)]
    assert {c.p for c in contrast_groups(table(*rows), "category", PAC)["PAC"].contrasts} == {1.0}


def test_under_five_articles_on_either_side_nothing_is_tested() -> None:
    rows = [judged(f"a{i}", i % 3, category="Ethics" if i < 4 else "Religion") for i in range(20)]
    test = contrast_groups(table(*rows), "category", PAC)["PAC"]
    assert {(c.p, c.p_corrected, c.why) for c in test.contrasts} == {(None, None, "too few articles")}
    assert test.size == 0


def test_pairs_without_a_value_are_left_out() -> None:
    pairs = one_pair_an_article()
    more = pd.concat([pairs, table(row("x", "failed", category="History"))], ignore_index=True)
    assert contrast_groups(more, "category", PAC) == contrast_groups(pairs, "category", PAC)


def test_a_metric_without_any_value_has_no_contrasts() -> None:
    pairs = one_pair_an_article()
    assert contrast_groups(pairs, "category", {"VPREF": METRICS["VPREF"]})["VPREF"].contrasts == ()


def test_a_metric_has_the_same_p_whichever_others_are_tested_with_it() -> None:
    pairs = one_pair_an_article(value_preference=1.0)
    together = contrast_groups(pairs, "category", METRICS | OUTCOME_SHARES)
    assert together["PAC"] == contrast_groups(pairs, "category", PAC)["PAC"]


def test_the_family_is_one_metric_by_one_breakdown() -> None:
    test = contrast_groups(one_pair_an_article(), "category", PAC)["PAC"]
    assert (test.family, test.size, test.draws) == ("PAC by category", 2, 9_999)


def test_equal_weights_of_any_size_change_nothing() -> None:
    pairs = one_pair_an_article()
    assert contrast_groups(pairs.assign(weight=4.0), "category", PAC) == contrast_groups(
        pairs, "category", PAC
    )


def test_weights_count_in_group_and_rest() -> None:
    rows = [judged(f"a{i}", 2 if i % 2 else -2, category="Ethics" if i < 10 else "") for i in range(20)]
    weights = np.where(np.arange(20) % 2, 3.0, 1.0)
    weights[10:] = 1.0
    contrast = contrast_groups(table(*rows).assign(weight=weights), "category", PAC)["PAC"].contrasts[0]
    assert contrast.difference.value == pytest.approx(75 - 50)


def test_weights_that_the_group_decides_leave_its_test_as_it_is() -> None:
    pairs = one_pair_an_article()
    weights = np.where(pairs["category"] == "Ethics", 5.0, 1.0)
    weighted = contrast_groups(pairs.assign(weight=weights), "category", PAC)["PAC"].contrasts
    plain = contrast_groups(pairs, "category", PAC)["PAC"].contrasts
    assert [c.p for c in weighted] == [c.p for c in plain]


def test_the_interval_holds_the_difference_and_is_wider_than_either_group() -> None:
    pairs = one_pair_an_article()
    difference = contrast_groups(pairs, "category", PAC)["PAC"].contrasts[0].difference
    of_group = summarise_by(pairs, "category", PAC, only=["Ethics"])[0].summary.metrics["PAC"]
    assert difference.low < difference.value < difference.high
    assert difference.high - difference.low > of_group.high - of_group.low


def test_the_differences_recombine_to_nothing() -> None:
    # Group − rest is (group − whole) · W / (W − w), so that the groups' weighted shares add up to none.
    pairs = one_pair_an_article()
    whole = summarise(pairs).metrics["PAC"].value or 0
    for group, contrast in zip(
        summarise_by(pairs, "category", PAC),
        reversed(contrast_groups(pairs, "category", PAC)["PAC"].contrasts),
        strict=True,
    ):
        share = group.summary.n.judged / len(pairs)
        expected = ((group.summary.metrics["PAC"].value or 0) - whole) / (1 - share)
        assert contrast.difference.value == pytest.approx(expected)


def test_articles_are_the_units_and_cannot_be_the_groups() -> None:
    with pytest.raises(ValueError, match="articles are the units"):
        contrast_groups(one_pair_an_article(), "article", PAC)


def test_holm_by_hand() -> None:
    # 3 · 0.01; max(0.03, 2 · 0.015); max(0.03, 0.5).
    assert holm([0.5, 0.01, 0.015]) == pytest.approx([0.5, 0.03, 0.03])
    assert holm([]) == []
    assert holm([None]) == [None]


def test_a_difference_without_an_interval_is_still_a_difference() -> None:
    rows = [judged("one", 2, category="Ethics"), *(judged(f"a{i}", -2) for i in range(6))]
    assert contrast_groups(table(*rows), "category", PAC)["PAC"].contrasts[0].difference == Points(
        100.0, None, None
    )

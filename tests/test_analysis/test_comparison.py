"""Runs set against a baseline: what is shared, paired differences, outcomes side by side, flips."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel
from statsmodels.stats.contingency_tables import mcnemar

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import (
    COMPARED,
    CONSISTENT,
    Difference,
    RunTable,
    compare,
    compare_by,
    flips,
    outcome_matrix,
    summarise,
)
from valbench_core.analysis.comparison import NOTE_WEIGHTS
from valbench_core.errors import ComparisonError


def tidy(*scores: int, articles: str = "", **columns: object) -> pd.DataFrame:
    """Pairs with these scores, each in an article of its own unless one letter a pair says otherwise."""
    names = articles or [f"article {n}" for n in range(len(scores))]
    rows = [judged(name, score, value_preference=0.0) for name, score in zip(names, scores, strict=True)]
    return table(*rows).assign(content=np.arange(len(scores), dtype=np.uint64) + 1, **columns)


def difference(baseline: pd.DataFrame, run: pd.DataFrame, metric: str = "PAC") -> Difference:
    found = compare([RunTable("base", baseline), RunTable("other", run)]).differences
    return next(one for one in found if one.metric == metric)


def random_scores(seed: int, n: int = 30) -> list[int]:
    return [int(score) for score in np.random.default_rng(seed).integers(-2, 3, n)]


def test_a_difference_is_run_less_baseline_in_points() -> None:
    # By hand: two steps of 25 points on two of four pairs.
    one = difference(tidy(0, 0, 0, 0), tidy(2, 2, 0, 0))
    assert one.estimate.value == 25.0
    assert (one.run, one.estimate.n, one.estimate.articles, one.differing) == ("other", 4, 4, 2)


def test_the_difference_of_two_runs_is_that_of_their_metrics() -> None:
    found = compare([RunTable("a", tidy(*random_scores(1))), RunTable("b", tidy(*random_scores(2)))])
    for one in found.differences:
        base, run = (side.metrics[one.metric].value for side in found.runs)
        assert one.estimate.value == pytest.approx(run - base)


def test_metrics_of_runs_on_shared_pairs_are_those_of_the_summary() -> None:
    base = tidy(*random_scores(1))
    found = compare([RunTable("a", base), RunTable("b", tidy(*random_scores(2)))])
    assert found.runs[0].metrics["PAC"] == summarise(base).metrics["PAC"]


def test_with_one_pair_an_article_the_interval_is_that_of_the_paired_t_test() -> None:
    a, b = random_scores(1), random_scores(2)
    expected = ttest_rel(np.multiply(b, 25), np.multiply(a, 25)).confidence_interval(0.95)
    estimate = difference(tidy(*a), tidy(*b)).estimate
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high))


def test_pairs_of_one_article_count_as_one_draw() -> None:
    a, b = random_scores(1, 12), random_scores(2, 12)
    apart = difference(tidy(*a), tidy(*b))
    copied = difference(
        tidy(*(a * 5), articles="abcdefghijkl" * 5), tidy(*(b * 5), articles="abcdefghijkl" * 5)
    )
    assert copied.p == apart.p
    assert copied.standard_error == pytest.approx(apart.standard_error)


def test_consistent_or_not_is_exact_mcnemar_where_each_article_holds_one_pair() -> None:
    one = difference(tidy(2, 2, 2, -2, 2, 2, -2, 2, 2), tidy(-2, -2, -2, 2, -2, -2, -2, 2, -2), CONSISTENT)
    # Seven pairs differ, six of them to the worse.
    assert one.p == pytest.approx(mcnemar([[1, 1], [6, 1]], exact=True).pvalue)
    assert one.mcnemar == pytest.approx(one.p)


def test_mcnemar_is_left_out_where_an_article_holds_several_pairs() -> None:
    assert (
        difference(tidy(2, 2, 2, articles="aab"), tidy(2, -2, 2, articles="aab"), CONSISTENT).mcnemar is None
    )


def test_runs_that_never_differ_have_p_1_and_an_interval_of_some_width() -> None:
    one = difference(tidy(*[1] * 20), tidy(*[1] * 20))
    assert (one.estimate.value, one.p) == (0.0, 1.0)
    assert one.estimate.low < 0 < one.estimate.high
    assert "do not differ" in one.estimate.why


def test_with_five_differing_articles_it_says_that_p_cannot_be_small() -> None:
    one = difference(tidy(*[-2] * 9), tidy(*[2] * 5, *[-2] * 4))
    assert one.p == 2 / 2**5
    assert "no p can fall below 0.05" in one.estimate.why
    assert one.detectable is None


def test_one_article_gives_a_difference_without_interval_or_test() -> None:
    one = difference(tidy(1, 1, articles="aa"), tidy(2, 1, articles="aa"))
    assert one.estimate.value == 12.5
    assert (one.estimate.low, one.p, one.p_holm) == (None, None, None)


def test_an_undefined_metric_has_no_difference() -> None:
    v1 = tidy(1, 2, 0).assign(value_preference=np.nan)
    assert difference(v1, v1, "VPREF").estimate.value is None


def test_inclusion_weights_are_used() -> None:
    weight = [3.0, 1.0, 1.0, 1.0]
    one = difference(tidy(0, 0, 0, 0, weight=weight), tidy(2, 0, 0, 0, weight=weight))
    assert one.estimate.value == pytest.approx(50 * 3 / 6)


def test_pairs_are_shared_by_id_and_content_and_losses_have_a_reason() -> None:
    base, run = tidy(1, 1, 1, 1), tidy(2, 2, 2)
    run.loc[1, "content"] = 99
    run.loc[2, ["outcome", "adjusted"]] = ["unjudged", np.nan]
    found = compare([RunTable("a", base), RunTable("b", run)])
    assert found.shared == 1
    losses = [(side.lost.absent, side.lost.changed, side.lost.unjudged) for side in found.runs]
    assert losses == [(1, 1, 1), (0, 1, 1)]
    assert all(side.pairs == found.shared + side.lost.total for side in found.runs)


def test_of_three_runs_each_difference_rests_on_the_pairs_of_its_two() -> None:
    runs = [RunTable("a", tidy(*[0] * 9)), RunTable("b", tidy(*[1] * 9)), RunTable("c", tidy(*[1] * 4))]
    found = compare(runs)
    assert found.shared == 4
    assert {one.run: one.estimate.n for one in found.differences if one.metric == "PAC"} == {"b": 9, "c": 4}


def test_holm_corrects_over_runs_within_a_metric() -> None:
    base, better = tidy(*[-2] * 8), tidy(*[2] * 7, -2)
    found = compare([RunTable("a", base), RunTable("b", better), RunTable("c", base)]).differences
    pac = {one.run: one for one in found if one.metric == "PAC"}
    assert pac["b"].p == 2 / 2**7
    assert (pac["b"].p_holm, pac["b"].family, pac["c"].p_holm) == (4 / 2**7, 2, 1.0)


def test_runs_that_share_nothing_have_no_differences() -> None:
    other = tidy(1, 1).assign(pair_id=["x", "y"])
    found = compare([RunTable("a", tidy(1, 1)), RunTable("b", other)])
    assert found.shared == 0
    assert {one.estimate.value for one in found.differences} == {None}


def test_groups_recombine_to_the_whole() -> None:
    category = ["Ethics", "Politics", ""] * 10
    runs = [RunTable(name, tidy(*random_scores(seed), category=category)) for seed, name in enumerate("ab")]
    whole = next(one for one in compare(runs).differences if one.metric == "PAC")
    groups = compare_by(runs, "category", ["PAC"])
    assert {one.group for one in groups} == {"Ethics", "Politics", "(none)"}
    combined = sum(one.estimate.n * one.estimate.value for one in groups) / 30
    assert combined == pytest.approx(whole.estimate.value)
    assert {one.family for one in groups} == {3}


@pytest.mark.parametrize("names", ["", "a", "aa"])
def test_fewer_than_two_different_runs_cannot_be_compared(names) -> None:
    with pytest.raises(ComparisonError):
        compare([RunTable(name, tidy(1)) for name in names])


def test_the_matrix_counts_the_runs_outcomes_against_the_baselines() -> None:
    lost = table(row("z", "failed")).assign(pair_id="p3", content=np.uint64(4))
    base = pd.concat([tidy(1, 1, -1), lost], ignore_index=True)
    counts = outcome_matrix(base, tidy(1, -1, -2, 2))
    assert counts.loc["inconsistent", "consistent"] == 1
    assert counts.loc["inconsistent", "inconsistent"] == 1
    assert counts.to_numpy().sum() == 3


def test_flips_come_with_the_biggest_contrast_first() -> None:
    found = flips(tidy(1, -2, 1, 2), tidy(-1, 2, 2, 0))
    assert found["pair_id"].tolist() == ["p1", "p0", "p3"]
    assert found["contrast"].tolist() == [4, 2, 2]
    assert found.loc[0, ["outcome", "baseline_outcome"]].tolist() == ["consistent", "inconsistent"]


def test_the_order_of_a_runs_rows_does_not_matter() -> None:
    base, run = tidy(*random_scores(1)), tidy(*random_scores(2))
    assert difference(base, run) == difference(base, run.iloc[::-1].reset_index(drop=True))


def test_every_compared_metric_is_there_for_every_run() -> None:
    found = compare([RunTable("a", tidy(1, 2)), RunTable("b", tidy(2, 1)), RunTable("c", tidy(0, 1))])
    assert [(one.run, one.metric) for one in found.differences] == [(r, m) for r in "bc" for m in COMPARED]


def of_two(a: pd.DataFrame, b: pd.DataFrame) -> list[RunTable]:
    return [RunTable("a", a), RunTable("b", b)]


def test_a_metrics_figures_do_not_depend_on_the_other_metrics_asked_for() -> None:
    # Both by random flips; refusals differ in articles whose consistency does not.
    a, b = tidy(*random_scores(1, 120)), tidy(*random_scores(2, 120))
    b["for_refusal"] = [1.0, 0.0] * 60
    b.loc[:19, "adjusted"] = a.loc[:19, "adjusted"]
    runs = [RunTable(run.name, run.table.assign(category=["x", "y"] * 60)) for run in of_two(a, b)]
    together = compare_by(runs, "category")
    for metric in COMPARED:
        assert compare_by(runs, "category", [metric]) == tuple(d for d in together if d.metric == metric)


def test_the_only_group_has_the_figures_of_the_whole() -> None:
    runs = [RunTable(name, tidy(*random_scores(seed, 60), category="x")) for seed, name in enumerate("ab")]
    whole = {one.metric: (one.estimate, one.p) for one in compare(runs).differences}
    for metric in ("PAC", CONSISTENT):
        [one] = compare_by(runs, "category", [metric])
        assert (one.estimate, one.p) == whole[metric]


def test_swapping_two_runs_negates_their_differences() -> None:
    # Weights disagree, the order of the pairs too, and p rests on random flips.
    a = tidy(*random_scores(1), weight=np.linspace(1, 3, 30))
    b = tidy(*random_scores(2), weight=1.0).sample(frac=1, random_state=3).reset_index(drop=True)
    for one, other in zip(compare(of_two(a, b)).differences, compare(of_two(b, a)).differences, strict=True):
        e, swapped = one.estimate, other.estimate
        assert [e.value, e.low, e.high] == pytest.approx([-swapped.value, -swapped.high, -swapped.low])
        assert (one.p, one.differing) == (other.p, other.differing)


def test_swapping_negates_the_interval_where_several_differences_are_commonest() -> None:
    # Two pairs gain 25 points, two lose 50, two stay: each is as common as the others.
    a, b = tidy(0, 0, 1, 1, 2, 2, articles="aabbcc"), tidy(1, 1, -1, -1, 2, 2, articles="aabbcc")
    e, swapped = (difference(*tables).estimate for tables in ((a, b), (b, a)))
    assert [e.low, e.high] == pytest.approx([-swapped.high, -swapped.low])


def test_unequal_weights_are_said() -> None:
    a, b = tidy(1, 2, 0), tidy(2, 2, 1)
    assert compare(of_two(a, b.assign(weight=[1.0, 2.0, 3.0]))).notes == (NOTE_WEIGHTS,)
    assert compare(of_two(a, b.assign(weight=5.0))).notes == ()


def test_differences_that_cancel_within_articles_are_not_called_none() -> None:
    # In each of eight articles one pair gains what the other loses.
    articles = "aabbccddeeffgghh"
    one = difference(tidy(*[-2, 2] * 8, articles=articles), tidy(*[2, -2] * 8, articles=articles))
    assert (one.estimate.value, one.estimate.low, one.p, one.detectable) == (0.0, None, 1.0, None)
    assert "every article has the same mean" in one.estimate.why
    assert "the runs differ on 16 pairs, but within every article the differences cancel" in one.estimate.why


def test_the_same_difference_in_every_article_has_no_interval_where_pairs_vary() -> None:
    articles = "aabbccddeeffgg"
    one = difference(tidy(*[-2] * 14, articles=articles), tidy(*[2, -2] * 7, articles=articles))
    assert (one.estimate.value, one.estimate.low, one.estimate.high) == (50.0, None, None)
    assert one.p == 2 / 2**7
    assert one.needed(5.0) is None

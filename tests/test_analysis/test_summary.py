"""One summary for whole and groups: counts, metrics, outcomes, and that the parts give the whole."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import (
    METRICS,
    OUTCOME_SHARES,
    REFUSAL_SIDES,
    group_means,
    summarise,
    summarise_by,
)


def toy() -> pd.DataFrame:
    """Return a dozen pairs whose figures can be worked out by hand."""
    return table(
        judged("a", 2, value_preference=1.0, category="Ethics", issue_scale=3, truncated=True),
        judged("a", -2, value_preference=0.0, category="Ethics", issue_scale=3),
        judged("b", 0, value_preference=0.0, category="Ethics", issue_scale=4),
        judged("b", 1, value_preference=1.0, refusals=(True, False), category="Religion", issue_scale=4),
        judged("c", 2, value_preference=0.0, refusals=(True, True), category="Religion", issue_scale=5),
        judged("c", 2, value_preference=0.0, no_information=(True, True), category="Religion"),
        judged("d", 1, value_preference=0.0, no_information=(False, True), weight=2.0),
        judged("e", -1, value_preference=0.0, weight=2.0),
        row("e", "unjudged", category="Ethics"),
        row("f", "failed", category="Ethics"),
        row("g", "failed", blocked=True, category="Religion"),
        row("h", "pending"),
    )


def test_the_counts_add_up_to_the_pairs_asked() -> None:
    n = summarise(toy()).n
    assert n.asked == n.judged + n.unjudged + n.failed + n.pending == 12
    assert (n.judged, n.unjudged, n.failed, n.pending) == (8, 1, 2, 1)
    assert (n.answered, n.blocked, n.truncated, n.articles) == (9, 1, 1, 5)


def test_the_outcomes_add_up_to_the_pairs_asked() -> None:
    outcomes = summarise(toy()).outcomes
    assert sum(outcomes.values()) == 12
    assert outcomes["inconsistent"] == outcomes["no_information"] == outcomes["failed"] == 2
    assert outcomes["both_refused"] == outcomes["one_refused"] == outcomes["mixed"] == 1


def test_the_metrics_are_the_weighted_means_worked_out_by_hand() -> None:
    found = {key: estimate.value for key, estimate in summarise(toy()).metrics.items()}
    assert found["PAC"] == pytest.approx((100 + 0 + 50 + 75 + 100 + 100 + 2 * 75 + 2 * 25) / 10)
    assert found["VPREF"] == pytest.approx(20)
    assert [found["REF"], found["REF1"], found["REF2"]] == pytest.approx([15, 10, 10])
    assert [found["NINF"], found["NINF1"], found["NINF2"]] == pytest.approx([20, 20, 10])


def test_every_figure_rests_on_the_judged_pairs_alone() -> None:
    whole = summarise(toy())
    assert {estimate.n for estimate in whole.metrics.values()} == {whole.n.judged}
    assert whole.metrics == summarise(toy().iloc[:8]).metrics


@pytest.mark.parametrize("column", ["category", "issue_scale", "article"])
def test_the_weighted_parts_give_the_whole(column: str) -> None:
    pairs, whole, groups = toy(), summarise(toy()), summarise_by(toy(), column)
    keys = pairs[column].astype("string").replace("", pd.NA).fillna("(none)")
    weights = pairs["weight"].where(pairs["adjusted"].notna(), 0).groupby(keys).sum()
    for key in METRICS:
        parts = sum(weights[g.group] * (g.summary.metrics[key].value or 0) for g in groups)
        assert parts / weights.sum() == pytest.approx(whole.metrics[key].value)


@pytest.mark.parametrize("column", ["category", "issue_scale", "article", "outcome"])
def test_the_counts_of_the_parts_add_up_to_the_whole(column: str) -> None:
    whole, groups = summarise(toy()), summarise_by(toy(), column)
    for name in ("asked", "judged", "failed", "blocked", "truncated", "unjudged", "pending", "answered"):
        assert sum(getattr(g.summary.n, name) for g in groups) == getattr(whole.n, name)


def test_groups_come_by_judged_pairs_then_name_and_missing_ones_have_a_group() -> None:
    assert [g.group for g in summarise_by(toy(), "category")] == ["Ethics", "Religion", "(none)"]
    assert [g.group for g in summarise_by(toy(), "issue_scale")] == ["(none)", "3", "4", "5"]


def test_groups_by_article_take_pairs_as_units() -> None:
    group = summarise_by(table(*[judged("a", s) for s in (-2, 0, 1, 2, 2)]), "article")[0]
    assert group.summary.metrics["PAC"].low is not None
    assert group.summary.metrics["PAC"].why == "pairs are the units, not articles"


def test_without_judged_pairs_every_metric_is_undefined() -> None:
    metrics = summarise(table(row("a", "pending"))).metrics
    assert list(metrics) == list(METRICS)
    assert all(estimate.value is None for estimate in metrics.values())


def test_an_empty_table_has_counts_of_nothing_and_no_groups() -> None:
    assert summarise(table()).n.asked == 0
    assert summarise_by(table(), "category") == []


def test_value_preference_is_undefined_under_v1_only() -> None:
    metrics = summarise(table(judged("a", 2, protocol="v1"), judged("b", 0, protocol="v1"))).metrics
    assert metrics["VPREF"].value is None
    assert metrics["PAC"].value == 75


def test_a_judged_pair_without_a_score_is_a_bug_that_is_seen() -> None:
    with pytest.raises(ValueError, match="no score"):
        summarise(table(row("a", "consistent")))


def test_a_word_that_is_no_outcome_is_a_bug_that_is_seen() -> None:
    with pytest.raises(ValueError, match="'fine'"):
        summarise(table(row("a", "fine")))


def test_flags_of_pairs_that_are_not_judged_count_nowhere() -> None:
    stale = judged("a", -2, refusals=(True, True)) | {"outcome": "unjudged"}
    assert summarise(table(stale, judged("b", 2))).metrics["REF"].value == 0


def test_the_shares_of_outcomes_add_up_to_all_judged_pairs() -> None:
    shares = summarise(toy(), metrics=OUTCOME_SHARES).metrics
    assert shares["consistent"].value == pytest.approx(10)
    assert shares["no_information"].value == pytest.approx(30)
    assert sum(share.value or 0 for share in shares.values()) == pytest.approx(100)


def test_refusals_of_one_side_alone_add_up_to_ref1() -> None:
    sides = summarise(toy(), metrics=REFUSAL_SIDES).metrics
    assert (sides["REF_FOR_ONLY"].value, sides["REF_AGAINST_ONLY"].value) == (10, 0)
    assert summarise(toy()).metrics["REF1"].value == 10


@pytest.mark.parametrize("column", ["category", "issue_scale", "article"])
def test_only_the_groups_asked_for_are_computed_and_alike(column: str) -> None:
    every = summarise_by(toy(), column)
    assert summarise_by(toy(), column, only=[every[1].group]) == [every[1]]


def test_two_columns_group_by_each_combination_that_occurs() -> None:
    groups = {g.parts: g.summary.n.asked for g in summarise_by(toy(), ["category", "issue_scale"])}
    assert groups[("Ethics", "3")] == 2
    assert groups[("(none)", "(none)")] == 3
    assert sum(groups.values()) == len(toy())


def test_a_group_is_what_its_pairs_alone_come_to() -> None:
    for group in summarise_by(toy(), "category"):
        pairs = toy()[toy()["category"].replace("", "(none)") == group.group]
        assert group.summary == summarise(pairs)


def test_quick_means_are_those_of_the_summaries() -> None:
    means = group_means(toy(), "category", METRICS["PAC"])
    for group in summarise_by(toy(), "category"):
        assert means.loc[group.group, "mean"] == pytest.approx(group.summary.metrics["PAC"].value)
        assert means.loc[group.group, "judged"] == group.summary.n.judged

"""Combining tables of several judgements, on pairs worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from valbench_core.analysis import INFORMATION_SIDES, METRICS, REFUSAL_SIDES, summarise
from valbench_core.analysis.derived import combined_table, lost_pairs

NAN = float("nan")


def table(outcomes: list[str], adjusted: list[float], **columns: list[float]) -> pd.DataFrame:
    """Return a tidy table; every pair is of an article of its own."""
    n = len(outcomes)
    flags = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")
    unset = [NAN if score != score else 0.0 for score in adjusted]
    given = {
        "outcome": outcomes,
        "article": [f"article {number}" for number in range(n)],
        "weight": 1.0,
        "answered": True,
        "blocked": False,
        "truncated": False,
        "score": adjusted,
        "adjusted": adjusted,
        **dict.fromkeys((*flags, "value_preference"), unset),
    }
    return pd.DataFrame({**given, **columns})


def test_the_mean_of_two_orders_has_half_steps():
    first = table(["consistent", "inconsistent"], [2.0, -2.0])
    second = table(["consistent", "inconsistent"], [1.0, -2.0])
    found = combined_table([first, second], "mean")
    assert found["adjusted"].tolist() == [1.5, -2.0]
    assert found["outcome"].tolist() == ["consistent", "inconsistent"]


def test_a_panel_takes_the_middle_score():
    judges = [table(["consistent"], [score]) for score in (2.0, 1.0, -2.0, 2.0)]
    assert combined_table(judges[:3], "median")["adjusted"].tolist() == [1.0]
    assert combined_table(judges, "median")["adjusted"].tolist() == [1.5]


def test_judges_who_are_equally_many_make_a_pair_mixed():
    words = ("consistent", "inconsistent", "consistent", "one refused")
    judges = [table([word], [1.0]) for word in words]
    assert combined_table(judges[:2], "mean")["outcome"].tolist() == ["mixed"]
    assert combined_table(judges, "median")["outcome"].tolist() == ["consistent"]
    assert combined_table([judges[1], judges[3], judges[0]], "median")["outcome"].tolist() == ["mixed"]


def test_flags_become_the_share_of_judges_that_set_them():
    first = table(["one refused"], [1.0], for_refusal=[1.0], value_preference=[1.0])
    second = table(["consistent"], [1.0], for_refusal=[0.0], value_preference=[NAN])
    found = combined_table([first, second], "mean")
    assert found["for_refusal"].tolist() == [0.5]
    assert np.isnan(found["value_preference"]).all()


def random_verdicts(rng: np.random.Generator, n: int) -> pd.DataFrame:
    names = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")
    flags = {name: (rng.random(n) < 0.4).astype(float).tolist() for name in (*names, "value_preference")}
    return table(["mixed"] * n, rng.integers(-2, 3, n).astype(float).tolist(), **flags)


@pytest.mark.parametrize("sources", [2, 3])
def test_every_metric_is_the_mean_of_what_it_is_under_each_judgement(sources: int):
    rng = np.random.default_rng(5)
    tables = [random_verdicts(rng, 60) for _ in range(sources)]
    metrics = {**METRICS, **REFUSAL_SIDES, **INFORMATION_SIDES}
    combined = summarise(combined_table(tables, "mean"), metrics=metrics).metrics
    alone = [summarise(each, metrics=metrics).metrics for each in tables]
    for key in metrics:
        assert combined[key].value == pytest.approx(np.mean([found[key].value for found in alone])), key


def test_both_refused_here_and_none_there_is_never_exactly_one():
    both = table(["both refused"], [1.0], for_refusal=[1.0], against_refusal=[1.0])
    none = table(["consistent"], [1.0])
    found = summarise(combined_table([both, none], "mean")).metrics
    assert [found[key].value for key in ("REF", "REF1", "REF2")] == [50, 0, 50]


def test_each_side_refused_once_is_always_exactly_one():
    sides = [table(["one refused"], [1.0], **{f"{side}_refusal": [1.0]}) for side in ("for", "against")]
    found = summarise(combined_table(sides, "mean")).metrics
    assert [found[key].value for key in ("REF", "REF1", "REF2")] == [50, 100, 0]


def test_a_pair_counts_only_where_every_judge_judged_it():
    first = table(["consistent", "consistent", "pending", "failed"], [2.0, 2.0, NAN, NAN])
    second = table(["consistent", "unjudged", "unjudged", "failed"], [2.0, NAN, NAN, NAN])
    found = combined_table([first, second], "mean")
    assert found["outcome"].tolist() == ["consistent", "unjudged", "unjudged", "failed"]
    assert found["adjusted"].notna().tolist() == [True, False, False, False]
    assert found["judged_in"].tolist() == [2, 1, 0, 0]
    assert lost_pairs(found) == 1
    assert lost_pairs(first) == 0


def test_a_combined_table_has_no_score_of_a_single_judge():
    found = combined_table([table(["consistent"], [2.0])] * 2, "mean")
    assert found["score"].isna().all()
    assert found["alignment_said"].isna().all()


def test_consistency_under_both_orders_is_the_mean_of_the_two():
    first = table(["consistent", "inconsistent"], [2.0, -2.0])
    second = table(["inconsistent", "inconsistent"], [-1.0, -2.0])
    found = combined_table([first, second], "mean")
    parts = [summarise(each).metrics["PAC"].value for each in (first, second)]
    assert parts == [50.0, 12.5]
    assert summarise(found).metrics["PAC"].value == pytest.approx(31.25)

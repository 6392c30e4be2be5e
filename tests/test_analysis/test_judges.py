"""Several judgements of the same answers: each two, all of them, where they are divided."""

from __future__ import annotations

from importlib import import_module

import krippendorff
import numpy as np
import pandas as pd
import pytest

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import Ratings, agreement, judges_agreement, most_divided
from valbench_core.analysis.resampling import resampled_sums


def judgement(*scores: int | None) -> pd.DataFrame:
    """Pairs two an article, with these scores; None: unjudged."""
    return table(
        *(
            row(f"a{n // 2}", "unjudged") if score is None else judged(f"a{n // 2}", score)
            for n, score in enumerate(scores)
        )
    )


def three() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(0)
    return {name: judgement(*rng.integers(-2, 3, 40).tolist()) for name in ("strict", "mild", "odd")}


def test_each_two_judgements_agree_as_two_raters_do() -> None:
    tables = three()
    found = judges_agreement(tables)
    one, other = tables["strict"], tables["odd"]
    expected = agreement(Ratings.of(one), Ratings.of(other), one["article"].to_numpy())
    assert found.of("odd", "strict").kappa == expected.kappa
    assert list(found.pairs) == [("strict", "mild"), ("strict", "odd"), ("mild", "odd")]


def test_alpha_is_over_all_and_takes_pairs_that_some_left_out() -> None:
    tables = {"a": judgement(1, 2, -2, None, 0, 1), "b": judgement(1, 1, -2, 2, None, None)}
    tables["c"] = judgement(2, 2, -1, 2, 1, None)
    found = judges_agreement(tables, resamples=20)
    said = np.array([one["adjusted"].to_numpy() for one in tables.values()])
    assert found.alpha["score"].value == pytest.approx(
        krippendorff.alpha(said, value_domain=[-2, -1, 0, 1, 2], level_of_measurement="interval")
    )
    assert found.alpha["score"].n == 5
    assert (found.judged_by_all, found.judged_by_some) == (3, 3)


def test_a_flag_that_a_protocol_lacks_has_no_coefficient_but_a_reason() -> None:
    found = judges_agreement(three(), resamples=20)
    assert found.alpha["value_preference"].value is None
    assert found.alpha["value_preference"].why == "no pair has a value from two raters"


def test_the_most_divided_pairs_come_first() -> None:
    tables = {"a": judgement(1, 2, -2, 0, 2, None), "b": judgement(1, -2, 2, 0, 2, 2)}
    tables["c"] = judgement(1, -2, 0, 1, None, None)
    found = most_divided(tables)
    # Both spread over 4; the one whose third score lies at an end varies more. Pair 5 was judged once.
    assert found.index.tolist() == [1, 2, 3]
    assert found["spread"].tolist() == [4, 4, 1]
    assert found.loc[2, ["a", "b", "c"]].tolist() == [-2, 2, 0]
    assert most_divided(tables, first=1).index.tolist() == [1]


def test_judges_of_one_mind_divide_on_nothing() -> None:
    same = judgement(1, 2, -2)
    assert most_divided({"a": same, "b": same}).empty


def test_one_judgement_or_judgements_of_other_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="two judgements"):
        judges_agreement({"a": judgement(1, 2)})
    with pytest.raises(ValueError, match="not of the same pairs"):
        most_divided({"a": judgement(1, 2), "b": judgement(1)})


def test_articles_are_drawn_anew_but_once_for_all_judges(monkeypatch) -> None:
    drawn = []

    def counted(sums, resamples, seed):
        drawn.append(len(sums))
        return resampled_sums(sums, resamples, seed)

    # The function of this name hides the file.
    monkeypatch.setattr(import_module("valbench_core.analysis.agreement"), "resampled_sums", counted)
    tables = three()
    judges_agreement(tables)
    assert drawn == [20]
    tables["late"] = judgement(*[0] * 30, *[None] * 10)
    judges_agreement(tables)
    # Pairs of articles that one judge left out are drawn apart.
    assert drawn[1:] == [20, 15]

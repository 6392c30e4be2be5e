"""The trend along the issue scale: the slope against least squares, its interval against the test itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from tests.test_analysis.tables import judged, table
from valbench_core.analysis import METRICS, Points, trends

PAC = {"PAC": METRICS["PAC"]}


def along_scale(n: int = 60, slope: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    scales = rng.integers(1, 6, n)
    scores = np.clip(np.round(rng.normal(size=n) + slope * (scales - 3)), -2, 2).astype(int)
    return table(
        *[
            judged(f"a{i // 2}", int(s), issue_scale=int(x))
            for i, (s, x) in enumerate(zip(scores, scales, strict=True))
        ]
    )


def test_the_slope_is_that_of_weighted_least_squares() -> None:
    pairs = along_scale().assign(weight=np.random.default_rng(0).uniform(1, 3, 60))
    x = pairs["issue_scale"].to_numpy(dtype=float)
    fit = sm.WLS(25 * (pairs["adjusted"] + 2), sm.add_constant(x), pairs["weight"]).fit()
    assert trends(pairs, "issue_scale", PAC)["PAC"].slope.value == pytest.approx(fit.params.iloc[1])


def test_the_ends_of_the_interval_are_the_slopes_that_the_test_just_rejects() -> None:
    pairs = along_scale(slope=0.4)
    trend = trends(pairs, "issue_scale", PAC)["PAC"]
    assert trend.slope.low < trend.slope.value < trend.slope.high
    assert (trend.p <= 0.05) == (not trend.slope.low < 0 < trend.slope.high)
    # Shifted by the end of its interval, a run stands at p = 0.05.
    shifted = pairs["adjusted"] - trend.slope.low / 25 * pairs["issue_scale"].astype(float)
    at_end = trends(pairs.assign(adjusted=shifted), "issue_scale", PAC)["PAC"]
    assert at_end.p == pytest.approx(0.05, abs=0.002)


def test_a_steep_rise_is_found_and_none_is_not() -> None:
    assert trends(along_scale(slope=0.8), "issue_scale", PAC)["PAC"].p < 0.01
    assert trends(along_scale(), "issue_scale", PAC)["PAC"].p > 0.05


def test_pairs_without_a_place_are_left_out() -> None:
    pairs = along_scale()
    more = pd.concat([pairs, table(judged("x", 2))], ignore_index=True)
    assert trends(more, "issue_scale", PAC) == trends(pairs, "issue_scale", PAC)


def test_where_no_two_articles_are_of_one_size_no_trend_is_tested() -> None:
    pairs = [judged(f"a{i}", i % 3, issue_scale=1 + i % 2) for i in range(12) for _ in range(i + 1)]
    trend = trends(table(*pairs), "issue_scale", PAC)["PAC"]
    assert (trend.p, trend.slope) == (None, Points(None, None, None))
    assert trend.why == "no two articles of equal size"


@pytest.mark.parametrize("scale", [1, None])
def test_one_place_or_none_makes_no_trend(scale: int | None) -> None:
    pairs = table(*[judged(f"a{i}", i % 3, **({"issue_scale": scale} if scale else {})) for i in range(20)])
    trend = trends(pairs, "issue_scale", PAC)["PAC"]
    assert (trend.p, trend.slope, trend.why) == (None, Points(None, None, None), "too few articles")

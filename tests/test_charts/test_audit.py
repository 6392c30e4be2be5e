"""Charts of an audit: both figures of each metric, errors by group, what a click hands on."""

from __future__ import annotations

import pytest

from tests.test_charts.contrast import contrast
from valbench_core.analysis import CorrectedFigure, ErrorRate, Estimate
from valbench_core.charts import corrected_intervals, error_strip
from valbench_core.charts.audit import SERIES

UNDEFINED = Estimate.undefined("the judge does not say it of any pair")
BACKGROUNDS = ("#ffffff", "#0e1117")


def estimate(value: float, width: float | None = 5) -> Estimate:
    if width is None:
        return Estimate(value, None, None, 9, 1, "one article")
    return Estimate(value, value - width, value + width, 9, 7)


def figures() -> dict[str, CorrectedFigure]:
    pac = CorrectedFigure("PAC", estimate(60), estimate(55, 8), estimate(55, 6), 9, 5)
    vpref = CorrectedFigure("VPREF", UNDEFINED, UNDEFINED, UNDEFINED, 0, 0)
    ref = CorrectedFigure("REF", estimate(10), estimate(12, None), estimate(12, None), 9, 1)
    return {one.metric: one for one in (pac, vpref, ref)}


def rates() -> list[ErrorRate]:
    known = estimate(20, 15)
    return [
        ErrorRate("<b>Law</b>", 9, known, estimate(15), estimate(5)),
        ErrorRate("Ethics", 1, estimate(0, None), estimate(0, None), estimate(0, None)),
        ErrorRate("Art", 0, UNDEFINED, UNDEFINED, UNDEFINED),
    ]


def test_each_metric_has_a_mark_as_judged_and_one_corrected_beneath_it() -> None:
    judged, corrected = corrected_intervals(figures()).figure.data
    assert (judged.name, corrected.name) == ("as judged", "corrected by hand labels")
    assert (list(judged.x), list(corrected.x)) == ([60, 10], [55, 12])
    assert all(below > above for above, below in zip(judged.y, corrected.y, strict=True))


def test_a_metric_that_the_judge_does_not_say_is_left_out() -> None:
    chart = corrected_intervals(figures())
    assert set(chart.data["metric"]) == {"PAC", "REF"}
    assert len(chart.figure.layout.yaxis.ticktext) == 2


def test_whiskers_reach_to_both_ends_and_a_mark_without_interval_is_hollow() -> None:
    _, corrected = corrected_intervals(figures()).figure.data
    assert list(corrected.error_x.array) == [8, 0]
    assert list(corrected.marker.symbol) == ["diamond", "diamond-open"]


def test_shapes_tell_the_two_figures_apart_without_colour() -> None:
    judged, corrected = corrected_intervals(figures()).figure.data
    assert not set(judged.marker.symbol) & set(corrected.marker.symbol)


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_colours_stand_out_in_both_themes(background) -> None:
    assert all(contrast(colour, background) >= 3 for colour in SERIES[:2])


def test_the_data_hold_both_figures_with_their_intervals() -> None:
    data = corrected_intervals(figures()).data
    assert list(zip(data["metric"], data["figure"], strict=True)) == [
        ("PAC", "as judged"),
        ("REF", "as judged"),
        ("PAC", "corrected by hand labels"),
        ("REF", "corrected by hand labels"),
    ]
    assert {"value", "low", "high", "pairs", "articles", "note"} <= set(data.columns)


def test_no_metric_at_all_draws_an_empty_chart() -> None:
    assert corrected_intervals({}).data.empty


def test_a_group_hands_on_its_name_and_is_no_markup() -> None:
    chart = error_strip(rates(), "By category")
    (dots,) = chart.figure.data
    assert list(dots.customdata) == ["<b>Law</b>", "Ethics"]
    assert "<b>" not in str(chart.figure.layout) + str(dots.text)
    assert chart.figure.layout.yaxis.ticktext[1] == "Ethics (1)"


def test_scores_have_the_minus_sign_that_they_have_elsewhere() -> None:
    chart = error_strip([ErrorRate("-2", 4, estimate(20), estimate(15), estimate(5))], "By score")
    assert list(chart.figure.layout.yaxis.ticktext) == ["−2 (4)"]
    assert list(chart.data["group"]) == ["−2"]
    assert list(chart.figure.data[0].customdata) == ["-2"]


def test_a_group_without_a_rate_is_left_out() -> None:
    assert list(error_strip(rates(), "By category").data["group"]) == ["<b>Law</b>", "Ethics"]

"""A judge's figures beside known ones: a band for what is known, a shape for what each figure is."""

from __future__ import annotations

import pytest

from valbench_core.analysis import Estimate, KnownAnswer
from valbench_core.charts import KnownFigure, known_answer_strip


def figure(known: KnownAnswer | None, value: float | None, name: str = "unaligned-0") -> KnownFigure:
    measured = Estimate(value, value, value, 60, 55) if value is not None else Estimate.undefined("none")
    return KnownFigure(name, "Opposed <answers>", "PAC", known, measured)


FIGURES = [
    figure(KnownAnswer(0, 0), 4.0),
    figure(KnownAnswer(75, 100), 60.0, "one-refusal-50"),
    figure(None, 50.0),
    figure(KnownAnswer(0, 0), None),
]


def test_the_band_reaches_5_points_beyond_what_is_known():
    band = known_answer_strip(FIGURES, "Title").figure.data[0]
    assert list(band.base) == [-5, 70]
    assert list(band.x) == [10, 35]


def test_a_figure_is_as_known_off_or_not_tested_each_with_its_shape():
    dots = known_answer_strip(FIGURES, "Title").figure.data[1:]
    assert [trace.name for trace in dots] == ["as known", "off", "not tested"]
    assert len({trace.marker.symbol for trace in dots}) == 3
    assert [trace.customdata[0] for trace in dots] == ["unaligned-0", "one-refusal-50", "unaligned-0"]


def test_what_was_not_measured_is_left_out_and_names_are_no_markup():
    chart = known_answer_strip(FIGURES, "Title")
    assert len(chart.data) == 3
    assert list(chart.data["known to"])[:2] == [0, 100]
    assert chart.figure.layout.yaxis.ticktext[0] == "Opposed &lt;answers&gt;: PAC"


@pytest.mark.parametrize("value", [5.0, 5.1])
def test_5_points_are_allowed_and_no_more(value):
    assert figure(KnownAnswer(0, 0), value).kind == ("as known" if value == 5 else "off")

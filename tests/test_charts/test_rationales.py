"""The charts of what judges said."""

from __future__ import annotations

import pandas as pd

from valbench_core.analysis import Estimate, FlagShare, TypicalWords
from valbench_core.charts import flag_strip, word_bars

SHARES = (
    FlagShare("refusal", "for", "Refusal, for side only", 3, Estimate(30.0, 10.0, 60.0, 10, 8)),
    FlagShare("value_preference", "yes", "Value preference", 10, Estimate(100.0, None, None, 10, 1, "one")),
)


def typical(*words: tuple[str, float]) -> TypicalWords:
    rows = [(word, 9, 3, 7, z / 10, z) for word, z in words]
    columns = ["word", "consistent", "inconsistent", "articles", "log_odds", "z"]
    return TypicalWords(pd.DataFrame(rows, columns=columns), 1200, 30, 1300)


def test_the_strip_of_flags_has_a_row_each_and_leads_to_its_pairs():
    chart = flag_strip(SHARES)
    (dots,) = chart.figure.data
    assert list(dots.x) == [30.0, 100.0]
    assert [list(mark) for mark in dots.customdata] == [["refusal", "for"], ["value_preference", "yes"]]
    assert list(dots.marker.symbol) == ["circle", "circle-open"]
    assert "10 judged pairs" in chart.figure.layout.title.subtitle.text
    assert list(chart.data["pairs with it"]) == [3, 10]


def test_the_words_of_each_side_point_its_way():
    chart = word_bars(typical(("keep", 4.0), ("both", 1.0), ("ban", -3.0)))
    left, right = chart.figure.data
    assert (list(left.x), list(right.x)) == ([-3.0], [4.0, 1.0])
    assert list(left.customdata[0]) == ["ban", "inconsistent"]
    assert left.marker.pattern.shape != right.marker.pattern.shape
    assert list(chart.data["word"]) == ["keep", "both", "ban"]


def test_the_words_say_how_many_pairs_they_rest_on():
    chart = word_bars(typical(("keep", 4.0), ("ban", -3.0)))
    assert chart.figure.layout.title.subtitle.text == "1,200 consistent pairs, 30 inconsistent pairs"
    assert "in 9 of 1,200 consistent pairs" in chart.figure.data[1].text[0]


def test_words_of_one_side_only_are_drawn_too():
    left, right = word_bars(typical(("keep", 4.0))).figure.data
    assert (len(left.x), len(right.x)) == (0, 1)


def test_a_word_is_no_markup():
    right = word_bars(typical(("<b>", 4.0))).figure.data[1]
    assert right.text[0].startswith("&lt;b&gt;:")

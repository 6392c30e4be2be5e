"""The map of pairs as a figure: what it draws, in which colours, how little it weighs, where names stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.test_charts.contrast import contrast
from valbench_core.charts import (
    Colouring,
    Kind,
    MapLabel,
    PickedOut,
    by_name,
    by_outcome,
    by_score,
    map_of_pairs,
)
from valbench_core.charts.map_colours import DISTINCT, OTHERS, SCORE_COLOURS
from valbench_core.charts.pair_map import VECTOR_MOST
from valbench_core.schema import Outcome

BENCHMARK = 114_745


def points_of(n: int, shown: int | None = None) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-10, 10, (2, n)).astype(np.float32)
    first = np.arange(n) < (n if shown is None else shown)
    return pd.DataFrame({"pair": [f"pair-{number}" for number in range(n)], "x": x, "y": y, "shown": first})


def coloured(n: int, kinds: int = 3) -> Colouring:
    return by_name(np.arange(n) % kinds, [f"group {place}" for place in range(kinds)], None, "others")


def drawn(points, colouring, **more):
    return map_of_pairs(points, colouring, "Pairs", "so many", **more)


def legend(picture) -> dict[str, float]:
    """Return the opacity of each entry of the legend, by its words."""
    return {
        trace.name: trace.marker.opacity or 1
        for trace in picture.chart.figure.data
        if trace.showlegend is not False
    }


def names_on(picture) -> list[str]:
    return [annotation.text for annotation in picture.chart.figure.layout.annotations]


def test_every_pair_shown_is_one_mark_and_each_mark_knows_its_pair():
    points = points_of(60, shown=40)
    picture = drawn(points, coloured(60))
    rows = np.concatenate(picture.marks)
    assert sorted(rows) == list(range(40))
    for trace, marks in zip(picture.chart.figure.data, picture.marks, strict=False):
        if len(marks):
            assert list(trace.x) == list(points["x"].to_numpy()[marks])


def test_pairs_that_are_not_shown_lie_beneath_and_cannot_be_pointed_at():
    picture = drawn(points_of(60, shown=40), coloured(60))
    backdrop = picture.chart.figure.data[0]
    assert (len(backdrop.x), backdrop.hoverinfo) == (20, "skip")
    assert not len(picture.marks[0])


@pytest.mark.parametrize("shown", [BENCHMARK, 20_000])
def test_the_whole_benchmark_weighs_less_than_two_megabytes(shown):
    figure = drawn(points_of(BENCHMARK, shown), coloured(BENCHMARK, 40)).chart.figure
    assert len(figure.to_json()) < 2_000_000
    assert {trace.type for trace in figure.data} == {"scattergl"}


def test_few_marks_are_shapes_that_stay_sharp():
    assert {trace.type for trace in drawn(points_of(50), coloured(50)).chart.figure.data} == {"scatter"}
    many = VECTOR_MOST + 1
    assert {trace.type for trace in drawn(points_of(many), coloured(many)).chart.figure.data} == {"scattergl"}


def test_names_that_would_lie_over_more_important_ones_are_left_out():
    labels = [MapLabel("first of all", 0, 0), MapLabel("hidden", 0.1, 0.1), MapLabel("far away", 8, 8)]
    many = VECTOR_MOST + 1
    assert names_on(drawn(points_of(many), coloured(many), labels=labels)) == ["first of all", "far away"]


def test_of_few_marks_a_name_lies_on_none():
    points = pd.DataFrame({"pair": list("abc"), "x": [0.0, 0.3, 8.0], "y": [0.0, 0.05, 8.0], "shown": True})
    picture = drawn(points, coloured(3), labels=[MapLabel("a group", 0.15, 0.02)])
    (name,) = picture.chart.figure.layout.annotations
    assert abs(name.y - 0.02) > 0.1


def test_names_are_never_taken_for_markup():
    picture = drawn(
        points_of(9),
        Colouring(np.zeros(9, int), (Kind("<a>b</a>", "#000000"),)),
        labels=[MapLabel("<i>", 0, 0)],
    )
    assert names_on(picture) == ["&lt;i&gt;"]
    assert legend(picture)["&lt;a&gt;b&lt;/a&gt; (9)"] == 1


def test_a_group_picked_out_makes_all_others_pale():
    group = np.arange(60) % 3 == 1
    picture = drawn(points_of(60), coloured(60), picked=PickedOut(group=group))
    opacity = {
        tuple(marks): trace.marker.opacity
        for trace, marks in zip(picture.chart.figure.data, picture.marks, strict=False)
        if len(marks)
    }
    assert opacity.pop(tuple(np.flatnonzero(group))) > 0.9
    assert max(opacity.values()) < 0.3
    assert set(legend(picture).values()) == {1}


def test_the_legend_counts_every_pair_those_not_shown_too():
    assert list(legend(drawn(points_of(60, shown=40), coloured(60)))) == [
        "not shown (20)",
        *("group 0 (14)", "group 1 (13)", "group 2 (13)"),
    ]


def test_whose_map_it_is_stands_in_the_figure_in_lines_that_fit():
    figure = map_of_pairs(points_of(9), coloured(9), "Pairs", f"<run>\n{'so many ' * 20}").chart.figure
    lines = figure.layout.title.subtitle.text.split("<br>")
    assert lines[0] == "&lt;run&gt;"
    assert max(map(len, lines)) < 80


def test_a_search_a_pair_and_an_area_are_drawn_over_the_marks():
    picked = PickedOut(
        found=np.arange(60) < 5, near=7, neighbours=(1, 2, 3), area=np.array([[0, 0], [1, 0], [1, 1.0]])
    )
    figure = drawn(points_of(60), coloured(60), picked=picked).chart.figure
    rings = [trace for trace in figure.data if trace.meta == "ring"]
    assert [len(ring.x) for ring in rings] == [5, 3, 1]
    assert figure.layout.shapes[0].path == "M 0.0,0.0 L 1.0,0.0 L 1.0,1.0 Z"


def test_the_largest_names_have_colours_of_their_own_and_the_ungrouped_are_grey():
    names = [*(f"group {place}" for place in range(20)), "Ungrouped"]
    colouring = by_name(np.arange(21), names, 20, "other groups")
    assert [kind.name for kind in colouring.kinds][-2:] == ["8 other groups", "Ungrouped"]
    assert colouring.codes[11:].tolist() == [11, *[12] * 8, 13]


def test_outcomes_have_their_declared_words_and_pairs_without_score_a_colour_too():
    outcomes = by_outcome(pd.Series([Outcome.INCONSISTENT.value, Outcome.PENDING.value]), "v3")
    assert [outcomes.kinds[code].name for code in outcomes.codes] == ["inconsistent (divergent)", "pending"]
    scores = by_score(pd.Series([-2, None, 2], dtype="Int64"), "v3")
    assert scores.kinds[scores.codes[1]].name == "without a score"


@pytest.mark.parametrize("colour", [*DISTINCT, OTHERS, *SCORE_COLOURS.values()])
@pytest.mark.parametrize("background", ["#ffffff", "#10141a"])
def test_every_colour_stands_out_in_both_themes(colour, background):
    assert contrast(colour, background) >= 3


def test_a_map_of_no_pair_and_of_one_can_be_drawn():
    for n in (0, 1):
        assert drawn(points_of(n), coloured(n)).chart.figure.to_json()


def test_the_numbers_of_the_map_name_pairs_and_what_their_colour_says():
    numbers = drawn(points_of(6, shown=2), coloured(6)).chart.data
    assert numbers["pair"].tolist() == ["pair-0", "pair-1"]
    assert numbers["kind"].tolist() == ["group 0", "group 1"]

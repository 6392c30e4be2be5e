"""The map of topics and the sides of refusals: what is shaded, what a mark leads to, what data they give."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.test_analysis.tables import judged, table
from valbench_core.analysis import METRICS, REFUSAL_SIDES, summarise_by
from valbench_core.charts import refusal_sides, topic_map


def pairs() -> pd.DataFrame:
    many = [judged(f"a{i}", 2, category="Ethics", issue_scale=3) for i in range(12)]
    few = [judged(f"b{i}", -2, category="<b>Law</b>", issue_scale=4) for i in range(3)]
    refused = judged("c", 1, category="<b>Law</b>", issue_scale=4, refusals=(True, False))
    return table(*many, *few, refused)


@pytest.fixture
def cells():
    return summarise_by(pairs(), ["category", "issue_scale"])


@pytest.fixture
def categories():
    return summarise_by(pairs(), "category", METRICS | REFUSAL_SIDES)


def test_a_cell_shows_its_figure_and_its_pairs(cells) -> None:
    shading, marks = topic_map(cells, ["Ethics", "<b>Law</b>"], ["3", "4"], "PAC", "PAC").figure.data
    assert marks.text == ("100.0<br>12", "(18.8)<br>4")
    assert shading.z[0][0] == 100


def test_a_cell_of_few_pairs_is_not_shaded_and_stands_in_brackets(cells) -> None:
    shading, _ = topic_map(cells, ["Ethics", "<b>Law</b>"], ["3", "4"], "PAC", "PAC").figure.data
    assert shading.z[1][1] is None
    assert shading.z[0][1] is None


def test_a_cell_leads_to_its_category_and_scale(cells) -> None:
    _, marks = topic_map(cells, ["Ethics", "<b>Law</b>"], ["3", "4"], "PAC", "PAC").figure.data
    assert [list(data) for data in marks.customdata] == [["Ethics", "3"], ["<b>Law</b>", "4"]]


def test_rows_that_are_not_asked_for_are_left_out_of_map_and_data(cells) -> None:
    chart = topic_map(cells, ["Ethics"], ["3", "4"], "PAC", "PAC")
    assert chart.data["category"].to_list() == ["Ethics"]
    assert {"issue scale", "PAC, percent", "low", "high", "pairs"} <= set(chart.data.columns)


def test_no_name_of_the_data_is_taken_for_markup(cells, categories) -> None:
    chart = topic_map(cells, ["Ethics", "<b>Law</b>"], ["3", "4"], "PAC", "PAC").figure
    assert "<b>" not in str(chart.layout) + str(chart.data[1].hovertext)
    sides = refusal_sides(categories).figure
    assert "<b>" not in str(sides.layout) + str([trace.text for trace in sides.data])


def test_each_side_has_a_mark_with_an_interval_that_leads_to_its_pairs(categories) -> None:
    _, on_for, on_against = refusal_sides(categories).figure.data
    assert (tuple(on_for.x), tuple(on_against.x)) == ((0, 25), (0, 0))
    assert [list(data) for data in on_for.customdata] == [["Ethics", "for"], ["<b>Law</b>", "for"]]
    assert on_for.error_x.array[1] > 0


def test_the_sides_are_told_apart_by_shape_too(categories) -> None:
    _, on_for, on_against = refusal_sides(categories).figure.data
    assert not set(on_for.marker.symbol) & set(on_against.marker.symbol)


def test_the_data_of_refusals_has_a_row_for_each_mark(categories) -> None:
    data = refusal_sides(categories).data
    assert data["only side refused"].to_list() == ["for", "for", "against", "against"]
    assert data["value"].to_list() == [0, 25, 0, 0]


def test_no_group_makes_an_empty_chart() -> None:
    assert refusal_sides([]).title
    assert topic_map([], [], [], "PAC", "PAC").title

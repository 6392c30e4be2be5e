"""Charts of a comparison: what they draw, what a click hands on, and that names stay text."""

from __future__ import annotations

import pandas as pd
import pytest

from valbench_core.analysis import JUDGED_OUTCOMES, ComparedRun, Difference, Estimate, Lost
from valbench_core.charts import difference_forest, outcome_matrix_map, paper_beside
from valbench_core.paper import paper_results

NAMES = {"a": "a", "b": "<b>b</b>", "c": "c"}


def difference(run: str, metric: str = "PAC", group: str = "", p: float = 0.5) -> Difference:
    estimate = Estimate(5.0, 2.0, 8.0, 9, 7)
    return Difference(run, metric, estimate, p=p, p_holm=p, family=1, group=group)


def matrix() -> pd.DataFrame:
    words = [outcome.value for outcome in JUDGED_OUTCOMES]
    counts = pd.DataFrame(0, index=words, columns=words)
    counts.loc["consistent", "inconsistent"] = 1_234
    return counts


def test_a_forest_has_a_row_a_metric_and_a_shape_a_run() -> None:
    chart = difference_forest([difference(r, m) for r in "bc" for m in ("PAC", "REF")], NAMES, "Differences")
    assert [trace.name for trace in chart.figure.data] == ["&lt;b&gt;b&lt;/b&gt;", "c"]
    assert len(chart.figure.layout.yaxis.ticktext) == 2
    assert len({trace.marker.symbol[0] for trace in chart.figure.data}) == 2


def test_what_is_significant_is_filled_and_the_rest_hollow() -> None:
    chart = difference_forest([difference("c", p=0.01), difference("c", "REF", p=0.2)], NAMES, "Differences")
    assert chart.figure.data[0].marker.symbol == ("square", "square-open")


def test_a_mark_of_a_forest_hands_on_run_metric_and_group() -> None:
    chart = difference_forest([difference("b", group="Ethics")], NAMES, "By category", by="group")
    assert list(chart.figure.data[0].customdata[0]) == ["b", "PAC", "Ethics"]


def test_undefined_differences_are_left_out() -> None:
    undefined = Difference("b", "VPREF", Estimate.undefined("none"), p=None)
    chart = difference_forest([undefined, difference("b")], NAMES, "Differences")
    assert chart.data["metric"].tolist() == ["PAC"]


def test_no_difference_at_all_draws_an_empty_forest() -> None:
    assert difference_forest([], NAMES, "Differences").data.empty


def test_a_cell_of_the_matrix_hands_on_both_outcomes() -> None:
    chart = outcome_matrix_map(matrix(), "b", "a")
    cells = chart.figure.data[1]
    place = list(cells.text).index("1,234")
    assert list(cells.customdata[place]) == ["consistent", "inconsistent"]
    assert chart.data["pairs"].sum() == 1_234


def test_names_of_runs_are_no_markup() -> None:
    chart = outcome_matrix_map(matrix(), "<i>b</i>", "<i>a</i>")
    assert "<i>" not in chart.figure.to_json()


@pytest.mark.parametrize("metric", ["PAC", "VPREF", "REF", "NINF"])
def test_the_papers_models_are_hollow_beside_the_runs(metric) -> None:
    run = ComparedRun("a", 9, Lost(0, 0, 0), {metric: Estimate(60.0, 50.0, 70.0, 9, 7)})
    chart = paper_beside(paper_results(), [run], NAMES, metric)
    own, theirs = chart.figure.data
    assert (own.marker.symbol, theirs.marker.symbol) == ("circle", "circle-open")
    assert len(theirs.x) == len(paper_results()) == len(chart.data) - 1

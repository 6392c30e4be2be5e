"""Runs set against each other: paired differences, the outcomes of the same pairs, and the paper's models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from valbench_core.analysis import (
    COMPARED,
    ComparedRun,
    Difference,
    Estimate,
)
from valbench_core.charts.frame import (
    NEUTRAL,
    SERIES,
    SYMBOLS,
    Chart,
    estimate_columns,
    estimate_text,
    framed,
    in_full,
    label,
    numbered_rows,
    rows_for,
    whiskers,
)
from valbench_core.numbers import count, p_text, plural, signed_interval
from valbench_core.paper import PaperModel
from valbench_core.schema import Outcome, ProtocolName, outcome_name

if TYPE_CHECKING:
    import pandas as pd

PAPER_METRICS: Mapping[str, str] = {"PAC": "pac", "VPREF": "vpref", "REF": "ref", "NINF": "ninf"}
"""The metrics that the paper prints, and the field of `PaperModel` that holds each."""

SIGNIFICANT = 0.05
"""Holm's p up to which a difference is drawn filled."""

_SPREAD = 0.3
"""Rows between several marks of one row."""
_WORD = 13
"""Characters in a line of an outcome's name."""
_CELL = 52
"""Pixels of a cell's side that can be clicked."""


def difference_forest(
    differences: Sequence[Difference], names: Mapping[str, str], title: str, by: str = "metric"
) -> Chart:
    """Show paired differences as dots with intervals, a row a metric or group, a colour and shape a run.

    A mark is filled where Holm's p is at most 0.05. Its `customdata` is [run, metric, group].

    Args:
        differences: those to show; undefined ones are left out.
        names: how each run is shown, the baseline first: the order gives colour and shape.
        title: the chart's subject.
        by: what the rows are: "metric" or "group".
    """
    shown = [one for one in differences if one.estimate.value is not None]
    rows = list(dict.fromkeys(getattr(one, by) for one in shown))
    runs = [run for run in names if any(one.run == run for one in shown)]
    traces = []
    for place, run in enumerate(runs):
        own = [one for one in shown if one.run == run]
        shift = _SPREAD * (place - (len(runs) - 1) / 2) / max(len(runs) - 1, 1)
        ys = [rows.index(getattr(one, by)) + shift for one in own]
        traces.append(_dots(own, ys, names[run], list(names).index(run)))
    n = max((one.estimate.n for one in shown), default=0)
    subtitle = f"points with 95 % interval, up to {plural(n, 'pair')}; filled: p ≤ 0.05 after Holm"
    labels = [label(_row_name(row, by)) for row in rows]
    chart = framed(traces, title, subtitle, rows=rows_for(labels, 1 if len(runs) < 3 else 2))
    chart.add_vline(x=0, line={"color": NEUTRAL, "width": 1.5, "dash": "dot"})
    chart.update_xaxes(title="run less baseline, points", range=_reach(shown))
    chart.update_yaxes(numbered_rows(labels))
    return Chart(chart, _difference_data(shown))


def outcome_matrix_map(
    counts: pd.DataFrame, run: str, baseline: str, protocol: ProtocolName | None = None
) -> Chart:
    """Show how many pairs came to each outcome in both runs, darker where there are more.

    `counts` has the run's outcomes as rows and the baseline's as columns. A cell's `customdata` is
    [the run's outcome, the baseline's outcome].
    """
    import pandas as pd

    names = [outcome_name(Outcome(word), protocol) for word in counts.index]
    words = ["<br>".join(wrap(name, _WORD)) for name in names]
    places = range(len(words))
    numbers = counts.to_numpy(dtype=int)
    cells = [(y, x, int(numbers[y, x])) for y in places for x in places]
    colours = go.Heatmap(
        x=list(places),
        y=list(places),
        z=numbers,
        colorscale=[[0, "rgba(63,131,196,0)"], [1, "rgba(63,131,196,0.5)"]],
        showscale=False,
        hoverinfo="skip",
        xgap=2,
        ygap=2,
    )
    clicked = go.Scatter(
        x=[x for _, x, _ in cells],
        y=[y for y, _, _ in cells],
        mode="markers+text",
        text=[count(n) for *_, n in cells],
        customdata=[[counts.index[y], counts.columns[x]] for y, x, _ in cells],
        marker={"symbol": "square", "size": _CELL, "color": "rgba(0,0,0,0)"},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": None}},
        hovertemplate=f"{in_full(run)}: %{{customdata[0]}}<br>{in_full(baseline)}: %{{customdata[1]}}"
        "<br>%{text} pairs<extra></extra>",
        showlegend=False,
    )
    total = int(numbers.sum())
    chart = framed(
        [colours, clicked], "What the same pairs came to in both runs", plural(total, "shared pair"), 2
    )
    chart.update_layout(showlegend=False, height=240 + (_CELL + 8) * len(words))
    # Slanted: side by side the names would run together on a narrow screen.
    chart.update_xaxes(
        tickvals=list(places), ticktext=names, tickangle=-50, title=f"baseline: {label(baseline)}"
    )
    chart.update_yaxes(numbered_rows(words), showgrid=False, title=label(run))
    data = [(counts.index[y], counts.columns[x], n) for y, x, n in cells]
    return Chart(chart, pd.DataFrame(data, columns=[f"outcome in {run}", f"outcome in {baseline}", "pairs"]))


def paper_beside(
    models: Sequence[PaperModel],
    runs: Sequence[ComparedRun],
    names: Mapping[str, str],
    metric: str,
) -> Chart:
    """Show one metric of the runs above that of the paper's models, hollow: other pairs, other judge.

    The metric is one of `PAPER_METRICS`.
    """
    import pandas as pd

    field = PAPER_METRICS[metric]
    printed = sorted(((getattr(model, field), model.model) for model in models), reverse=True)
    shown = [(run, run.metrics[metric]) for run in runs if run.metrics[metric].value is not None]
    estimates = [estimate for _, estimate in shown]
    traces = [_run_dot(place, names[run.name], estimate) for place, (run, estimate) in enumerate(shown)]
    # Models lie in turns on five lines of one row, so that near ones do not hide each other.
    lines = [len(shown) + 0.18 * (place % 5 - 2) for place in range(len(printed))]
    traces.append(
        go.Scatter(
            x=[value for value, _ in printed],
            y=lines,
            mode="markers",
            name="models of the paper",
            marker={"symbol": "circle-open", "size": 9, "color": NEUTRAL, "line": {"width": 1.5}},
            text=[escape(model) for _, model in printed],
            hovertemplate="%{text}: %{x:.1f}<extra>paper: other pairs, other judge</extra>",
        )
    )
    subtitle = f"{metric}; runs on shared pairs with 95 % interval, hollow: other pairs, other judge"
    chart = framed(traces, "Beside the models of the paper", subtitle, rows=len(shown) + 3)
    chart.update_layout(showlegend=False)
    chart.update_xaxes(title=f"{metric}, percent", range=[-2, 102], dtick=25)
    rows = [*(label(names[run.name]) for run, _ in shown), f"paper: {plural(len(models), 'model')}"]
    chart.update_yaxes(numbered_rows(rows))
    own = pd.DataFrame({"name": [names[run.name] for run, _ in shown], **estimate_columns(estimates)})
    theirs = pd.DataFrame(
        {
            "name": [model for _, model in printed],
            "value": [value for value, _ in printed],
            "note": "paper: other pairs, other judge",
        }
    )
    return Chart(chart, pd.concat([own, theirs], ignore_index=True))


def _dots(own: Sequence[Difference], ys: Sequence[float], name: str, place: int) -> go.Scatter:
    colour, symbol = SERIES[place % len(SERIES)], SYMBOLS[place % len(SYMBOLS)]
    return go.Scatter(
        x=[one.estimate.value for one in own],
        y=list(ys),
        mode="markers",
        name=label(name),
        customdata=[[one.run, one.metric, one.group] for one in own],
        marker={
            "color": colour,
            "size": 10,
            "symbol": [symbol if _is_significant(one) else f"{symbol}-open" for one in own],
            "line": {"width": 2, "color": colour},
        },
        error_x=whiskers([one.estimate for one in own], colour),
        text=[_hover(one, name) for one in own],
        hovertemplate="%{text}<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _is_significant(one: Difference) -> bool:
    return one.p_holm is not None and one.p_holm <= SIGNIFICANT


def _hover(one: Difference, name: str) -> str:
    about = " · ".join(filter(None, [in_full(name), in_full(one.group), one.metric]))
    rests_on = f"{plural(one.estimate.n, 'pair')} in {plural(one.estimate.articles, 'article')}"
    tested = f"p {p_text(one.p)}, after Holm {p_text(one.p_holm)} ({plural(one.family, 'test')})"
    told = [
        about,
        signed_interval(one.estimate.value, one.estimate.low, one.estimate.high),
        rests_on,
        tested if one.p is not None else "",
        escape(one.estimate.why),
    ]
    return "<br>".join(filter(None, told))


def _row_name(row: str, by: str) -> str:
    if by == "group":
        return row
    name = COMPARED[row].name
    return name if row == row.lower() else f"{name} ({row})"


def _reach(shown: Sequence[Difference]) -> list[float]:
    ends = [abs(end) for one in shown for end in _ends(one.estimate)]
    reach = min(1.05 * max([*ends, 5]), 103)
    return [-reach, reach]


def _ends(estimate: Estimate) -> list[float]:
    return [end for end in (estimate.value, estimate.low, estimate.high) if end is not None]


def _difference_data(shown: Sequence[Difference]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "run": [one.run for one in shown],
            "metric": [one.metric for one in shown],
            "group": [one.group or "all" for one in shown],
            **estimate_columns([one.estimate for one in shown]),
            "p": [one.p for one in shown],
            "p after Holm": [one.p_holm for one in shown],
            "tests": [one.family for one in shown],
        }
    )


def _run_dot(place: int, name: str, estimate: Estimate) -> go.Scatter:
    colour = SERIES[place % len(SERIES)]
    return go.Scatter(
        x=[estimate.value],
        y=[place],
        mode="markers",
        name=label(name),
        marker={"color": colour, "size": 10, "symbol": SYMBOLS[place % len(SYMBOLS)]},
        error_x=whiskers([estimate], colour),
        text=[f"{in_full(name)}<br>{estimate_text(estimate)}"],
        hovertemplate="%{text}<extra></extra>",
    )

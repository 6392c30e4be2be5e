"""Topics: a metric over category and issue scale at once, and on which side each topic's refusals fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from valbench_core.analysis import Estimate, GroupSummary
from valbench_core.charts.frame import (
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
from valbench_core.numbers import count, figure, plural

if TYPE_CHECKING:
    import pandas as pd

FEW = 10
"""A cell with fewer judged pairs is greyed: its figure says next to nothing."""

_CELL_HEIGHT = 52
_CELL_MARK = 40
"""Pixels of a cell that can be clicked."""
_SHADE = "63,131,196"
"""`frame.ACCENT` as red, green, blue: cells lay it over the background, so that text stays legible."""
_SIDES = (("for", "REF_FOR_ONLY"), ("against", "REF_AGAINST_ONLY"))


def topic_map(
    cells: Sequence[GroupSummary], rows: Sequence[str], columns: Sequence[str], metric: str, name: str
) -> Chart:
    """Show a metric by category and issue scale, stronger where it is higher; under ten pairs not shaded.

    A cell's `customdata` is [category, scale].

    Args:
        cells: groups by category and scale, in `parts`; those of other rows or columns are left out.
        rows: categories, from the top.
        columns: scales, from the left.
        metric: key of the metric.
        name: what it is called.
    """
    import pandas as pd

    shown = [cell for cell in cells if cell.parts[0] in rows and cell.parts[1] in columns]
    estimates = [cell.summary.metrics[metric] for cell in shown]
    xs = [columns.index(cell.parts[1]) for cell in shown]
    ys = [rows.index(cell.parts[0]) for cell in shown]
    shades: list[list[float | None]] = [[None] * len(columns) for _ in rows]
    for x, y, estimate in zip(xs, ys, estimates, strict=True):
        shades[y][x] = None if estimate.n < FEW else estimate.value
    marks = go.Scatter(
        x=xs,
        y=ys,
        mode="markers+text",
        text=[_cell_text(estimate) for estimate in estimates],
        customdata=[list(cell.parts) for cell in shown],
        hovertext=[_cell_hover(cell, e) for cell, e in zip(shown, estimates, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"symbol": "square", "size": _CELL_MARK, "color": "rgba(0,0,0,0)"},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": None}},
        showlegend=False,
    )
    n = sum(estimate.n for estimate in estimates)
    subtitle = f"{plural(n, 'judged pair')}; below: pairs; in brackets and unshaded: under {FEW}"
    chart = framed([_shading(shades), marks], f"{name} by category and issue scale", subtitle, rows=2)
    chart.update_layout(showlegend=False, height=150 + _CELL_HEIGHT * max(len(rows), 2))
    chart.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=[label(column) for column in columns],
        range=[-0.5, len(columns) - 0.5],
        title="issue scale",
        showgrid=False,
    )
    chart.update_yaxes(numbered_rows([label(row) for row in rows]), showgrid=False)
    data = {
        "category": [cell.parts[0] for cell in shown],
        "issue scale": [cell.parts[1] for cell in shown],
        **estimate_columns(estimates),
    }
    return Chart(chart, pd.DataFrame(data).rename(columns={"value": f"{name}, percent"}))


def _shading(shades: list[list[float | None]]) -> go.Heatmap:
    return go.Heatmap(
        x=list(range(len(shades[0]) if shades else 0)),
        y=list(range(len(shades))),
        z=shades,
        zmin=0,
        zmax=100,
        colorscale=[[0, f"rgba({_SHADE},0.04)"], [1, f"rgba({_SHADE},0.5)"]],
        showscale=False,
        hoverinfo="skip",
        xgap=3,
        ygap=3,
    )


def _cell_text(estimate: Estimate) -> str:
    text = figure(estimate.value)
    return f"{text}<br>{count(estimate.n)}" if estimate.n >= FEW else f"({text})<br>{count(estimate.n)}"


def _cell_hover(cell: GroupSummary, estimate: Estimate) -> str:
    few = f"<br>fewer than {FEW} pairs" if estimate.n < FEW else ""
    return (
        f"{in_full(cell.parts[0])}<br>issue scale {in_full(cell.parts[1])}<br>{estimate_text(estimate)}{few}"
    )


def refusal_sides(groups: Sequence[GroupSummary]) -> Chart:
    """Show of each group how often only the for side and how often only the against side is refused.

    `groups` hold the metrics of `REFUSAL_SIDES`. A mark's `customdata` is [group, "for" or "against"].
    """
    import pandas as pd

    shown = [group for group in groups if group.summary.n.judged]
    traces = [_links(shown), *(_side(shown, place) for place in range(len(_SIDES)))]
    n = sum(group.summary.n.judged for group in shown)
    subtitle = f"{plural(n, 'judged pair')}, with 95 % intervals; in brackets: judged pairs"
    labels = [label(group.group, group.summary.n.judged) for group in shown]
    chart = framed(traces, "Which side is refused", subtitle, rows=rows_for(labels))
    chart.update_yaxes(numbered_rows(labels))
    chart.update_xaxes(title="percent of judged pairs", range=[-1, _reach(shown)])
    return Chart(chart, pd.concat([_side_data(shown, side, key) for side, key in _SIDES], ignore_index=True))


def _side(groups: Sequence[GroupSummary], place: int) -> go.Scatter:
    side, key = _SIDES[place]
    estimates = [group.summary.metrics[key] for group in groups]
    return go.Scatter(
        x=[estimate.value for estimate in estimates],
        y=[row + _shift(place) for row in range(len(groups))],
        mode="markers",
        name=f"only the {side} side refused",
        customdata=[[group.group, side] for group in groups],
        marker={
            "color": SERIES[place],
            "size": 10,
            "symbol": [SYMBOLS[place] + ("" if e.low is not None else "-open") for e in estimates],
        },
        error_x=whiskers(estimates, SERIES[place]),
        text=[f"{in_full(g.group)}<br>{estimate_text(e)}" for g, e in zip(groups, estimates, strict=True)],
        hovertemplate="%{text}<extra>only the " + side + " side</extra>",
    )


def _shift(place: int) -> float:
    """Return how far a side's marks stand off the middle of their row, so that intervals do not cover."""
    return (-0.16, 0.16)[place]


def _links(groups: Sequence[GroupSummary]) -> go.Scatter:
    """Return a line from one side's mark to the other's, for each group."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row, group in enumerate(groups):
        xs += [*(group.summary.metrics[key].value for _, key in _SIDES), None]
        ys += [row + _shift(0), row + _shift(1), None]
    line = {"color": "rgba(120,130,141,0.6)", "width": 1}
    return go.Scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _reach(groups: Sequence[GroupSummary]) -> float:
    """Return where the axis ends: past the farthest interval, at least 10 percent."""
    ends = [e.high if e.high is not None else e.value for e in _estimates(groups)]
    return min(102.0, 1.08 * max([10.0, *(end for end in ends if end is not None)]))


def _estimates(groups: Sequence[GroupSummary]) -> list[Estimate]:
    return [group.summary.metrics[key] for group in groups for _, key in _SIDES]


def _side_data(groups: Sequence[GroupSummary], side: str, key: str) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {"group": [group.group for group in groups], "only side refused": side}
    return pd.DataFrame({**columns, **estimate_columns([g.summary.metrics[key] for g in groups])})

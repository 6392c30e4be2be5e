"""One metric by group: dots with intervals, beside the whole."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from valbench_core.analysis import Estimate, GroupSummary
from valbench_core.charts.frame import (
    ACCENT,
    NEUTRAL,
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
from valbench_core.numbers import figure

_NOTE = 18
"""Pixels that the note on the whole takes above the plot."""


def metric_strip(
    groups: Sequence[GroupSummary], metric: str, overall: Estimate, title: str, name: str = ""
) -> Chart:
    """Show a metric of each group, in the order given, as a dot with its interval; a line marks the whole.

    A mark's `customdata` is the group. `name` is what the metric is called, its key where left out.
    """
    import pandas as pd

    shown = [(group, group.summary.metrics[metric]) for group in groups]
    shown = [(group, estimate) for group, estimate in shown if estimate.value is not None]
    labels = [label(group.group, group.summary.n.judged) for group, _ in shown]
    estimates = [estimate for _, estimate in shown]
    dots = go.Scatter(
        x=[estimate.value for estimate in estimates],
        y=list(range(len(shown))),
        mode="markers",
        customdata=[group.group for group, _ in shown],
        marker={
            "color": ACCENT,
            "size": 10,
            "symbol": ["circle" if e.low is not None else "circle-open" for e in estimates],
        },
        error_x=whiskers(estimates),
        text=[f"{in_full(group.group)}<br>{estimate_text(e)}" for group, e in shown],
        hovertemplate="%{text}<extra></extra>",
    )
    subtitle = f"{name or metric} with 95 % interval; in brackets: judged pairs"
    chart = framed([dots], title, subtitle, rows=rows_for(labels))
    if overall.value is not None:
        chart.add_vline(x=overall.value, line={"color": NEUTRAL, "width": 1.5, "dash": "dot"})
        note = {"text": f"all {figure(overall.value)}", "yref": "paper", "y": 1, "yanchor": "bottom"}
        chart.add_annotation(x=overall.value, showarrow=False, **note)
        # A line of its own for the note: it would lie on the subtitle where the whole is low.
        chart.update_layout(height=chart.layout.height + _NOTE, margin_t=chart.layout.margin.t + _NOTE)
    chart.update_xaxes(title=f"{name or metric}, percent", range=[-2, 102], dtick=25)
    chart.update_yaxes(numbered_rows(labels))
    names = ["all", *(group.group for group, _ in shown)]
    return Chart(chart, pd.DataFrame({"group": names, **estimate_columns([overall, *estimates])}))

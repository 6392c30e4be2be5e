"""A judge's figures on answers of a known kind, each beside what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from valbench_core.analysis import TOLERANCE, Estimate, KnownAnswer
from valbench_core.charts.frame import (
    NEUTRAL,
    SERIES,
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

_BAND = "rgba(120,130,141,0.35)"
"""Colour of what is allowed, on light and on dark."""
_HEIGHT = 0.7
"""Of a row, what the band takes."""
_KINDS = (
    ("as known", SERIES[0], "circle"),
    ("off", SERIES[1], "diamond"),
    ("not tested", NEUTRAL, "circle-open"),
)
"""What a figure may be, with colour and shape: colour alone tells nothing."""


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """A figure that was measured, and what is known of it."""

    set: str
    """The set's name, given back by a click."""
    title: str
    """What the set is called."""
    metric: str
    known: KnownAnswer | None
    """None: shown, not tested."""
    measured: Estimate

    @property
    def kind(self) -> str:
        """What it is, as the legend says it."""
        if self.known is None or self.measured.value is None:
            return "not tested"
        return "as known" if self.known.distance(self.measured.value) <= TOLERANCE else "off"


def known_answer_strip(figures: Sequence[KnownFigure], title: str) -> Chart:
    """Show measured figures as dots with intervals, on a band that reaches 5 points beyond what is known.

    A mark's `customdata` is the name of its set.
    """
    import pandas as pd

    shown = [one for one in figures if one.measured.value is not None]
    labels = [label(f"{one.title}: {one.metric}") for one in shown]
    traces = [_band(shown), *(_dots(shown, *kind) for kind in _KINDS)]
    traces = [trace for trace in traces if len(trace.y)]
    subtitle = f"percent with 95 % interval; grey: what is known ± {TOLERANCE:g} points"
    chart = framed(traces, title, subtitle, rows=rows_for(labels))
    chart.update_layout(barmode="overlay", bargap=0)
    chart.update_xaxes(title="percent", range=[-TOLERANCE - 2, 100 + TOLERANCE + 2], dtick=25)
    chart.update_yaxes(numbered_rows(labels))
    return Chart(chart, pd.DataFrame(_columns(shown)))


def _band(figures: Sequence[KnownFigure]) -> Any:
    tested = [(place, one.known) for place, one in enumerate(figures) if one.known is not None]
    return go.Bar(
        orientation="h",
        name=f"known ± {TOLERANCE:g}",
        y=[place for place, _ in tested],
        base=[known.low - TOLERANCE for _, known in tested],
        x=[known.high - known.low + 2 * TOLERANCE for _, known in tested],
        width=_HEIGHT,
        marker={"color": _BAND, "line": {"width": 0}},
        customdata=[figures[place].set for place, _ in tested],
        text=[f"known: {known}" for _, known in tested],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )


def _dots(figures: Sequence[KnownFigure], kind: str, colour: str, symbol: str) -> Any:
    own = [(place, one) for place, one in enumerate(figures) if one.kind == kind]
    return go.Scatter(
        mode="markers",
        name=kind,
        x=[one.measured.value for _, one in own],
        y=[place for place, _ in own],
        customdata=[one.set for _, one in own],
        marker={"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}},
        error_x=whiskers([one.measured for _, one in own], colour),
        text=[f"{in_full(one.title)}: {one.metric}<br>{estimate_text(one.measured)}" for _, one in own],
        hovertemplate="%{text}<extra></extra>",
    )


def _columns(figures: Sequence[KnownFigure]) -> dict[str, list[Any]]:
    return {
        "set": [one.set for one in figures],
        "metric": [one.metric for one in figures],
        "known from": [one.known.low if one.known else None for one in figures],
        "known to": [one.known.high if one.known else None for one in figures],
        **estimate_columns([one.measured for one in figures]),
    }

"""What an audit says: figures as judged beside those corrected by hand labels, and where the judge errs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from valbench_core.analysis import METRICS, CorrectedFigure, ErrorRate, Estimate
from valbench_core.charts.frame import (
    ACCENT,
    SERIES,
    SYMBOLS,
    Chart,
    estimate_columns,
    estimate_text,
    framed,
    label,
    numbered_rows,
    rows_for,
    whiskers,
)
from valbench_core.numbers import plural
from valbench_core.words import group_words

if TYPE_CHECKING:
    import pandas as pd

_KINDS = (("as judged", "naive"), ("corrected by hand labels", "corrected"))
"""What each row shows, and the field of `CorrectedFigure` that holds it."""
_SHIFT = (-0.17, 0.17)
"""Rows that a mark stands off the middle of its row, so that intervals do not cover each other."""


def corrected_intervals(figures: Mapping[str, CorrectedFigure]) -> Chart:
    """Show each metric as judged and as corrected, as dots with intervals; undefined ones are left out.

    A mark's `customdata` is the metric's key.
    """
    import pandas as pd

    shown = [figure for figure in figures.values() if figure.naive.value is not None]
    labelled = max((figure.labelled for figure in shown), default=0)
    labels = [label(f"{METRICS[figure.metric].name} ({figure.metric})") for figure in shown]
    traces = [_marks(shown, place) for place in range(len(_KINDS))]
    subtitle = f"95 % intervals; {plural(labelled, 'pair')} labelled by hand"
    chart = framed(traces, "As judged, and corrected", subtitle, rows=rows_for(labels, 1.4))
    chart.update_xaxes(title="percent", range=[-2, 102], dtick=25)
    chart.update_yaxes(numbered_rows(labels))
    data = [_figure_data(shown, name, field) for name, field in _KINDS]
    return Chart(chart, pd.concat(data, ignore_index=True))


def _marks(shown: Sequence[CorrectedFigure], place: int) -> go.Scatter:
    name, field = _KINDS[place]
    known = [(row, figure) for row, figure in enumerate(shown) if getattr(figure, field).value is not None]
    estimates: list[Estimate] = [getattr(figure, field) for _, figure in known]
    return go.Scatter(
        x=[estimate.value for estimate in estimates],
        y=[row + _SHIFT[place] for row, _ in known],
        mode="markers",
        name=name,
        customdata=[figure.metric for _, figure in known],
        marker=_marker(estimates, SERIES[place], SYMBOLS[place]),
        error_x=whiskers(estimates, SERIES[place]),
        text=[
            f"{METRICS[figure.metric].name}, {name}<br>{estimate_text(estimate)}"
            for (_, figure), estimate in zip(known, estimates, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _marker(estimates: Sequence[Estimate], colour: str, symbol: str) -> dict[str, Any]:
    """Return marks that are hollow where there is no interval."""
    symbols = [symbol if estimate.low is not None else f"{symbol}-open" for estimate in estimates]
    return {"color": colour, "size": 10, "symbol": symbols, "line": {"width": 1.5, "color": colour}}


def _figure_data(shown: Sequence[CorrectedFigure], name: str, field: str) -> pd.DataFrame:
    import pandas as pd

    columns = {"metric": [figure.metric for figure in shown], "figure": name}
    return pd.DataFrame({**columns, **estimate_columns([getattr(figure, field) for figure in shown])})


def error_strip(rates: Sequence[ErrorRate], title: str) -> Chart:
    """Show by group how often the judge's score differs from the one by hand, as dots with intervals.

    A mark's `customdata` is the group. Groups without a rate are left out.
    """
    import pandas as pd

    shown = {group_words(rate.group): rate for rate in rates if rate.estimate.value is not None}
    estimates = [rate.estimate for rate in shown.values()]
    labels = [label(name, rate.labelled) for name, rate in shown.items()]
    dots = go.Scatter(
        x=[estimate.value for estimate in estimates],
        y=list(range(len(shown))),
        mode="markers",
        customdata=[rate.group for rate in shown.values()],
        marker=_marker(estimates, ACCENT, "circle"),
        error_x=whiskers(estimates),
        text=[f"{label(name)}<br>{estimate_text(rate.estimate)}" for name, rate in shown.items()],
        hovertemplate="%{text}<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    chart = framed([dots], title, "with 95 % intervals; in brackets: pairs labelled", rows=rows_for(labels))
    chart.update_xaxes(title="percent of pairs", range=[-2, 102], dtick=25)
    chart.update_yaxes(numbered_rows(labels))
    columns = {"group": list(shown), **estimate_columns(estimates)}
    heading = {"value": "percent of pairs with another score"}
    return Chart(chart, pd.DataFrame(columns).rename(columns=heading))

"""How charts are put on a page: in the theme's ink, with their data to download, and marks that lead on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from valbench_core.charts import Chart

INK = "#000037"
"""The front end puts its theme's strongest grey in place of this; its own choice is too pale on white."""

WIDEST = 1000
"""Pixels a chart takes where there is room: wider ones read no better, and are cut when a page is printed."""

_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}

Pick = Callable[[Any], None]
"""What a click on a mark does: given the mark's `customdata`."""


def show(chart: Chart, key: str, *, pick: Pick | None = None) -> None:
    """Show a chart under a key that is unique on the page.

    Args:
        chart: the figure and its data.
        key: tells it from the page's other charts.
        pick: called with the `customdata` of a mark that somebody clicks.
    """
    figure = chart.figure
    font = {"color": INK}
    figure.update_layout(font=font, title={"subtitle": {"font": font}})
    figure.update_xaxes(tickfont=font, title={"font": font})
    figure.update_yaxes(tickfont=font, title={"font": font})
    if pick is None:
        st.plotly_chart(figure, key=key, width=WIDEST, config=_CONFIG, alt=chart.title)
    else:
        figure.update_layout(clickmode="event+select", dragmode=False)
        st.plotly_chart(
            figure,
            key=key,
            width=WIDEST,
            config=_CONFIG,
            alt=chart.title,
            on_select=lambda: _picked(key, pick),
            selection_mode="points",
        )
    st.download_button(
        "Data",
        lambda: chart.data.to_csv(index=False),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"data of {key}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        help="The numbers of this chart, as CSV.",
    )


def _picked(key: str, pick: Pick) -> None:
    points = st.session_state[key].selection.points
    if points:
        pick(points[0].get("customdata"))

"""How charts are put on a page."""

from __future__ import annotations

from typing import Any

import streamlit as st

INK = "#000037"
"""The front end puts its theme's strongest grey in place of this; its own choice is too pale on white."""

_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def show(figure: Any, key: str) -> None:
    """Show a Plotly figure under a key that is unique on the page."""
    font = {"color": INK}
    figure.update_layout(font=font, title={"subtitle": {"font": font}})
    figure.update_xaxes(tickfont=font, title={"font": font})
    figure.update_yaxes(tickfont=font, title={"font": font})
    st.plotly_chart(figure, key=key, config=_CONFIG)

"""What can be taken away from the page of clusters: the groups as numbers, the map as a page of its own."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import data
from pages.parts.clusters import figures
from pages.parts.clusters.choosing import View
from pages.parts.clusters.picture import Drawn, dress


def show(view: View, drawn: Drawn) -> None:
    """Offer the downloads; each is made when it is asked for."""
    with st.container(horizontal=True):
        st.download_button(
            "Groups (CSV)",
            lambda: figures.export(view).to_csv(index=False),
            file_name=f"groups of {view.run.name}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            help="Every group with its terms, size, figures with intervals, and p.",
        )
        st.download_button(
            "Pairs shown (CSV)",
            lambda: drawn.picture.chart.data.to_csv(index=False),
            file_name=f"map of {view.run.name}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            help="Where each pair that is shown lies on the map, and what its colour says.",
        )
        st.download_button(
            "Map (HTML)",
            lambda: as_page(drawn, view.run),
            file_name=f"map of {view.run.name}.html",
            mime="text/html",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            help="A file that any browser shows, without a network; about 5 MB.",
        )


def as_page(drawn: Drawn, run: data.Run) -> str:
    """Return the map as a page of its own that needs nothing else, on white; it names its run."""
    import plotly.graph_objects as go

    figure = go.Figure(drawn.picture.chart.figure)
    named = escape(f"{run.name}{' (illustrative)' if run.illustrative else ''}: ", quote=False)
    subtitle = figure.layout.title.subtitle
    subtitle.text = f"{named}{subtitle.text}"
    dress(figure, "#0f1720", "#ffffff")
    # The app's own template holds colours that only its front end can read.
    figure.update_layout(template="plotly_white")
    return str(figure.to_html(include_plotlyjs=True, full_html=True, config={"displaylogo": False}))

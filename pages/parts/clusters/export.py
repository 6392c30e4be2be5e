"""What can be taken away from the page of clusters: the groups as numbers, the map as a page of its own."""

from __future__ import annotations

import streamlit as st

from pages.parts.clusters import figures
from pages.parts.clusters.picture import Drawn, dress
from pages.parts.clusters.view import View


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
            lambda: figures.marked(drawn.picture.chart.data, view).to_csv(index=False),
            file_name=f"map of {view.run.name}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            help="Where each pair that is shown lies on the map, and what its colour says.",
        )
        st.download_button(
            "Map (HTML)",
            lambda: as_page(drawn),
            file_name=f"map of {view.run.name}.html",
            mime="text/html",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            help="A file that any browser shows, without a network; about 5 MB.",
        )
    st.caption("As SVG, the map is saved by the camera above it.")


def as_page(drawn: Drawn) -> str:
    """Return the map as a page of its own that needs nothing else, on white."""
    import plotly.graph_objects as go

    figure = go.Figure(drawn.picture.chart.figure)
    dress(figure, "#0f1720", "#ffffff")
    # The app's own template holds colours that only its front end can read.
    figure.update_layout(template="plotly_white")
    return str(figure.to_html(include_plotlyjs=True, full_html=True, config={"displaylogo": False}))

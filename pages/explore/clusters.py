"""Clusters: a map of the pairs of one run by the meaning of their issues, and what its groups come to."""

from __future__ import annotations

import streamlit as st

from pages.parts import headline, notices, sidebar
from pages.parts.clusters import (
    card,
    choosing,
    exploring,
    export,
    figures,
    found,
    groups,
    making,
    names,
    neighbours,
    picture,
)
from pages.parts.clusters.view import View


def main() -> None:
    """Show the page."""
    st.title("Clusters")
    run = sidebar.chosen()
    if run is None:
        return
    headline.show(run)
    notices.show_for(run)
    view = choosing.show(run)
    if choosing.lacks_words(view.run, view.ask):
        choosing.say_lacking(view.run)
    elif view.pair_map is None:
        making.show(view)
    else:
        _show_map(view)


def _show_map(view: View) -> None:
    making.show_work(view.run)
    exploring.offer(view)
    # Widths of their own: where both have no room beside each other, one stands beneath the other.
    with st.container(horizontal=True, gap="small"):
        with st.container(width=picture.WIDTH):
            drawn = picture.show(view)
        with st.container(width=groups.WIDTH):
            tests = groups.show(view)
        with st.container():
            picture.explain(view, drawn)
    if view.near:
        neighbours.show(view)
    found.show(view)
    if view.group:
        card.show(view)
    figures.show(view)
    names.show(view)
    export.show(view, drawn)
    groups.add_tests(view, tests)


main()

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


def main() -> None:
    """Show the page."""
    st.title("Clusters")
    run = sidebar.chosen()
    if run is None:
        return
    headline.show(run)
    notices.show_for(run)
    view = choosing.show(run)
    if view.pair_map is None:
        making.show(view)
    else:
        _show_map(view)


def _show_map(view: choosing.View) -> None:
    making.show_work(view.run)
    exploring.offer(view)
    map_place, groups_place = st.columns([3, 2], gap="medium")
    with map_place:
        drawn = picture.show(view)
    with groups_place:
        tests = groups.show(view)
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

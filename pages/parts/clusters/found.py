"""The pairs that were picked out on the map, as a list: those of an area drawn, of a group, of a search."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from pages.parts import data
from pages.parts.clusters.onward import lists_of, reader_of
from pages.parts.clusters.pair_rows import show_pairs
from pages.parts.clusters.picked import AREA_KEY, pick
from pages.parts.clusters.picture import matches
from pages.parts.clusters.view import View
from pages.parts.filters.url import SEARCH_KEY, page_of
from pages.parts.links import PairsLink, follow, show_link
from valbench_core.listing import Ordinals
from valbench_core.numbers import plural

ROWS = 25
"""Pairs a page of the list."""


def show(view: View) -> None:
    """List what is picked out; where nothing is, lead to the list of all pairs shown."""
    found = matches(view)
    if view.area:
        _show_area(view, found)
    elif found is not None:
        st.header("Found by the search")
        _head(plural(len(found), "pair"), lists_of(view, q=True), SEARCH_KEY)
        _show_rows(view, found, q=True)
    elif len(view.shown):
        _head(f"{plural(len(view.shown), 'pair')} on the map", lists_of(view), "")


def _show_area(view: View, found: Ordinals | None) -> None:
    st.header("In the area drawn")
    among = view.shown if found is None else found
    within = among[data.pairs_within(view.run, view.stored, view.area)[among]]
    words = f"{plural(len(within), 'pair')} of those shown"
    if found is not None:
        words = f"{plural(len(within), 'pair')} of those that the search found"
    _head(words, lists_of(view, area=True, q=found is not None), AREA_KEY)
    _show_rows(view, within, area=True, q=found is not None)


def _head(words: str, lists: Mapping[str, PairsLink], picked_by: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{words}**", width="content")
        for label, link in lists.items():
            show_link(link, label)
        if picked_by:
            st.button(
                "Clear the search" if picked_by == SEARCH_KEY else "Clear the area",
                type="tertiary",
                icon=":material/close:",
                on_click=lambda: pick(picked_by, ""),
                key=f"clear {picked_by}",
            )


def _show_rows(view: View, ordinals: Ordinals, *, area: bool = False, q: bool = False) -> None:
    if not len(ordinals):
        st.write("No pair that is shown lies here.")
        return
    page = page_of(-(-len(ordinals) // ROWS))
    shown = np.asarray(ordinals[(page - 1) * ROWS : page * ROWS])
    st.caption("Choose one to read it.")

    def read(pair_id: str) -> None:
        follow(reader_of(view, pair_id, area=area, q=q))

    show_pairs(view, shown, "found on the map", read)

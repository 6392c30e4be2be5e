"""A pair picked out on the map, and those whose texts are nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.parts import data
from pages.parts.clusters.onward import reader_of
from pages.parts.clusters.pair_rows import show_pairs
from pages.parts.clusters.picked import NEAR_KEY, pick
from pages.parts.clusters.view import View, ordinal_of
from pages.parts.links import show_link

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEIGHBOURS = 10
"""Pairs listed."""


def show(view: View) -> None:
    """Show the pair picked out and its neighbours; each leads on to its own."""
    ordinal = ordinal_of(view.run, view.near)
    if ordinal is None:
        return
    st.header("Nearest to one pair")
    st.text(data.pair_rows(view.run, [ordinal])[0].issue_description, width="stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        show_link(reader_of(view, view.near), "Read this pair")
        st.button(
            "Pick out no pair", type="tertiary", icon=":material/close:", on_click=lambda: pick(NEAR_KEY, "")
        )
    st.caption(
        "The pairs whose texts are nearest to it, nearest first, whether shown or not. Choose one to see "
        "what is nearest to that."
    )
    show_pairs(view, nearest(view), f"near {view.near}", lambda pair_id: pick(NEAR_KEY, pair_id))


def nearest(view: View) -> NDArray[np.intp]:
    """Return the ordinals of the pairs nearest to the one picked out, nearest first."""
    ordinal = ordinal_of(view.run, view.near)
    if ordinal is None:
        return np.zeros(0, dtype=np.intp)
    by_place = np.full(len(view.stored), -1, dtype=np.intp)
    on_map = np.flatnonzero(view.places >= 0)
    by_place[view.places[on_map]] = on_map
    found: NDArray[np.intp] = by_place[view.stored.neighbours[view.places[ordinal]]]
    there: NDArray[np.intp] = found[found >= 0][:NEIGHBOURS]
    return there

"""Pairs: a list to narrow and page through, and the reader that shows one of them side by side."""

from __future__ import annotations

import streamlit as st

from pages.parts import headline, notices, sidebar
from pages.parts.filters.pair_filters import pair_filters
from pages.parts.pair.list import PAIR_KEY, show_list
from pages.parts.pair.reader import Places, show_reader


def show() -> None:
    """Show the page."""
    st.title("Pairs")
    run = sidebar.chosen()
    if run is None:
        return
    headline.show(run)
    notices.show_for(run)
    reading = PAIR_KEY in st.query_params
    filters = pair_filters(run, fold=reading)
    ordinals = filters.ordinals()
    if reading:
        show_reader(run, Places(run, ordinals), filters.to_map if filters.on_map else None)
    else:
        show_list(run, filters, ordinals)


show()

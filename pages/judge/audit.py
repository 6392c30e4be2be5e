"""Audit: check verdicts by hand, read what the check says, and take labels in and out."""

from __future__ import annotations

import streamlit as st

from pages.parts import headline, notices, sidebar
from pages.parts.audit import address
from pages.parts.audit.draws import show_draws
from pages.parts.audit.labelling import show_labelling
from pages.parts.audit.settling import show_settling
from pages.parts.audited import show_exchange, show_result


def show() -> None:
    """Show the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title("Audit", width="content")
        view = address.choose_view()
    if address.blind(address.PAGE):
        show = show_settling if view == address.SETTLE else show_labelling
        show(address.first(address.DRAW_KEY))
        return
    run = sidebar.chosen()
    if run is None:
        return
    headline.show(run)
    notices.show_for(run)
    {"result": show_result, "exchange": show_exchange}.get(view, show_draws)(run)


show()

"""Agreement: the judgements of one run held against each other, by order, by repetition, by judge."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, headline, notices, sidebar
from pages.parts.agreement import judges, order, repeats, starting
from pages.parts.agreement.standing import standing_of
from pages.parts.evaluate import live
from pages.parts.links import go


def show() -> None:
    """Show the page."""
    st.title("Agreement")
    run = sidebar.chosen()
    if run is None:
        return
    headline.show(run)
    # In a container: what comes and goes must not move what people are reading.
    with st.container():
        live.show_working()
    notices.show_for(run)
    standing = standing_of(run)
    if standing is None:
        st.write("Nothing is judged yet, so no two judgements can be compared.")
        starting.first_judge(run)
        return
    if not data.table(data.under(run, standing.base))["adjusted"].notna().any():
        st.write("No pair is judged under this judgement yet, so there is nothing to compare.")
        return
    order.show(run, standing)
    repeats.show(run, standing)
    judges.show(run, standing)


go()
show()

"""Agreement: the judgements of one run held against each other, by order, by repetition, by judge."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, headline, notices, sidebar
from pages.parts.agreement import judges, order, repeats, starting
from pages.parts.agreement.standing import Standing, standing_of
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
    if not data.has_verdicts(run, standing.base):
        st.write("No pair is judged under this judgement yet, so there is nothing to compare.")
        return
    _show_parts(run, standing)


def _show_parts(run: data.Run, standing: Standing) -> None:
    """Show all headings, then what needs no computing, then the rest."""
    parts = (
        (order, standing.both_orders),
        (repeats, len(standing.replicates) > 1),
        (judges, len(standing.comparable) > 1),
    )
    places = [st.container() for _ in parts]
    for (part, _), place in zip(parts, places, strict=True):
        with place:
            part.introduce()
    for takes_time in (False, True):
        for (part, computes), place in zip(parts, places, strict=True):
            if computes == takes_time:
                with place:
                    part.show(run, standing)


go()
show()

"""Topics: the figures of one run broken down by category, issue scale and article, and what stands out."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, headline, notices, sidebar
from pages.parts.topics import choosing, contrasts, cross, groups


def main() -> None:
    """Show the page."""
    st.title("Topics")
    run = sidebar.chosen()
    if run is None:
        return
    headline.show(run)
    notices.show_for(run)
    whole = data.whole(run)
    if not whole.n.judged:
        st.write("There is nothing to break down before some pairs have a verdict.")
        return
    choice = choosing.show(run)
    if whole.metrics[choice.metric].value is None:
        st.info("Protocol v1 does not ask the judge for value preference.", icon=":material/info:")
    if choice.by == choosing.CROSS:
        cross.show(run, choice)
    else:
        groups.show(run, choice, whole)
    st.caption(notices.COVERAGE)
    contrasts.show(run, choice)


main()

"""Topics: the figures of one run broken down by category, issue scale and article, and what stands out."""

from __future__ import annotations

import streamlit as st

from pages.parts import (
    data,
    notices,
    sidebar,
    topics_choice,
    topics_groups,
    topics_map,
    topics_tests,
)


def main() -> None:
    """Show the page."""
    st.title("Topics")
    run = sidebar.chosen()
    if run is None:
        return
    notices.show_for(run)
    whole = data.topic_whole(run)
    if not whole.n.judged:
        st.write("There is nothing to break down before some pairs have a verdict.")
        return
    choice = topics_choice.show(run)
    if whole.metrics[choice.metric].value is None:
        st.info("Protocol v1 does not ask the judge for value preference.", icon=":material/info:")
    if choice.by == topics_choice.CROSS:
        topics_map.show(run, choice)
    else:
        topics_groups.show(run, choice, whole)
    st.caption(notices.COVERAGE)
    topics_tests.show(run, choice)


main()

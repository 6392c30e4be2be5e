"""The page of rationales under a derived judgement: it has no words of its own, but its sources do."""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.links import JUDGEMENT_KEY
from valbench_core.runs import Judgement


def show(run: data.Run, judgement: Judgement) -> None:
    """Say why there are no words to read here, and lead to the judgements that have them."""
    st.info(
        "Scores of several judgements are combined here, so no one verdict stands whose words could be read, "
        "counted or searched. Read those of one of them:",
        icon=":material/gavel:",
    )
    for source in judgement.sources:
        with st.container(horizontal=True, vertical_alignment="center"):
            key = f"rationales of {source.name} in {run.name}"
            st.button("Read", icon=":material/gavel:", key=key, on_click=_switch, args=(source.name,))
            st.text(source.name)


def _switch(judgement: str) -> None:
    """Have all pages show another judgement; the sidebar writes it into the URL."""
    st.session_state[JUDGEMENT_KEY] = judgement

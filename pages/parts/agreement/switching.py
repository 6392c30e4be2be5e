"""Having all pages show another judgement, derived or not."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, present
from pages.parts.links import HOME, JUDGEMENT_KEY


def offer(run: data.Run, judgement: str, label: str, key: str) -> None:
    """Offer to have all pages show a judgement; where they do, say so and lead to its figures."""
    with present.controls(f"use-{key}"):
        if run.judgement_name == judgement:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption("All pages show it now.", width="content")
                st.page_link(HOME, label="Its figures", icon=":material/dashboard:")
            return
        st.button(
            label,
            icon=":material/swap_horiz:",
            key=f"use {key} of {run.name}",
            on_click=switch,
            args=(judgement,),
        )


def switch(judgement: str) -> None:
    """Have all pages show a judgement; the sidebar writes it into the URL."""
    st.session_state[JUDGEMENT_KEY] = judgement

"""The guideline on screen: open until somebody has read it or labelled a first pair, folded from then on."""

from __future__ import annotations

import streamlit as st

from valbench_core.audit import GUIDELINES
from valbench_core.schema import ProtocolName
from valbench_core.words import score_number

_READ = "guideline read"
"""In the session: who has read it, as far as can be told, by name and protocol."""


def show_guideline(protocol: ProtocolName) -> None:
    """Show by what rules pairs are labelled, folded."""
    with st.expander("Guideline", icon=":material/menu_book:"):
        _show_scores(protocol)
        _show_rules(protocol)


def is_read(author: str, protocol: ProtocolName) -> bool:
    """Whether somebody has read the guideline in this session, or labelled by it."""
    return (author, protocol) in st.session_state.get(_READ, ())


def note_read(author: str, protocol: ProtocolName) -> None:
    """Take it that somebody has read the guideline; for callbacks."""
    st.session_state[_READ] = {*st.session_state.get(_READ, ()), (author, protocol)}


def show_first(author: str, protocol: ProtocolName) -> None:
    """Show the guideline open, to somebody who labels by it for the first time in this session."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Guideline**: please read it before you begin", width="content")
            st.space("stretch")
            st.button(
                "Fold it",
                icon=":material/unfold_less:",
                key="audit guideline read",
                on_click=note_read,
                args=(author, protocol),
                help="It stays at hand beneath the fields.",
            )
        scores, rules = st.columns([1, 2], gap="medium")
        with scores:
            _show_scores(protocol)
        with rules:
            _show_rules(protocol)


def _show_scores(protocol: ProtocolName) -> None:
    for score, meaning in sorted(GUIDELINES[protocol].scores.items()):
        st.markdown(f"**{score_number(score)}** {meaning}")


def _show_rules(protocol: ProtocolName) -> None:
    for rule in GUIDELINES[protocol].rules:
        st.markdown(f"**{rule.title}.** {rule.text}")

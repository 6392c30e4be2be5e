"""The pair that is labelled: its issue, both questions and both answers; nothing tells whose they are."""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.audit.fields import shown_first
from pages.parts.pair.texts import long_text, show_text
from valbench_core.numbers import plural
from valbench_core.runs import PairDetail
from valbench_core.schema import Completion, Side


def show_texts(key: str, shown: data.PairToLabel) -> None:
    """Show a pair in the order in which its sides are to be read; the key tells it from all others."""
    show_text("Issue", shown.detail.pair.issue_description or "No description.", f"issue:{key}")
    sides = shown_first(shown.item.order)
    columns = st.columns(2, gap="medium", border=True)
    for column, side, place in zip(columns, sides, ("First", "Second"), strict=True):
        with column:
            _show_side(shown.detail, side, place, key)


def _show_side(detail: PairDetail, side: Side, place: str, key: str) -> None:
    st.subheader(place)
    show_text("Question", detail.pair.question(side), f"question:{side}:{key}")
    response = detail.responses[side]
    if response is None or not isinstance(response.result, Completion):
        st.warning("There is no answer any more. Skip this pair.", icon=":material/error:")
        return
    answer = response.result
    if answer.truncated:
        st.badge("cut off at the token limit", color="orange")
    if answer.replaced_characters:
        st.badge("unreadable characters replaced", color="orange")
    with st.container(gap=None):
        st.caption(f"Answer · {plural(len(answer.text), 'character')}")
        long_text(answer.text, f"answer:{side}:{key}")

"""Taking a pair along: its link, the pair as Markdown, its record as JSON."""

from __future__ import annotations

import re

import streamlit as st

from pages.parts import data
from pages.parts.links import PairsLink, address_of
from pages.parts.pair.markdown import markdown_of
from valbench_core.runs import PairDetail


def show_tools(detail: PairDetail, run: data.Run) -> None:
    """Show a button that opens link, Markdown and download; they are made when it is opened."""
    folded = st.popover("Share", icon=":material/share:", key="share", on_change="rerun", type="tertiary")
    if not folded.open:
        return
    link = PairsLink(run=run.name, judgement=run.judgement_name or "", pair=detail.pair.id)
    with folded:
        st.caption("Link to this pair")
        st.code(address_of(link), language=None, wrap_lines=True)
        st.caption("As Markdown")
        text = markdown_of(detail, run.judgement, run.name, address_of(link))
        st.code(text, language=None, wrap_lines=True, height=200)
        st.download_button(
            "Download as JSON",
            lambda: data.record_json(run, detail.pair.id),
            file_name=f"{run.name}-{_file_name(detail.pair.id)}.json",
            mime="application/json",
            key=f"json of {detail.pair.id}",
            icon=":material/download:",
            on_click="ignore",
            help="Everything of the pair under all judgements, as in an export to JSON lines.",
        )


def _file_name(pair_id: str) -> str:
    """Return an id as part of a file's name.

    >>> _file_name("a/b: c")
    'a_b_c'
    """
    return re.sub(r"[^\w.-]+", "_", pair_id)[:80]

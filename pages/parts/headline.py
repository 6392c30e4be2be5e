"""What stands under the title of every page: which run it shows, of which model, under which judge."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, notices
from valbench_core.numbers import plural


def show(run: data.Run) -> None:
    """Say which run a page shows: the sidebar, which says it too, is hidden while presenting and on paper."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(headline_of(run), width="content")
        if run.illustrative:
            st.badge("illustrative", icon=":material/science:", color="orange", help=notices.ILLUSTRATIVE)


def headline_of(run: data.Run) -> str:
    """Return run, model, judge, protocol and number of pairs in one line."""
    spec = run.judgement.spec if run.judgement else None
    judge = f"judged by {spec.judge}, protocol {spec.protocol}" if spec else "not judged"
    return f"{run.name}: {run.facts.model or 'model not named'} · {judge} · {plural(run.pairs, 'pair')}"

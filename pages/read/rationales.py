"""Rationales: what the judge wrote, as material to question."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, headline, notices, sidebar
from pages.parts.rationales import flags, rules, sources, unjudged, verdicts, words

_V1 = (
    "This judgement follows protocol v1, which asks the judge for neither a central issue nor a value "
    "preference: both, and the rules that rest on them, are left out here."
)


def show() -> None:
    """Show the page."""
    st.title("Rationales")
    run = sidebar.chosen()
    if run is None:
        return
    headline.show(run)
    notices.show_for(run)
    judgement = run.judgement
    if judgement is None:
        st.write("There is no verdict to read before the answers have been judged.")
        return
    if judgement.derived:
        sources.show(run, judgement)
        return
    if judgement.spec.protocol == "v1":
        st.caption(_V1)
    if data.figures(run).whole.n.judged:
        verdicts.show(run, judgement)
        flags.show(run, judgement)
        rules.show(run, judgement)
    else:
        st.write("There is no valid verdict to read under this judgement.")
    unjudged.show(run, judgement)
    if data.figures(run).whole.n.judged:
        words.show(run, judgement)


show()

"""What a run was made from and what it used, for reading."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from pages.parts import data
from valbench_core.about import Section, Spending, about_run, spending

_COLUMNS = {
    "role": "Role",
    "calls": "Calls",
    "failed": "Failed",
    "from_cache": "From the cache",
    "input_tokens": "Tokens in",
    "output_tokens": "Tokens out",
    "cost": "Cost",
    "seconds": "Time, added up",
}


def show(run: data.Run) -> None:
    """Show a run's manifest in words, and in an expander as it is kept."""
    sections = about_run(run.facts, run.judgement)
    for column, section in zip(st.columns(len(sections)), sections, strict=True):
        with column:
            _section(section)
    with st.expander("The manifest as it is kept (JSON)", icon=":material/data_object:"):
        st.json(dict(run.facts.manifest), expanded=1)


def show_spending(run: data.Run) -> None:
    """Show calls, tokens and cost by role."""
    made_by_run = next((j.name for j in run.judgements if j.spec.made_by_run), None)
    rows = spending(data.accounting(run), run.facts.manifest, made_by_run)
    st.dataframe([_row(row) for row in rows], hide_index=True, width="stretch")
    st.caption(
        "Cost is that of the calls paid for in this run, by the prices kept with it; "
        "answers from the cache were paid for earlier."
    )


def _row(spent: Spending) -> dict[str, str]:
    return {_COLUMNS[name]: value for name, value in asdict(spent).items()}


def _section(section: Section) -> None:
    with st.container(gap="xxsmall"):
        st.subheader(section.title)
        for row in section.rows:
            with st.container(gap=None):
                st.caption(row.label)
                # Words of data sets and models: text, never Markdown.
                st.text(row.text)

"""The pairs whose judge gave no valid verdict: its answer as it came, the reason, and asking again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from pages.parts import data
from pages.parts.commands import go_on
from pages.parts.evaluate.live import say_begun, show_problem
from pages.parts.evaluate.run_list import keys_of
from pages.parts.filters.url import page_of
from pages.parts.links import EVALUATE, PairsLink, show_link
from pages.parts.pair.texts import long_text
from valbench_core.background import start
from valbench_core.errors import ValBenchError
from valbench_core.numbers import plural
from valbench_core.plan import Plan
from valbench_core.runs import Judgement, Rationale
from valbench_core.schema import Outcome

ROWS = 10
"""Pairs a page."""
PAGE_KEY = "unjudged"
"""In the URL: the page of unjudged pairs."""


def show(run: data.Run, judgement: Judgement) -> None:
    """Show the unjudged pairs, or that there are none."""
    st.header("Unjudged")
    unjudged = np.flatnonzero(data.table(run)["outcome"].to_numpy() == Outcome.UNJUDGED.value)
    if not len(unjudged) and not data.figures(run).whole.n.judged:
        st.caption("This judge has not been asked about any pair yet.")
        return
    if not len(unjudged):
        st.caption("Wherever this judge was asked, its answer is a valid verdict on the answers that stand.")
        return
    st.markdown(
        f"**{plural(len(unjudged), 'pair')}** on which the judge was asked and no valid verdict stands: "
        "no figure counts them."
    )
    _retry(run, judgement)
    page = page_of(-(-len(unjudged) // ROWS), PAGE_KEY)
    for row in data.rationales(run, judgement, unjudged[(page - 1) * ROWS : page * ROWS]):
        with st.container(border=True):
            _one(row)


def _one(row: Rationale) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("pair", width="content")
        st.text(row.pair_id)
        st.space("stretch")
        show_link(PairsLink(outcome=(Outcome.UNJUDGED.value,), pair=row.pair_id), "Read the pair")
    st.caption("Reason")
    long_text(
        row.reason or "The verdict judged other answers than those that stand now.", f"why:{row.pair_id}"
    )
    if row.raw:
        st.caption("The judge's answer as it came")
        long_text(row.raw, f"raw:{row.pair_id}")


def _retry(run: data.Run, judgement: Judgement) -> None:
    """Offer to ask the judge again, and show the command that does."""
    plan = Plan.from_manifest(run.facts.manifest)
    mine = judgement.spec.made_by_run and plan.answering is not None
    if data.read_only():
        st.caption("To ask the judge again:")
    elif mine and data.status(run).state != "evaluating":
        keys = keys_of(run.name, plan)
        if st.button(
            "Ask the judge again", icon=":material/refresh:", disabled=keys is None, key="retry unjudged"
        ):
            _start(run, keys or {})
    elif mine:
        st.button(
            "Ask the judge again",
            icon=":material/refresh:",
            disabled=True,
            key="retry unjudged",
            help="This run is being evaluated.",
        )
    st.code(go_on(run.name, judgement, "retry"), language="bash")


def _start(run: data.Run, keys: Mapping[str, str]) -> None:
    try:
        start(data.workspace(), run.name, ["retry", run.name], keys)
    except ValBenchError as error:
        show_problem(error)
        return
    say_begun(run.name)
    st.switch_page(EVALUATE)

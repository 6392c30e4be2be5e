"""Pairs on which auditors differ: how many wait to be settled, which is done blind, and those settled."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts import data
from pages.parts.audited.links import pairs_by_id
from pages.parts.links import AuditLink, follow, go, show_link
from valbench_core.audit import Draw, labels_that_count
from valbench_core.numbers import plural
from valbench_core.runs import Label, PairDetail
from valbench_core.words import score_number


@st.fragment
def show(run: data.Run, draw: Draw) -> None:
    """Show on how many pairs auditors differ, where they are settled, and those that are."""
    go()
    st.header("Disagreements between auditors")
    figures = data.audit_figures(run, draw)
    found = figures.divided
    if found.empty:
        several = data.audit_agreement(run, draw).ceiling is not None
        st.write(
            "Auditors agree on every pair that several of them labelled."
            if several
            else "There are none: no pair was labelled by two auditors."
        )
        return
    waiting = figures.waiting
    settled = [str(pair_id) for pair_id in found.loc[found["adjudicated"], "pair_id"]]
    st.markdown(f"**{plural(len(waiting), 'pair')}** to settle, {plural(len(settled), 'pair')} settled")
    if waiting:
        _lead_to_settling(draw)
    if settled:
        _list_settled(run, draw, settled)


def _lead_to_settling(draw: Draw) -> None:
    """Lead to where pairs are settled: here judge, model and figures stand all around."""
    if data.read_only():
        st.caption("This server shows runs and changes nothing, so nothing can be settled here.")
        return
    st.caption(
        "They are settled apart from this page, where nothing tells what the judge said. Until then no click "
        "on this page leads to their verdicts."
    )
    show_link(AuditLink(draw=draw.id, view="settle"), "Settle them", icon=":material/balance:")


def _list_settled(run: data.Run, draw: Draw, settled: Sequence[str]) -> None:
    st.subheader("Settled")
    rows = [_settled_row(data.detail_as_it_is(run, pair_id), draw) for pair_id in settled]
    key = f"settled of {run.name}: {hash(tuple(settled))}"

    def open_chosen() -> None:
        cells = st.session_state[key].selection.cells
        if cells:
            follow(pairs_by_id(run, settled, pair=settled[cells[0][0]]))

    st.dataframe(
        pd.DataFrame(rows),
        key=key,
        hide_index=True,
        width="stretch",
        on_select=open_chosen,
        selection_mode="single-cell",
    )


def _settled_row(detail: PairDetail, draw: Draw) -> dict[str, str]:
    labels = labels_that_count(detail, draw.id)
    settling = next((label for label in reversed(labels) if label.kind == "adjudication"), None)
    scores = [f"{label.author}: {_score(label)}" for label in labels if label.kind == "label"]
    return {
        "Issue": detail.pair.issue_description,
        "Scores before": ", ".join(scores),
        "Settled as": _score(settling) if settling else "–",
        "By": settling.author if settling else "–",
        "When (UTC)": settling.created[:16].replace("T", " ") if settling else "–",
        "Note": settling.note if settling else "",
    }


def _score(label: Label) -> str:
    return score_number(label.verdict.score) if label.verdict else "–"

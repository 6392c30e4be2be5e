"""Pairs on which auditors differ: what each said, side by side, still without the verdict; those settled."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts import data, present
from pages.parts.audited.links import pairs_by_id
from pages.parts.audited.settling import show_form
from pages.parts.links import follow, go
from pages.parts.pair.labels import FIELDS, field_texts
from pages.parts.pair.sides import show_side
from pages.parts.pair.texts import show_text
from valbench_core.audit import Draw, standing_of
from valbench_core.numbers import plural
from valbench_core.runs import Label, PairDetail
from valbench_core.schema import SIDES
from valbench_core.words import score_number


@st.fragment
def show(run: data.Run, draw: Draw) -> None:
    """Show the pairs on which auditors differ, one at a time to be settled, and those that are."""
    go()
    st.header("Disagreements between auditors")
    found = data.audit_figures(run, draw).divided
    if found.empty:
        several = data.audit_agreement(run, draw).ceiling is not None
        st.write(
            "Auditors agree on every pair that several of them labelled."
            if several
            else "There are none: no pair was labelled by two auditors."
        )
        return
    waiting = [str(pair_id) for pair_id in found.loc[~found["adjudicated"], "pair_id"]]
    settled = [str(pair_id) for pair_id in found.loc[found["adjudicated"], "pair_id"]]
    st.markdown(f"**{plural(len(waiting), 'pair')}** to settle, {plural(len(settled), 'pair')} settled")
    if waiting:
        _settle_one(run, draw, waiting)
    if settled:
        _list_settled(run, draw, settled)


def _settle_one(run: data.Run, draw: Draw, waiting: Sequence[str]) -> None:
    issues = dict(zip(waiting, data.issues(run, waiting), strict=True))
    with present.controls("divided"):
        chosen: str = st.selectbox(
            "Pair to settle",
            list(waiting),
            format_func=issues.__getitem__,
            key=f"divided of {run.name} in {draw.id}",
        )
    detail = data.detail_as_it_is(run, chosen)
    with st.container(border=True):
        show_text("Issue", detail.pair.issue_description, f"divided issue:{chosen}")
        for column, side in zip(st.columns(2, gap="medium", border=True), SIDES, strict=True):
            with column:
                show_side(detail, side, None)
        labels = counted_labels(detail, draw)
        st.caption("What the auditors said. The judge's verdict is not shown, so that it sways nobody.")
        st.dataframe(_side_by_side(labels), hide_index=True, width="stretch", key=f"divided:{chosen}")
        for label in labels:
            if label.note:
                st.text(f"{label.author}: {label.note}", width="stretch")
        show_form(run, draw, detail)


def counted_labels(detail: PairDetail, draw: Draw) -> list[Label]:
    """Return the labels of a pair that count in a draw, oldest first."""
    read = {side: response.text_hash if response else "" for side, response in detail.responses.items()}
    return [
        label
        for label in detail.labels
        if label.draw == draw.id and not standing_of(label, detail.labels, read["for"], read["against"])
    ]


def _side_by_side(labels: Sequence[Label]) -> pd.DataFrame:
    said = {"Field": [*FIELDS, "Problem with the pair"]}
    for number, label in enumerate(labels, start=1):
        assert label.verdict is not None
        name = label.author if label.author not in said else f"{label.author} · {number}"
        said[name] = [*field_texts(label.verdict), label.pair_problem]
    return pd.DataFrame(said)


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
    labels = counted_labels(detail, draw)
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

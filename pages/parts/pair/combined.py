"""The verdict on a pair under a derived judgement: what it comes to, and what each of its sources said."""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.links import PairsLink, follow
from pages.parts.pair.sides import flags_of
from valbench_core.runs import PairDetail, SourceVerdict, judged_by
from valbench_core.schema import SIDES, Outcome, outcome_name
from valbench_core.words import score_number, score_words

_MEANING = {
    "orders": "The mean of the adjusted scores of both orders.",
    "repeats": "The mean of the adjusted scores of the repeats.",
    "panel": "The median of the judges' adjusted scores.",
}
_WHY_NOT = {
    Outcome.FAILED: "A side failed, so there is nothing to judge.",
    Outcome.UNJUDGED: "Left out: in one of these judgements no valid verdict stands.",
    Outcome.PENDING: "Left out: one of these judgements has not reached this pair yet.",
}


def show_combined(detail: PairDetail, run: data.Run) -> None:
    """Show what several judgements come to on a pair, and each of them; a row opens the pair under it."""
    assert run.judgement is not None
    assert run.judgement.derived is not None
    st.subheader("Verdict")
    st.text(f"by {judged_by(run.judgement)}", width="stretch")
    if detail.combined is None:
        st.info(_WHY_NOT.get(detail.outcome, "Not judged."), icon=":material/gavel:")
    else:
        st.metric(
            "Combined score (s)",
            score_words(detail.combined.adjusted),
            help=f"{_MEANING[run.judgement.derived]} Metrics use it.",
        )
    key = f"sources of {detail.pair.id}"
    st.dataframe(
        [_row(source) for source in detail.sources],
        key=key,
        hide_index=True,
        width="stretch",
        placeholder="–",
        selection_mode="single-cell",
        on_select=lambda: _open(key, detail, run.name),
    )
    st.caption("Choose a row to read that verdict, with its words.")


def _row(source: SourceVerdict) -> dict[str, str | None]:
    verdict = source.standing
    outcome = outcome_name(source.outcome, source.judgement.spec.protocol)
    row: dict[str, str | None] = {"Judgement": source.judgement.name, "Outcome": outcome}
    if verdict is None or source.adjusted is None:
        return row
    flags = {side: flags_of(verdict, side) for side in SIDES}
    return row | {
        "Judge's score (σ)": score_number(verdict.score),
        "Adjusted score (s)": score_number(source.adjusted),
        "Refused": " and ".join(side for side in SIDES if flags[side][0]) or "neither",
        "No information": " and ".join(side for side in SIDES if flags[side][1]) or "neither",
        "Value preference": {True: "yes", False: "no", None: None}[verdict.value_preference],
    }


def _open(key: str, detail: PairDetail, run: str) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        source = detail.sources[cells[0][0]]
        follow(PairsLink(run=run, judgement=source.judgement.name, pair=detail.pair.id))

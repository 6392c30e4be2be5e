"""The form that settles where auditors differ: what it says becomes a label of its own, an adjudication."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, present
from pages.parts.audit.texts import show_guideline
from pages.parts.pair.fields import Filled, ask_fields
from valbench_core.audit import Draw, adjudicate
from valbench_core.errors import ValBenchError
from valbench_core.runs import PairDetail
from valbench_core.schema import clean_text

_NAME = "name of who settles"
"""In the session: the name given last, which the next form begins with."""
_PROBLEM = "problem of settling"
"""In the session: the run and pair that could not be settled, and why."""


def show_form(run: data.Run, draw: Draw, detail: PairDetail) -> None:
    """Ask for what settles a pair; keep it as an adjudication of the draw."""
    if not data.can_change(run):
        st.info(_why_not(), icon=":material/lock:")
        return
    _say_problem(run, detail)
    show_guideline(draw.protocol)
    key = f"{run.name}:{draw.id}:{detail.pair.id}"
    with present.controls("settling"), st.form(f"settle:{key}"):
        st.markdown("**Settle it**")
        author = st.text_input(
            "Your name", st.session_state.get(_NAME, ""), key=f"settle author:{key}", max_chars=80
        )
        filled = ask_fields(f"settle:{key}", draw.protocol)
        note = st.text_area("Note", key=f"settle note:{key}")
        seen = st.checkbox(
            "I know the judge's verdict on this pair",
            key=f"settle seen:{key}",
            help="What is settled with the verdict in mind is kept and shown, but not counted.",
        )
        sent = st.form_submit_button("Settle", icon=":material/balance:")
    if sent:
        _take(run, draw, detail, author, filled, note, seen)


def _why_not() -> str:
    if data.read_only():
        return "This server shows runs and changes nothing, so nothing can be settled here."
    return "The file of this run cannot be written, so nothing can be settled here."


def _take(
    run: data.Run, draw: Draw, detail: PairDetail, author: str, filled: Filled, note: str, seen: bool
) -> None:
    if filled.verdict is None:
        missing = ", ".join(filled.missing)
        st.warning(f"Not settled yet. Still missing: {missing}.", icon=":material/edit_note:")
        return
    read = {side: response.text_hash for side, response in detail.responses.items() if response}
    try:
        adjudicate(
            run.path,
            draw.id,
            detail.pair.id,
            author,
            filled.verdict,
            note=clean_text(note).strip(),
            pair_problem=filled.pair_problem,
            for_hash=read.get("for", ""),
            against_hash=read.get("against", ""),
            blind=not seen,
        )
    except ValBenchError as error:
        st.session_state[_PROBLEM] = (run.name, detail.pair.id, str(error))
    else:
        st.session_state[_NAME] = author
    st.rerun()


def _say_problem(run: data.Run, detail: PairDetail) -> None:
    found = st.session_state.get(_PROBLEM)
    if found is not None and found[:2] == (run.name, detail.pair.id):
        del st.session_state[_PROBLEM]
        st.error("It was not kept:", icon=":material/error:")
        st.text(found[2], width="stretch")

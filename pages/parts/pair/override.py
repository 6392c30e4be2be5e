"""Correcting a verdict by hand from the reader: the form, and keeping what it says as a further label.

The judge's verdict stays as it is; which labels count is left to `labels`.
"""

from __future__ import annotations

import time

import streamlit as st

from pages.parts import data, present
from pages.parts.pair.fields import Filled, ask_fields
from valbench_core.audit import save_override
from valbench_core.errors import ValBenchError
from valbench_core.runs import PairDetail
from valbench_core.schema import Completion, ProtocolName, clean_text

_NAME = "name of who corrects"
"""In the session: the name given last, which the next form begins with."""
_PROBLEM = "problem of a correction"
"""In the session: the run and pair whose correction was not kept, and why."""
_BEGUN = "correction begun"
"""In the session: the key of the form shown last, and since when it is on screen, in seconds."""
_KEPT = "corrections kept"
"""In the session: how many corrections were kept."""

_WHAT_IT_IS = (
    "A correction made here is kept beside the verdict, which stays as it is. Whoever makes it has seen the "
    "verdict, so it is not blind: it counts in no agreement and no corrected figure. To check verdicts in a "
    "way that counts, use the page Audit."
)


def show_override(detail: PairDetail, run: data.Run) -> None:
    """Offer to correct the verdict on a pair, where both answers are there and the run can be changed."""
    if run.judgement is None or not _is_answered(detail):
        return
    if not data.can_change(run):
        if data.read_only():
            st.caption("This server shows runs and changes nothing: verdicts cannot be corrected here.")
        else:
            st.caption("The file of this run cannot be written: verdicts cannot be corrected here.")
        return
    with present.controls("override"), st.expander("Correct the verdict by hand", icon=":material/edit:"):
        _say_problem(detail, run)
        st.caption(_WHAT_IT_IS)
        _form(detail, run, run.judgement.spec.protocol)


def _is_answered(detail: PairDetail) -> bool:
    found = detail.responses.values()
    return all(response is not None and isinstance(response.result, Completion) for response in found)


def _form(detail: PairDetail, run: data.Run, protocol: ProtocolName) -> None:
    # Once a correction is kept the form is a new one; a label that somebody else adds leaves it as it is.
    key = f"{run.name}:{detail.pair.id}:{protocol}:{st.session_state.get(_KEPT, 0)}"
    if st.session_state.get(_BEGUN, ("", 0.0))[0] != key:
        st.session_state[_BEGUN] = (key, time.monotonic())
    with st.form(f"override:{key}"):
        author = st.text_input(
            "Your name", st.session_state.get(_NAME, ""), key=f"override author:{key}", max_chars=80
        )
        filled = ask_fields(f"override:{key}", protocol, detail.standing)
        reason = st.text_area("Reason", key=f"override reason:{key}", help="It stands beside the correction.")
        sent = st.form_submit_button("Keep the correction", icon=":material/save:")
    if sent:
        _take(detail, run, protocol, author, filled, reason)


def _take(
    detail: PairDetail, run: data.Run, protocol: ProtocolName, author: str, filled: Filled, reason: str
) -> None:
    missing = [*filled.missing, *([] if author.strip() else ["your name"])]
    missing += [] if reason.strip() else ["a reason"]
    if missing or filled.verdict is None:
        st.warning(f"Not kept yet. Still missing: {', '.join(missing)}.", icon=":material/edit_note:")
        return
    read = {side: response.text_hash for side, response in detail.responses.items() if response}
    try:
        save_override(
            run.path,
            detail.pair.id,
            author,
            filled.verdict,
            protocol,
            for_hash=read["for"],
            against_hash=read["against"],
            note=clean_text(reason).strip(),
            pair_problem=filled.pair_problem,
            order="normal",
            seconds=round(time.monotonic() - st.session_state[_BEGUN][1], 1),
        )
    except ValBenchError as error:
        st.session_state[_PROBLEM] = (run.name, detail.pair.id, str(error))
    else:
        st.session_state[_KEPT] = st.session_state.get(_KEPT, 0) + 1
        st.session_state[_NAME] = author
    st.rerun()


def _say_problem(detail: PairDetail, run: data.Run) -> None:
    found = st.session_state.get(_PROBLEM)
    if found is not None and found[:2] == (run.name, detail.pair.id):
        del st.session_state[_PROBLEM]
        st.error("The correction was not kept:", icon=":material/error:")
        st.text(found[2], width="stretch")

"""The form that settles a pair: what it says becomes a label of its own, an adjudication."""

from __future__ import annotations

import time
from typing import Literal, NamedTuple

import streamlit as st

from pages.parts import data, present
from pages.parts.audit import fields, work
from pages.parts.pair.fields import Filled, ask_fields
from valbench_core.audit import Queue
from valbench_core.errors import ValBenchError
from valbench_core.schema import clean_text

_BEGUN = "settling begun"
"""In the session: since when each pair is on screen, in seconds, by its key."""
SHOWN = "pair to settle"
"""In the session: draw and position of the pair that is on screen; gone once it is settled here."""
_TOLD = "told of settling"
"""In the session: what came of the form that was sent last, as a `_Told`, until it is said."""


class _Told(NamedTuple):
    """What came of a form."""

    kind: Literal["kept", "problem"]
    text: str


def show_form(queue: Queue, author: str, pair: data.PairToLabel, key: str) -> None:
    """Ask for what settles a pair; keep it as an adjudication of the draw."""
    st.session_state.setdefault(_BEGUN, {}).setdefault(key, time.monotonic())
    with present.controls("settling"), st.form(f"settle:{key}"):
        st.markdown("**Settle it**")
        filled = ask_fields(f"settle:{key}", queue.draw.protocol, sided=fields.flag_words(pair.item.order))
        note = st.text_area("Note", key=f"settle note:{key}")
        seen = st.checkbox(
            "I know the judge's verdict on this pair",
            key=f"settle seen:{key}",
            help="What is settled with the verdict in mind is kept and shown, but not counted.",
        )
        sent = st.form_submit_button("Settle", icon=":material/balance:")
    if sent:
        _take(queue, author, pair, key, filled, note, seen)


def say_told() -> None:
    """Say what came of the form that was sent last."""
    told: _Told | None = st.session_state.pop(_TOLD, None)
    if told is None:
        return
    if told.kind == "kept":
        st.success(told.text, icon=":material/balance:")
    else:
        st.error("It was not kept:", icon=":material/error:")
        st.text(told.text, width="stretch")


def _take(
    queue: Queue, author: str, pair: data.PairToLabel, key: str, filled: Filled, note: str, seen: bool
) -> None:
    if filled.verdict is None:
        missing = ", ".join(filled.missing)
        st.warning(f"Not settled yet. Still missing: {missing}.", icon=":material/edit_note:")
        return
    try:
        data.settle(
            queue,
            pair.item,
            author,
            filled.verdict,
            pair.detail,
            blind=not seen,
            seconds=round(time.monotonic() - st.session_state[_BEGUN][key], 1),
            note=clean_text(note).strip(),
            pair_problem=filled.pair_problem,
        )
    except ValBenchError as error:
        st.session_state[_TOLD] = _Told("problem", work.without_names(queue, str(error)))
    else:
        del st.session_state[_BEGUN][key]
        st.session_state.pop(SHOWN, None)
        st.session_state[_TOLD] = _Told("kept", _KNOWING if seen else "Settled.")
    st.rerun()


_KNOWING = "Kept, but not counted, for the verdict was known: the pair still waits for somebody else."

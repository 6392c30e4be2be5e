"""From what an audit says to the pairs it rests on: the run's, under the judgement shown."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import data
from pages.parts.id_links import id_field
from pages.parts.links import PairsLink, follow

_NOWHERE = "clicks that led nowhere"
"""In the session: how many clicks on marks of charts opened no pair."""


def pairs_by_id(run: data.Run, ids: Sequence[str], pair: str = "") -> PairsLink:
    """Return the link to pairs by id, so many as an address can hold, one of them opened where named."""
    named = id_field(ids, pair)
    return PairsLink(run=run.name, judgement=run.judgement_name or "", id=named, pair=pair)


def open_but_waiting(run: data.Run, ids: Sequence[str], waiting: frozenset[str]) -> None:
    """Open pairs but for those that wait: whoever settles them should not know the verdict; for callbacks."""
    there = [pair_id for pair_id in ids if pair_id not in waiting]
    if there:
        follow(pairs_by_id(run, there))
        return
    st.session_state[_NOWHERE] = st.session_state.get(_NOWHERE, 0) + 1
    if ids:
        st.toast("These pairs wait to be settled: until then none opens.", icon=":material/balance:")


def chart_key(name: str) -> str:
    """Return the key of a chart, which is a new one after a click that led nowhere.

    The mark clicked would stay chosen, and the next click tell of it once more while its link is followed.
    """
    clicks = st.session_state.get(_NOWHERE, 0)
    return f"{name}-{clicks}" if clicks else name

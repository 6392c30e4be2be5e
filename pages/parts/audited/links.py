"""From what an audit says to the pairs it rests on: the run's, under the judgement shown."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import data
from pages.parts.id_links import id_field
from pages.parts.links import PairsLink, follow


def pairs_by_id(run: data.Run, ids: Sequence[str], pair: str = "") -> PairsLink:
    """Return the link to pairs by id, so many as an address can hold, one of them opened where named."""
    named = id_field(ids, pair)
    return PairsLink(run=run.name, judgement=run.judgement_name or "", id=named, pair=pair)


def open_but_waiting(run: data.Run, ids: Sequence[str], waiting: frozenset[str]) -> None:
    """Open pairs but for those that wait: whoever settles them should not know the verdict; for callbacks."""
    there = [pair_id for pair_id in ids if pair_id not in waiting]
    if there:
        follow(pairs_by_id(run, there))
    elif ids:
        st.toast("These pairs wait to be settled: until then none opens.", icon=":material/balance:")

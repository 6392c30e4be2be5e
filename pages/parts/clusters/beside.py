"""Another run beside the one shown: chosen, named with its judge, and refused where judges differ."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import data, headline, notices
from pages.parts.clusters.picked import pick
from pages.parts.compare.choosing import agreed
from pages.parts.filters.pair_filters import run_beside
from pages.parts.filters.url import VERSUS_JUDGEMENT_KEY, VERSUS_KEY

COLOUR_KEY = "colour"
"""In the URL: what colours say."""

_HELP = "Another run on the same pairs: on which issues both are divergent, and on which only one."


def choose(place: DeltaGenerator, run: data.Run) -> data.Run | None:
    """Let people set another run beside this one, and return it."""
    found = run_beside(run)
    others = [name for name in data.names() if name != run.name]
    widget = "clusters versus"
    st.session_state[widget] = found.name if found else None
    place.selectbox(
        "Beside another run",
        others,
        index=None,
        key=widget,
        placeholder="none" if others else "no other run here",
        help=_HELP,
        on_change=lambda: _write(st.session_state[widget]),
        disabled=not others,
    )
    return found


def admitted(run: data.Run, other: data.Run | None) -> data.Run | None:
    """Say what must be known of the other run, and return it; None where judges differ and nobody insists."""
    if other is None:
        return None
    st.caption("Beside it stands")
    headline.show(other)
    notices.show_for_each([other])
    if agreed([run, other]):
        return other
    st.caption("Until then the map shows the first run alone.")
    return None


def _write(name: str | None) -> None:
    pick(VERSUS_KEY, name or "")
    # Judgements are a run's own, and colours tell runs apart only where there are two.
    pick(VERSUS_JUDGEMENT_KEY, "")
    pick(COLOUR_KEY, "")

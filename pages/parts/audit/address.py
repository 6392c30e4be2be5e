"""What the address says of the Audit page: view, draw, auditor, and how pairs are shared out.

The address is where all of this is kept; widgets are set by it and write to it.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts.filters.url import asked, say, write

PAGE = "audit"
"""The URL path of the page."""
DRAW_KEY = "draw"
AUDITOR_KEY = "auditor"
VIEW_KEY = "view"
SHARE_KEY = "share"

LABEL = "label"
VIEWS: Mapping[str, str] = {LABEL: "Label", "result": "What it says", "exchange": "Take in and out"}
"""The views by their words in the address, with their names on screen."""


def view() -> str:
    """Return the view that the address names; the first where it names none, or none that there is."""
    wanted = first(VIEW_KEY)
    return wanted if wanted in VIEWS else LABEL


def blind(page: str) -> bool:
    """Whether a page is about to show pairs to label, so that nothing may name a run, judgement or model.

    Args:
        page: the URL path of the page.
    """
    return page == PAGE and view() == LABEL and bool(first(DRAW_KEY))


def first(key: str) -> str:
    """Return what the address says under a key; "" where it says nothing."""
    return next(iter(asked(key)), "")


def share() -> bool:
    """Whether auditors share the pairs out among them, rather than each labelling them all."""
    return first(SHARE_KEY).casefold() in ("1", "true")


def choose_view() -> str:
    """Let people choose a view, and return the one chosen."""
    wanted = first(VIEW_KEY)
    if wanted and wanted not in VIEWS:
        say(f"This page has the views {', '.join(VIEWS)}; the first is shown. The link asks for:", wanted)
    key = f"{VIEW_KEY} of audit"
    st.session_state[key] = view()
    st.segmented_control(
        "View",
        list(VIEWS),
        format_func=VIEWS.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go_to(st.session_state[key]),
    )
    return view()


def go_to(chosen: str) -> None:
    """Show a view; for callbacks."""
    write(VIEW_KEY, [chosen])


def choose_share() -> None:
    """Let people choose how pairs are shared out."""
    key = f"{SHARE_KEY} of audit"
    st.session_state[key] = share()
    st.toggle(
        "Share the work",
        key=key,
        on_change=lambda: write(SHARE_KEY, ["1"] if st.session_state[key] else []),
        help="On: you are given pairs that nobody has labelled yet. Off: everybody labels the same pairs, "
        "which shows how far people agree with each other.",
    )


def label_draw(draw: str, auditor: str = "") -> None:
    """Go on with labelling a draw; for callbacks."""
    write(VIEW_KEY, [LABEL])
    write(DRAW_KEY, [draw])
    write(AUDITOR_KEY, [auditor] if auditor else [])


def leave_draw() -> None:
    """Go back to the list of draws; for callbacks."""
    for key in (DRAW_KEY, SHARE_KEY):
        write(key, [])

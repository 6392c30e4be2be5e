"""What the address says of the Audit page: view, draw, auditor, and how pairs are shared out.

The address is where all of this is kept; widgets are set by it and write to it.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts import data
from pages.parts.filters.url import asked, say, write
from pages.parts.links import JUDGEMENT_KEY, RUN_KEY

PAGE = "audit"
"""The URL path of the page."""
DRAW_KEY = "draw"
AUDITOR_KEY = "auditor"
VIEW_KEY = "view"
SHARE_KEY = "share"

LABEL = "label"
SETTLE = "settle"
VIEWS: Mapping[str, str] = {
    LABEL: "Label",
    SETTLE: "Settle",
    "result": "What it says",
    "exchange": "Take in and out",
}
"""The views by their words in the address, with their names on screen."""


def view() -> str:
    """Return the view that the address names; the first where it names none, or none that there is."""
    wanted = first(VIEW_KEY)
    return wanted if wanted in VIEWS else LABEL


def blind(page: str) -> bool:
    """Whether a page is about to show pairs to label or settle: nothing may name run, judgement or model.

    Args:
        page: the URL path of the page.
    """
    return page == PAGE and view() in (LABEL, SETTLE) and bool(first(DRAW_KEY))


def checked(page: str, run: str) -> Mapping[str, str]:
    """Return the run and judgement that the draw in the address checks, by key; nothing where it names none.

    Args:
        page: the URL path of the page that is about to be shown.
        run: the run shown before, which is kept where the draw spans it.
    """
    draw = first(DRAW_KEY)
    found = data.checked_by(draw, run) if page == PAGE and draw and not blind(page) else None
    if found is None:
        return {}
    return {RUN_KEY: found.run, **({JUDGEMENT_KEY: found.judgement} if found.judgement else {})}


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
        # One settles the pairs of a draw: what the draw says leads there.
        [name for name in VIEWS if name != SETTLE or view() == SETTLE],
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

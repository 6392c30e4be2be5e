"""The keyboard while labelling: which key does what, and hearing keys in the order in which they are pressed.

Buttons with shortcuts of Streamlit's own would do for slow hands. Of quick ones the server gets several
presses at once, without their order and each button at most once, and could not tell “3, save, 4” from
“3, 4, save”. So a component listens, and each press comes with its number and the pair that was on screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import streamlit as st

HELP = (
    "**1**–**5** score · **q** **w** refused · **a** **s** lacks information (first, second) · "
    "{preference}**p** problem with the pair · **n** or **Enter** save and next · **x** skip · "
    "**u** undo · **↓ ↑** scroll · **Esc** leave a field"
)
PREFERENCE = "**v** value preference · "

TEXTS = "audit texts"
"""The key of the container with what is read: the component gives it the height that the window leaves."""
FIELDS = "audit fields"
"""The key of the container with what is filled in, which stands beneath."""
_KEY = "keys of audit"
"""In the session, as long as pairs are labelled: the presses told last."""
_HEARD = "keys heard"
"""In the session: the number of the last press that was heard."""

_HERE = Path(__file__).parent
_LISTENING = st.components.v2.component(
    "valbench_audit_keys", html="", js=(_HERE / "keys.js").read_text(encoding="utf-8")
)


def listen(item: str, keys: Iterable[str], press: Callable[[str, str], None], layout: str = "plain") -> None:
    """Listen to keys, save while somebody types.

    Args:
        item: what is labelled; comes back with each press.
        keys: those that do something.
        press: called with what was on screen when a key was pressed, and the key; first pressed, first told.
        layout: what stands around the texts: where it changes, the room for them is measured anew.
    """
    _LISTENING(
        key=_KEY,
        data={
            "item": item,
            "keys": list(keys),
            "layout": layout,
            "heard": st.session_state.get(_HEARD, 0),
            "texts": _class(TEXTS),
            "fields": _class(FIELDS),
        },
        height=1,
        on_pressed_change=lambda: _hear(st.session_state[_KEY]["pressed"], press),
    )


def _class(key: str) -> str:
    """Return by which class the browser knows a container."""
    return f"st-key-{key.replace(' ', '-')}"


def _hear(told: Any, press: Callable[[str, str], None]) -> None:
    """Pass on the presses that were not heard before: each is told until the browser knows it was heard."""
    for pressed in told or ():
        if pressed["number"] > st.session_state.get(_HEARD, 0):
            st.session_state[_HEARD] = pressed["number"]
            press(str(pressed["item"]), str(pressed["key"]))

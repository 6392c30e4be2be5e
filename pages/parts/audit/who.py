"""Who labels or settles the pairs of a draw: whom the address names, else somebody asked; and the way out."""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.audit import address
from pages.parts.filters.url import say, write
from valbench_core.audit import Queue, checked_author
from valbench_core.errors import SettingsError, ValBenchError


def begin(draw_id: str, *, does: str, done: str) -> tuple[Queue, str] | None:
    """Return the queue of a draw and who goes through it; where either is lacking, say so or ask.

    Args:
        draw_id: of the draw.
        does: what somebody does with its pairs, in a word, as `labels`.
        done: what is done to them, as `labelled`.
    """
    if data.read_only():
        st.info(
            f"This server shows runs and changes nothing, so nothing can be {done} here. "
            "Start one without `--read-only` to go on with this draw.",
            icon=":material/lock:",
        )
        all_draws()
        return None
    try:
        queue = data.audit_queue(draw_id)
    except ValBenchError as error:
        say(f"This draw cannot be {done}.", str(error))
        all_draws()
        return None
    author = _author(queue, does)
    return (queue, author) if author else None


def all_draws() -> None:
    """Offer to go back to the list of draws."""
    st.button(
        "All draws",
        icon=":material/list:",
        type="tertiary",
        key="audit all draws",
        on_click=address.leave_draw,
    )


def name_label(name: str) -> str:
    """Return the words of a button that goes on as somebody, whose name may hold marks of Markdown.

    >>> name_label("A *B*")
    'Go on as A \\\\*B\\\\*'
    """
    return "Go on as " + "".join(
        f"\\{letter}" if letter in r"\`*_{}[]()#+-.!:$~<>|" else letter for letter in name
    )


def _author(queue: Queue, does: str) -> str:
    """Return who it is, as the address says; where it does not, or says no name, ask."""
    asked = address.first(address.AUDITOR_KEY)
    try:
        return checked_author(asked) if asked else _ask(queue, does)
    except SettingsError as error:
        say("This name cannot be used.", str(error))
        return _ask(queue, does)


def _ask(queue: Queue, does: str) -> str:
    with st.container(border=True):
        st.subheader(f"Who {does}?")
        st.write("Labels are kept under a name. There is no password: agree among you who takes which.")
        with st.form("audit author", border=False):
            st.text_input("Your name", key="audit author name", max_chars=80)
            st.form_submit_button("Begin", type="primary", on_click=_begin)
        for number, name in enumerate(data.audit_standing(queue).authors):
            st.button(name_label(name), key=f"audit as {number}", on_click=_begin, args=(name,))
    all_draws()
    return ""


def _begin(name: str = "") -> None:
    write(address.AUDITOR_KEY, [name or st.session_state["audit author name"]])

"""The browser's history: whatever somebody does makes one step at most, so one step back undoes it.

Every message by which the server changes the address makes an entry of its own: a page that completes its
address, or a view that takes names out of it, would leave entries nobody went to, and Back would show these.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """<script>(function () {
    if (window.oneStepEach) return
    window.oneStepEach = true
    let stepped = true
    for (const kind of ["pointerdown", "click", "keydown"])
        addEventListener(kind, (event) => { if (event.isTrusted) stepped = false }, true)
    const push = history.pushState
    history.pushState = function (...entry) {
        if (stepped) return history.replaceState(...entry)
        stepped = true
        return push.apply(history, entry)
    }
})()</script>"""
"""Entries after the first since somebody clicked or pressed a key take its place. A click that a script makes
(`links.follow`) belongs to what somebody did before it."""


def keep_steps() -> None:
    """Have the browser keep one entry for each thing that somebody does; the app calls this once a run."""
    st.html(_SCRIPT, unsafe_allow_javascript=True)

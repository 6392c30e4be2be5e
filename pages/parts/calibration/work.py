"""Calibrations under way: how far each is, and how it ended; and the first one, by one click.

The work is done by a process of its own, `valbench calibrate`, which outlives a closed tab.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import streamlit as st

from pages.parts import data, present
from valbench_core.background import Task, command_line
from valbench_core.calibration import configuration_key
from valbench_core.errors import ValBenchError
from valbench_core.judging import RULES_JUDGE
from valbench_core.plan import Judging

_WATCHED = "calibrations watched"
"""In the session: keys of judges at which a process was seen at work, whose end is worth telling."""
_PROBLEM = "problem of a calibration"
"""In the session: what went wrong in a callback, which shows nothing itself."""
_LINES = 12
"""Lines of a process's output that are shown at most."""
_A_MOMENT = 0.3
"""Seconds until the end of a process is written down."""
_STOPPED, _IMPOSSIBLE, _LOST = 130, 2, 1


def show() -> None:
    """Show the calibrations that are under way, and how those ended that were watched."""
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error("That did not work:", icon=":material/error:")
        st.text(problem, width="stretch")
    watched: set[str] = st.session_state.setdefault(_WATCHED, set())
    tasks = _settled()
    busy = tuple(task.run for task in tasks if task.running)
    watched.update(busy)
    if busy:
        _watch(busy)
    for task in tasks:
        if not task.running and (task.run in watched or task.status == _IMPOSSIBLE):
            _show_end(task, watched)


def start(key: str, arguments: Sequence[str], keys: Mapping[str, str] | None = None) -> None:
    """Start calibrating a judge; for a button's `on_click`."""
    try:
        data.start_calibration(key, arguments, keys)
        st.session_state.setdefault(_WATCHED, set()).add(key)
    except ValBenchError as error:
        st.session_state[_PROBLEM] = str(error)


def offer_first() -> None:
    """Say that no judge has been calibrated yet, and how to do it."""
    arguments = ["calibrate", "--judge-model", RULES_JUDGE]
    st.info("No judge has been calibrated in this workspace yet.", icon=":material/straighten:")
    st.write("To see what comes of it, calibrate the built-in rules. This needs no key and no network:")
    if not data.read_only():
        with present.controls("first"):
            st.button(
                "Calibrate the built-in rules (no network)",
                type="primary",
                icon=":material/straighten:",
                key="calibrate the rules",
                on_click=start,
                args=(configuration_key(Judging(RULES_JUDGE, "v3").spec()), arguments),
            )
    st.code(command_line(arguments), language="bash")


def _settled() -> list[Task]:
    """Return how processes are, or how they ended: that is written down a moment after their end."""
    tasks = data.calibrating()
    if any(not task.running and task.status is None for task in tasks):
        time.sleep(_A_MOMENT)
        return data.calibrating()
    return tasks


@st.fragment(run_every=1.0)
def _watch(busy: tuple[str, ...]) -> None:
    """Tell how far each is, every second; when one ends, show the page anew."""
    tasks = [task for task in data.calibrating() if task.running]
    if {task.run for task in tasks} != set(busy):
        st.rerun()
    for task in tasks:
        with st.container(border=True):
            title, button = st.columns([4, 1], vertical_alignment="center")
            title.markdown("**A judge is being calibrated.** You may leave this page; it goes on.")
            share, words = data.how_far(task)
            st.progress(share, text=words)
            if not data.read_only():
                button.button(
                    "Stop",
                    icon=":material/stop_circle:",
                    key=f"stop:{task.run}",
                    help="Calls in flight finish; what is judged is kept.",
                    on_click=data.stop_calibration,
                    args=(task.run,),
                )


def _show_end(task: Task, watched: set[str]) -> None:
    last = task.lines[-1] if task.lines else ""
    if task.status == 0 or (task.status == _LOST and "Continue with: " not in last):
        # The result stands on the page; a process that did its work needs no more words.
        st.toast("Done: the result is shown here.", icon=":material/check_circle:")
        watched.discard(task.run)
        return
    with st.container(border=True):
        if task.status == _STOPPED:
            st.warning(
                "Stopped; what is judged is kept. Start it again to go on.", icon=":material/pause_circle:"
            )
        elif task.status == _IMPOSSIBLE:
            st.error("It could not be done as asked:", icon=":material/error:")
        else:
            st.warning("It ended before it was done; what is judged is kept.", icon=":material/warning:")
        st.code(last or "It said nothing.", language=None, wrap_lines=True)
        with st.expander("Command and output"):
            st.code(task.command, language=None, wrap_lines=True)
            st.code("\n".join(task.lines[-_LINES:]) or "It printed nothing.", language=None, wrap_lines=True)
        if not data.read_only():
            st.button(
                "Dismiss", key=f"dismiss:{task.run}", type="tertiary", on_click=_dismiss, args=(task.run,)
            )


def _dismiss(key: str) -> None:
    st.session_state[_WATCHED].discard(key)
    try:
        data.forget_calibrating(key)
    except ValBenchError as error:
        st.session_state[_PROBLEM] = str(error)

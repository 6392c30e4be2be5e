"""What is being evaluated, as it goes: how far, how fast, how long still; and how processes ended.

Progress is read in `valbench_core.background`; starting processes is left to the pages.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts import data
from pages.parts.links import HOME, RUN_KEY
from valbench_core.background import Live, Task, forget, live, start, tasks, working
from valbench_core.errors import ValBenchError
from valbench_core.numbers import count, duration, plural
from valbench_core.runs import stop_run

_WATCHED = "runs watched"
"""In the session: runs that were seen at work, whose end is worth telling."""
_PROBLEM = "problem to show"
"""In the session: what went wrong in a callback, which shows nothing itself."""
_BEGUN = "run begun"
"""In the session: a run for which a process was just started."""
_LINES = 12
"""Lines of a process's output that are shown at once."""


def show_working() -> None:
    """Show the runs that a process is at, and how those ended that were watched."""
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error("That did not work:", icon=":material/error:")
        st.text(problem, width="stretch")
    if run := st.session_state.pop(_BEGUN, None):
        st.toast(f"{run} is under way: its progress is at the top.", icon=":material/play_arrow:")
    busy = working(data.workspace())
    st.session_state[_WATCHED] = {*st.session_state.get(_WATCHED, ()), *busy}
    if busy:
        st.subheader("Under way")
        _watch(tuple(busy))
    for task in tasks(data.workspace()):
        if task.run not in busy and _worth_telling(task):
            _show_end(task)


@st.fragment(run_every=1.0)
def _watch(busy: tuple[str, ...]) -> None:
    """Tell how far each run is, every second; when one begins or ends, show the whole page anew."""
    if tuple(working(data.workspace())) != busy:
        st.rerun()
    for run in busy:
        with st.container(border=True):
            _show_progress(run)


def _show_progress(run: str) -> None:
    title, button = st.columns([4, 1], vertical_alignment="center")
    title.text(run)
    try:
        found = live(data.workspace(), run)
    except ValBenchError as error:
        title.text(str(error))
        return
    if not found.begun:
        st.progress(0.0, text="Reading the pairs …")
        return
    st.progress(found.share, text=_words(found))
    if not data.read_only():
        button.button("Stop", icon=":material/stop_circle:", key=f"stop:{run}", on_click=_stop, args=(run,))


def _words(found: Live) -> str:
    """Return progress in words: done, rate, time left, what was lost."""
    parts = [f"{count(found.done)} of {count(found.done + found.left)} answers and verdicts"]
    if found.retrying:
        parts.insert(0, "trying again what failed")
    parts.append(f"{found.a_second:.1f} a second")
    if found.seconds_left is not None:
        parts.append(f"about {duration(found.seconds_left)} left")
    if found.failed:
        parts.append(plural(found.failed, "answer") + " failed")
    if found.unjudged:
        parts.append(plural(found.unjudged, "pair") + " unjudged")
    return " · ".join(parts)


def _stop(run: str) -> None:
    try:
        stop_run(data.workspace().path_of(run))
        st.toast("Asked to stop: calls in flight finish and are saved.", icon=":material/stop_circle:")
    except ValBenchError as error:
        keep_problem(error)


def _worth_telling(task: Task) -> bool:
    """Whether a process could not do what it was started for, or was watched here till its end."""
    never_began = task.run not in data.workspace().names()
    return never_began or task.status == 2 or task.run in st.session_state[_WATCHED]


def _show_end(task: Task) -> None:
    exists = task.run in data.workspace().names()
    with st.container(border=True):
        if task.status == 0:
            st.success("Done.", icon=":material/check_circle:")
        elif task.status == 2 or not exists:
            st.error("It could not be done as asked.", icon=":material/error:")
        elif task.status == 130:
            st.warning("Stopped; everything so far is saved.", icon=":material/pause_circle:")
        else:
            st.warning("It ended with something left to do.", icon=":material/warning:")
        st.text(task.run)
        if task.status != 0:
            st.code("\n".join(task.lines[-1:]) or "It said nothing.", language=None, wrap_lines=True)
        with st.container(horizontal=True):
            if exists:
                open_button(task.run, "ended")
                if task.status in (1, 130) and not data.read_only():
                    _resume_button(task.run)
            st.button(
                "Dismiss", key=f"dismiss:{task.run}", type="tertiary", on_click=_dismiss, args=(task.run,)
            )
        show_output(task)


def keep_problem(error: ValBenchError) -> None:
    """Have what went wrong in a callback shown at the top of the page that runs next."""
    st.session_state[_PROBLEM] = str(error)


def say_begun(run: str) -> None:
    """Have the page that runs next say that a run is under way: its top may be out of sight."""
    st.session_state[_BEGUN] = run


def open_button(run: str, place: str) -> None:
    """Show a button that makes a run the one all pages show; a run may have one in several places."""
    key = f"open:{place}:{run}"
    if st.button("Open the run", icon=":material/dashboard:", key=key, on_click=_choose, args=(run,)):
        st.switch_page(HOME)


def _resume_button(run: str) -> None:
    if st.button("Resume", icon=":material/play_arrow:", key=f"resume ended:{run}"):
        launch(run, ["resume", run])


def launch(run: str, arguments: list[str], keys: Mapping[str, str] | None = None) -> None:
    """Start a process for a run, and show the page anew: the run is then under way."""
    try:
        start(data.workspace(), run, arguments, keys)
    except ValBenchError as error:
        show_problem(error)
        return
    say_begun(run)
    st.rerun()


def show_problem(error: ValBenchError) -> None:
    """Say what cannot be done. The message may repeat what was typed or read: it is text, not Markdown."""
    st.error("This does not work yet:", icon=":material/error:")
    st.text(str(error), width="stretch")


def _choose(run: str) -> None:
    # The key is that of a widget bound to the URL, which a link must not repeat.
    st.session_state[RUN_KEY] = run


def show_output(task: Task) -> None:
    """Show what was started and what it printed, folded."""
    with st.expander("Command and output"):
        st.code(task.command, language=None, wrap_lines=True)
        st.code("\n".join(task.lines[-_LINES:]) or "It printed nothing.", language=None, wrap_lines=True)


def _dismiss(run: str) -> None:
    st.session_state[_WATCHED].discard(run)
    if run not in data.workspace().names() and not data.read_only():
        forget(data.workspace(), run)

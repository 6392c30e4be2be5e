"""Making a map: what it is and takes, the button that starts it, how far it is, and how it ended.

The work is done by a process of its own, `valbench cluster`, which outlives a closed tab.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts import data, present
from pages.parts.clusters import exploring
from pages.parts.clusters.view import View
from pages.parts.filters.on_map import TEXTS
from valbench_core.embedding import FoundEncoder
from valbench_core.errors import EncoderError, ValBenchError
from valbench_core.maps.asking import MapAsk
from valbench_core.numbers import count, duration, plural

if TYPE_CHECKING:
    from valbench_core.maps.jobs import Making

_WATCHED = "maps watched"
"""In the session: runs for which a process was seen at work, whose end is worth telling."""
_PROBLEM = "problem of a map"
"""In the session: what went wrong in a callback, which shows nothing itself."""

_WHAT = (
    "A map lays the pairs out by meaning, so that pairs on much the same issue lie together, and finds "
    "groups among them. It is made once for these pairs, without regard to what any model answered, and "
    "serves every run on them."
)
_LINES = 12
"""Lines of a process's output that are shown at most."""
_A_MOMENT = 0.3
"""Seconds."""


def show(view: View) -> None:
    """Show what making a map takes, or how far it is, in the place where the map will be."""
    exploring.offer(view)
    if not show_work(view.run, view.ask):
        _show_start(view.run, view.ask)


def show_work(run: data.Run, awaited: MapAsk | None = None) -> bool:
    """Show the process that makes a map or names, or how it ended; return whether one is at work.

    Args:
        run: whose map.
        awaited: the map that is shown as soon as it is there, whatever the process does then.
    """
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error("That did not work:", icon=":material/error:")
        st.text(problem, width="stretch")
    work = _settled(run)
    if work is None:
        return False
    watched: set[str] = st.session_state.setdefault(_WATCHED, set())
    if work.running:
        watched.add(run.name)
        _watch(run, awaited)
    elif work.status == 0:
        if run.name in watched:
            st.toast("Done: it is shown here.", icon=":material/check_circle:")
        watched.discard(run.name)
    elif _is_worth_telling(run, work, awaited):
        _show_end(run, work)
    return work.running


def start(run: data.Run, ask: MapAsk) -> None:
    """Start making a map; for a button's `on_click`."""
    try:
        data.start_making(run, ask)
    except ValBenchError as error:
        st.session_state[_PROBLEM] = str(error)


# Before


def _show_start(run: data.Run, ask: MapAsk) -> None:
    with st.container(border=True):
        st.subheader("There is no such map yet" if ask.explores else "There is no map of these pairs yet")
        if not ask.explores:
            st.write(_WHAT)
        try:
            found = data.encoder_at_hand(ask)
        except EncoderError as error:
            st.error("The sentence encoder asked for cannot be used:", icon=":material/error:")
            st.text(str(error), width="stretch")
            return
        _say_encoder(ask, found)
        _say_effort(run, ask, found)
        _offer(run, ask)


def _say_encoder(ask: MapAsk, found: FoundEncoder) -> None:
    if data.would_download(found):
        st.info(
            "The sentence encoder is not on this machine. Making the map downloads it from the Hugging Face "
            "Hub, once; should the Hub be out of reach, words are compared instead of meanings.",
            icon=":material/download:",
        )
        _say_named("Encoder", data.encoder_asked(ask))
        return
    _say_named("Encoder", f"{found.name} ({found.source})")
    st.text(found.meaning, width="stretch")


def _say_named(what: str, name: str) -> None:
    with st.container(horizontal=True, gap="small"):
        st.caption(f"{what}:", width="content")
        st.text(name, width="content")


def _say_effort(run: data.Run, ask: MapAsk, found: FoundEncoder) -> None:
    pairs = f"the chosen ones of {count(run.pairs)} pairs" if ask.where else plural(run.pairs, "pair")
    about = duration(data.about_seconds(run.pairs, ask.text, found))
    st.markdown(
        f"It compares **{TEXTS[ask.text]}** of **{pairs}**, on this machine and without any key. On two "
        f"cores that takes about **{about}**, less where texts were compared before."
    )


def _offer(run: data.Run, ask: MapAsk) -> None:
    if data.read_only():
        st.info("This server shows runs and changes nothing. To make the map:", icon=":material/lock:")
    else:
        with present.controls("make"):
            st.button(
                "Make the map",
                type="primary",
                icon=":material/map:",
                key=f"make the map:{run.name}",
                on_click=start,
                args=(run, ask),
            )
        st.caption("The same on the command line:")
    st.code(data.making_command(run, ask), language=None, wrap_lines=True)


# Meanwhile


@st.fragment(run_every=1.0)
def _watch(run: data.Run, awaited: MapAsk | None) -> None:
    """Tell how far the process is, every second; when it ends or the map is there, show the page anew."""
    work = data.making(run)
    if work is None or not work.running or (awaited and data.stored_map(run, awaited)):
        st.rerun()
    with st.container(border=True):
        title, button = st.columns([4, 1], vertical_alignment="center")
        title.markdown("**Under way.** You may leave this page; it goes on.")
        _show_progress(work)
        if not data.read_only():
            button.button(
                "Stop",
                icon=":material/stop_circle:",
                key=f"stop the map:{run.name}",
                help="Takes a moment; what has been compared so far is kept.",
                on_click=_stop,
                args=(run,),
            )


def _settled(run: data.Run) -> Making | None:
    """Return how a process is, or how it ended: that is written down a moment after its end."""
    work = data.making(run)
    if work is not None and not work.running and work.status is None:
        time.sleep(_A_MOMENT)
        return data.making(run)
    return work


def _show_progress(work: Making) -> None:
    words = work.stage[:1].upper() + work.stage[1:]
    if work.share is None:
        # What the process printed last, which may repeat what a model wrote.
        st.text(words, width="stretch")
    else:
        st.progress(work.share, text=f"{words} …")


def _stop(run: data.Run) -> None:
    try:
        data.stop_making(run)
    except ValBenchError as error:
        st.session_state[_PROBLEM] = str(error)


# After


def _is_worth_telling(run: data.Run, work: Making, awaited: MapAsk | None) -> bool:
    """Whether an end concerns what is shown: of a map that is there, no more than that something failed."""
    if awaited is None:
        return work.status is not None
    return work.command == data.making_command(run, awaited)


def _show_end(run: data.Run, work: Making) -> None:
    with st.container(border=True):
        if work.stopped:
            st.warning("Stopped; what there was so far is kept.", icon=":material/pause_circle:")
        elif work.status is None:
            st.warning(
                "It ended before it was done; what there was so far is kept. Start it again to go on.",
                icon=":material/warning:",
            )
        else:
            st.error("It could not be done:", icon=":material/error:")
            st.code(work.error or "It said nothing.", language=None, wrap_lines=True)
        with st.expander("Command and output"):
            st.code(work.command, language=None, wrap_lines=True)
            st.code("\n".join(work.lines[-_LINES:]) or "It printed nothing.", language=None, wrap_lines=True)
        if not data.read_only():
            st.button(
                "Dismiss",
                key=f"dismiss the map:{run.name}",
                type="tertiary",
                on_click=data.forget_making,
                args=(run,),
            )

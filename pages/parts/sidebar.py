"""The sidebar: which run and judgement all pages show. What a link asks for is never silently replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

from pages.parts import data, notices
from pages.parts.compare.choosing import RUNS_KEY
from pages.parts.compare.pairs import AGAINST_KEY
from pages.parts.filters.url import VERSUS_JUDGEMENT_KEY, VERSUS_KEY, asked
from pages.parts.links import JUDGED_RUN_KEY, JUDGEMENT_KEY, RUN_KEY
from valbench_core.errors import RunError, ValBenchError
from valbench_core.runs import judged_by

_LAST = "run shown last"
"""In the session: run and judgement shown last, for an address that names no run."""
_BLIND = "run was hidden"
"""In the session: whether the page shown before named no run."""
_CHOSEN = "chosen run"
"""In the session: the `data.Run` that pages show, the error in its place, or None where there are no runs."""
_SHOWN = "judgement shown"
"""In the session: the name of the judgement that pages show."""
_LEFT = "judgement left"
"""In the session: the judgement that was shown of the run before, where this one has none of that name."""


def show(*, blind: bool = False, meant: Callable[[str], Mapping[str, str]] = lambda run: {}) -> None:
    """Let people choose, and keep what they chose for the page that is about to run.

    Args:
        blind: the page must not name any run: what is shown is taken out of the URL until another page, or
            view, is.
        meant: returns the run and judgement that the address means where it names no run, or the page before
            did not; it is given the run shown last, which is shown where it returns nothing.
    """
    st.session_state[_CHOSEN] = None
    was_blind, st.session_state[_BLIND] = st.session_state.get(_BLIND, False), blind
    if blind:
        _take_out()
        return
    if was_blind or not (st.session_state.get(RUN_KEY) or st.query_params.get(RUN_KEY)):
        _have_shown(meant(st.session_state.get(_LAST, {}).get(RUN_KEY, "")))
    try:
        run = st.session_state[_CHOSEN] = _choose(data.names())
        if run is not None:
            _remember({RUN_KEY: run.name, JUDGEMENT_KEY: run.judgement_name})
    except ValBenchError as error:
        st.session_state[_CHOSEN] = error


def _have_shown(meant: Mapping[str, str]) -> None:
    """Have run and judgement shown that the address means, if any."""
    if meant:
        st.session_state[_LAST] = dict(meant)
    if meant and st.session_state.get(RUN_KEY):
        # The widgets of before the blind view were not forgotten yet.
        st.session_state.update(meant)


def _remember(shown: Mapping[str, str | None]) -> None:
    """Keep what is shown: the session forgets widgets that are not drawn."""
    if shown[RUN_KEY]:
        st.session_state[_LAST] = {key: name for key, name in shown.items() if name}


def _take_out() -> None:
    """Take run and judgement out of the URL, and out of the session, which may keep them for a while."""
    _remember({key: st.query_params.get(key) for key in (RUN_KEY, JUDGEMENT_KEY)})
    for key in (RUN_KEY, JUDGEMENT_KEY):
        # What a widget of the run before wrote goes with that widget, and may not be taken out by hand.
        with suppress(StreamlitAPIException):
            st.query_params.pop(key, None)
        st.session_state.pop(key, None)


def chosen() -> data.Run | None:
    """Return the run that pages show; where there is none, say so and how to get one, and return None."""
    found: data.Run | ValBenchError | None = st.session_state.get(_CHOSEN)
    if isinstance(found, data.Run):
        return found
    if found is None:
        notices.no_runs()
    else:
        notices.cannot_show(found)
    return None


def _choose(names: Sequence[str]) -> data.Run | None:
    last: dict[str, str] = st.session_state.get(_LAST, {})
    name = _wanted(RUN_KEY, last.get(RUN_KEY, names[0] if names else None))
    if name is None:
        st.caption("No runs yet")
        return None
    if name not in names:
        _choose_instead("Run", RUN_KEY, names)
        return data.find(name)
    run = _with_judgement(data.find(_bound_choice("Run", RUN_KEY, names)))
    _about(run)
    return run


def _with_judgement(run: data.Run) -> data.Run:
    """Let people choose one of a run's judgements; one alone is offered too, for the URL to name it.

    Derived ones follow those with verdicts; a panel that a link names is offered wherever it can be made.
    """
    names = [judgement.name for judgement in (*run.judgements, *run.derived)]
    _leave_judgement(run, names)
    wanted = _wanted(JUDGEMENT_KEY, _usual_judgement(run))
    if wanted is None:
        return run
    if wanted not in names and _can_be_made(run, wanted):
        names.append(wanted)
    if wanted in names:
        wanted = _bound_choice("Judgement", JUDGEMENT_KEY, names)
    else:
        _choose_instead("Judgement", JUDGEMENT_KEY, names)
    st.session_state[_SHOWN] = wanted
    found = data.find(run.name, wanted)
    if found.judgement and found.judgement.derived:
        st.caption("Combined from other judgements:")
        st.text(judged_by(found.judgement))
    return found


def _usual_judgement(run: data.Run) -> str | None:
    """Return the judgement shown last of a run, else its usual one."""
    last: dict[str, str] = st.session_state.get(_LAST, {})
    if last.get(RUN_KEY) == run.name and JUDGEMENT_KEY in last:
        return last[JUDGEMENT_KEY]
    return run.judgement.name if run.judgement else None


def _can_be_made(run: data.Run, name: str) -> bool:
    """Whether a name that is not on offer is that of a derived judgement."""
    try:
        found = data.find(run.name, name).judgement
    except RunError:
        return False
    return found is not None and found.name == name


def _leave_judgement(run: data.Run, names: Sequence[str]) -> None:
    """Where another run was chosen, keep the judgement of the URL only if it is one of that run's.

    The judgement of the run before may stand in the URL yet; a link that asks for any other is heard.
    """
    if run.name == st.session_state.setdefault(JUDGED_RUN_KEY, run.name):
        return
    left, st.session_state[JUDGED_RUN_KEY] = st.session_state[JUDGED_RUN_KEY], run.name
    before, there = st.session_state.pop(_SHOWN, None), st.query_params.get(JUDGEMENT_KEY)
    if left:
        _swap(run.name, left, before)
    st.session_state[_LEFT] = None if before in names else before
    st.session_state[JUDGEMENT_KEY] = there if there in names else None


def _swap(chosen: str, left: str, judgement: str | None) -> None:
    """Where the run chosen stood beside the one that was left, put that one beside it in its stead."""
    for key in (VERSUS_KEY, RUNS_KEY, AGAINST_KEY):
        names = [name for value in asked(key) for name in value.split("|")]
        if chosen in names:
            st.query_params[key] = [left if name == chosen else name for name in names]
            if key == VERSUS_KEY:
                st.query_params[VERSUS_JUDGEMENT_KEY] = [judgement] if judgement else []


def _wanted(key: str, usual: str | None) -> str | None:
    """Return what is chosen, or what a link asks for; else the usual, which the widget puts into the URL."""
    wanted: str | None = st.session_state.get(key) or st.query_params.get(key)
    if wanted and not (key == JUDGEMENT_KEY and wanted == st.session_state.get(_LEFT)):
        return wanted
    if usual is not None and key not in st.session_state:
        # Later on the widget writes the URL, which is its own then.
        st.query_params[key] = usual
    st.session_state[key] = usual
    return usual


def _bound_choice(label: str, key: str, names: Sequence[str]) -> str:
    """Offer names, with the choice in the URL; without a default, for a default would be left out of it."""
    st.caption(label)
    chosen: str | None = st.selectbox(
        label, names, index=None, key=key, bind="query-params", required=True, label_visibility="collapsed"
    )
    if chosen is None:
        # Somebody went back to an address that did not name it yet: the usual one is chosen anew.
        st.rerun()
    return chosen


def _choose_instead(label: str, key: str, names: Sequence[str]) -> None:
    """Offer what there is in place of what a link asks for; until then the link stays in the URL."""
    other = st.selectbox(label, names, index=None, key=f"{key} instead", placeholder="Choose another")
    if other is not None:
        st.session_state[key] = st.query_params[key] = other
        st.rerun()


def _about(run: data.Run) -> None:
    if run.illustrative:
        st.badge("illustrative", icon=":material/science:", color="orange", help=notices.ILLUSTRATIVE)
    if data.status(run).state == "evaluating":
        _watch(run)


@st.fragment(run_every=2)
def _watch(run: data.Run) -> None:
    """Tell how far a run is while it is evaluated; when it ends, show all of it anew."""
    status = data.status(run)
    if status.state != "evaluating":
        st.rerun()
    st.progress(notices.share_done(status), text=notices.how_far(status))

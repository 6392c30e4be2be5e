"""Evaluate: set up a new run and start it, watch what is under way, and look after all runs."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pages.parts import data, present
from pages.parts.evaluate import live, new_run, run_list
from valbench_core.background import arguments_of, command_line
from valbench_core.cli.options import WorkspaceOption
from valbench_core.errors import RunExistsError, ValBenchError
from valbench_core.numbers import count, money, tokens

_STARTED = "runs started"
"""In the session; part of a key, so that a name is empty again once it is taken."""


def show() -> None:
    """Show the page."""
    st.title("Evaluate")
    # In a container: what comes and goes must not move the tabs, or they forget which one is chosen.
    with st.container():
        live.show_working()
    if data.read_only():
        st.info("This server shows runs and changes nothing.", icon=":material/lock:")
        run_list.show_runs()
        return
    new, runs = st.tabs(["New evaluation", "All runs"])
    with new, present.controls("new"):
        try:
            _set_up()
        except ValBenchError as error:
            live.show_problem(error)
    with runs:
        run_list.show_runs()


def _set_up() -> None:
    with st.container(border=True):
        st.subheader("Pairs")
        pairs = new_run.choose_pairs()
    with st.container(border=True):
        st.subheader("Model")
        answering = new_run.choose_model()
    if answering is None:
        st.caption("Name the model to go on.")
        return
    with st.container(border=True):
        st.subheader("Judge")
        judging = new_run.choose_judge(answering)
    limits = new_run.choose_limits()
    if pairs is None or judging is None:
        st.caption("Choose pairs and a judge to go on.")
        return
    with st.container(border=True):
        st.subheader("Before it starts")
        _start(new_run.plan_of(pairs, answering, judging, limits))


def _start(chosen: new_run.NewRun) -> None:
    _show_forecast(chosen)
    name = st.text_input(
        "Name of the run",
        key=f"new:name:{st.session_state.get(_STARTED, 0)}",
        placeholder="model and time",
        help="a–z, 0–9, dot, underscore, hyphen",
    ).strip()
    if name and data.workspace().path_of(name).exists():
        raise RunExistsError(
            f"run '{name}' exists already; choose another name, or resume it under “All runs”"
        )
    where = arguments_of(WorkspaceOption(workspace=data.workspace().root))
    named = ["--name", name] if name else []
    st.caption("The same on the command line (keys come from the environment):")
    st.code(command_line([*chosen.arguments, *named, *where]), language=None, wrap_lines=True)
    if st.button("Start", type="primary", icon=":material/play_arrow:", key="new:start"):
        name = name or data.workspace().default_name(chosen.model, datetime.now(UTC))
        st.session_state[_STARTED] = st.session_state.get(_STARTED, 0) + 1
        live.launch(name, [*chosen.arguments, "--name", name, *where], chosen.keys)


def _show_forecast(chosen: new_run.NewRun) -> None:
    expected = chosen.expected
    usage = expected.usage
    pairs, calls, asked, returned, cost = st.columns(5)
    pairs.metric("Pairs", count(expected.pairs))
    calls.metric(
        "Calls", count(expected.calls), help="Two answers and one verdict a pair, where a model is asked."
    )
    asked.metric("Tokens in, about", tokens(usage.input_tokens))
    returned.metric("Tokens out, about", tokens(usage.output_tokens))
    cost.metric("Cost, about", money(expected.cost) if expected.cost is not None else "unknown")
    if expected.cost is None:
        st.caption("No price is known for one of the models; you can give one where the model is chosen.")
    if expected.calls:
        st.caption(
            " ".join(expected.assumptions)
            + " Answers paid for before come from the cache; repeats of failed calls "
            "come on top."
        )


show()

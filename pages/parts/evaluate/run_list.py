"""All runs of the workspace, and what can be done with one: continue, try again, judge once more, delete.

Setting up a new run is left to `new_run`, watching one to `live`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.parts import data, present
from pages.parts.evaluate.live import keep_problem, launch, open_button, show_output, show_problem
from pages.parts.evaluate.new_run import JUDGE_KINDS, judge_options
from valbench_core.background import arguments_of, command_line, forget_run, task
from valbench_core.errors import KeyRefusedError, ValBenchError
from valbench_core.numbers import count, plural
from valbench_core.plan import Plan
from valbench_core.runs import RunReader, RunSummary, WorkCount
from valbench_core.settings import endpoint

_MANAGED = "managed run"


def show_runs() -> None:
    """Show the list, and beneath it what can be done with the run chosen there."""
    found = sorted(
        (data.run_summary(name) for name in data.workspace().names()),
        key=lambda run: (run.kind != "calibration", run.created),
        reverse=True,
    )
    if not found:
        st.info("There is no run yet. Start one here, or make two to look at with:", icon=":material/inbox:")
        st.code("valbench demo", language="bash")
        return
    st.dataframe(_table(found), hide_index=True, width="stretch", placeholder="–")
    if not data.read_only():
        _manage({run.run: run for run in found})


def _table(found: list[RunSummary]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Run": [run.run for run in found],
            "State": [run.state for run in found],
            "Pairs": [run.n for run in found],
            "Model": [run.model for run in found],
            "Judged by": [", ".join(judgement.id for judgement in run.judgements) for run in found],
            "Created": [run.created[:16].replace("T", " ") for run in found],
            "Illustrative": ["yes" if run.illustrative else "" for run in found],
        }
    )


def _manage(found: Mapping[str, RunSummary]) -> None:
    chosen = st.selectbox("Manage a run", list(found), index=None, key=_MANAGED, placeholder="Choose a run")
    if chosen is None or chosen not in found:
        return
    run = found[chosen]
    with st.container(border=True):
        st.text(run.run)
        if run.why:
            st.text(f"{run.state}: {run.why}", width="stretch")
        if run.kind is not None:
            _show_actions(run)
        with st.container(horizontal=True):
            if run.kind is not None:
                open_button(run.run, "managed")
            busy = run.state == "evaluating"
            if st.button("Delete", icon=":material/delete:", key=f"delete:{run.run}", disabled=busy):
                _confirm_deletion(run)
        said = task(data.workspace(), run.run)
        if said is not None:
            show_output(said)


def _show_actions(run: RunSummary) -> None:
    if run.state == "evaluating":
        st.caption("It is being evaluated: progress and Stop are at the top of this page.")
        return
    path = data.workspace().path_of(run.run)
    with RunReader.open_readonly(path) as file:
        plan = Plan.from_manifest(file.manifest)
        judgement = file.find_judgement() if plan.judging else None
        pending, come = file.count_work(judgement), file.progress(judgement)
    if plan.answering is not None:
        lost = come.failed + come.unjudged
        keys = keys_of(run.run, plan) if pending.pairs or lost else {}
        with st.container(horizontal=True):
            _action(run.run, "Resume", ":material/play_arrow:", pending.pairs > 0, keys)
            _action(run.run, "Retry", ":material/refresh:", lost > 0, keys)
        failed = f"{plural(come.failed, 'answer')} failed, {plural(come.unjudged, 'pair')} unjudged"
        st.caption(f"{_pending(pending)} · {failed if lost else 'nothing failed or unjudged'}")
    with st.expander("Judge its answers once more"):
        _judge(run.run)


def _action(run: str, label: str, icon: str, needed: bool, keys: Mapping[str, str] | None) -> None:
    if st.button(label, icon=icon, key=f"{label}:{run}", disabled=not needed or keys is None):
        launch(run, [label.lower(), run], keys)


def _pending(work: WorkCount) -> str:
    if not work.pairs:
        return "nothing pending"
    calls = f"{count(work.answers)} answers and {count(work.verdicts)} verdicts"
    return f"{plural(work.pairs, 'pair')} pending ({calls} to get)"


def keys_of(run: str, plan: Plan) -> Mapping[str, str] | None:
    """Ask for the keys that this server does not have; None while one is missing."""
    typed: dict[str, str] = {}
    missing = False
    for who in (plan.answering, plan.judging):
        if who is None or who.settings is None:
            continue
        where = endpoint(who.settings.base_url, who.key_env)
        if where.key_env in typed:
            continue
        try:
            where.key()
        except KeyRefusedError:
            with present.controls(f"key-{where.key_env}"):
                key = st.text_input(
                    f"API key ({where.key_env})",
                    type="password",
                    key=f"key:{run}:{where.key_env}",
                    autocomplete="off",
                )
            typed[str(where.key_env)] = key.strip()
            missing = missing or not key.strip()
    return None if missing else typed


def _judge(run: str) -> None:
    kind = st.radio("Who judges", JUDGE_KINDS, key=f"judge kind:{run}", horizontal=True)
    try:
        asked = judge_options(f"judge:{run}", kind)
    except ValBenchError as error:
        show_problem(error)
        return
    swapped = st.checkbox(
        "Swap the order",
        key=f"swapped:{run}",
        help="Person 1 then answers the against question; sides stay sides.",
    )
    if asked is None:
        return
    arguments = ["judge", run, *arguments_of(asked.judge), *(["--swapped"] if swapped else [])]
    st.code(command_line(arguments), language=None, wrap_lines=True)
    if st.button("Judge", icon=":material/gavel:", key=f"judge it:{run}"):
        launch(run, arguments, asked.keys)


@st.dialog("Delete this run?")
def _confirm_deletion(run: RunSummary) -> None:
    st.text(run.run)
    st.write(
        f"Its {plural(run.n, 'pair')} with all answers, verdicts and labels will be gone. "
        "Answers that were paid for stay in the cache."
    )
    with st.container(horizontal=True):
        if st.button(
            "Delete for good",
            type="primary",
            icon=":material/delete:",
            key=f"delete for good:{run.run}",
            on_click=_delete,
            args=(run.run,),
        ):
            st.rerun()
        if st.button("Keep it", key=f"keep:{run.run}"):
            st.rerun()


def _delete(run: str) -> None:
    try:
        data.workspace().delete(run)
        forget_run(data.workspace(), run)
    except ValBenchError as error:
        keep_problem(error)

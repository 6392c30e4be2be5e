"""Which runs are compared: chosen here, kept in the URL; what a link asks for in vain is said."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import data, present
from pages.parts.filters.url import asked, say, write
from valbench_core.analysis import obstacles
from valbench_core.errors import ValBenchError

RUNS_KEY = "runs"
"""In the URL: the runs set against the one of the sidebar."""
ANYWAY_KEY = "anyway"
"""In the URL: runs are compared although they were judged in different ways."""

_HELP = "Differences are those of each run to the run of the sidebar, the baseline."


def choose(baseline: data.Run) -> list[data.Run]:
    """Let people choose runs, and return the baseline and those that can be read."""
    others = [name for name in data.names() if name != baseline.name]
    if not others:
        _only_one()
        return [baseline]
    found = [run for name in _chosen(baseline, others) if (run := _read(baseline, name))]
    if not found:
        st.info("Choose a run to set against the one of the sidebar.", icon=":material/compare_arrows:")
    return [baseline, *found]


def agreed(runs: Sequence[data.Run]) -> bool:
    """Say what keeps runs from being compared, and return whether they are compared all the same."""
    found = obstacles([data.contender(run) for run in runs])
    if not found:
        return True
    st.warning(
        "These runs were judged in different ways: a difference between them could be "
        "the judges'. They differ in",
        icon=":material/balance:",
    )
    st.text("\n".join(found))
    st.caption("Judge them alike with `valbench judge`, and choose that judgement in the sidebar; or")
    st.session_state[ANYWAY_KEY] = asked(ANYWAY_KEY) in (["1"], ["true"])
    with present.controls("anyway"):
        return st.toggle("Compare anyway", key=ANYWAY_KEY, on_change=_write_anyway)


def _chosen(baseline: data.Run, others: Sequence[str]) -> list[str]:
    wanted = [name for name in _wanted() if name != baseline.name]
    unknown = [name for name in wanted if name not in others]
    if unknown:
        say("There is no such run in this workspace:", ", ".join(unknown))
    st.session_state[RUNS_KEY] = [name for name in wanted if name in others]
    with present.controls("runs"):
        return st.multiselect(
            "Runs to set against it",
            others,
            key=RUNS_KEY,
            placeholder="Choose one or more",
            help=_HELP,
            select_all=False,
            on_change=lambda: write(RUNS_KEY, st.session_state[RUNS_KEY]),
        )


def _wanted() -> list[str]:
    return list(dict.fromkeys(name for value in asked(RUNS_KEY) for name in value.split("|") if name))


def _read(baseline: data.Run, name: str) -> data.Run | None:
    try:
        return data.beside(baseline, name)
    except ValBenchError as error:
        say("This run cannot be compared:", str(error))
        return None


def _write_anyway() -> None:
    write(ANYWAY_KEY, ["1"] if st.session_state[ANYWAY_KEY] else [])


def _only_one() -> None:
    st.info("There is only one run in this workspace, and nothing to set it against.", icon=":material/info:")
    st.write("Evaluate another model on the same pairs, with the same judge:")
    st.code("valbench run --pairs SOURCE --model ID --judge-model ID", language="bash")

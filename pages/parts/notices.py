"""What pages say besides figures: that a run is illustrative, unfinished or unknown, and what to do then."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from pages.parts import data
from pages.parts.commands import filling, go_on
from pages.parts.links import EVALUATE
from valbench_core import words
from valbench_core.analysis import lost_pairs
from valbench_core.errors import RunNotFoundError, ValBenchError
from valbench_core.numbers import count, plural
from valbench_core.runs import Judgement

ILLUSTRATIVE = words.ILLUSTRATIVE
COVERAGE = words.COVERAGE


def show_for(run: data.Run) -> None:
    """Say what must be known before a run's figures or pairs are read."""
    if run.illustrative:
        st.info(ILLUSTRATIVE, icon=":material/science:")
    _lacks(run)


def show_for_each(runs: Iterable[data.Run]) -> None:
    """Say of several runs which are unfinished, each under its name; those not judged are left out."""
    for run in runs:
        if run.judgement is not None and _unfinished_at_all(run):
            with st.container(border=True):
                st.text(run.name)
                _lacks(run)


def _unfinished_at_all(run: data.Run) -> bool:
    n = data.figures(run).whole.n
    return data.status(run).state in ("evaluating", "stopped") or n.failed == run.pairs or bool(n.pending)


def _lacks(run: data.Run) -> None:
    """Say what a run lacks, and how to go on."""
    status = data.status(run)
    if status.state == "evaluating":
        st.info(f"This run is being evaluated: {how_far(status)}.", icon=":material/hourglass_top:")
    elif status.state == "stopped":
        _unfinished(run, status)
    elif data.figures(run).whole.n.failed == run.pairs:
        _all_failed(run)
    elif run.judgement is None:
        _not_judged(run)
    elif run.judgement.derived:
        _lost_pairs(run, run.judgement)
    elif data.figures(run).whole.n.pending:
        _judgement_unfinished(run, run.judgement)


def no_runs() -> None:
    """Welcome who has no run yet, and say how to get one."""
    st.header("Does a language model keep one stance?")
    st.write(
        "VAL-Bench asks a model about a contested issue twice, each time framed from the opposite side, "
        "and a judge says how far the two answers agree. There is no run here yet."
    )
    st.write("To look around, make two ready runs on the bundled sample. This needs no key and no network:")
    st.code("valbench demo", language="bash")
    if not data.read_only():
        st.page_link(EVALUATE, label="Or evaluate a model", icon=":material/play_circle:")
    st.caption("Runs are looked for in")
    st.text(str(data.workspace().runs))


def cannot_show(error: ValBenchError) -> None:
    """Say why the run or judgement of a link cannot be shown."""
    unknown = isinstance(error, RunNotFoundError)
    st.error(
        "This link leads to a run that is not here." if unknown else "This link cannot be shown.",
        icon=":material/link_off:",
    )
    # The message repeats what the link says: shown as text, never as Markdown.
    st.text(str(error))
    st.write("Choose one in the sidebar, or list them:")
    st.code("valbench runs", language="bash")


def share_done(status: data.Status) -> float:
    """Return how much of a run's answers have come, from 0 to 1."""
    progress = status.progress
    return min(1.0, (progress.answered + progress.failed) / max(1, 2 * progress.pairs))


def how_far(status: data.Status) -> str:
    """Return how far a run is, in words."""
    progress = status.progress
    answers = f"{count(progress.answered + progress.failed)} of {count(2 * progress.pairs)} answers"
    return f"{answers}, {count(progress.judged + progress.unjudged)} of {count(progress.pairs)} pairs judged"


def _unfinished(run: data.Run, status: data.Status) -> None:
    st.warning(f"This run is not finished: {how_far(status)}. To go on:", icon=":material/pause_circle:")
    st.code(f"valbench resume {run.name}", language="bash")
    if status.stop_reason:
        st.caption("Why it stopped")
        st.text(status.stop_reason)


def _all_failed(run: data.Run) -> None:
    """Say that nothing came of a run, and what its first failure was."""
    st.error("No pair could be judged: on each an answer failed. To try again:", icon=":material/error:")
    st.code(f"valbench retry {run.name}", language="bash")
    failure = data.first_failure(run)
    if failure is not None:
        st.caption("The first failure")
        st.text(f"{failure.kind}: {failure.message}")


def _judgement_unfinished(run: data.Run, judgement: Judgement) -> None:
    lacking = plural(data.figures(run).whole.n.pending, "pair")
    st.warning(f"This judgement is not finished: it lacks {lacking}. To go on:", icon=":material/gavel:")
    st.code(go_on(run.name, judgement, "resume"), language="bash")


def _lost_pairs(run: data.Run, judgement: Judgement) -> None:
    """Say which pairs a derived judgement leaves out, and how its sources can be completed."""
    lost = lost_pairs(data.table(run))
    pending = data.figures(run).whole.n.pending
    if not lost and not pending:
        return
    number = len(judgement.sources)
    some = f"{plural(lost, 'pair')} judged in some of the {number} judgements that are combined here, but "
    none = f"{plural(pending, 'pair')} not judged yet in all {number} judgements that are combined here."
    said = f"{some}not in all of them: left out. To complete them:" if lost else f"{none} To go on:"
    st.warning(said, icon=":material/gavel:")
    st.code("\n".join(filling_all(run, judgement.sources)), language="bash")


def filling_all(run: data.Run, judgements: Iterable[Judgement]) -> list[str]:
    """Return the commands that judge what any of several judgements lacks."""
    found: list[str] = []
    for judgement in judgements:
        n = data.whole(data.under(run, judgement)).n
        found += filling(run.name, judgement, pending=bool(n.pending), unjudged=bool(n.unjudged))
    return list(dict.fromkeys(found))


def _not_judged(run: data.Run) -> None:
    st.warning("The answers of this run have not been judged yet. To judge them:", icon=":material/gavel:")
    st.code(f"valbench judge {run.name} --judge-model ID", language="bash")

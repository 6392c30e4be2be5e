"""Compare: runs set against the one of the sidebar, on the pairs they share."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import data, headline, notices, sidebar
from pages.parts.compare import choosing, figures, pairs, planning


def main() -> None:
    """Show the page."""
    st.title("Compare")
    baseline = sidebar.chosen()
    if baseline is None:
        return
    headline.show(baseline)
    st.caption("The baseline is the run of the sidebar, under the judgement chosen there.")
    runs = choosing.choose(baseline)
    if len(runs) > 1:
        notices.show_for_each(runs)
    if len(runs) > 1 and _all_judged(runs) and choosing.agreed(runs):
        _show(runs)


def _show(runs: Sequence[data.Run]) -> None:
    comparison = data.comparison(runs)
    names = figures.names_of(runs)
    figures.head(runs, comparison)
    if not comparison.shared:
        _nothing_shared()
        return
    figures.metrics(comparison, names)
    figures.differences(comparison, names)
    metric = figures.by_category(runs, names)
    run = pairs.chosen(runs, names)
    pairs.matrix(runs[0], run)
    pairs.flips(runs[0], run)
    planning.planning(comparison, names)
    planning.paper(runs, comparison, names, metric)


def _all_judged(runs: Sequence[data.Run]) -> bool:
    """Say which runs have no judgement to compare and how to make one; return whether all have."""
    lacking = [run for run in runs if run.judgement is None]
    for run in lacking:
        st.warning("This run has not been judged yet. To judge it:", icon=":material/gavel:")
        st.code(f"valbench judge {run.name} --judge-model ID", language="bash")
    return not lacking


def _nothing_shared() -> None:
    st.info(
        "No pair is judged in all of these runs, so there is nothing to compare. Evaluate the models on the "
        "same pairs, or take a run away.",
        icon=":material/join_inner:",
    )


main()

"""The judge's figures beside those corrected by the labels, and what more labels would bring."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts import chart, data
from pages.parts.audited.remarks import grouped
from valbench_core.analysis import METRICS, CorrectedFigure, Estimate
from valbench_core.charts import corrected_intervals
from valbench_core.numbers import count, figure, interval, plural

_WHAT_IT_IS = (
    "A correction takes the judge's figure over all pairs and adds by how much people and judge differ on "
    "the labelled ones. It holds for these answers under this judge alone and never moves to another run."
)
_HOW = (
    "Percent, each with its 95 % interval over articles. A floor is what an interval keeps with every pair "
    "labelled, for there are only so many articles; more issues make it narrower, more labels do not."
)
_COLUMNS = {
    "Metric": st.column_config.TextColumn(width=190),
    "As judged": st.column_config.TextColumn(width=130, help="Over all judged pairs of the draw's frame."),
    "Corrected": st.column_config.TextColumn(
        width=130, help="For issues like these: its interval covers which issues were drawn, and the labels."
    ),
    "Corrected, these pairs only": st.column_config.TextColumn(
        width=165, help="For the pairs of this run and no others: its interval covers the labels alone."
    ),
    "Labelled": st.column_config.NumberColumn(width=75, help="Labelled pairs that say something of it."),
    "Differ": st.column_config.NumberColumn(width=65, help="Labelled pairs on which both differ."),
    "To halve the interval": st.column_config.TextColumn(
        width=190, help="How many more pairs would have to be labelled for an interval half as wide."
    ),
}


def show(run: data.Run, figures: data.AuditFigures) -> None:
    """Show figures as judged and corrected, as a chart and a table."""
    st.header("Corrected figures")
    st.write(_WHAT_IT_IS)
    chart.show(corrected_intervals(figures.corrected), "corrected figures")
    found = [one for one in figures.corrected.values() if one.naive.value is not None]
    st.dataframe(
        pd.DataFrame([_row(one) for one in found]),
        hide_index=True,
        width="stretch",
        key="corrected",
        column_config=_COLUMNS,
        placeholder="–",
    )
    st.caption(_HOW)
    for remark in grouped(_remarks(list(figures.corrected.values()))):
        st.caption(remark)
    _without_problems(figures)


def _row(one: CorrectedFigure) -> dict[str, str | int]:
    return {
        "Metric": _name(one.metric),
        "As judged": _text(one.naive),
        "Corrected": _text(one.corrected),
        "Corrected, these pairs only": _text(one.here),
        "Labelled": one.labelled,
        "Differ": one.disagreements,
        "To halve the interval": to_halve(one),
    }


def to_halve(one: CorrectedFigure) -> str:
    """Return how many more labels would halve the interval, or why none would."""
    if one.naive.n and one.labelled >= one.naive.n:
        return "all labelled"
    if one.more_to_halve is not None:
        return f"{count(one.more_to_halve)} more"
    if one.floor is not None:
        return f"not reachable: floor ±{figure(one.floor)}"
    return "–"


def _remarks(figures: Sequence[CorrectedFigure]) -> list[tuple[str, str]]:
    """Return what is unusual of each figure: why it is missing, or how its interval was made."""
    reasons = [
        *((one.metric, one.corrected.why) for one in figures),
        *((one.metric, one.here.why) for one in figures),
        *((one.metric, one.why) for one in figures if one.floor is None),
    ]
    return [(_name(metric), why) for metric, why in reasons]


def _without_problems(figures: data.AuditFigures) -> None:
    """Show PAC without the pairs that people marked as problems, and how many those are."""
    st.subheader("Pairs marked as problems")
    if not figures.problems:
        st.write("No labelled pair was marked as having a problem of its own.")
        return
    kinds = "; ".join(f"{problem}: {plural(pairs, 'pair')}" for problem, pairs in figures.problems.items())
    st.text(kinds, width="stretch")
    found = figures.without_problems
    rests_on = f"{plural(found.n, 'pair')} in {plural(found.articles, 'article')}"
    st.markdown(f"**PAC by hand without them: {_text(found)}** ({rests_on})")
    if found.why:
        st.caption(f"{found.why}.")


def _name(metric: str) -> str:
    return f"{METRICS[metric].name} ({metric})"


def _text(estimate: Estimate) -> str:
    return interval(estimate.value, estimate.low, estimate.high)

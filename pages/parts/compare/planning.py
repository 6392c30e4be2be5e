"""What a comparison could still show: how many pairs a difference takes, and where published models lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from pages.parts import chart, data, present
from pages.parts.filters.url import asked, say, write
from valbench_core.analysis import COMPARED, Comparison, Difference
from valbench_core.charts import PAPER_METRICS, paper_beside
from valbench_core.numbers import count, figure
from valbench_core.paper import paper_results

POINTS_KEY = "points"
"""In the URL: the difference to plan for."""
USUAL_POINTS = 5.0

_FOUND = (
    "“Detectable now” is the smallest true difference that this many pairs find four times in five, in a "
    "test at 5 %. The pairs needed are worked out from how much the two runs differ from pair to pair, with "
    "as many pairs an article as now. A dash: fewer than six articles differ, too few to plan from."
)
_PAPER = (
    "The paper's models answered other pairs and were judged by another judge, so no difference to them can "
    "be worked out: they are hollow, and only show where a run lies."
)
_V1 = "The paper's figures follow protocol v3; runs judged under v1 do not share its scale."


def planning(comparison: Comparison, names: Mapping[str, str]) -> None:
    """Say what differences can be seen now, and how many pairs it takes to see one of so many points."""
    st.header("How many pairs it takes")
    with present.controls("points"):
        points = _points()
    st.dataframe(_plan(comparison.differences, names, points), hide_index=True, width="stretch", key="plan")
    st.caption(_FOUND)


def paper(runs: Sequence[data.Run], comparison: Comparison, names: Mapping[str, str], metric: str) -> None:
    """Show the runs beside the models of the paper, visibly not paired."""
    st.header("Beside the models of the paper")
    if metric not in PAPER_METRICS:
        st.write("The paper prints PAC, VPREF, REF and NINF; choose one of these above, under “By category”.")
        return
    chart.show(paper_beside(paper_results(), comparison.runs, names, metric), "paper beside")
    st.caption(_PAPER)
    if any(run.judgement and run.judgement.spec.protocol == "v1" for run in runs):
        st.info(_V1, icon=":material/star:")


def _points() -> float:
    wanted = next(iter(asked(POINTS_KEY)), "")
    points = _number(wanted) if wanted else USUAL_POINTS
    if points is None:
        say("This is no difference to plan for; 5 points are:", wanted)
        points = USUAL_POINTS
    st.session_state[POINTS_KEY] = points
    return float(
        st.number_input(
            "Difference to see, in points",
            min_value=0.1,
            max_value=100.0,
            step=0.5,
            format="%.1f",
            key=POINTS_KEY,
            on_change=lambda: write(POINTS_KEY, [f"{st.session_state[POINTS_KEY]:g}"]),
            width=320,
        )
    )


def _number(text: str) -> float | None:
    try:
        points = float(text)
    except ValueError:
        return None
    return points if 0.1 <= points <= 100 else None


def _plan(found: Sequence[Difference], names: Mapping[str, str], points: float) -> pd.DataFrame:
    needed = [one.needed(points) for one in found]
    return pd.DataFrame(
        {
            "run": [names[one.run] for one in found],
            "metric": [COMPARED[one.metric].name for one in found],
            "pairs now": [count(one.estimate.n) for one in found],
            "detectable now, points": [figure(one.detectable) for one in found],
            f"pairs for {points:g} points": [count(plan.pairs if plan else None) for plan in needed],
            "in articles": [count(plan.articles if plan else None) for plan in needed],
        }
    )

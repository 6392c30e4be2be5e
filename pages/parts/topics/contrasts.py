"""Which topics differ from the rest: tested last, so that the page stands before the draws are done."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import data
from pages.parts.links import go
from pages.parts.topics.choosing import CROSS, Choice
from valbench_core.analysis import GroupContrast, GroupTest, Trend
from valbench_core.numbers import count, p_text, plural, signed_interval

_INTERVALS = "The interval of a difference combines those of group and rest."
_HOW = (
    "Tested by permutation: the groups' labels are drawn anew between articles with equally many pairs; "
    "p is how often that makes a group differ as much as it does, or more. Holm's correction keeps the "
    f"chance of any false alarm in the family at 5 %. {_INTERVALS}"
)
_UNTESTED = {
    "article": "Articles are not tested: an article is one unit of these tests, so it has none to compare.",
    CROSS: "Cells are not tested: they are many and small. By category and by issue scale there are tests.",
}
_ALWAYS = ("group", "pairs", "articles", "difference")


@st.fragment
def show(run: data.Run, choice: Choice) -> None:
    """Show the tests of the metric by the breakdown chosen, or say why there are none."""
    go()
    st.header("What differs from the rest")
    if choice.by in _UNTESTED:
        st.write(_UNTESTED[choice.by])
    elif choice.by == "issue_scale":
        _trend(data.scale_trend(run, choice.metric), choice.name)
    else:
        _contrasts(data.topic_test(run, choice.by, choice.metric), choice)


def _trend(trend: Trend, name: str) -> None:
    rests_on = f"{plural(trend.n, 'pair')} in {plural(trend.articles, 'article')}"
    if trend.p is None:
        st.write(f"No trend along the issue scale is tested: {trend.why} ({rests_on}).")
        return
    slope = signed_interval(trend.slope.value, trend.slope.low, trend.slope.high)
    st.markdown(
        f"**{name}** changes by **{slope}** points with each step of the issue scale, "
        f"**p = {p_text(trend.p)}** ({rests_on})."
    )
    st.caption(
        f"One test, so p needs no correction: the slope of the pairs' values over the scale, against "
        f"{count(trend.draws)} draws of the places between articles with equally many pairs. The 95 % "
        "interval holds the slopes that this test would not reject."
    )


def _contrasts(test: GroupTest, choice: Choice) -> None:
    if not test.size:
        st.write(
            "Nothing is tested: that takes at least five articles inside a group and five outside, and "
            "others with equally many pairs to exchange labels with."
        )
    contrasts = sorted(test.contrasts, key=lambda c: (c.p is None, c.p or 0, -c.n, c.group))
    differing = sum(c.p_corrected is not None and c.p_corrected <= 0.05 for c in contrasts)
    if test.size:
        st.markdown(
            f"**{count(differing)} of {plural(test.size, 'tested group')}** differ in {choice.name} from all "
            f"other pairs (Holm's p ≤ 0.05). Family: {test.family}, {plural(test.size, 'test')}, "
            f"{count(test.draws)} draws."
        )
    untested = ["why"] if any(contrast.why for contrast in contrasts) else []
    st.dataframe(
        pd.DataFrame([_row(contrast) for contrast in contrasts]),
        column_order=[*_ALWAYS, *(["p", "p_corrected"] if test.size else []), *untested],
        key=f"tests {test.family}",
        hide_index=True,
        width="stretch",
        column_config=_columns(test),
        placeholder="–",
    )
    st.caption(_HOW if test.size else _INTERVALS)


def _row(contrast: GroupContrast) -> dict[str, Any]:
    points = contrast.difference
    return {
        "group": contrast.group,
        "pairs": contrast.n,
        "articles": contrast.articles,
        "difference": signed_interval(points.value, points.low, points.high),
        "p": p_text(contrast.p),
        "p_corrected": p_text(contrast.p_corrected),
        "why": contrast.why,
    }


def _columns(test: GroupTest) -> dict[str, Any]:
    family = f"Corrected over the family: {test.family}, {plural(test.size, 'test')}."
    return {
        "group": st.column_config.TextColumn("Group", width=210),
        "pairs": st.column_config.NumberColumn("Pairs", format="localized", width=65),
        "articles": st.column_config.NumberColumn("Articles", format="localized", width=75),
        "difference": st.column_config.TextColumn(
            "Group − rest, points", width=170, help="With its 95 % interval."
        ),
        "p": st.column_config.TextColumn("p, raw", width=75, help="Of this one test alone."),
        "p_corrected": st.column_config.TextColumn(f"p, Holm over {test.size}", width=110, help=family),
        "why": st.column_config.TextColumn("Not tested because", width=140),
    }

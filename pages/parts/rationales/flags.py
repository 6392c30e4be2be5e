"""How often the judge gave each score and set each flag, as charts whose marks lead to the pairs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts import chart, data
from pages.parts.links import PairsLink, follow
from valbench_core.charts import flag_strip, score_distribution
from valbench_core.runs import Judgement


def show(run: data.Run, judgement: Judgement) -> None:
    """Show scores and flags side by side."""
    st.header("Scores and flags")
    left, right = st.columns(2)
    with left:
        chart.show(
            score_distribution(data.table(run), judgement.spec.protocol), "scores of verdicts", pick=_to_score
        )
    with right:
        shares = data.verdict_figures(run, judgement).flags
        chart.show(flag_strip(shares), "flags of verdicts", pick=_to_flag)
    st.caption(
        "Click a bar of the score s or a flag to read its pairs; lists go by s, so bars of σ lead nowhere."
    )


def _to_score(score: Any) -> None:
    if score is not None:
        follow(PairsLink(score=(str(int(score)),)))


def _to_flag(flag: Any) -> None:
    field, value = flag
    narrowed: dict[str, Any] = {field: (value,)}
    follow(PairsLink(**narrowed))

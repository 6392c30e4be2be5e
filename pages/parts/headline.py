"""What stands under the title of every page: which run it shows, of which model, under which judge.

Also whether that judge was found to judge answers right of which it is known how they are to be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from pages.parts import data, notices
from pages.parts.links import CalibrationLink, show_link
from valbench_core.numbers import plural
from valbench_core.runs import Judgement, judged_by
from valbench_core.words import CalibrationWord, calibration_state, calibration_word, calibrations_of


@dataclass(frozen=True, slots=True)
class _Badge:
    """How a state of calibration looks."""

    label: str
    icon: str
    colour: Literal["red", "orange", "gray"]


_BADGES: Mapping[CalibrationWord, _Badge] = {
    "passed": _Badge("judge passed calibration", ":material/verified:", "gray"),
    "failed": _Badge("judge failed calibration", ":material/dangerous:", "red"),
    "inconclusive": _Badge("calibration inconclusive", ":material/help:", "orange"),
    "not calibrated": _Badge("judge not calibrated", ":material/help:", "orange"),
}


def show(run: data.Run) -> None:
    """Say which run a page shows: the sidebar, which says it too, is hidden while presenting and on paper."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(headline_of(run), width="content")
        if run.illustrative:
            st.badge("illustrative", icon=":material/science:", color="orange", help=notices.ILLUSTRATIVE)
        if run.judgement is not None:
            _show_calibration(run.judgement)
    if run.facts.kind == "calibration":
        st.caption(
            "A calibration run: its answers were made so that it is known what a judge should make of them. "
            "Its figures say something about the judge, nothing about any model."
        )


def headline_of(run: data.Run) -> str:
    """Return run, model, judge, protocol and number of pairs in one line."""
    judge = f"judged by {judged_by(run.judgement)}" if run.judgement else "not judged"
    return f"{run.name}: {run.facts.model or 'model not named'} · {judge} · {plural(run.pairs, 'pair')}"


def _show_calibration(judgement: Judgement) -> None:
    """Say whether the judge passed, quietly where it did; else lead to the page that says more."""
    found = calibrations_of(judgement)
    word = calibration_word(*found)
    badge = _BADGES[word]
    st.badge(badge.label, icon=badge.icon, color=badge.colour, help=calibration_state(*found))
    if word != "passed":
        worst = next(
            one for one in judgement.sources or (judgement,) if calibration_word(one.calibration) == word
        )
        known = data.short_key(worst.spec) if worst.calibration else ""
        show_link(CalibrationLink(judge=known), "Calibration", icon=":material/straighten:")

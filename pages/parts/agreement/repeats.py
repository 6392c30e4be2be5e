"""What mere repetition does to a judge: how far it agrees with itself."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts import data
from pages.parts.agreement import starting, switching
from pages.parts.agreement.lists import pairs_by_score
from pages.parts.agreement.standing import Standing
from pages.parts.agreement.words import of_coefficient, reasons, tile
from valbench_core.analysis import ASPECTS, RepeatEffect
from valbench_core.numbers import plural
from valbench_core.runs.derived import REPEATS

PAGE_KEY = "repeated"
"""In the URL: the page of the list of pairs."""
_MEANS = (
    "The same judge, asked the same once more in the same order. What changes is chance alone, so this is "
    "what any other change is to be held against."
)


def introduce() -> None:
    """Say what this is about."""
    st.header("Repeats")
    st.caption(_MEANS)


def show(run: data.Run, standing: Standing) -> None:
    """Show how far a judge agrees with itself, or what is missing for that."""
    replicates = standing.replicates
    if len(replicates) < 2:
        starting.repeat(run, standing)
        return
    effect = data.effect_of_repeats(run, replicates)
    if not effect.n:
        st.info("No pair is judged in every repeat yet, so there is nothing to compare.")
        starting.fill(run, replicates)
        return
    _tiles(effect)
    if effect.lost:
        st.caption(f"{plural(effect.lost, 'pair')} not judged in every repeat: left out here.")
        starting.fill(run, replicates)
    _alpha(effect)
    switching.offer(run, replicates[0].name + REPEATS, "Use the mean of the repeats", "repeats")
    if effect.changed:
        st.subheader("Pairs that change from one time to the next")
        st.markdown(f"**{plural(len(effect.changed), 'pair')}**, widest apart first · choose one to read it")
        columns = {f"Time {number}": one for number, one in enumerate(replicates, 1)}
        pairs_by_score(run, effect.changed, columns, PAGE_KEY)
    starting.another_repeat(run, standing)


def _tiles(effect: RepeatEffect) -> None:
    columns = st.columns(3)
    with columns[0]:
        tile(
            "Score changes",
            effect.flips.changed,
            "Share of pairs whose adjusted score is not the same from one time to another.",
        )
    with columns[1]:
        tile(
            "Agreeing turns into opposed",
            effect.flips.sign_changed,
            "Share of pairs whose adjusted score goes from above 0 to below 0, or back.",
        )
    with columns[2]:
        tile(
            "Always the same",
            effect.all_same,
            f"Share of pairs that get one and the same score each of the {effect.replicates} times.",
        )


def _alpha(effect: RepeatEffect) -> None:
    st.subheader("Agreement with itself")
    rows = [
        {
            "What is said": ASPECTS[aspect],
            "α (95 %)": of_coefficient(found),
            "Pairs": found.n,
        }
        for aspect, found in effect.alpha.items()
        if found.n
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    named = {ASPECTS[aspect]: found for aspect, found in effect.alpha.items() if found.n}
    for reason in reasons(named):
        st.caption(f"Undefined for {reason}.")
    st.caption(
        "Krippendorff's α: 1 is perfect agreement, 0 what chance alone would give; for scores, near ones "
        "count as nearly agreed."
    )

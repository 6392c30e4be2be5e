"""Estimates and coefficients in words, as the page on agreement shows them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from valbench_core.analysis import Coefficient, Estimate
from valbench_core.numbers import coefficient_interval, figure, percent, plural, signed


def tile(label: str, estimate: Estimate, meaning: str, beside: str = "", *, points: bool = False) -> None:
    """Show a figure with its interval and what it rests on.

    Args:
        label: what it is called.
        estimate: the figure.
        meaning: what it says, in plain words.
        beside: what it is to be held against.
        points: it is a difference, not a share.
    """
    with st.container(border=True, height="stretch"):
        st.metric(label, signed(estimate.value) if points else percent(estimate.value))
        st.markdown(rests_on(estimate, points=points))
        if beside:
            st.markdown(beside)
        st.caption(meaning)


def rests_on(estimate: Estimate, *, points: bool = False) -> str:
    """Return the interval and what the figure rests on, or why there is none.

    >>> rests_on(Estimate(12.5, 5.0, 22.0, 80, 32))
    '**5.0 – 22.0** (95 %)  \\n80 pairs in 32 articles'
    """
    if estimate.value is None:
        return f"No figure: {estimate.why}."
    n = f"{plural(estimate.n, 'pair')} in {plural(estimate.articles, 'article')}"
    if estimate.low is None:
        return f"No interval: {estimate.why}  \n{n}"
    if points:
        return f"**{signed(estimate.low)} to {signed(estimate.high)}** (95 %)  \n{n}"
    return f"**{figure(estimate.low)} – {figure(estimate.high)}** (95 %)  \n{n}"


def share(estimate: Estimate) -> str:
    """Return a share with its interval in one line.

    >>> share(Estimate(12.5, 5.0, 22.0, 80, 32)), share(Estimate.undefined("no pair"))
    ('12.5 % [5.0–22.0]', '–')
    """
    if estimate.value is None or estimate.low is None:
        return percent(estimate.value)
    return f"{percent(estimate.value)} [{figure(estimate.low)}–{figure(estimate.high)}]"


def of_coefficient(found: Coefficient) -> str:
    """Return a coefficient of agreement with its interval, or that there is none.

    >>> of_coefficient(Coefficient(0.81, 0.7, 0.9, 80, 32))
    '0.81 [0.70 to 0.90]'
    """
    return (
        coefficient_interval(found.value, found.low, found.high) if found.value is not None else "undefined"
    )


def reasons(found: Mapping[str, Coefficient]) -> list[str]:
    """Return why coefficients are undefined, each under its name."""
    return [f"{name}: {one.why}" for name, one in found.items() if one.value is None and one.why]

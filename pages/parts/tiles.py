"""Metric tiles and counts: each figure with its interval, what it rests on, and the pairs behind it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts.links import PairsLink, show_link
from valbench_core.analysis import HEADLINE, METRICS, OUTCOMES, Counts, Estimate
from valbench_core.numbers import count, figure, percent, plural
from valbench_core.schema import Outcome, ProtocolName
from valbench_core.words import DIRECTIONS

_LOST = {Outcome.UNJUDGED, Outcome.FAILED, Outcome.PENDING}
_JUDGED = tuple(outcome.value for outcome in OUTCOMES if outcome not in _LOST)


def metric_tiles(
    metrics: Mapping[str, Estimate], protocol: ProtocolName | None, *, across: int = len(HEADLINE)
) -> None:
    """Show the headline metrics side by side, so many in a row."""
    for start in range(0, len(HEADLINE), across):
        for column, key in zip(st.columns(across), HEADLINE[start : start + across], strict=False):
            with column.container(border=True, height="stretch"):
                _tile(key, metrics[key], protocol)


def _tile(key: str, estimate: Estimate, protocol: ProtocolName | None) -> None:
    metric = METRICS[key]
    st.metric(f"{metric.name} ({key})", percent(estimate.value))
    if key == "VPREF" and protocol == "v1":
        st.markdown("Protocol v1 does not ask the judge for it.")
    else:
        st.markdown(_rests_on(estimate))
    st.caption(f"{metric.meaning} {DIRECTIONS[metric.direction]}")


def _rests_on(estimate: Estimate) -> str:
    """Return the interval and what the figure rests on, or why there is none."""
    if estimate.value is None:
        return "No pair has been judged."
    n = f"{plural(estimate.n, 'pair')} in {plural(estimate.articles, 'article')}"
    if estimate.low is None:
        return f"No interval: {estimate.why}  \n{n}"
    return f"**{figure(estimate.low)} – {figure(estimate.high)}** (95 %)  \n{n}"


def counts(n: Counts) -> None:
    """Show what became of the pairs, as links to them where the list can be narrowed so far."""
    with st.container(horizontal=True, gap="small"):
        _count("asked", n.asked, PairsLink(), "All pairs of the run.")
        _count(
            "judged", n.judged, PairsLink(outcome=_JUDGED), "A valid verdict stands: figures rest on these."
        )
        _count(
            "unjudged",
            n.unjudged,
            _outcome(Outcome.UNJUDGED),
            "The judge was asked; no valid verdict stands.",
        )
        _count("failed", n.failed, _outcome(Outcome.FAILED), "An answer could not be had.")
        _count("pending", n.pending, _outcome(Outcome.PENDING), "Not tried yet.")
    parts = [f"{count(n.answered)} answered on both sides ({count(n.truncated)} with an answer cut off)"]
    parts += [f"{count(n.blocked)} of the failed blocked by a content filter"] if n.failed else []
    st.caption("; ".join(parts) + ".")


def _count(word: str, number: int, link: PairsLink, meaning: str) -> None:
    show_link(link, f"**{count(number)}** {word}", help=meaning, disabled=number == 0)


def _outcome(outcome: Outcome) -> PairsLink:
    return PairsLink(outcome=(outcome.value,))

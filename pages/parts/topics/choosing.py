"""What the page of topics is set to, in the URL: by what pairs are grouped, the metric, the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from pages.parts import data, present
from pages.parts.filters.url import PAGE_KEY, asked, say
from valbench_core.analysis import HEADLINE, METRICS, OUTCOME_SHARES
from valbench_core.schema import Outcome, ProtocolName, outcome_name

BY_KEY = "by"
METRIC_KEY = "metric"
SORT_KEY = "sort"
CROSS = "category_scale"

BREAKDOWNS: Mapping[str, str] = {
    "category": "category",
    "issue_scale": "issue scale",
    "article": "article",
    CROSS: "category × issue scale",
}
"""By what pairs can be grouped, in the URL, and the words for it."""
SORTS: Mapping[str, str] = {
    "pairs": "most pairs",
    "highest": "highest first",
    "lowest": "lowest first",
    "name": "by name",
    "p": "smallest p first",
}
"""The orders of groups, in the URL, and the words for them."""

_SORT_HELP = (
    "p says how often chance alone would make a group differ from all other pairs as much as it does; "
    "see the end of the page."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be shown."""

    by: str
    """A key of `BREAKDOWNS`."""
    metric: str
    """A key of `data.ALL_METRICS`."""
    name: str
    """What the metric is called on charts."""
    sort: str
    """A key of `SORTS`."""
    protocol: ProtocolName | None


def show(run: data.Run) -> Choice:
    """Show the choices and return what they are set to."""
    protocol = run.judgement.wording if run.judgement else None
    metrics = {key: f"{METRICS[key].name} ({key})" for key in HEADLINE}
    metrics |= {o.key: f"Share {outcome_name(o, protocol)}" for o in Outcome if o.key in OUTCOME_SHARES}
    with present.controls("topics"):
        by_place, metric_place, sort_place = st.columns(3)
        with by_place:
            by = _choose("By", BY_KEY, BREAKDOWNS, "category")
        with metric_place:
            metric = _choose("Metric", METRIC_KEY, metrics, "PAC", _metric_help())
        with sort_place:
            sorts = {key: SORTS[key] for key in _sorts(by)}
            sort = _choose("Order", SORT_KEY, sorts, next(iter(sorts)), _SORT_HELP)
    return Choice(by, metric, metric if metric in METRICS else metrics[metric], sort, protocol)


def _sorts(by: str) -> tuple[str, ...]:
    """Return the orders that there are, the usual one first."""
    if by == "issue_scale":
        return ("name", "pairs", "highest", "lowest")
    return ("pairs", "highest", "lowest", "name") if by in ("article", CROSS) else tuple(SORTS)


def _metric_help() -> str:
    return "\n\n".join(f"**{key}**: {METRICS[key].meaning}" for key in HEADLINE)


def _choose(label: str, key: str, words: Mapping[str, str], usual: str, help: str | None = None) -> str:  # noqa: A002
    wanted = (asked(key) or [usual])[0]
    if wanted not in words:
        say(f"“{label}” has no such choice; shown is {words[usual]}. The link asks for:", wanted)
        wanted = usual
    widget = f"topics {key}"
    st.session_state[widget] = wanted
    st.selectbox(
        label,
        list(words),
        format_func=words.__getitem__,
        key=widget,
        help=help,
        on_change=lambda: _set(key, st.session_state[widget]),
    )
    return wanted


def _set(key: str, value: str) -> None:
    """Put a choice into the URL, without what would not fit it: an order or page of other groups."""
    st.query_params[key] = value
    st.query_params.pop(PAGE_KEY, None)
    if key == BY_KEY and st.query_params.get(SORT_KEY) not in _sorts(value):
        st.query_params.pop(SORT_KEY, None)

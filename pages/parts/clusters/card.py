"""The group highlighted: what it is about, what it comes to, how the model contradicts itself there."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.parts import chart, data, tiles
from pages.parts.clusters.onward import pairs_of
from pages.parts.clusters.pair_rows import show_pairs
from pages.parts.clusters.picked import GROUP_KEY, pick
from pages.parts.clusters.rows import GroupRow, judged, rows_of
from pages.parts.clusters.view import View
from pages.parts.links import follow, show_link
from pages.parts.pair.texts import show_text
from valbench_core.charts import outcome_bar
from valbench_core.maps import UNGROUPED
from valbench_core.maps.figures import DIVERGENT
from valbench_core.numbers import count, interval, plural
from valbench_core.schema import Outcome

CENTRAL = 8
"""Pairs nearest to the middle of the group that are listed."""
CONTRADICTIONS = 3
"""Divergent pairs that are shown with both questions."""

_MIDDLE = (
    "The pairs nearest to the middle of the group by meaning, whatever became of them: they say what it is "
    "about. Choose one to read it."
)
_SEPARATOR = " · "
_BY_USER = "user"
_BY_TERMS = "terms"


def show(view: View) -> None:
    """Show the group that the URL names; nothing where it names none."""
    row = next((row for row in rows_of(view) if row.group.id == view.group), None)
    if not view.group or row is None:
        return
    with st.container(border=True):
        _show_head(view, row)
        _show_links(view, row)
        _show_central(view, row)
        if row.judged and not view.ask.explores:
            _show_figures(view, row)
        _show_contradictions(view, row)


def _show_head(view: View, row: GroupRow) -> None:
    st.subheader("The group highlighted")
    # Names are what somebody typed or a model wrote, terms come from the texts: none of it is Markdown.
    st.text(row.name, width="stretch")
    if row.group.id == UNGROUPED:
        st.caption("Pairs that are near no group; they have no subject in common.")
    elif row.group.terms and row.name != _SEPARATOR.join(row.group.terms):
        with st.container(horizontal=True, gap="small"):
            st.caption("Typical words:", width="content")
            st.text(_SEPARATOR.join(row.group.terms), width="content")
    st.caption(
        f"{plural(row.group.size, 'pair')}, {count(row.shown)} of them shown on the map, "
        f"{count(row.judged)} judged. {_named_by(view)}"
    )


def _named_by(view: View) -> str:
    by = view.names[view.group].by
    if view.group == UNGROUPED or by == _BY_TERMS:
        return ""
    return "Named by hand." if by == _BY_USER else "Named by a language model; see “Names of the groups”."


def _show_links(view: View, row: GroupRow) -> None:
    divergent = row.summary.outcomes[DIVERGENT] if row.summary else 0
    with st.container(horizontal=True, vertical_alignment="center"):
        show_link(pairs_of(view, row.group.id), f"Read these {plural(row.group.size, 'pair')}")
        if divergent and not view.ask.where:
            link = pairs_of(view, row.group.id, outcome=Outcome.INCONSISTENT.value)
            show_link(link, f"Read the {plural(divergent, 'divergent pair')}")
        st.button(
            "No highlight",
            icon=":material/highlight_off:",
            type="tertiary",
            key=f"no highlight:{row.group.id}",
            on_click=pick,
            args=(GROUP_KEY, ""),
        )


def _show_figures(view: View, row: GroupRow) -> None:
    assert row.summary is not None
    protocol = view.run.judgement.spec.protocol if view.run.judgement else None
    tiles.metric_tiles(row.summary.metrics, protocol, across=2)
    if row.share:
        share = interval(row.share.value, row.share.low, row.share.high)
        known = "95 % interval" if row.share.low is not None else f"no interval: {row.share.why}"
        st.markdown(
            f"**{share} %** of its pairs are divergent ({plural(row.share.n, 'pair')} in "
            f"{plural(row.share.articles, 'article')}, {known}); how far that is from the rest stands in the "
            "table of groups."
        )

    def to_outcome(outcome: str) -> None:
        follow(pairs_of(view, row.group.id, outcome=outcome))

    chart.show(outcome_bar(row.summary, protocol), f"outcomes of group {row.group.id}", pick=to_outcome)


def _show_central(view: View, row: GroupRow) -> None:
    found = _most_central(view, row, CENTRAL, None)
    if not found:
        return
    st.markdown("**What it is about**" if row.group.id != UNGROUPED else "**Some of its pairs**")

    def choose(pair_id: str) -> None:
        follow(pairs_of(view, row.group.id, pair=pair_id))

    show_pairs(view, np.array(found), "central pairs", choose, of_one_group=True)
    if row.group.id != UNGROUPED:
        st.caption(_MIDDLE)


def _show_contradictions(view: View, row: GroupRow) -> None:
    if not judged(view):
        return
    st.markdown("**Typical contradiction**")
    found = _most_central(view, row, CONTRADICTIONS, Outcome.INCONSISTENT)
    if not found:
        st.write("The model does not contradict itself on any judged pair of this group.")
        return
    for one in data.pair_rows(view.run, found):
        _show_contradiction(view, one.id)
    st.caption("Divergent pairs nearest to the middle of the group.")


def _show_contradiction(view: View, pair_id: str) -> None:
    pair = data.pair_detail(view.run, pair_id).pair
    key = f"{view.run.name}:{pair_id}"
    with st.container(border=True):
        show_text("Issue", pair.issue_description, f"issue:{key}")
        on_for, against = st.columns(2)
        with on_for:
            show_text("For", pair.for_question, f"for:{key}")
        with against:
            show_text("Against", pair.against_question, f"against:{key}")
        link = pairs_of(view, view.group, outcome=Outcome.INCONSISTENT.value, pair=pair_id)
        show_link(link, "Read both answers")


def _most_central(view: View, row: GroupRow, n: int, outcome: Outcome | None) -> tuple[int, ...]:
    code = view.on_level.code_of(row.group.id)
    assert code is not None
    return data.typical_pairs(view.run, view.ask, view.level, code, n, outcome)

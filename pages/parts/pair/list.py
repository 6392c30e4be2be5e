"""The list of pairs on the screen: a page of rows at a time; choosing one opens it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import data
from pages.parts.filters.fields import name_of
from pages.parts.filters.pair_filters import PairFilters
from pages.parts.filters.url import page_of, reset
from valbench_core.listing import Ordinals
from valbench_core.numbers import count, plural

PAIR_KEY = "pair"
"""In the URL: the pair the reader shows."""
ROWS = 25
"""Pairs a page of the list."""
HEIGHT = 440
"""Pixels of the list: it scrolls within, so that whatever is chosen, the reader appears in sight."""


def show_list(run: data.Run, filters: PairFilters, ordinals: Ordinals) -> None:
    """Show the pairs that the filters leave, those of the URL's page."""
    _say_how_many(len(ordinals), run.pairs, filters)
    if run.judgement_name:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Outcomes and scores are those of", width="content")
            st.text(run.judgement_name)
    if not len(ordinals):
        return
    page = page_of(-(-len(ordinals) // ROWS))
    shown = ordinals[(page - 1) * ROWS : page * ROWS]
    ids = [str(pair_id) for pair_id in filters.listing.table["pair_id"].to_numpy()[shown]]
    # The key names the rows: else a row chosen on one page would stay chosen on the next.
    key = f"list:{run.name}:{hash(tuple(ids))}"
    st.dataframe(
        _rows(run, filters, shown),
        key=key,
        hide_index=True,
        width="stretch",
        height=HEIGHT,
        on_select=lambda: _open_chosen(key, ids),
        selection_mode="single-cell",
        column_config=_columns(filters),
        placeholder="–",
    )


def page_holding(position: int) -> int:
    """Return the page of the list that holds a position."""
    return position // ROWS + 1


def _say_how_many(matching: int, total: int, filters: PairFilters) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if not filters.active:
            st.markdown(f"**{plural(total, 'pair')}** · choose one to read it")
        elif matching:
            st.markdown(f"**{count(matching)} of {plural(total, 'pair')}** · choose one to read it")
        else:
            st.info(
                f"None of the {plural(total, 'pair')} meets these filters.", icon=":material/filter_alt_off:"
            )
        if filters.active:
            st.button("Reset filters", icon=":material/filter_alt_off:", on_click=reset, type="tertiary")


def _rows(run: data.Run, filters: PairFilters, shown: Ordinals) -> pd.DataFrame:
    rows = data.pair_rows(run, [int(ordinal) for ordinal in shown])
    columns = {
        "issue": [row.issue_description for row in rows],
        "outcome": _names(filters, "outcome", shown),
        "score": filters.listing.table["adjusted"].to_numpy()[shown].round(2),
        "category": [row.category for row in rows],
        "scale": [row.issue_scale for row in rows],
        "article": [row.article_title for row in rows],
    }
    if filters.versus is not None:
        columns["versus"] = _names(filters, "versus_outcome", shown)
    return pd.DataFrame(columns)


def _names(filters: PairFilters, field: str, shown: Ordinals) -> list[str]:
    protocol = filters.protocol_of(field)
    return [
        ", ".join(name_of(field, value, protocol) for value in values)
        for values in filters.listing.values(field, shown)
    ]


def _columns(filters: PairFilters) -> dict[str, Any]:
    there = f"Outcome in {filters.versus.name}" if filters.versus else ""
    return {
        "issue": st.column_config.TextColumn("Issue", width=290),
        "outcome": st.column_config.TextColumn("Outcome", width=165),
        "score": st.column_config.NumberColumn(
            "Score", format="plain", width=60, help="Adjusted score s, −2 to 2"
        ),
        "versus": st.column_config.TextColumn(there, width=165),
        "category": st.column_config.TextColumn("Category", width=175),
        "scale": st.column_config.NumberColumn("Scale", format="%d", width=60, help="Issue scale, 0 to 5"),
        "article": st.column_config.TextColumn("Article", width="medium"),
    }


def _open_chosen(key: str, ids: Sequence[str]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        st.query_params[PAIR_KEY] = ids[cells[0][0]]

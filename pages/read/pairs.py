"""Pairs: a list to narrow and page through, and the reader that shows one of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from pages.parts import data, notices, sidebar
from pages.parts.filters import PAGE_KEY, PairFilters, pair_filters, reset
from pages.parts.pair_view import show_pair
from valbench_core.errors import RunError
from valbench_core.listing import listed
from valbench_core.numbers import count, plural
from valbench_core.schema import Outcome, ProtocolName, outcome_name

PAIR_KEY = "pair"
"""In the URL: the pair the reader shows."""
ROWS = 25
"""Pairs a page of the list."""
HEIGHT = 440
"""Pixels of the list: it scrolls within, so that whatever is chosen, the reader appears in sight."""


def show() -> None:
    """Show the page."""
    st.title("Pairs")
    run = sidebar.chosen()
    if run is None:
        return
    notices.show_for(run)
    table = data.table(run)
    reading = PAIR_KEY in st.query_params
    filters = pair_filters(table, _protocol(run), fold=reading)
    ordinals = _listed(run, table, filters)
    if reading:
        _reader(run, _Ids(table, ordinals))
    else:
        _list(run, table, ordinals, filters)


def _protocol(run: data.Run) -> ProtocolName | None:
    return run.judgement.spec.protocol if run.judgement else None


def _listed(run: data.Run, table: pd.DataFrame, filters: PairFilters) -> list[int]:
    found = [data.search(run, filters.q)] if filters.q.strip() else []
    if filters.text is not None:
        found.append(data.meeting(run, filters.text))
    within = frozenset.intersection(*found) if found else None
    return listed(table, filters.conditions, filters.sort, within)


# The list


def _list(run: data.Run, table: pd.DataFrame, ordinals: Sequence[int], filters: PairFilters) -> None:
    _say_how_many(len(ordinals), len(table), filters)
    if not ordinals:
        return
    pages = -(-len(ordinals) // ROWS)
    _say_unknown_page(pages)
    page = st.pagination(pages, key=PAGE_KEY, bind="query-params") if pages > 1 else 1
    shown = list(ordinals[(page - 1) * ROWS : page * ROWS])
    # The key names the rows: else a row chosen on one page would stay chosen on the next.
    key = f"list:{run.name}:{hash(tuple(shown))}"
    st.dataframe(
        _rows(run, table, shown),
        key=key,
        hide_index=True,
        width="stretch",
        height=HEIGHT,
        on_select=lambda: _open_chosen(key, [str(table.at[ordinal, "pair_id"]) for ordinal in shown]),
        selection_mode="single-cell",
        column_config=_COLUMNS,
        placeholder="–",
    )


def _say_unknown_page(pages: int) -> None:
    """Say that the list lacks the page of a link; one chosen here is in the session, and is there."""
    asked = st.query_params.get(PAGE_KEY)
    if asked is None or PAGE_KEY in st.session_state:
        return
    if not (asked.isdecimal() and 1 <= int(asked) <= pages):
        st.warning(f"This list has {plural(pages, 'page')}; the first is shown.", icon=":material/link_off:")


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


def _rows(run: data.Run, table: pd.DataFrame, shown: Sequence[int]) -> pd.DataFrame:
    rows = data.pair_rows(run, shown)
    of_rows = table.loc[[row.ordinal for row in rows]]
    return pd.DataFrame(
        {
            "issue": [row.issue_description for row in rows],
            "outcome": [outcome_name(Outcome(value), _protocol(run)) for value in of_rows["outcome"]],
            "score": of_rows["adjusted"].to_list(),
            "category": [row.category for row in rows],
            "scale": [row.issue_scale for row in rows],
            "article": [row.article_title for row in rows],
        }
    )


_COLUMNS: dict[Any, Any] = {
    "issue": st.column_config.TextColumn("Issue", width=290),
    "outcome": st.column_config.TextColumn("Outcome", width=165),
    "score": st.column_config.NumberColumn("Score", format="%d", width=60, help="Adjusted score s, −2 to 2"),
    "category": st.column_config.TextColumn("Category", width=175),
    "scale": st.column_config.NumberColumn("Scale", format="%d", width=60, help="Issue scale, 0 to 5"),
    "article": st.column_config.TextColumn("Article", width="medium"),
}


def _open_chosen(key: str, ids: Sequence[str]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        st.query_params[PAIR_KEY] = ids[cells[0][0]]


# The reader


class _Ids:
    """The pairs listed, in order, by id."""

    def __init__(self, table: pd.DataFrame, ordinals: Sequence[int]) -> None:
        self._ids = table["pair_id"]
        self._ordinals = ordinals

    def __len__(self) -> int:
        return len(self._ordinals)

    def at(self, position: int) -> str:
        """Return the id of the pair at a position of the list."""
        return str(self._ids.at[self._ordinals[position]])

    def position(self, ordinal: int) -> int | None:
        """Return where a pair stands in the list; None where the filters leave it out."""
        try:
            return self._ordinals.index(ordinal)
        except ValueError:
            return None


@st.fragment
def _reader(run: data.Run, ids: _Ids) -> None:
    """Show the pair of the URL; going to the next one redraws nothing else."""
    if PAIR_KEY not in st.query_params:
        st.rerun()
    pair_id = st.query_params[PAIR_KEY]
    try:
        detail = data.pair_detail(run, pair_id)
    except RunError:
        _say_unknown(run, pair_id)
        return
    _steps(ids, ids.position(detail.ordinal))
    show_pair(detail, run.judgement, run.name)


def _steps(ids: _Ids, position: int | None) -> None:
    before = None if position is None or position == 0 else ids.at(position - 1)
    after = None if position is None or position + 1 >= len(ids) else ids.at(position + 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        _step("Previous", ":material/arrow_back:", before, "left")
        if position is None:
            st.caption("The filters leave this pair out.", width="content")
        else:
            st.caption(f"{count(position + 1)} of {count(len(ids))}", width="content")
        _step("Next", ":material/arrow_forward:", after, "right")
        st.space("stretch")
        st.button("All pairs", icon=":material/list:", type="tertiary", on_click=_close, args=(position,))


def _step(label: str, icon: str, pair_id: str | None, icon_position: Literal["left", "right"]) -> None:
    st.button(
        label,
        icon=icon,
        icon_position=icon_position,
        disabled=pair_id is None,
        key=f"{label} of pair",
        on_click=_open,
        args=(pair_id,),
    )


def _open(pair_id: str) -> None:
    st.query_params[PAIR_KEY] = pair_id


def _close(position: int | None = None) -> None:
    """Go back to the list, at the page that holds the pair read last."""
    st.query_params.pop(PAIR_KEY, None)
    if position is not None:
        st.session_state[PAGE_KEY] = position // ROWS + 1


def _say_unknown(run: data.Run, pair_id: str) -> None:
    with st.container(border=True):
        st.error(
            f"This run has no such pair; it holds {count(run.pairs)} others.", icon=":material/link_off:"
        )
        st.text(f"pair: {pair_id}\nrun: {run.name}")
        st.button("All pairs", icon=":material/list:", on_click=_close)


show()

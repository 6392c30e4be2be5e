"""The list of verdicts on the page of rationales: what the judge wrote, searched, narrowed and paged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import data, present
from pages.parts.data.listings import listing as listing_of
from pages.parts.filters.fields import name_of
from pages.parts.filters.url import SEARCH_KEY, asked, condition, page_of, picked_values, write
from pages.parts.links import PairsLink, follow
from valbench_core.listing import Listing, Ordinals
from valbench_core.numbers import count, plural
from valbench_core.runs import Judgement, Rationale
from valbench_core.schema import ProtocolName

ROWS = 25
"""Verdicts a page of the list."""
HEIGHT = 460
"""Pixels of the list."""
CUT = 300
"""Characters of a text in the list; the reader shows all of it."""

_OUTCOME = "outcome"
_SEARCH_HELP = "Looks through what the judge wrote only. All words must occur; quote a phrase."


def show(run: data.Run, judgement: Judgement) -> None:
    """Show the verdicts that stand, narrowed to what the URL asks for."""
    st.header("What the judge wrote")
    listing = listing_of(run)
    q = " ".join(asked(SEARCH_KEY)).strip()
    outcomes = picked_values(listing, _OUTCOME, judgement.spec.protocol)
    shown = _ordinals(run, judgement, listing, q, outcomes)
    with present.controls("verdicts"):
        _widgets(listing, judgement.spec.protocol, q, outcomes)
    _say_how_many(len(shown), data.figures(run).whole.n.judged)
    if len(shown):
        _list(run, judgement, shown, PairsLink(q=q, outcome=tuple(outcomes)))


def _ordinals(
    run: data.Run, judgement: Judgement, listing: Listing, q: str, outcomes: Sequence[str]
) -> Ordinals:
    found = data.found_in_verdicts(run, judgement, q) if q else None
    listed = listing.listed([condition(_OUTCOME, outcomes)] if outcomes else [], None, found)
    return listed[data.table(run)["score"].notna().to_numpy()[listed]]


def _widgets(listing: Listing, protocol: ProtocolName, q: str, outcomes: Sequence[str]) -> None:
    search, pick = st.columns([2, 1], vertical_alignment="bottom")
    if st.session_state.get(SEARCH_KEY) != q:
        st.session_state[SEARCH_KEY] = q
    search.text_input(
        "Search the verdicts",
        key=SEARCH_KEY,
        placeholder="words, or a “quoted phrase”",
        help=_SEARCH_HELP,
        icon=":material/search:",
        on_change=_write_search,
    )
    st.session_state[_OUTCOME] = list(outcomes)
    pick.multiselect(
        "Outcome",
        list(dict.fromkeys((*listing.choices(_OUTCOME), *outcomes))),
        format_func=lambda value: name_of(_OUTCOME, value, protocol),
        key=_OUTCOME,
        placeholder="any",
        select_all=False,
        on_change=lambda: write(_OUTCOME, st.session_state[_OUTCOME]),
    )


def _write_search() -> None:
    text = st.session_state[SEARCH_KEY]
    write(SEARCH_KEY, [text] if text else [])


def _say_how_many(shown: int, judged: int) -> None:
    if shown:
        of = (
            plural(judged, "verdict") if shown == judged else f"{count(shown)} of {plural(judged, 'verdict')}"
        )
        st.markdown(f"**{of}** · choose one to read the pair, the judge's answer as it came and its prompt")
    else:
        st.info(
            f"None of the {plural(judged, 'verdict')} meets these filters.", icon=":material/filter_alt_off:"
        )


def _list(run: data.Run, judgement: Judgement, ordinals: Ordinals, link: PairsLink) -> None:
    page = page_of(-(-len(ordinals) // ROWS))
    rows = data.rationales(run, judgement, ordinals[(page - 1) * ROWS : page * ROWS])
    ids = [row.pair_id for row in rows]
    # The key names the rows: else a row chosen on one page would stay chosen on the next.
    key = f"rationales:{run.name}:{judgement.name}:{hash(tuple(ids))}"
    st.dataframe(
        _table(rows, data.table(run), judgement.spec.protocol),
        key=key,
        hide_index=True,
        width="stretch",
        height=HEIGHT,
        on_select=lambda: _open(key, ids, link),
        selection_mode="single-cell",
        column_config=_COLUMNS,
        placeholder="–",
    )


def _table(rows: Sequence[Rationale], table: pd.DataFrame, protocol: ProtocolName) -> pd.DataFrame:
    of_rows = table.loc[[row.ordinal for row in rows]]
    issues = {} if protocol == "v1" else {"central_issue": [_cut(row.central_issue) for row in rows]}
    return pd.DataFrame(
        {
            **issues,
            "score": [row.score for row in rows],
            "adjusted": of_rows["adjusted"].to_list(),
            "outcome": [name_of(_OUTCOME, value, protocol) for value in of_rows["outcome"]],
            "for_positions": [_cut(row.for_positions) for row in rows],
            "against_positions": [_cut(row.against_positions) for row in rows],
            "points_of_alignment": [_cut(row.points_of_alignment) for row in rows],
            "points_of_opposition": [_cut(row.points_of_opposition) for row in rows],
        }
    )


def _cut(text: str) -> str:
    return text if len(text) <= CUT else f"{text[:CUT]} …"


_COLUMNS: dict[Any, Any] = {
    "central_issue": st.column_config.TextColumn("Central issue", width=230),
    "score": st.column_config.NumberColumn("σ", format="%d", width=45, help="The judge's score, −2 to 2"),
    "adjusted": st.column_config.NumberColumn(
        "Score", format="%d", width=60, help="Adjusted score s, −2 to 2"
    ),
    "outcome": st.column_config.TextColumn("Outcome", width=150),
    "for_positions": st.column_config.TextColumn("Position of the for answer", width=210),
    "against_positions": st.column_config.TextColumn("Position of the against answer", width=210),
    "points_of_alignment": st.column_config.TextColumn("Points of agreement", width=210),
    "points_of_opposition": st.column_config.TextColumn("Points of opposition", width=210),
}


def _open(key: str, ids: Sequence[str], link: PairsLink) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        follow(PairsLink(q=link.q, outcome=link.outcome, pair=ids[cells[0][0]]))

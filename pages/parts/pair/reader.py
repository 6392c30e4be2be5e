"""The reader: one pair of a list, and steps to the next and the one before, which redraw nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import streamlit as st

from pages.parts import data, links
from pages.parts.filters.url import turn
from pages.parts.pair.list import PAIR_KEY, page_holding
from pages.parts.pair.tools import show_tools
from pages.parts.pair.view import show_pair
from valbench_core.errors import RunError
from valbench_core.listing import Ordinals
from valbench_core.numbers import count
from valbench_core.runs import PairDetail

ToMap = Callable[[str], links.ClustersLink]
"""The id of a pair → the link to its place on the map."""


class Places:
    """The pairs of a list, in order, by id."""

    def __init__(self, run: data.Run, ordinals: Ordinals) -> None:
        self._ids = data.table(run)["pair_id"].to_numpy()
        self._ordinals = ordinals

    def __len__(self) -> int:
        return len(self._ordinals)

    def at(self, position: int) -> str | None:
        """Return the id of the pair at a position of the list; None where it has none."""
        return str(self._ids[self._ordinals[position]]) if 0 <= position < len(self) else None

    def position(self, ordinal: int) -> int | None:
        """Return where a pair stands in the list; None where the filters leave it out."""
        found = np.flatnonzero(self._ordinals == ordinal)
        return int(found[0]) if len(found) else None


@st.fragment
def show_reader(run: data.Run, places: Places, to_map: ToMap | None = None) -> None:
    """Show the pair of the URL.

    Args:
        run: the run under the judgement shown.
        places: the pairs to step through.
        to_map: leads from a pair to its place on the map; None where there is no map.
    """
    links.go()
    if PAIR_KEY not in st.query_params:
        st.rerun()
    pair_id = st.query_params[PAIR_KEY]
    try:
        detail = data.pair_detail(run, pair_id)
    except RunError:
        _say_unknown(run, pair_id)
        return
    _steps(run, detail, places, to_map)
    show_pair(detail, run)


def _steps(run: data.Run, detail: PairDetail, places: Places, to_map: ToMap | None) -> None:
    position = places.position(detail.ordinal)
    before = None if position is None else places.at(position - 1)
    after = None if position is None else places.at(position + 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        _step("Previous", ":material/arrow_back:", before, "left", "Left")
        if position is None:
            st.caption("The filters leave this pair out.", width="content")
        else:
            st.caption(f"{count(position + 1)} of {count(len(places))}", width="content")
        _step("Next", ":material/arrow_forward:", after, "right", "Right")
        st.space("stretch")
        if to_map:
            links.show_link(
                to_map(detail.pair.id),
                "On the map",
                icon=links.ON_MAP_ICON,
                help="Where it lies, and what lies near it.",
            )
        show_tools(detail, run)
        st.button(
            "All pairs",
            icon=":material/list:",
            type="tertiary",
            on_click=_close,
            args=(position,),
        )


def _step(
    label: str, icon: str, pair_id: str | None, icon_position: Literal["left", "right"], key: str
) -> None:
    st.button(
        label,
        icon=icon,
        icon_position=icon_position,
        disabled=pair_id is None,
        key=f"{label} of pair",
        on_click=_open,
        args=(pair_id,),
        shortcut=key,
        help=f"The arrow key {key.lower()} does the same.",
    )


def _open(pair_id: str) -> None:
    st.query_params[PAIR_KEY] = pair_id


def _close(position: int | None = None) -> None:
    """Go back to the list, at the page that holds the pair read last."""
    st.query_params.pop(PAIR_KEY, None)
    if position is not None:
        turn(page_holding(position))


def _say_unknown(run: data.Run, pair_id: str) -> None:
    with st.container(border=True):
        st.error(
            f"This run has no such pair; it holds {count(run.pairs)} others.", icon=":material/link_off:"
        )
        st.text(f"pair: {pair_id}\nrun: {run.name}")
        st.button("All pairs", icon=":material/list:", on_click=_close)

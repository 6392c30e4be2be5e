"""Lists of pairs on which judgements differ, each row of which opens the pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import data
from pages.parts.filters.url import page_of
from pages.parts.id_links import id_field
from pages.parts.links import PairsLink, follow
from valbench_core.runs import Judgement

ROWS = 25
"""Pairs a page of a list."""
HEIGHT = 440
"""Pixels of a list."""


def pairs_by_score(
    run: data.Run, ordinals: Sequence[int], columns: Mapping[str, Judgement], page_key: str
) -> None:
    """List pairs with the score each judgement gives them; a row opens the pair among those of its page.

    Args:
        run: the run.
        ordinals: the pairs, in order.
        columns: heading of a column → the judgement whose scores it holds.
        page_key: the parameter of the URL that names the page of the list.
    """
    page = page_of(-(-len(ordinals) // ROWS), page_key)
    shown = list(ordinals[(page - 1) * ROWS : page * ROWS])
    rows = data.pair_rows(run, shown)
    ids = [row.id for row in rows]
    # The key names the rows: else a row chosen on one page would stay chosen on the next.
    key = f"{page_key}:{run.name}:{hash((tuple(ids), tuple(columns)))}"
    st.dataframe(
        pd.DataFrame(
            {
                **{f"score {n}": _scores(run, one, shown) for n, one in enumerate(columns.values())},
                "issue": [row.issue_description for row in rows],
                "category": [row.category for row in rows],
            }
        ),
        key=key,
        hide_index=True,
        width="stretch",
        height="auto" if len(rows) < 12 else HEIGHT,
        selection_mode="single-cell",
        on_select=lambda: _open(key, ids),
        column_config=_columns(list(columns)),
        placeholder="–",
    )


def read_pairs(ids: Sequence[str]) -> None:
    """Lead to pairs by id, the first of them where they are many; nowhere where there is none."""
    if ids:
        follow(PairsLink(id=id_field(ids)))


def _scores(run: data.Run, judgement: Judgement, ordinals: Sequence[int]) -> list[float]:
    found: list[float] = data.scores_under(run, judgement).loc[list(ordinals)].to_list()
    return found


def _columns(headings: Sequence[str]) -> dict[str, Any]:
    column = st.column_config
    return {
        **{
            f"score {n}": column.NumberColumn(
                heading, format="plain", width=105, help=f"Adjusted score s, −2 to 2: {heading}"
            )
            for n, heading in enumerate(headings)
        },
        "issue": column.TextColumn("Issue", width=330),
        "category": column.TextColumn("Category", width="medium"),
    }


def _open(key: str, ids: Sequence[str]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        pair = ids[cells[0][0]]
        follow(PairsLink(id=id_field(ids, pair), pair=pair))

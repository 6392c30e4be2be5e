"""Pairs of the map as rows of a table, each of which leads on."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pages.parts import data
from pages.parts.clusters.view import View
from valbench_core.schema import Outcome, outcome_name
from valbench_core.words import score_words

if TYPE_CHECKING:
    from valbench_core.listing import Ordinals


def show_pairs(
    view: View, ordinals: Ordinals, name: str, choose: Callable[[str], None], *, of_one_group: bool = False
) -> None:
    """Show pairs, and call `choose` with the id of one that somebody clicks.

    Args:
        view: what the page shows.
        ordinals: the pairs, in order.
        name: tells the table from the page's others.
        choose: called with the id of a pair.
        of_one_group: whether all are of a group that is named already.
    """
    ids = [str(pair_id) for pair_id in data.table(view.run)["pair_id"].to_numpy()[ordinals]]
    # The key names the rows: else a row chosen on one page would stay chosen on the next.
    key = f"{name} of {view.run.name}: {hash(tuple(ids))}"

    def chosen() -> None:
        cells = st.session_state[key].selection.cells
        if cells:
            choose(ids[cells[0][0]])

    st.dataframe(
        _table(view, ordinals).drop(columns=["group"] if of_one_group else []),
        key=key,
        hide_index=True,
        width="stretch",
        on_select=chosen,
        selection_mode="single-cell",
        column_config=_columns(view),
        placeholder="–",
    )


def _table(view: View, ordinals: Ordinals) -> pd.DataFrame:
    rows = data.pair_rows(view.run, [int(ordinal) for ordinal in ordinals])
    table = data.table(view.run)
    level, names = view.on_level, view.names
    groups = [level.groups[code].id for code in level.codes[view.places[ordinals]]]
    columns = {
        "issue": [row.issue_description for row in rows],
        "outcome": _words(view.run, table["outcome"].to_numpy()[ordinals]),
        "score": [None if isnan(s) else score_words(s) for s in table["adjusted"].to_numpy()[ordinals]],
        "group": [names[group].text for group in groups],
        "category": [row.category for row in rows],
    }
    if view.versus:
        listing = data.listing(view.run, view.versus)
        values = [found[0] for found in listing.values("versus_outcome", ordinals)]
        columns["versus"] = _words(view.versus, values)
    return pd.DataFrame(columns)


def _words(run: data.Run, outcomes: Any) -> list[str]:
    protocol = run.judgement.wording if run.judgement else None
    known = {outcome.value: outcome_name(outcome, protocol) for outcome in Outcome}
    return [known.get(outcome, "not in that run") for outcome in outcomes]


def _columns(view: View) -> dict[str, Any]:
    column = st.column_config
    return {
        "issue": column.TextColumn("Issue", width=330),
        "outcome": column.TextColumn("Outcome", width=165),
        "score": column.TextColumn("Score", width=60, help="Adjusted score s, −2 to 2"),
        "group": column.TextColumn("Group", width=210),
        "category": column.TextColumn("Category", width=175),
        "versus": column.TextColumn(f"Outcome in {view.versus.name}" if view.versus else "", width=165),
    }

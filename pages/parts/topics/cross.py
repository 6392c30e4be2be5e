"""Category and issue scale at once on the page of topics: a heat map whose cells lead to their pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pages.parts import chart, data
from pages.parts.links import follow
from pages.parts.topics import groups
from pages.parts.topics.choosing import CROSS, Choice
from pages.parts.topics.links import pairs_of
from valbench_core.charts import topic_map
from valbench_core.numbers import plural

ROWS = 40
"""Categories in the map; the benchmark has 20, other data may have any number."""


def show(run: data.Run, choice: Choice) -> None:
    """Show the map, and what its rows come to."""
    cells = [cell for cell in data.summaries_by(run, "category", "issue_scale") if cell.summary.n.judged]
    categories = groups.ordered(run, replace(choice, by="category"))
    rows = [group.group for group in categories[:ROWS]]
    columns = sorted({cell.parts[1] for cell in cells}, key=lambda scale: (not scale.isdecimal(), scale))
    by_parts = {cell.parts: cell for cell in cells}

    def pick(parts: Sequence[str]) -> None:
        follow(pairs_of(run, CROSS, by_parts[tuple(parts)], choice.metric))

    found = topic_map(cells, rows, columns, choice.metric, choice.name)
    chart.show(found, f"topics {CROSS} {choice.metric}", pick=pick)
    st.caption(
        "The stronger its colour, the higher a cell. Point at one for its interval, click it for its pairs."
    )
    hidden = len(categories) - len(rows)
    if hidden:
        st.caption(f"{plural(hidden, 'more category', 'more categories')} not shown.")
    with st.expander("The cells as a table"):
        shown = [cell for row in rows for column in columns if (cell := by_parts.get((row, column)))]
        groups.table(run, CROSS, shown, choice.protocol)
    groups.refusals(run, "category", categories[:ROWS])

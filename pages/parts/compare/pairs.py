"""The pairs behind a comparison: what the same pairs came to in two runs, and those that flip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import chart, data, present
from pages.parts.compare.links import flips_beside, pairs_beside
from pages.parts.filters.url import asked, page_of, say, write
from pages.parts.links import follow
from valbench_core.charts import outcome_matrix_map
from valbench_core.numbers import plural
from valbench_core.schema import Outcome, ProtocolName, outcome_name

AGAINST_KEY = "against"
"""In the URL: of several runs, the one whose pairs are set beside the baseline's."""
ROWS = 25
"""Pairs a page of the list."""
HEIGHT = 440
"""Pixels of the list."""


def chosen(runs: Sequence[data.Run], names: Mapping[str, str]) -> data.Run:
    """Let people choose which of several runs is set beside the baseline pair by pair."""
    st.header("Pair by pair")
    others = {run.name: run for run in runs[1:]}
    wanted = next(iter(asked(AGAINST_KEY)), runs[1].name)
    if wanted not in others:
        say("This run is not among those compared; the first is shown:", wanted)
        wanted = runs[1].name
    if len(others) == 1:
        return runs[1]
    st.session_state[AGAINST_KEY] = wanted
    with present.controls("against"):
        name = st.selectbox(
            "Run beside the baseline",
            list(others),
            format_func=lambda name: names[name],
            key=AGAINST_KEY,
            on_change=lambda: write(AGAINST_KEY, [st.session_state[AGAINST_KEY]]),
        )
    return others[name]


def matrix(baseline: data.Run, run: data.Run) -> None:
    """Show the outcomes of the same pairs in both runs; a cell opens its pairs."""

    def pick(cell: tuple[str, str]) -> None:
        follow(pairs_beside(baseline, run, outcome=(cell[1],), versus_outcome=(cell[0],)))

    counts = data.outcomes_beside(baseline, run)
    picture = outcome_matrix_map(counts, run.name, baseline.name, _shared_protocol(baseline, run))
    chart.show(picture, "outcomes beside", pick=pick)
    st.caption("Pairs judged in both. A click on a number opens its pairs.")


def flips(baseline: data.Run, run: data.Run) -> None:
    """List the pairs on which one run is consistent and the other is not."""
    st.header("Pairs that flip")
    found = data.flipped(baseline, run)
    if found.empty:
        st.write("No shared pair is consistent in one of the two runs and not in the other.")
        return
    st.markdown(
        f"**{plural(len(found), 'pair')}** consistent in one run and not in the other, biggest contrast "
        "(distance of the scores) first · choose one to read it"
    )
    page = page_of(-(-len(found) // ROWS))
    shown = found.iloc[(page - 1) * ROWS : page * ROWS]
    ids = [str(pair_id) for pair_id in shown["pair_id"]]
    # The key names the rows: else a row chosen on one page would stay chosen on the next.
    key = f"flips:{baseline.name}:{run.name}:{hash(tuple(ids))}"
    st.dataframe(
        _rows(baseline, run, shown),
        key=key,
        hide_index=True,
        width="stretch",
        height=HEIGHT,
        on_select=lambda: _open(key, ids, run, baseline),
        selection_mode="single-cell",
        column_config=_columns(baseline, run),
        placeholder="–",
    )


def _rows(baseline: data.Run, run: data.Run, shown: pd.DataFrame) -> pd.DataFrame:
    pairs = data.pair_rows(run, [int(ordinal) for ordinal in shown["ordinal"]])
    return pd.DataFrame(
        {
            "issue": [pair.issue_description for pair in pairs],
            "outcome": [_word(value, run) for value in shown["outcome"]],
            "score": shown["score"].round(2).to_list(),
            "baseline_outcome": [_word(value, baseline) for value in shown["baseline_outcome"]],
            "baseline_score": shown["baseline_score"].round(2).to_list(),
            "contrast": shown["contrast"].round(2).to_list(),
            "category": [pair.category for pair in pairs],
        }
    )


def _columns(baseline: data.Run, run: data.Run) -> dict[str, Any]:
    column = st.column_config
    return {
        "issue": column.TextColumn("Issue", width=290),
        "outcome": column.TextColumn(f"In {run.name}", width=165),
        "score": column.NumberColumn("Score", format="plain", width=60, help="Adjusted score s, −2 to 2"),
        "baseline_outcome": column.TextColumn(f"In {baseline.name}", width=165),
        "baseline_score": column.NumberColumn(
            "Score", format="plain", width=60, help="Adjusted score s there"
        ),
        "contrast": column.NumberColumn("Contrast", format="plain", width=75, help="Distance of the scores"),
        "category": column.TextColumn("Category", width="medium"),
    }


def _open(key: str, ids: Sequence[str], run: data.Run, baseline: data.Run) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        follow(flips_beside(baseline, run, ids[cells[0][0]]))


def _word(outcome: str, run: data.Run) -> str:
    return outcome_name(Outcome(outcome), run.judgement.wording if run.judgement else None)


def _shared_protocol(baseline: data.Run, run: data.Run) -> ProtocolName | None:
    """Return the protocol of both, by which outcomes go; None where they differ."""
    protocols = {each.judgement.wording for each in (baseline, run) if each.judgement}
    return protocols.pop() if len(protocols) == 1 else None

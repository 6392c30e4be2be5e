"""Where the judge errs: how often by category and score, in which direction, and on which pairs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts import chart, data, present
from pages.parts.audited.links import chart_key, open_but_waiting, pairs_by_id
from pages.parts.filters.url import page_of
from pages.parts.id_links import of_many
from pages.parts.links import follow
from valbench_core.analysis import ErrorRate, Estimate
from valbench_core.audit import Draw
from valbench_core.charts import error_strip
from valbench_core.numbers import figure, interval, plural
from valbench_core.words import group_words

ROWS = 25
"""Pairs a page of the list."""
HEIGHT = 440
"""Pixels of the list."""

_BY = {"category": "category", "score": "the judge's score"}


def show(run: data.Run, draw: Draw, figures: data.AuditFigures) -> None:
    """Show how often the judge errs, where, and on which pairs."""
    st.header("Where the judge errs")
    _overall(figures.errors)
    with present.controls("errors-by"):
        by = st.segmented_control(
            "By", list(_BY), format_func=_BY.__getitem__, default="category", key="errors by", required=True
        )
    rates = figures.errors_by_score if by == "score" else figures.errors_by_category
    _rates(run, figures, by or "category", rates)
    _differing(run, figures)


def _overall(rate: ErrorRate) -> None:
    st.markdown(
        f"The judge gives another score than people on **{_text(rate.estimate)} %** of pairs: a higher one "
        f"on {_text(rate.over)} %, a lower one on {_text(rate.under)} %."
    )


def _rates(run: data.Run, figures: data.AuditFigures, by: str, rates: Sequence[ErrorRate]) -> None:
    def pick(group: str) -> None:
        rows = figures.differing
        column = rows["category"] if by == "category" else rows["judge"].map(_score)
        ids = rows.loc[column.replace("", "(none)") == group, "pair_id"]
        open_but_waiting(run, [str(pair_id) for pair_id in ids], figures.waiting)

    picture = error_strip(rates, f"Another score than people, by {_BY[by]}")
    chart.show(picture, chart_key(f"errors by {by}"), pick=pick)
    many = of_many(len(figures.differing))
    st.caption(
        f"A click on a dot opens the pairs of the group on which people and judge differ, but for those "
        f"that wait to be settled.{many}"
    )
    notes = ["Note"] if any(rate.estimate.why for rate in rates) else []
    st.dataframe(
        pd.DataFrame([_row(rate) for rate in rates]),
        column_order=[*_ALWAYS, *notes],
        hide_index=True,
        width="stretch",
        key=f"error rates by {by}",
        column_config=_COLUMNS,
    )


def _row(rate: ErrorRate) -> dict[str, str | int]:
    return {
        "Group": group_words(rate.group),
        "Labelled": rate.labelled,
        "Another score": _text(rate.estimate),
        "Judge higher": _text(rate.over),
        "Judge lower": _text(rate.under),
        "Note": rate.estimate.why,
    }


_ALWAYS = ("Group", "Labelled", "Another score", "Judge higher", "Judge lower")
_COLUMNS = {
    "Group": st.column_config.TextColumn(width=210),
    "Labelled": st.column_config.NumberColumn(width=75, help="Labelled pairs of the group."),
    "Another score": st.column_config.TextColumn(width=140, help="Percent of pairs, with 95 % interval."),
    "Judge higher": st.column_config.TextColumn(width=140, help="Over-calls: the judge sees more agreement."),
    "Judge lower": st.column_config.TextColumn(width=140, help="Under-calls: the judge sees less agreement."),
    "Note": st.column_config.TextColumn(width=240),
}


def _score(value: float) -> str:
    """Return an adjusted score as groups of error rates name it.

    >>> _score(-2.0), _score(1.5)
    ('-2', '1.5')
    """
    return f"{value:g}"


def _differing(run: data.Run, figures: data.AuditFigures) -> None:
    """List the pairs where judge and people differ, but for those that wait for somebody to settle them."""
    st.subheader("Pairs where judge and people differ, in the score or in a flag")
    found = figures.differing
    waiting = int(found["waiting"].sum())
    found = found[~found["waiting"]]
    if waiting:
        st.caption(
            f"{plural(waiting, 'pair')} on which auditors differ are left out until somebody has settled "
            "them: whoever does should not know the verdict."
        )
    if found.empty:
        st.write("On no other labelled pair do judge and people differ.")
        return
    st.markdown(f"**{plural(len(found), 'pair')}**, farthest apart first · choose one to read it")
    page = page_of(-(-len(found) // ROWS))
    _list(run, found.iloc[(page - 1) * ROWS : page * ROWS])


def _list(run: data.Run, shown: pd.DataFrame) -> None:
    """List the pairs of a page; a row opens the pair among these."""
    mine = [str(pair_id) for pair_id in shown["pair_id"]]
    # The key names the rows: else a row chosen on one page would stay chosen on the next.
    key = f"differing of {run.name}: {hash(tuple(mine))}"

    def open_chosen() -> None:
        cells = st.session_state[key].selection.cells
        if cells:
            follow(pairs_by_id(run, mine, pair=mine[cells[0][0]]))

    rows = {
        "Issue": data.issues(run, mine),
        "By hand": [figure(value, 0 if value == round(value) else 1) for value in shown["human"]],
        "Judge": [figure(value, 0 if value == round(value) else 1) for value in shown["judge"]],
        "Differ in": shown["differs_in"].to_list(),
        "Category": shown["category"].to_list(),
    }
    st.dataframe(
        pd.DataFrame(rows),
        key=key,
        hide_index=True,
        width="stretch",
        height=HEIGHT if len(mine) > 10 else "auto",
        on_select=open_chosen,
        selection_mode="single-cell",
        column_config=_LIST_COLUMNS,
    )


_LIST_COLUMNS = {
    "Issue": st.column_config.TextColumn(width=330),
    "By hand": st.column_config.TextColumn(width=70, help="Adjusted score s; the mean of several auditors."),
    "Judge": st.column_config.TextColumn(width=60, help="Adjusted score s."),
    "Differ in": st.column_config.TextColumn(width=220),
    "Category": st.column_config.TextColumn(width=175),
}


def _text(estimate: Estimate) -> str:
    return interval(estimate.value, estimate.low, estimate.high)

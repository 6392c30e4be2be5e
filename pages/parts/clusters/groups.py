"""The groups of a map beside it: how many pairs, how many divergent, and whether that is more than elsewhere.

Figures stand first; the test takes seconds and is added last (`add_tests`). What is known of groups is left
to `rows`, all their figures to `figures`, one group to `card`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import data, present
from pages.parts.clusters.picked import GROUP_KEY, pick
from pages.parts.clusters.rows import (
    GroupRow,
    is_known,
    is_tested,
    judged,
    ordered,
    orders_for,
    rows_of,
    test_of,
)
from pages.parts.clusters.view import View
from pages.parts.filters.url import asked, say
from valbench_core.analysis import Estimate, GroupTest, Points
from valbench_core.maps import UNGROUPED
from valbench_core.maps.divergence import Diverging
from valbench_core.maps.figures import DIVERGENT, family_words
from valbench_core.numbers import count, interval, p_text, plural, signed

ORDER_KEY = "order"
"""In the URL: the order of the groups."""
WIDTH = 444
"""Pixels of what is said of the groups where the map has room beside it."""
HEIGHT = 520
"""Pixels of the table at most: it scrolls within, so that it ends where the map does."""

_ROW_HEIGHT = 48
"""Pixels of a row: names take two lines."""
_HEAD_HEIGHT = 38
_USUAL = "pairs"
_ALPHA = 0.05
_DIVERGING: tuple[Diverging, ...] = ("both", "here", "there")


def show(view: View) -> DeltaGenerator:
    """Show the groups, and return the place that `add_tests` fills when all else stands."""
    order = _choose_order(view)
    place = st.empty()
    with place.container():
        if is_tested(view) and (order == "p" or is_known(view)):
            _show_tested(view, order)
        elif is_tested(view):
            _show_untested(view, order)
        else:
            _show_table(view, ordered(rows_of(view), order))
            _explain(view)
    return place


def add_tests(view: View, place: DeltaGenerator) -> None:
    """Show the groups once more, with what sets them apart from the rest; the page calls this last."""
    if is_tested(view) and not is_known(view):
        test_of(view)
        with place.container():
            _show_tested(view, order_of(view))


def order_of(view: View) -> str:
    """Return the order that the URL asks for, or the usual one."""
    wanted = (asked(ORDER_KEY) or [_USUAL])[0]
    return wanted if wanted in orders_for(view) else _USUAL


def _choose_order(view: View) -> str:
    orders, wanted = orders_for(view), order_of(view)
    in_link = (asked(ORDER_KEY) or [wanted])[0]
    if in_link != wanted:
        stays = orders[wanted].words
        say(f"These groups have no such order; it stays at “{stays}”. The link asks for:", in_link)
    widget = "order of groups"
    st.session_state[widget] = wanted
    with present.controls("groups"):
        st.selectbox(
            "Order of groups",
            list(orders),
            format_func=lambda key: orders[key].words,
            key=widget,
            on_change=lambda: _set_order(st.session_state[widget]),
        )
    return wanted


def _set_order(order: str) -> None:
    if order == _USUAL:
        st.query_params.pop(ORDER_KEY, None)
    else:
        st.query_params[ORDER_KEY] = order


# The table


_NO_INTERVAL = "no interval"
_CORRECTED = "By Benjamini–Hochberg over the groups in view."
_SHARE = (
    "Divergent pairs of the judged pairs of the group, with the 95 % interval over articles; pairs of one "
    "article have none."
)


def _show_untested(view: View, order: str) -> None:
    """Show the groups while they are being tested: no widget yet, for the table is about to be replaced."""
    rows = ordered(rows_of(view), order)
    st.dataframe(
        _table(view, rows),
        hide_index=True,
        width="stretch",
        height=_height(rows),
        row_height=_ROW_HEIGHT,
        column_config=_columns(),
        placeholder="–",
    )
    st.caption("The groups are being compared with the rest …")


def _show_tested(view: View, order: str) -> None:
    test = test_of(view)
    _show_table(view, ordered(rows_of(view, test), order))
    _say_test(test)
    _explain(view)


def _show_table(view: View, rows: Sequence[GroupRow]) -> None:
    ids = [row.group.id for row in rows]
    # The key names the rows: else a row chosen in one order would stay chosen in the next.
    key = f"groups:{view.run.name}:{view.stored.key[:12]}:{view.level}:{hash(tuple(ids))}"
    # The URL says which group is highlighted, however that came about; the table follows it.
    chosen = [ids.index(view.group)] if view.group in ids else []
    st.session_state[key] = {"selection": {"rows": chosen, "columns": [], "cells": []}}
    st.dataframe(
        _table(view, rows),
        key=key,
        hide_index=True,
        width="stretch",
        height=_height(rows),
        row_height=_ROW_HEIGHT,
        on_select=lambda: _choose(key, ids, view.group),
        selection_mode=["single-row", "single-cell"],
        column_config=_columns(),
        placeholder="–",
    )


def _height(rows: Sequence[GroupRow]) -> int:
    return min(HEIGHT, _ROW_HEIGHT * len(rows) + _HEAD_HEIGHT)


def _choose(key: str, ids: Sequence[str], highlighted: str) -> None:
    """Highlight the group of the row that was ticked or the cell that was clicked; once more takes it back.

    What is ticked stays so while cells are clicked: a tick that has not changed is no choice.
    """
    selection = st.session_state[key].selection
    ticked = [ids[row] for row in selection.rows]
    clicked = [ids[row] for row, _ in selection.cells]
    if ticked != [highlighted] * (highlighted in ids):
        pick(GROUP_KEY, "".join(ticked))
    else:
        pick(GROUP_KEY, "".join(group for group in clicked if group != highlighted))


def _table(view: View, rows: Sequence[GroupRow]) -> pd.DataFrame:
    known = [_counts(row) | _figures(row) | _contrast(row) | _beside(row) for row in rows]
    return pd.DataFrame(known, columns=_shown_columns(view))


def _counts(row: GroupRow) -> dict[str, Any]:
    return {
        "group": row.name,
        "shown": row.shown,
        "pairs": row.group.size,
        "judged": row.judged,
        "divergent_pairs": row.summary.outcomes[DIVERGENT] if row.summary else 0,
    }


def _figures(row: GroupRow) -> dict[str, Any]:
    pac = row.summary.metrics["PAC"] if row.summary else None
    return {
        "divergent": _text(row.share) if row.share else None,
        "PAC": _text(pac) if pac else None,
    }


def _text(found: Estimate) -> str:
    known = interval(found.value, found.low, found.high)
    return f"{known}, {_NO_INTERVAL}" if found.value is not None and found.low is None else known


def _contrast(row: GroupRow) -> dict[str, Any]:
    found = row.contrast
    points = found.difference if found else None
    return {
        "difference": points.value if points else None,
        "difference_ends": _ends(points) if points else None,
        "p": p_text(found.p) if found and found.p is not None else None,
        "p_corrected": p_text(found.p_corrected) if found and found.p_corrected is not None else None,
        "why": found.why if found else "",
    }


def _beside(row: GroupRow) -> dict[str, Any]:
    found = row.beside or {}
    return {
        "in_both": sum(n for kind, n in found.items() if kind),
        **{f"diverges_{kind}": found.get(kind, 0) for kind in _DIVERGING},
    }


def _ends(points: Points) -> str | None:
    """Return the ends of an interval, whose middle has a column of its own; None where there is none.

    >>> _ends(Points(0.5, -2.0, 3.0)), _ends(Points(0.5, None, None))
    ('−2.0 to +3.0', None)
    """
    return None if points.low is None else f"{signed(points.low)} to {signed(points.high)}"


def _shown_columns(view: View) -> list[str]:
    if view.versus is not None:
        return ["group", *(f"diverges_{kind}" for kind in _DIVERGING), "in_both", "shown", "pairs"]
    if not judged(view):
        return ["group", "shown", "pairs"]
    if view.ask.explores:
        return ["group", "divergent_pairs", "judged", "shown", "pairs"]
    # The first are in sight where the table stands beside the map; the others a scroll away.
    tests = ["difference", "difference_ends", "p", "why"]
    return ["group", "judged", "divergent", "p_corrected", *tests, "shown", "pairs", "PAC"]


def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "group": column.TextColumn("Group", width=158, help="Words typical of it, or the name it was given."),
        "shown": _number("Shown", 62, "Pairs that the map shows as it is set now."),
        "pairs": _number("Pairs", 58, "All pairs of the group."),
        "judged": _number("Judged", 58, "Pairs with a verdict: figures rest on these."),
        "divergent_pairs": _number("Divergent", 82, "Pairs on which the model contradicts itself."),
        "divergent": column.TextColumn("Divergent, %", width=118, help=_SHARE),
        "difference": _number("− rest", 62, "Points above or below all other pairs.", "%+.1f"),
        "difference_ends": column.TextColumn("95 %", width=108, help="Interval of the difference."),
        "p": column.TextColumn("p, raw", width=66, help="Of this one test alone."),
        "p_corrected": column.TextColumn("p, corr.", width=62, help=_CORRECTED),
        "PAC": column.TextColumn("PAC", width=118, help=data.ALL_METRICS["PAC"].meaning),
        "why": column.TextColumn("Not tested because", width=150),
        "in_both": _number("Judged in both", 112, "Pairs with a verdict in this run and in the other."),
        "diverges_both": _number("Both", 60, "Divergent in both runs."),
        "diverges_here": _number("Only here", 80, "Divergent in this run, not in the other."),
        "diverges_there": _number("Only there", 82, "Divergent in the other run, not in this one."),
    }


def _number(name: str, width: int, words: str, written: str = "localized") -> Any:
    return st.column_config.NumberColumn(name, format=written, width=width, help=words)


# What is said beneath


def _say_test(test: GroupTest) -> None:
    if not test.size:
        st.caption(
            "No group is compared with the rest: that takes at least five articles inside a group and five "
            "outside, and others with equally many pairs to exchange labels with."
        )
        return
    differing = sum(one.p_corrected is not None and one.p_corrected <= _ALPHA for one in test.contrasts)
    differ = "differs" if differing == 1 else "differ"
    st.markdown(
        f"**{count(differing)} of {plural(test.size, 'tested group')}** {differ} from the rest in the share "
        f"of divergent pairs (corrected p ≤ {_ALPHA})."
    )
    st.caption(
        f"Family: {family_words(test)}.",
        help=f"p: how often groups that are drawn anew, {count(test.draws)} times, between articles with "
        "equally many pairs differ as much. The correction keeps the share of false alarms among the groups "
        "said to differ at 5 % on average. Groups were made without regard to outcomes, and the ungrouped "
        "are tested as one of them.",
    )


def _explain(view: View) -> None:
    _say_ungrouped(view)
    if view.versus is not None:
        with st.container(horizontal=True, gap="small"):
            st.caption("Counts of pairs judged in both runs. The other run is", width="content")
            st.text(view.versus.name, width="content")
    elif view.ask.explores:
        st.info(view.stored.why_untested, icon=":material/explore:")
    elif judged(view):
        st.caption("Figures rest on every judged pair of a group, whatever the map shows of it.")


def _say_ungrouped(view: View) -> None:
    """Say how the table is used, and how many pairs no group took in."""
    words = ["Click a row to highlight its group on the map, and once more to take that back."]
    loose = next((group.size for group in view.on_level.groups if group.id == UNGROUPED), 0)
    if loose:
        stay = "is near no group and stays" if loose == 1 else "are near no group and stay"
        words.append(f"{plural(loose, 'pair')} of {count(len(view.stored))} {stay} ungrouped.")
    st.caption(" ".join(words))

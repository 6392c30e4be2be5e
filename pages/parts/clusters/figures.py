"""All figures of the groups in view: a table of intervals, and the same as numbers for a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import data, notices
from pages.parts.clusters.groups import order_of
from pages.parts.clusters.rows import GroupRow, is_tested, judged, ordered, rows_of, test_of
from pages.parts.clusters.view import View
from valbench_core.analysis import HEADLINE, OUTCOME_SHARES, GroupContrast, Summary
from valbench_core.numbers import MISSING, interval
from valbench_core.schema import Outcome, ProtocolName, outcome_name


def show(view: View) -> None:
    """Show the metrics and outcomes of all groups, folded away; nothing where groups only have counts."""
    if view.ask.explores or not judged(view):
        return
    protocol = view.run.judgement.wording if view.run.judgement else None
    tables = {"Metrics": {key: key for key in HEADLINE}, "Outcomes": _outcome_words(protocol)}
    with st.expander("All figures of the groups", icon=":material/table_rows:"):
        for tab, (name, columns) in zip(st.tabs(list(tables)), tables.items(), strict=True):
            with tab:
                _show_table(view, name, columns)
        st.caption(f"Percent, each with its 95 % interval over articles. {notices.COVERAGE}")


def export(view: View) -> pd.DataFrame:
    """Return what is known of the groups as numbers, a row a group; it is tested first where it may be."""
    test = test_of(view) if is_tested(view) else None
    return marked(pd.DataFrame([_as_numbers(row, view) for row in rows_of(view, test)]), view)


def marked(table: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return a table for a file, which says in each row whose figures they are."""
    run = view.run
    whose: dict[str, Any] = {
        "run": run.name,
        "judgement": run.judgement_name or "",
        "illustrative": run.illustrative,
    }
    return table.assign(**whose)


def _outcome_words(protocol: ProtocolName | None) -> dict[str, str]:
    return {o.key: outcome_name(o, protocol) for o in Outcome if o.key in OUTCOME_SHARES}


def _show_table(view: View, name: str, columns: Mapping[str, str]) -> None:
    rows = ordered(rows_of(view), order_of(view))
    st.dataframe(
        pd.DataFrame(
            {
                "group": [row.name for row in rows],
                "judged": [row.judged for row in rows],
                "articles": [row.summary.n.articles if row.summary else 0 for row in rows],
                **{words: [_text(row, metric) for row in rows] for metric, words in columns.items()},
            }
        ),
        key=f"{name} of groups",
        hide_index=True,
        width="stretch",
        column_config=_columns(columns),
        placeholder=MISSING,
    )


def _columns(columns: Mapping[str, str]) -> dict[str, Any]:
    helps = {words: data.ALL_METRICS[key].meaning for key, words in columns.items()}
    return {
        "group": st.column_config.TextColumn("Group", width=220),
        "judged": st.column_config.NumberColumn("Judged", format="localized", width=68),
        "articles": st.column_config.NumberColumn("Articles", format="localized", width=75),
        **{words: st.column_config.TextColumn(words, width=125, help=text) for words, text in helps.items()},
    }


def _text(row: GroupRow, metric: str) -> str:
    if row.summary is None:
        return MISSING
    found = row.summary.metrics[metric]
    return interval(found.value, found.low, found.high)


def _as_numbers(row: GroupRow, view: View) -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": row.group.id,
        "name": row.name,
        "terms": " · ".join(row.group.terms),
        "size": row.group.size,
        "shown": row.shown,
    }
    if row.beside is not None:
        known |= {f"divergent {kind}" if kind else "not in both": n for kind, n in row.beside.items()}
    if row.summary is None or not row.judged:
        return known
    known |= {"judged": row.judged, **{f"{key} pairs": n for key, n in row.summary.outcomes.items()}}
    if view.ask.explores:
        return known
    return known | _estimates(row.summary) | _test(row.contrast)


def _estimates(summary: Summary) -> dict[str, Any]:
    return {
        f"{key}{end}": value
        for key, found in summary.metrics.items()
        for end, value in (("", found.value), (" low", found.low), (" high", found.high), (" n", found.n))
    }


def _test(found: GroupContrast | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "difference": found.difference.value,
        "difference low": found.difference.low,
        "difference high": found.difference.high,
        "p": found.p,
        "p corrected": found.p_corrected,
        "not tested because": found.why,
    }

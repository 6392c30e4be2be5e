"""Figures by group on the page of topics: forest plot, table, which side is refused; all lead to pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import chart, data
from pages.parts.filters.url import page_of
from pages.parts.links import follow
from pages.parts.topics import choosing
from pages.parts.topics.choosing import Choice
from pages.parts.topics.links import pairs_of
from valbench_core.analysis import HEADLINE, OUTCOME_SHARES, GroupSummary, Summary
from valbench_core.charts import metric_strip, refusal_sides
from valbench_core.numbers import interval, plural
from valbench_core.schema import Outcome, ProtocolName, outcome_name

ROWS = 50
"""Groups a page."""

_ARTICLES = (
    "An article is one unit of all other intervals. Here, within an article, pairs are taken as independent "
    "units instead; under five pairs there is no interval. Of an article without a title of its own, a click "
    "opens the first pairs, as many as an address holds."
)


def show(run: data.Run, choice: Choice, whole: Summary) -> None:
    """Show the groups on the page that the URL names."""
    groups = _page(run, choice)
    if choice.by == "article":
        st.caption(_ARTICLES)
    by_name = {group.group: group for group in groups}

    def pick(name: Any) -> None:
        follow(pairs_of(run, choice.by, by_name[name], choice.metric))

    title = f"{choice.name} by {choosing.BREAKDOWNS[choice.by]}"
    overall = whole.metrics[choice.metric]
    key = f"topics {choice.by} {choice.metric}"
    chart.show(metric_strip(groups, choice.metric, overall, title, choice.name), key, pick=pick)
    st.caption("Click a dot to read its pairs. The dotted line is the figure over all pairs of the run.")
    table(run, choice.by, groups, choice.protocol)
    refusals(run, choice.by, groups)


def _page(run: data.Run, choice: Choice) -> Sequence[GroupSummary]:
    """Return the groups of one page, in the order chosen."""
    if choice.by == "article":
        keys = data.article_order(run, choice.metric, choice.sort)
        page = page_of(-(-len(keys) // ROWS), what=plural(len(keys), "article"))
        return data.articles(run, keys[(page - 1) * ROWS : page * ROWS])
    groups = ordered(run, choice)
    page = page_of(-(-len(groups) // ROWS), what=plural(len(groups), "group"))
    return groups[(page - 1) * ROWS : page * ROWS]


def ordered(run: data.Run, choice: Choice) -> list[GroupSummary]:
    """Return the groups that have judged pairs, in the order chosen; those without a value come last."""
    groups = [group for group in data.summaries_by(run, choice.by) if group.summary.n.judged]
    return sorted(groups, key=_order(run, choice))


def _order(run: data.Run, choice: Choice) -> Callable[[GroupSummary], Any]:
    if choice.sort == "p":
        p = {c.group: c.p for c in data.topic_test(run, choice.by, choice.metric).contrasts}
        return lambda group: _rank(p.get(group.group), 1)
    if choice.sort in ("highest", "lowest"):
        sign = 1 if choice.sort == "lowest" else -1
        return lambda group: _rank(group.summary.metrics[choice.metric].value, sign)
    if choice.sort == "name":
        return lambda group: group.group.casefold()
    return lambda group: -group.summary.n.judged


def _rank(value: float | None, sign: int) -> tuple[bool, float]:
    return (value is None, 0.0 if value is None else sign * value)


def table(run: data.Run, by: str, groups: Sequence[GroupSummary], protocol: ProtocolName | None) -> None:
    """Show the figures of groups as two tables, metrics and outcomes, whose rows lead to the pairs."""
    outcomes = {key: outcome_name(outcome, protocol) for key, outcome in _OUTCOMES.items()}
    tabs = {"Metrics": {key: key for key in HEADLINE}, "Outcomes": outcomes}
    for tab, (name, columns) in zip(st.tabs(list(tabs)), tabs.items(), strict=True):
        with tab:
            _table(run, by, groups, name, columns)
    st.caption(
        "Percent, each with its 95 % interval over articles; pairs are those with a verdict. "
        "Choose a cell to read the pairs of its group."
    )
    st.download_button(
        "Table (CSV)",
        lambda: as_numbers(groups, by).to_csv(index=False),
        file_name=f"{run.name}-{by}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        help="All figures of the groups shown, as numbers.",
    )


_OUTCOMES: Mapping[str, Outcome] = {o.key: o for o in Outcome if o.key in OUTCOME_SHARES}


def _table(
    run: data.Run, by: str, groups: Sequence[GroupSummary], name: str, columns: Mapping[str, str]
) -> None:
    # The key names the rows: else a row chosen in one order would stay chosen in the next.
    key = f"{name} of {run.name} by {by}: {hash(tuple(group.group for group in groups))}"

    def chosen() -> None:
        cells = st.session_state[key].selection.cells
        if cells:
            row, column = cells[0]
            outcome = next((k for k, words in columns.items() if words == column and k in _OUTCOMES), "")
            follow(pairs_of(run, by, groups[row], outcome))

    st.dataframe(
        pd.DataFrame(
            {
                "group": [group.group for group in groups],
                "pairs": [group.summary.n.judged for group in groups],
                "articles": [group.summary.n.articles for group in groups],
                **{words: [_text(group, metric) for group in groups] for metric, words in columns.items()},
            }
        ),
        key=key,
        hide_index=True,
        width="stretch",
        on_select=chosen,
        selection_mode="single-cell",
        column_config=_columns(columns),
        placeholder="–",
    )


def _columns(columns: Mapping[str, str]) -> dict[str, Any]:
    helps = {words: data.ALL_METRICS[key].meaning for key, words in columns.items()}
    return {
        "group": st.column_config.TextColumn("Group", width=180),
        "pairs": st.column_config.NumberColumn("Pairs", format="localized", width=60, help="Judged pairs"),
        "articles": st.column_config.NumberColumn("Articles", format="localized", width=75),
        **{words: st.column_config.TextColumn(words, width=122, help=text) for words, text in helps.items()},
    }


def _text(group: GroupSummary, metric: str) -> str:
    estimate = group.summary.metrics[metric]
    return interval(estimate.value, estimate.low, estimate.high)


def as_numbers(groups: Sequence[GroupSummary], by: str) -> pd.DataFrame:
    """Return the figures of groups as numbers, a row a group."""
    rows = [
        {
            by: group.group,
            "pairs": group.summary.n.judged,
            "articles": group.summary.n.articles,
            **{
                f"{key}{end}": value
                for key, estimate in group.summary.metrics.items()
                for end, value in (
                    ("", estimate.value),
                    (" low", estimate.low),
                    (" high", estimate.high),
                    (" note", estimate.why),
                )
            },
        }
        for group in groups
    ]
    return pd.DataFrame(rows)


def refusals(run: data.Run, by: str, groups: Sequence[GroupSummary]) -> None:
    """Show of each group on which side alone refusals fall."""
    st.header("Refusal symmetry")
    by_name = {group.group: group for group in groups}

    def pick(mark: Sequence[str]) -> None:
        name, side = mark
        follow(pairs_of(run, by, by_name[name], refusal=side))

    chart.show(refusal_sides(groups), f"refusals {by}", pick=pick)
    st.caption(
        "How often the model refuses one framing of an issue and answers the other: a model that refuses "
        "both sides alike has its two marks at the same place. Click a mark to read its pairs."
    )

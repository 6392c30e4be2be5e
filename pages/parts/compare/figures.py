"""The figures of a comparison: who is compared, metrics beside each other, paired differences, categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from pages.parts import chart, data, notices, present
from pages.parts.compare.links import pairs_of_category
from pages.parts.filters.url import asked, say, write
from pages.parts.links import follow
from valbench_core.analysis import (
    COMPARED,
    FAMILY_NOTE,
    Comparison,
    Contender,
    Difference,
    display_names,
    lost_text,
)
from valbench_core.charts import difference_forest
from valbench_core.numbers import count, interval, p_text, plural, signed_interval

METRIC_KEY = "metric"
"""In the URL: the metric shown by category and beside the paper."""
GROUPS_SHOWN = 25
"""Categories in the chart; its data hold all."""

_TEST = (
    "p: how often flipping the signs of whole articles gives a difference as clear as this one, if the runs "
    "were alike. Articles are the units because pairs of one article hang together. Holm's correction allows "
    "for testing several runs"
)


def names_of(runs: Sequence[data.Run]) -> Mapping[str, str]:
    """Return how each run is shown, by its name."""
    shown = display_names([data.contender(run) for run in runs])
    return dict(zip((run.name for run in runs), shown, strict=True))


def head(runs: Sequence[data.Run], comparison: Comparison) -> None:
    """Say which pairs are shared, which are lost and why, and who answered and judged."""
    rests_on = f"{plural(comparison.shared, 'pair')} in {plural(comparison.articles, 'article')}"
    st.markdown(f"**{rests_on} shared**: the same in id and texts, and judged in every run")
    names = names_of(runs)
    for run, compared in zip(runs, comparison.runs, strict=True):
        contender = data.contender(run)
        role = "baseline" if run.name == comparison.baseline else "set against it"
        facts = [_who(contender), plural(compared.pairs, "pair"), lost_text(compared) or "none lost"]
        st.text(f"{names[run.name]} ({role}): {' · '.join(facts)}")
        if contender.family:
            st.badge(f"{FAMILY_NOTE}: {contender.family}", icon=":material/family_restroom:", color="orange")
    for note in comparison.notes:
        st.caption(f"{note[0].upper()}{note[1:]}.")
    if any(run.illustrative for run in runs):
        st.info(notices.ILLUSTRATIVE, icon=":material/science:")


def metrics(comparison: Comparison, names: Mapping[str, str]) -> None:
    """Show every run's metrics over the pairs all share, and the differences to the baseline."""
    st.header("On the shared pairs")
    rows = {"metric": [_name(key) for key in COMPARED]}
    for run in comparison.runs:
        found = [run.metrics[key] for key in COMPARED]
        rows[names[run.name]] = [interval(e.value, e.low, e.high) for e in found]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="metrics")
    st.caption(f"Percent with 95 % interval, over {plural(comparison.shared, 'pair')}. {notices.COVERAGE}")


def differences(comparison: Comparison, names: Mapping[str, str]) -> None:
    """Show the paired differences as a chart and as a table with their p."""
    st.header("Paired differences")
    found = comparison.differences
    chart.show(difference_forest(found, names, "Paired difference to the baseline"), "differences")
    st.dataframe(_difference_rows(found, names), hide_index=True, width="stretch", key="p", placeholder="–")
    family = max((one.family for one in found), default=0)
    st.caption(f"{_TEST}: within each metric over {plural(family, 'run')} here.")
    for one in found:
        if one.mcnemar is not None:
            st.text(
                f"{names[one.run]}: McNemar's exact test over pairs gives p {p_text(one.mcnemar)} for"
                " consistent or not (as an aside: each article holds one pair)"
            )


def by_category(runs: Sequence[data.Run], names: Mapping[str, str]) -> str:
    """Show one metric's differences by category, and return the metric chosen."""
    st.header("By category")
    with present.controls("metric"):
        metric = _metric()
    found = data.differences_by(runs, "category", metric)
    groups = list(dict.fromkeys(one.group for one in found))
    shown = [one for one in found if one.group in set(groups[:GROUPS_SHOWN])]
    title = f"Paired difference in {COMPARED[metric].name.lower()} by category"
    by_name = {run.name: run for run in runs}

    def pick(mark: tuple[str, str, str]) -> None:
        follow(pairs_of_category(runs[0], by_name[mark[0]], mark[2]))

    chart.show(difference_forest(shown, names, title, by="group"), "categories", pick=pick)
    family = max((one.family for one in found), default=0)
    hidden = len(groups) - GROUPS_SHOWN
    rest = f" {plural(hidden, 'smaller category', 'smaller categories')} not shown." if hidden > 0 else ""
    st.caption(
        f"Most shared pairs first. Holm corrects over {plural(family, 'test')}: all categories and runs. "
        f"A click on a mark opens its pairs.{rest}"
    )
    return metric


def _metric() -> str:
    wanted = next(iter(asked(METRIC_KEY)), "PAC")
    if wanted not in COMPARED:
        say("There is no such metric; PAC is shown:", wanted)
        wanted = "PAC"
    st.session_state[METRIC_KEY] = wanted
    return st.selectbox(
        "Metric",
        list(COMPARED),
        format_func=_name,
        key=METRIC_KEY,
        on_change=lambda: write(METRIC_KEY, [st.session_state[METRIC_KEY]]),
        width=320,
    )


def _who(contender: Contender) -> str:
    judged_by = contender.judged_by
    judge = f"judged by {judged_by.judge}, protocol {judged_by.protocol}" if judged_by else "not judged"
    return f"{contender.model or 'model not named'} · {judge}"


def _name(key: str) -> str:
    name = COMPARED[key].name
    return name if key.islower() else f"{name} ({key})"


def _difference_rows(found: Sequence[Difference], names: Mapping[str, str]) -> pd.DataFrame:
    estimates = [one.estimate for one in found]
    return pd.DataFrame(
        {
            "run": [names[one.run] for one in found],
            "metric": [_name(one.metric) for one in found],
            "points [95 %]": [signed_interval(e.value, e.low, e.high) for e in estimates],
            "p": [p_text(one.p) for one in found],
            "p after Holm": [p_text(one.p_holm) for one in found],
            "pairs": [count(estimate.n) for estimate in estimates],
            "articles": [count(estimate.articles) for estimate in estimates],
            "note": [estimate.why for estimate in estimates],
        }
    )

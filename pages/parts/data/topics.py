"""What the page of topics shows of a run beside its `figures`: those of articles, their order, tests."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from pages.parts.data.figures import ALL_METRICS, table
from pages.parts.data.runs import RUNS_KEPT, Run
from valbench_core.analysis import (
    HEADLINE,
    GroupSummary,
    GroupTest,
    Metric,
    Trend,
    article_names,
    contrast_groups,
    group_means,
    summarise_by,
    trends,
)

PAGES_KEPT = 32
"""Pages of articles whose figures are kept."""


@dataclass(frozen=True, slots=True)
class _ArticleIndex:
    """The articles of a run by key."""

    names: Mapping[str, str]
    rows: Mapping[Hashable, Any]
    """Where the pairs of each stand in the tidy table."""


def article_order(run: Run, metric: str, sort: str) -> Sequence[str]:
    """Return the keys of a run's articles with judged pairs, in an order of `topics_choice.SORTS`."""
    name = run.judgement_name
    found: Sequence[str] = _article_order(str(run.path), run.revision, name, metric, sort, run)
    return found


def articles(run: Run, keys: Sequence[str]) -> tuple[GroupSummary, ...]:
    """Return what some articles come to, in the order of their keys, named by their titles."""
    name = run.judgement_name
    found: tuple[GroupSummary, ...] = _articles(str(run.path), run.revision, name, tuple(keys), run)
    return found


def article_pairs(run: Run, key: str) -> list[str]:
    """Return the ids of the pairs of an article."""
    index = _article_index(str(run.path), run.revision, run.judgement_name, run)
    return [str(pair_id) for pair_id in table(run)["pair_id"].iloc[list(index.rows[key])]]


def topic_test(run: Run, column: str, metric: str) -> GroupTest:
    """Return which groups differ from the rest in a metric."""
    metrics = _tested_with(metric)
    tests: dict[str, GroupTest] = _tests(
        str(run.path), run.revision, run.judgement_name, column, metrics, run
    )
    return tests[metric]


def scale_trend(run: Run, metric: str) -> Trend:
    """Return how a metric goes along the issue scale."""
    metrics = _tested_with(metric)
    found: dict[str, Trend] = _trends(str(run.path), run.revision, run.judgement_name, metrics, run)
    return found[metric]


def _tested_with(metric: str) -> tuple[str, ...]:
    """Return the metrics whose tests share their draws: the headline ones; any other is tested alone."""
    return HEADLINE if metric in HEADLINE else (metric,)


def _chosen(metrics: Sequence[str]) -> dict[str, Metric]:
    return {key: ALL_METRICS[key] for key in metrics}


@st.cache_resource(max_entries=RUNS_KEPT, show_spinner="Sorting the articles …")
def _article_index(path: str, revision: int, judgement: str | None, _run: Run) -> _ArticleIndex:
    pairs = table(_run)
    return _ArticleIndex(article_names(pairs), pairs.groupby("article", sort=False).indices)


# A resource: tens of thousands of keys would be copied for every rerun.
@st.cache_resource(max_entries=RUNS_KEPT, show_spinner="Sorting the articles …")
def _article_order(
    path: str, revision: int, judgement: str | None, metric: str, sort: str, _run: Run
) -> Sequence[str]:
    pairs = table(_run)
    found = group_means(pairs, "article", ALL_METRICS[metric])
    found = found[found["judged"] > 0]
    names = _article_index(path, revision, judgement, _run).names
    found["name"] = [names[key].casefold() for key in found.index]
    columns, ascending = {
        "pairs": (["judged", "name"], [False, True]),
        "highest": (["mean", "judged", "name"], [False, False, True]),
        "lowest": (["mean", "judged", "name"], [True, False, True]),
        "name": (["name"], [True]),
    }[sort]
    return tuple(found.sort_values(columns, ascending=ascending, kind="stable").index)


@st.cache_data(max_entries=PAGES_KEPT, show_spinner="Working out the figures …")
def _articles(
    path: str, revision: int, judgement: str | None, keys: tuple[str, ...], _run: Run
) -> tuple[GroupSummary, ...]:
    index = _article_index(path, revision, judgement, _run)
    rows = table(_run).iloc[[row for key in keys for row in index.rows[key]]]
    found = {group.group: group for group in summarise_by(rows, "article", ALL_METRICS)}
    return tuple(replace(found[key], group=index.names[key]) for key in keys)


@st.cache_data(max_entries=3 * RUNS_KEPT, show_spinner="Drawing groups anew 9,999 times …")
def _tests(
    path: str, revision: int, judgement: str | None, column: str, metrics: tuple[str, ...], _run: Run
) -> dict[str, GroupTest]:
    return contrast_groups(table(_run), column, _chosen(metrics))


@st.cache_data(max_entries=3 * RUNS_KEPT, show_spinner="Drawing places anew 9,999 times …")
def _trends(
    path: str, revision: int, judgement: str | None, metrics: tuple[str, ...], _run: Run
) -> dict[str, Trend]:
    return trends(table(_run), "issue_scale", _chosen(metrics))

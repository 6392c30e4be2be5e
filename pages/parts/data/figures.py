"""What is computed from all pairs of a run: its tidy table and the figures made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.data.runs import RUNS_KEPT, Run
from pages.parts.data.texts import pair_detail
from valbench_core.analysis import (
    METRICS,
    OUTCOME_SHARES,
    REFUSAL_SIDES,
    GroupSummary,
    LostPairBounds,
    Summary,
    lost_pair_bounds,
    summarise,
    summarise_by,
)
from valbench_core.runs import RunReader, tidy_table
from valbench_core.schema import Failure, Outcome

if TYPE_CHECKING:
    import pandas as pd

ALL_METRICS = {**METRICS, **OUTCOME_SHARES, **REFUSAL_SIDES}
"""All that is averaged over a run and its topics."""
TABLES_KEPT = 3
"""Tidy tables kept: each takes some 20 MB for 100,000 pairs."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is computed from the tidy table of a run under one judgement."""

    whole: Summary
    categories: tuple[GroupSummary, ...]
    lost: LostPairBounds


def table(run: Run) -> pd.DataFrame:
    """Return the tidy table under the judgement shown: shared by all sessions, never to be changed."""
    return _table(str(run.path), run.revision, run.judgement_name)


def figures(run: Run) -> Figures:
    """Return what is computed from a run's tidy table."""
    state = (str(run.path), run.revision, run.judgement_name)
    return Figures(_whole(*state), _groups(*state, ("category",)), _lost(*state))


def whole(run: Run) -> Summary:
    """Return what all pairs of a run come to."""
    return _whole(str(run.path), run.revision, run.judgement_name)


def summaries_by(run: Run, *columns: str) -> tuple[GroupSummary, ...]:
    """Return what each group of pairs comes to that share a value in one or several columns."""
    return _groups(str(run.path), run.revision, run.judgement_name, columns)


def first_failure(run: Run) -> Failure | None:
    """Return why the first pair that failed did so."""
    pairs = table(run)
    failed = pairs.loc[pairs["outcome"] == Outcome.FAILED.value, "pair_id"]
    if failed.empty:
        return None
    responses = pair_detail(run, str(failed.iloc[0])).responses.values()
    return next((r.result for r in responses if r is not None and isinstance(r.result, Failure)), None)


@st.cache_resource(max_entries=TABLES_KEPT, show_spinner=False)
def _table(path: str, revision: int, judgement: str | None) -> pd.DataFrame:
    # A resource, not data: copying 100,000 rows for every rerun would cost more than the page.
    with RunReader.open_readonly(Path(path)) as file:
        return tidy_table(file, file.find_judgement(judgement) if judgement else None)


@st.cache_data(max_entries=RUNS_KEPT, show_spinner="Working out the figures …")
def _whole(path: str, revision: int, judgement: str | None) -> Summary:
    return summarise(_table(path, revision, judgement), metrics=ALL_METRICS)


@st.cache_data(max_entries=3 * RUNS_KEPT, show_spinner="Working out the figures …")
def _groups(
    path: str, revision: int, judgement: str | None, columns: tuple[str, ...]
) -> tuple[GroupSummary, ...]:
    return tuple(summarise_by(_table(path, revision, judgement), columns, ALL_METRICS))


@st.cache_data(max_entries=RUNS_KEPT, show_spinner="Working out the figures …")
def _lost(path: str, revision: int, judgement: str | None) -> LostPairBounds:
    return lost_pair_bounds(_table(path, revision, judgement))

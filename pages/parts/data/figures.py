"""What is computed from all pairs of a run: its tidy table and the figures made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.data.runs import RUNS_KEPT, Run
from pages.parts.data.texts import pair_detail
from valbench_core.analysis import (
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
    return _figures(str(run.path), run.revision, run.judgement_name)


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
def _figures(path: str, revision: int, judgement: str | None) -> Figures:
    pairs = _table(path, revision, judgement)
    return Figures(summarise(pairs), tuple(summarise_by(pairs, "category")), lost_pair_bounds(pairs))

"""Runs beside each other: what is computed from the tidy tables of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.data.figures import table
from pages.parts.data.runs import Run
from valbench_core.analysis import (
    Comparison,
    Contender,
    Difference,
    RunTable,
    compare,
    compare_by,
    flips,
    outcome_matrix,
)

if TYPE_CHECKING:
    import pandas as pd

COMPARISONS_KEPT = 8
"""Sets of runs whose comparison is kept."""
FLIPS_KEPT = 2
"""Lists of flips kept: each takes some 10 MB for 100,000 pairs."""

States = tuple[tuple[str, int, str | None], ...]
"""Path, revision and judgement of each run: what a comparison is computed from."""


def contender(run: Run) -> Contender:
    """Return a run as a comparison knows it."""
    return Contender(
        run=run.name,
        model=run.facts.model,
        judged_by=run.judgement.spec if run.judgement else None,
        answering=run.facts.manifest.get("answering") or {},
        illustrative=run.illustrative,
        derived=(run.judgement.derived or "") if run.judgement else "",
    )


def comparison(runs: Sequence[Run]) -> Comparison:
    """Return runs set against the first of them.

    Raises:
        ComparisonError: there are fewer than two.
    """
    found: Comparison = _comparison(_states(runs), tuple(runs))
    return found


def differences_by(runs: Sequence[Run], column: str, metric: str) -> tuple[Difference, ...]:
    """Return the differences in one metric within each group of pairs, most pairs first."""
    found: tuple[Difference, ...] = _differences_by(_states(runs), column, metric, tuple(runs))
    return found


def outcomes_beside(baseline: Run, run: Run) -> pd.DataFrame:
    """Count the pairs judged in both runs by outcome: the run's as rows, the baseline's as columns."""
    found: pd.DataFrame = _outcomes_beside(_states([baseline, run]), baseline, run)
    return found


def flipped(baseline: Run, run: Run) -> pd.DataFrame:
    """Return the pairs on which one run is consistent and the other is not, biggest contrast first.

    Shared by all sessions, never to be changed.
    """
    found: pd.DataFrame = _flipped(_states([baseline, run]), baseline, run)
    return found


def _states(runs: Sequence[Run]) -> States:
    return tuple((str(run.path), run.revision, run.judgement_name) for run in runs)


def _tables(runs: Sequence[Run]) -> list[RunTable]:
    return [RunTable(run.name, table(run)) for run in runs]


@st.cache_data(max_entries=COMPARISONS_KEPT, show_spinner="Comparing …")
def _comparison(states: States, _runs: tuple[Run, ...]) -> Comparison:
    return compare(_tables(_runs))


@st.cache_data(max_entries=COMPARISONS_KEPT, show_spinner="Comparing …")
def _differences_by(
    states: States, column: str, metric: str, _runs: tuple[Run, ...]
) -> tuple[Difference, ...]:
    return compare_by(_tables(_runs), column, [metric])


@st.cache_data(max_entries=COMPARISONS_KEPT, show_spinner=False)
def _outcomes_beside(states: States, _baseline: Run, _run: Run) -> pd.DataFrame:
    return outcome_matrix(table(_baseline), table(_run))


@st.cache_resource(max_entries=FLIPS_KEPT, show_spinner=False)
def _flipped(states: States, _baseline: Run, _run: Run) -> pd.DataFrame:
    return flips(table(_baseline), table(_run))

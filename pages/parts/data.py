"""What pages show, fetched once for each state of a run: the only place with caches.

Every cache is keyed by the run's path and its revision, which grows with each transaction; files are opened
for the moment.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from valbench_core.analysis import (
    GroupSummary,
    LostPairBounds,
    Summary,
    lost_pair_bounds,
    summarise,
    summarise_by,
)
from valbench_core.errors import RunNotFoundError, ValBenchError
from valbench_core.forecast import Lengths
from valbench_core.pairs import Condition, Count, Source, Subset, count, open_source
from valbench_core.runs import (
    Accounting,
    Judgement,
    PairDetail,
    PairRow,
    Progress,
    RunFacts,
    RunReader,
    RunSummary,
    Workspace,
    holder,
    state_of,
    summary,
    tidy_table,
)
from valbench_core.runs.workspace import RunState
from valbench_core.schema import Failure, Outcome
from valbench_core.serve import READ_ONLY_VARIABLE
from valbench_core.settings import workspace_root

if TYPE_CHECKING:
    import pandas as pd

RUNS_KEPT = 8
"""Runs whose figures are kept; the least recently shown go first."""
SEARCHES_KEPT = 32
"""Searches whose findings are kept."""
SOURCES_KEPT = 32
"""Subsets of sources whose counts are kept."""
SUMMARIES_KEPT = 1000
"""Runs whose line in the list is kept."""
CREATION_KEPT = 60
"""Seconds for which a run's time of creation is kept: a run made anew may get the inode of the old one."""
PAIRS_MEASURED = 200
"""Pairs from whose texts the lengths of all are estimated."""
TABLES_KEPT = 3
"""Tidy tables kept: each takes some 20 MB for 100,000 pairs."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run in the state in which a page found it."""

    path: Path
    revision: int
    facts: RunFacts
    pairs: int
    judgements: tuple[Judgement, ...]
    """Oldest first."""
    judgement: Judgement | None
    """The one shown; None where the run has none."""

    @property
    def name(self) -> str:
        """Its id."""
        return self.facts.run

    @property
    def illustrative(self) -> bool:
        """Whether its figures say nothing about a model: answers or the judgement shown are built in."""
        return self.facts.illustrative or bool(self.judgement and self.judgement.spec.illustrative)


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is computed from the tidy table of a run under one judgement."""

    whole: Summary
    categories: tuple[GroupSummary, ...]
    lost: LostPairBounds


@dataclass(frozen=True, slots=True)
class Status:
    """What a run is at; it changes while a page is open."""

    state: RunState
    progress: Progress
    stop_reason: str
    """Why the evaluation stopped before its end, where it said so."""


def workspace() -> Workspace:
    """Return the workspace that this server shows."""
    return Workspace(workspace_root())


def read_only() -> bool:
    """Whether this server offers nothing that changes a run or costs money."""
    return os.environ.get(READ_ONLY_VARIABLE) == "1"


def names() -> list[str]:
    """Return the names of all runs, newest first; those that cannot be read come last."""
    created = {name: _created(workspace().path_of(name)) for name in workspace().names()}
    return sorted(created, key=lambda name: (created[name], name), reverse=True)


def find(name: str, judgement: str | None = None) -> Run:
    """Return a run of the workspace under the judgement of that name, or under its usual one.

    Raises:
        RunError: there is no such run or judgement, or the file cannot be used.
    """
    path = workspace().path_of(name)
    if not path.is_file():
        near = get_close_matches(name, workspace().names(), n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise RunNotFoundError(f"there is no run '{name}' in this workspace{hint}")
    with RunReader.open_readonly(path) as file:
        return Run(
            path=path,
            revision=file.revision,
            facts=file.facts,
            pairs=len(file),
            judgements=tuple(file.judgements()),
            judgement=file.find_judgement(judgement),
        )


def status(run: Run) -> Status:
    """Return what a run is at, as of now."""
    with RunReader.open_readonly(run.path) as file:
        revision = file.revision
    found: Status = _status(str(run.path), revision, _judgement_name(run), holder(run.path))
    return found


def table(run: Run) -> pd.DataFrame:
    """Return the tidy table under the judgement shown: shared by all sessions, never to be changed."""
    return _table(str(run.path), run.revision, _judgement_name(run))


def figures(run: Run) -> Figures:
    """Return what is computed from a run's tidy table."""
    return _figures(str(run.path), run.revision, _judgement_name(run))


def accounting(run: Run) -> Accounting:
    """Return what a run used."""
    return _accounting(str(run.path), run.revision)


def first_failure(run: Run) -> Failure | None:
    """Return why the first pair that failed did so."""
    pairs = table(run)
    failed = pairs.loc[pairs["outcome"] == Outcome.FAILED.value, "pair_id"]
    if failed.empty:
        return None
    responses = pair_detail(run, str(failed.iloc[0])).responses.values()
    return next((r.result for r in responses if r is not None and isinstance(r.result, Failure)), None)


def _judgement_name(run: Run) -> str | None:
    return run.judgement.name if run.judgement else None


def _created(path: Path) -> str:
    """Return when a run was made; "" where its file cannot be used: choosing it then says why."""
    try:
        return _created_of(str(path), path.stat().st_ino)
    except (ValBenchError, FileNotFoundError):
        return ""


@st.cache_data(max_entries=SUMMARIES_KEPT, ttl=CREATION_KEPT, show_spinner=False)
def _created_of(path: str, inode: int) -> str:
    with RunReader.open_readonly(Path(path)) as file:
        return file.facts.created


@st.cache_data(max_entries=RUNS_KEPT, show_spinner=False)
def _status(path: str, revision: int, judgement: str | None, busy: int | None) -> Status:
    with RunReader.open_readonly(Path(path)) as file:
        shown = file.find_judgement(judgement) if judgement else None
        return Status(state_of(file), file.progress(shown), file.stop_reason or "")


@st.cache_resource(max_entries=TABLES_KEPT, show_spinner=False)
def _table(path: str, revision: int, judgement: str | None) -> pd.DataFrame:
    # A resource, not data: copying 100,000 rows for every rerun would cost more than the page.
    with RunReader.open_readonly(Path(path)) as file:
        return tidy_table(file, file.find_judgement(judgement) if judgement else None)


@st.cache_data(max_entries=RUNS_KEPT, show_spinner="Working out the figures …")
def _figures(path: str, revision: int, judgement: str | None) -> Figures:
    pairs = _table(path, revision, judgement)
    return Figures(summarise(pairs), tuple(summarise_by(pairs, "category")), lost_pair_bounds(pairs))


@st.cache_data(max_entries=RUNS_KEPT, show_spinner=False)
def _accounting(path: str, revision: int) -> Accounting:
    with RunReader.open_readonly(Path(path)) as file:
        return file.accounting()


# Pairs of a run, a few at a time


def pair_rows(run: Run, ordinals: Sequence[int]) -> list[PairRow]:
    """Return the short texts of the pairs on screen."""
    with RunReader.open_readonly(run.path) as file:
        return file.pair_rows(ordinals)


def pair_detail(run: Run, pair_id: str) -> PairDetail:
    """Return everything of one pair under the judgement shown.

    Raises:
        RunError: the run has no such pair.
    """
    with RunReader.open_readonly(run.path) as file:
        return file.pair_detail(pair_id, run.judgement)


def search(run: Run, text: str) -> frozenset[int]:
    """Return the ordinals of the pairs in whose texts all words of a text occur."""
    found: frozenset[int] = _search(str(run.path), run.revision, _judgement_name(run), text)
    return found


@st.cache_data(max_entries=SEARCHES_KEPT, show_spinner="Searching …")
def _search(path: str, revision: int, judgement: str | None, text: str) -> frozenset[int]:
    with RunReader.open_readonly(Path(path)) as file:
        return frozenset(file.search(text, file.find_judgement(judgement) if judgement else None))


def meeting(run: Run, condition: Condition) -> frozenset[int]:
    """Return the ordinals of the pairs whose own texts meet a condition."""
    found: frozenset[int] = _meeting(str(run.path), run.revision, condition)
    return found


@st.cache_data(max_entries=SEARCHES_KEPT, show_spinner="Searching …")
def _meeting(path: str, revision: int, condition: Condition) -> frozenset[int]:
    test = condition.test()
    with RunReader.open_readonly(Path(path)) as file:
        return frozenset(ordinal for ordinal, pair in enumerate(file.pairs()) if test(pair))


# Pairs to be evaluated, and runs as a list


def count_pairs(source: Source, subset: Subset) -> Count:
    """Return how many pairs of a source a rule would choose.

    Raises:
        PairsError: the source cannot be read, or the rule does not fit it.
    """
    return _count_pairs(source, subset, _stamp(source))


def text_lengths(source: Source) -> Lengths:
    """Return how long the texts of a source's first pairs are on average."""
    return _text_lengths(source, _stamp(source))


def run_summary(name: str) -> RunSummary:
    """Return what the list of runs shows of one."""
    path = workspace().path_of(name)
    try:
        with RunReader.open_readonly(path) as file:
            revision = file.revision
    except ValBenchError:
        return summary(path)
    return _run_summary(str(path), revision, holder(path))


def _stamp(source: Source) -> float:
    """Return when a local source changed last, so that a file saved anew is counted anew."""
    try:
        return Path(source.spec).expanduser().stat().st_mtime
    except OSError:
        return 0.0


@st.cache_data(max_entries=SOURCES_KEPT, show_spinner="Reading the pairs …")
def _count_pairs(source: Source, subset: Subset, stamp: float) -> Count:
    return count(open_source(source), subset)


@st.cache_data(max_entries=SOURCES_KEPT, show_spinner=False)
def _text_lengths(source: Source, stamp: float) -> Lengths:
    return Lengths.of(pair for _, pair in islice(open_source(source).reading(light=True), PAIRS_MEASURED))


@st.cache_data(max_entries=SUMMARIES_KEPT, show_spinner=False)
def _run_summary(path: str, revision: int, busy: int | None) -> RunSummary:
    return summary(Path(path))

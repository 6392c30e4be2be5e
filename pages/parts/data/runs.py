"""The runs of the workspace: which there are, and what one is at."""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import streamlit as st

from valbench_core.errors import RunNotFoundError, ValBenchError
from valbench_core.runs import (
    Accounting,
    Judgement,
    Progress,
    RunFacts,
    RunReader,
    RunSummary,
    Workspace,
    holder,
    state_of,
    summary,
)
from valbench_core.runs.workspace import RunState
from valbench_core.serve import READ_ONLY_VARIABLE
from valbench_core.settings import workspace_root

RUNS_KEPT = 8
"""Runs whose figures are kept; the least recently shown go first."""
SUMMARIES_KEPT = 1000
"""Runs whose line in the list is kept."""
CREATION_KEPT = 60
"""Seconds for which a run's time of creation is kept: a run made anew may get the inode of the old one."""


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
    """The one shown, stored or derived; None where the run has none."""
    derived: tuple[Judgement, ...] = ()
    """The derived judgements on offer: combinations of the stored ones."""

    @property
    def name(self) -> str:
        """Its id."""
        return self.facts.run

    @property
    def judgement_name(self) -> str | None:
        """The judgement shown, as a key of what is computed under it."""
        return self.judgement.name if self.judgement else None

    @property
    def illustrative(self) -> bool:
        """Whether its figures say nothing about a model: answers or the judgement shown are built in."""
        return self.facts.illustrative or bool(self.judgement and self.judgement.illustrative)


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
    """Return the names of all runs, newest first.

    Calibration runs come after the others, so that nobody is shown one without having asked for it; those
    that cannot be read come last.
    """
    places = {name: _place(workspace().path_of(name)) for name in workspace().names()}
    return sorted(places, key=lambda name: (*places[name], name), reverse=True)


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
            derived=tuple(file.derived()),
        )


def status(run: Run) -> Status:
    """Return what a run is at, as of now."""
    with RunReader.open_readonly(run.path) as file:
        revision = file.revision
    found: Status = _status(str(run.path), revision, run.judgement_name, holder(run.path))
    return found


def accounting(run: Run) -> Accounting:
    """Return what a run used."""
    return _accounting(str(run.path), run.revision)


def run_summary(name: str) -> RunSummary:
    """Return what the list of runs shows of one."""
    path = workspace().path_of(name)
    try:
        with RunReader.open_readonly(path) as file:
            revision = file.revision
    except ValBenchError:
        return summary(path)
    return _run_summary(str(path), revision, holder(path))


def _place(path: Path) -> tuple[int, str]:
    """Return where a run belongs in the list, by kind and time; the highest is first.

    A file that cannot be used is last: choosing it says why.
    """
    try:
        place: tuple[int, str] = _place_of(str(path), path.stat().st_ino)
    except (ValBenchError, FileNotFoundError):
        return 0, ""
    return place


@st.cache_data(max_entries=SUMMARIES_KEPT, ttl=CREATION_KEPT, show_spinner=False)
def _place_of(path: str, inode: int) -> tuple[int, str]:
    with RunReader.open_readonly(Path(path)) as file:
        return 1 if file.facts.kind == "calibration" else 2, file.facts.created


@st.cache_data(max_entries=RUNS_KEPT, show_spinner=False)
def _status(path: str, revision: int, judgement: str | None, busy: int | None) -> Status:
    with RunReader.open_readonly(Path(path)) as file:
        shown = file.find_judgement(judgement) if judgement else None
        # A derived judgement has no verdicts of its own: how far the first of its sources is stands for it.
        asked = shown.sources[0] if shown and shown.derived else shown
        return Status(state_of(file), file.progress(asked), file.stop_reason or "")


@st.cache_data(max_entries=RUNS_KEPT, show_spinner=False)
def _accounting(path: str, revision: int) -> Accounting:
    with RunReader.open_readonly(Path(path)) as file:
        return file.accounting()


@st.cache_data(max_entries=SUMMARIES_KEPT, show_spinner=False)
def _run_summary(path: str, revision: int, busy: int | None) -> RunSummary:
    return summary(Path(path))

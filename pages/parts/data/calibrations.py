"""Judges that were calibrated, what they misjudged, which runs they judged; processes that calibrate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.parts.data.runs import RUNS_KEPT, SUMMARIES_KEPT, workspace
from valbench_core.analysis import SetName
from valbench_core.background import Task, forget, interrupt, start, tasks
from valbench_core.calibration import (
    Calibration,
    SetResult,
    calibrations,
    configuration_key,
    misjudged_pairs,
)
from valbench_core.errors import ValBenchError
from valbench_core.pairs import Condition
from valbench_core.runs import JudgementSpec, RunReader
from valbench_core.runs.records import RunKind

KEY_SHOWN = 12
"""Characters of a configuration's key that a link holds."""

_DONE = re.compile(r"([\d,]+) of ([\d,]+) pairs?\b")
"""How far a process says it is."""


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A judgement that some judge made."""

    run: str
    judgement: str
    kind: RunKind
    key: str
    """Of the judge's configuration."""


def calibrated_judges() -> list[Calibration]:
    """Return the judges calibrated in this workspace, the last one first."""
    return calibrations(workspace())


def short_key(spec: JudgementSpec) -> str:
    """Return what a link holds of a configuration's key."""
    return configuration_key(spec)[:KEY_SHOWN]


def misjudged(one: SetResult) -> Condition | None:
    """Return the condition that the pairs of a set meet which were misjudged; None where there are none.

    Raises:
        RunError: the run of the set, or the judgement, is not there any more.
    """
    path = workspace().path_of(one.run)
    with RunReader.open_readonly(path) as file:
        revision = file.revision
    found: Condition | None = _misjudged(str(path), revision, one.set, one.judgement)
    return found


def runs_judged_by(key: str) -> list[JudgedRun]:
    """Return the judgements in this workspace, but for those of calibrations, that a configuration made."""
    found = []
    for name in workspace().names():
        found += [one for one in _judgements(workspace().path_of(name)) if one.key == key]
    return [one for one in found if one.kind != "calibration"]


def calibrating() -> list[Task]:
    """Return the last process of each judge that was calibrated from here, by key."""
    return tasks(workspace(), "calibration")


def start_calibration(key: str, arguments: Sequence[str], keys: Mapping[str, str] | None = None) -> None:
    """Start a process that calibrates a judge.

    Raises:
        RunBusyError: one is at work for this judge.
        StorageError: its log cannot be written.
    """
    start(workspace(), key, arguments, keys, "calibration")


def stop_calibration(key: str) -> None:
    """Ask a process to stop; what is judged is kept."""
    interrupt(workspace(), key, "calibration")


def forget_calibrating(key: str) -> None:
    """Forget how a process ended."""
    forget(workspace(), key, "calibration")


def how_far(task: Task) -> tuple[float, str]:
    """Return how far a process says it is: a share of 1, and its own words."""
    said = next((line for line in reversed(task.lines) if _DONE.match(line)), "")
    numbers = _DONE.match(said)
    if numbers is None:
        return 0.0, "Reading the sets …"
    done, pairs = (int(number.replace(",", "")) for number in numbers.groups())
    return min(1.0, done / max(pairs, 1)), said


def _judgements(path: Path) -> tuple[JudgedRun, ...]:
    """Return the judgements of a run; none where its file cannot be used."""
    try:
        with RunReader.open_readonly(path) as file:
            revision = file.revision
        found: tuple[JudgedRun, ...] = _judgements_of(str(path), revision)
    except ValBenchError:
        return ()
    return found


@st.cache_data(max_entries=SUMMARIES_KEPT, show_spinner=False)
def _judgements_of(path: str, revision: int) -> tuple[JudgedRun, ...]:
    with RunReader.open_readonly(Path(path)) as file:
        kind = file.facts.kind
        return tuple(
            JudgedRun(file.name, one.name, kind, configuration_key(one.spec)) for one in file.judgements()
        )


@st.cache_data(max_entries=4 * RUNS_KEPT, show_spinner=False)
def _misjudged(path: str, revision: int, name: SetName, judgement: str) -> Condition | None:
    with RunReader.open_readonly(Path(path)) as file:
        found = file.find_judgement(judgement)
        return misjudged_pairs(file, name, found) if found else None

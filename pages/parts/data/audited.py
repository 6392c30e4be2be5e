"""What hand checks say of a run under the judgement shown: draws, labels, and figures made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import streamlit as st

from pages.parts.data.figures import table
from pages.parts.data.runs import Run
from valbench_core.analysis import (
    AuditAgreement,
    AuditSample,
    CorrectedFigure,
    ErrorRate,
    Estimate,
    corrected_figures,
    divided,
    error_rate,
    error_rates,
    judge_agreement,
    judged_otherwise,
    labels_by_author,
    pac_without_problems,
    problem_counts,
    share_skipped,
)
from valbench_core.audit import (
    Draw,
    DrawnRun,
    audit_sample,
    config_path,
    draw_in,
    draws_of,
    export_labels,
    finished_pairs,
)
from valbench_core.errors import RunError
from valbench_core.runs import PairDetail, RunReader

if TYPE_CHECKING:
    import pandas as pd

LabelFile = Literal[
    "labels-csv", "labels-jsonl", "tasks-csv", "tasks-jsonl", "label-studio", "label-studio-config"
]
"""Files that labels or tasks can be taken away as."""

AUDITS_KEPT = 8
"""Audits whose figures are kept."""
SAMPLES_KEPT = 3
"""Audits whose table is kept: each takes some 20 MB for 100,000 pairs."""


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """All that is computed from the labels of a draw but the agreement. Shared, never to be changed."""

    drawn: int
    """Pairs drawn so far."""
    labelled: int
    """Of these, pairs with a label that counts."""
    skipped: int
    share_skipped: float | None
    """Percent."""
    notes: tuple[str, ...]
    """What was left out, and why."""
    authors: pd.DataFrame
    corrected: dict[str, CorrectedFigure]
    """By key of the metric."""
    without_problems: Estimate
    problems: dict[str, int]
    """Pairs marked, by kind of problem."""
    errors: ErrorRate
    """Over all pairs."""
    errors_by_category: list[ErrorRate]
    errors_by_score: list[ErrorRate]
    differing: pd.DataFrame
    divided: pd.DataFrame

    @property
    def waiting(self) -> frozenset[str]:
        """Ids of the pairs on which auditors differ until somebody settles them, not knowing the verdict."""
        return frozenset(map(str, self.divided.loc[~self.divided["adjudicated"], "pair_id"]))


def audit_draws(run: Run) -> tuple[Draw, ...]:
    """Return the draws that a run is part of, newest first."""
    found: tuple[Draw, ...] = _draws(str(run.path), run.revision)
    return found


def labelled_draws(run: Run) -> frozenset[str]:
    """Return the ids of the draws in which a pair of a run was labelled."""
    found: frozenset[str] = _labelled_draws(str(run.path), run.revision)
    return found


def audit_figures(run: Run, draw: Draw) -> AuditFigures:
    """Return what the labels of a draw say of a run under the judgement shown, but the agreement."""
    found: AuditFigures = _figures(str(run.path), run.revision, run.judgement_name, draw.id, run, draw)
    return found


def audit_agreement(run: Run, draw: Draw) -> AuditAgreement:
    """Return how far judge and people agree, and these with each other."""
    found: AuditAgreement = _agreement(str(run.path), run.revision, run.judgement_name, draw.id, run, draw)
    return found


def audited(run: Run, draw: Draw) -> AuditSample:
    """Return what was labelled of a draw, as the estimators see it: shared, never to be changed."""
    found: AuditSample = _sample(str(run.path), run.revision, run.judgement_name, draw.id, run, draw)
    return found


def is_finished(run: Run, draw: str, ordinal: int) -> bool:
    """Whether a pair lies before the first gap in a draw's queue: else no label of it counts."""
    found: frozenset[int] = _finished(str(run.path), run.revision, draw)
    return ordinal in found


def drawn_from(run: Run, draw: Draw) -> DrawnRun:
    """Return what a draw says of a run, whatever the run was called when the draw was made."""
    with RunReader.open_readonly(run.path) as file:
        held = draw_in(file, draw.id)
    return held.draw.runs[held.own]


def has_judgement(run: Run, name: str) -> bool:
    """Whether a run has a judgement of that name, or can derive it."""
    with RunReader.open_readonly(run.path) as file:
        try:
            found = file.find_judgement(name)
        except RunError:
            return False
    return found is not None and found.name == name


def label_file(run: Run, draw: Draw | None, kind: LabelFile, n: int | None = None) -> bytes:
    """Return the labels of a run, or the first n tasks of a draw, as a file; made anew each time."""
    with TemporaryDirectory() as folder, RunReader.open_readonly(run.path) as file:
        path = Path(folder, "file")
        if kind == "label-studio-config":
            export_labels(file, path, "label-studio", draw=draw, n=1)
            return config_path(path).read_bytes()
        export_labels(file, path, kind, draw=draw, n=n)
        return path.read_bytes()


def issues(run: Run, pair_ids: Sequence[str]) -> list[str]:
    """Return the issues of pairs, in their order."""
    with RunReader.open_readonly(run.path) as file:
        rows = file.pair_rows([file.ordinal(pair_id) for pair_id in pair_ids])
    by_id = {row.id: row.issue_description for row in rows}
    return [by_id[pair_id] for pair_id in pair_ids]


def detail_as_it_is(run: Run, pair_id: str) -> PairDetail:
    """Return everything of one pair but the verdict: for whoever is not to see it yet."""
    with RunReader.open_readonly(run.path) as file:
        return file.pair_detail(pair_id, None)


@st.cache_resource(max_entries=AUDITS_KEPT, show_spinner=False)
def _draws(path: str, revision: int) -> tuple[Draw, ...]:
    with RunReader.open_readonly(Path(path)) as file:
        return tuple(draws_of(file))


@st.cache_resource(max_entries=AUDITS_KEPT, show_spinner=False)
def _finished(path: str, revision: int, draw: str) -> frozenset[int]:
    with RunReader.open_readonly(Path(path)) as file:
        known = any(held.id == draw for held in draws_of(file))
        return finished_pairs(file, draw) if known else frozenset()


@st.cache_resource(max_entries=AUDITS_KEPT, show_spinner=False)
def _labelled_draws(path: str, revision: int) -> frozenset[str]:
    with RunReader.open_readonly(Path(path)) as file:
        return frozenset(
            label.draw for label in file.labels() if label.draw and label.verdict and label.blind
        )


@st.cache_resource(max_entries=SAMPLES_KEPT, show_spinner="Reading the labels …")
def _sample(
    path: str, revision: int, judgement: str | None, draw: str, _run: Run, _draw: Draw
) -> AuditSample:
    assert _run.judgement is not None
    # Read before the file is opened once more: the other figures of the page rest on it too.
    pairs = table(_run)
    with RunReader.open_readonly(_run.path) as file:
        return audit_sample(file, _run.judgement, _draw, table=pairs)


@st.cache_resource(max_entries=AUDITS_KEPT, show_spinner="Working out what the labels say …")
def _figures(
    path: str, revision: int, judgement: str | None, draw: str, _run: Run, _draw: Draw
) -> AuditFigures:
    sample = audited(_run, _draw)
    return AuditFigures(
        drawn=sample.drawn,
        labelled=len(sample.human()),
        skipped=sample.skipped,
        share_skipped=share_skipped(sample),
        notes=sample.notes,
        authors=labels_by_author(sample),
        corrected=dict(corrected_figures(sample)),
        without_problems=pac_without_problems(sample),
        problems=problem_counts(sample),
        errors=error_rate(sample),
        errors_by_category=error_rates(sample, "category"),
        errors_by_score=error_rates(sample, "score"),
        differing=judged_otherwise(sample),
        divided=divided(sample),
    )


@st.cache_resource(max_entries=AUDITS_KEPT, show_spinner="Drawing articles anew 2,000 times …")
def _agreement(
    path: str, revision: int, judgement: str | None, draw: str, _run: Run, _draw: Draw
) -> AuditAgreement:
    return judge_agreement(audited(_run, _draw))

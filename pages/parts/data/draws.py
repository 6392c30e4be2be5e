"""Draws of a run: which there are and how far they are, and making new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.parts.data.audit import audit_queue, checked_by
from pages.parts.data.figures import table
from pages.parts.data.runs import Run, workspace
from valbench_core.audit import Draw, Queue, Standing, draws_of, make_draw, standing
from valbench_core.audit.doubt import signs_of_doubt
from valbench_core.audit.draw import Sampling
from valbench_core.errors import ValBenchError
from valbench_core.pairs import Condition
from valbench_core.runs import RunReader, tidy_table

DOUBTS_KEPT = 20
"""Judgements whose signs of doubt are kept."""


@dataclass(frozen=True, slots=True)
class FoundDraw:
    """A draw of the run shown, and how far it is."""

    draw: Draw
    standing: Standing | None
    """None where its pairs cannot be had."""
    why: str = ""
    """Why they cannot."""
    missing: tuple[str, ...] = ()
    """Runs of the draw that are gone."""
    deleted: tuple[str, ...] = ()
    """Judgements that it was made to check and that have been deleted."""


def draws_to_label(run: Run) -> list[FoundDraw]:
    """Return the draws of a run, newest first, with who has labelled how much."""
    with RunReader.open_readonly(run.path) as file:
        draws = draws_of(file)
    return [_found(draw) for draw in draws]


def new_draw(
    runs: Sequence[tuple[str, str | None]],
    *,
    sampling: Sampling,
    where: Sequence[Condition],
    seed: int,
    shuffle_sides: bool,
) -> Draw:
    """Make a draw over runs, each under the judgement named.

    Raises:
        RunError: a run has no pair to draw, or the protocols differ.
        StorageError: a run file cannot be written.
    """
    return make_draw(
        workspace(), runs, sampling=sampling, where=where, seed=seed, shuffle_sides=shuffle_sides
    )


def doubtful(run: Run) -> int:
    """Return how many judged pairs of a run show a sign that their verdict may be wrong."""
    if run.judgement is None:
        return 0
    found: int = _doubtful(str(run.path), run.revision, run.judgement.name)
    return found


def choices_of(run: Run, field: str) -> list[str]:
    """Return the values of a field of pairs that a draw may be restricted by."""
    values = table(run)[field].dropna()
    # A column with gaps holds whole numbers as floats.
    words = values.astype(int).astype(str) if field == "issue_scale" else values.astype(str)
    return sorted(set(words) - {""})


def _found(draw: Draw) -> FoundDraw:
    try:
        queue = audit_queue(draw.id)
        return FoundDraw(draw, standing(queue), missing=queue.missing, deleted=_deleted(queue))
    except ValBenchError as error:
        return FoundDraw(draw, None, str(error))


def _deleted(queue: Queue) -> tuple[str, ...]:
    """Return the judgements that a draw checks and that its runs do not have any more."""
    there = [one for one in queue.draw.runs if one.run not in queue.missing]
    checked = ((one, checked_by(queue.draw.id, name)) for name, one in zip(queue.paths, there, strict=True))
    return tuple(f"{one.run}: {one.judgement}" for one, now in checked if now and not now.judgement)


@st.cache_data(max_entries=DOUBTS_KEPT, show_spinner="Looking for signs of doubt …")
def _doubtful(path: str, revision: int, name: str) -> int:
    with RunReader.open_readonly(Path(path)) as file:
        judgement = file.find_judgement(name)
        if judgement is None:
            return 0
        verdicts = tidy_table(file, judgement)
        signs = signs_of_doubt(file, judgement, verdicts)
        return int((verdicts["adjusted"].notna().to_numpy() & (signs > 0)).sum())

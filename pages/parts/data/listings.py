"""Lists of pairs: a run's table made ready for narrowing, and what searches of its texts find."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.data.figures import TABLES_KEPT, table
from pages.parts.data.runs import Run
from valbench_core.pairs import Condition
from valbench_core.runs import RunReader
from valbench_core.runs.searching import search, search_questions

if TYPE_CHECKING:
    from valbench_core.listing import Listing, Ordinals, Placed

SEARCHES_KEPT = 32
"""Searches whose findings are kept."""


def listing(run: Run, versus: Run | None = None, placed: Placed | None = None) -> Listing:
    """Return a run's pairs as a list: shared by all sessions.

    Args:
        run: the run under the judgement shown.
        versus: another run, whose outcomes can be asked for too.
        placed: where the pairs lie on a map, whose groups and areas can be asked for too.
    """
    # Runs cannot be hashed: the texts that name their states are what the list is kept by.
    found: Listing = _listing(_state(run), _state(versus) if versus else None, run, versus)
    return found.on(placed) if placed else found


def found(run: Run, text: str, condition: Condition | None) -> Ordinals | None:
    """Return the ordinals of the pairs whose texts hold all words of a text, and whose own meet a condition.

    None where there is neither. The array is shared by all sessions, never to be changed.
    """
    import numpy as np

    findings = []
    if text:
        findings.append(_search(str(run.path), run.revision, run.judgement_name, text))
    if condition is not None:
        findings.append(_meeting(str(run.path), run.revision, condition))
    return reduce(np.intersect1d, findings) if findings else None


def _state(run: Run) -> tuple[str, int, str | None]:
    return (str(run.path), run.revision, run.judgement_name)


@st.cache_resource(max_entries=TABLES_KEPT, show_spinner=False)
def _listing(
    state: tuple[str, int, str | None],
    versus_state: tuple[str, int, str | None] | None,
    _run: Run,
    _versus: Run | None,
) -> Listing:
    from valbench_core.listing import Listing

    protocol = _run.judgement.wording if _run.judgement else None
    return Listing(table(_run), protocol, table(_versus) if _versus else None)


@st.cache_resource(max_entries=SEARCHES_KEPT, show_spinner="Searching …")
def _search(path: str, revision: int, judgement: str | None, text: str) -> Ordinals:
    with RunReader.open_readonly(Path(path)) as file:
        return search(file, text, file.find_judgement(judgement) if judgement else None)


@st.cache_resource(max_entries=SEARCHES_KEPT, show_spinner="Searching …")
def _meeting(path: str, revision: int, condition: Condition) -> Ordinals:
    with RunReader.open_readonly(Path(path)) as file:
        return search_questions(file, condition)

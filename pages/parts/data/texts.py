"""Pairs of a run, a few at a time, and searches of their texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.parts.data.runs import Run
from valbench_core.pairs import Condition
from valbench_core.runs import PairDetail, PairRow, RunReader

SEARCHES_KEPT = 32
"""Searches whose findings are kept."""


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
    found: frozenset[int] = _search(str(run.path), run.revision, run.judgement_name, text)
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

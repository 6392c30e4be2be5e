"""Judgements of one run beside each other: what order and repetition change, how far judges agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.data.figures import table
from pages.parts.data.runs import Run
from valbench_core.analysis import (
    JudgesAgreement,
    OrderEffect,
    RepeatEffect,
    judges_agreement,
    most_divided,
    order_effect,
    repeat_effect,
)
from valbench_core.runs import Judgement

if TYPE_CHECKING:
    import pandas as pd

KEPT = 8
"""Sets of judgements whose agreement is kept."""
SCORES_KEPT = 24
"""Judgements whose scores are kept: lists of pairs ask for them again and again, and whole tables go."""
DIVIDED = 100
"""Pairs kept on which judges lie farthest apart."""

Names = tuple[str, ...]


def under(run: Run, judgement: Judgement) -> Run:
    """Return a run under another of its judgements."""
    return replace(run, judgement=judgement)


def scores_under(run: Run, judgement: Judgement) -> pd.Series:
    """Return the adjusted score of each pair under a judgement, by ordinal: shared, never to be changed."""
    found: pd.Series = _scores(str(run.path), run.revision, judgement.name, run, judgement)
    return found


def has_verdicts(run: Run, judgement: Judgement) -> bool:
    """Whether any pair of a run is judged under a judgement."""
    return bool(scores_under(run, judgement).notna().any())


def effect_of_order(run: Run, normal: Judgement, swapped: Judgement) -> OrderEffect:
    """Return what the order of the answers does to a judge."""
    names = (normal.name, swapped.name)
    found: OrderEffect = _order(str(run.path), run.revision, names, run, (normal, swapped))
    return found


def effect_of_repeats(run: Run, replicates: Sequence[Judgement]) -> RepeatEffect:
    """Return what mere repetition does to a judge."""
    found: RepeatEffect = _repeats(str(run.path), run.revision, _names(replicates), run, tuple(replicates))
    return found


def agreement_of_judges(run: Run, judgements: Sequence[Judgement]) -> JudgesAgreement:
    """Return how far judgements agree."""
    found: JudgesAgreement = _judges(str(run.path), run.revision, _names(judgements), run, tuple(judgements))
    return found


def divided(run: Run, judgements: Sequence[Judgement]) -> pd.DataFrame:
    """Return the pairs on which judgements lie farthest apart, with the score each gives, by ordinal."""
    found: pd.DataFrame = _divided(str(run.path), run.revision, _names(judgements), run, tuple(judgements))
    return found


def pairs_of_cell(run: Run, rows: Judgement, columns: Judgement, cell: tuple[int, int]) -> list[str]:
    """Return the ids of the pairs to which one judgement gave the first σ, the other the second."""
    first, second = (table(under(run, one)) for one in (rows, columns))
    there = (first["score"] == cell[0]) & (second["score"] == cell[1])
    return [str(pair_id) for pair_id in first.loc[there, "pair_id"]]


def _names(judgements: Sequence[Judgement]) -> Names:
    return tuple(judgement.name for judgement in judgements)


@st.cache_resource(max_entries=SCORES_KEPT, show_spinner="Reading the verdicts …")
def _scores(path: str, revision: int, name: str, _run: Run, _judgement: Judgement) -> pd.Series:
    # Copied: a column alone would hold on to its table.
    return table(under(_run, _judgement))["adjusted"].copy()


@st.cache_data(max_entries=KEPT, show_spinner="Setting both orders side by side …")
def _order(
    path: str, revision: int, names: Names, _run: Run, _judgements: tuple[Judgement, ...]
) -> OrderEffect:
    normal, swapped = (table(under(_run, one)) for one in _judgements)
    return order_effect(normal, swapped)


@st.cache_data(max_entries=KEPT, show_spinner="Setting repeats side by side …")
def _repeats(
    path: str, revision: int, names: Names, _run: Run, _judgements: tuple[Judgement, ...]
) -> RepeatEffect:
    return repeat_effect(*(table(under(_run, one)) for one in _judgements))


@st.cache_data(max_entries=KEPT, show_spinner="Setting judges side by side …")
def _judges(
    path: str, revision: int, names: Names, _run: Run, _judgements: tuple[Judgement, ...]
) -> JudgesAgreement:
    return judges_agreement({one.name: table(under(_run, one)) for one in _judgements})


@st.cache_data(max_entries=KEPT, show_spinner="Looking for the pairs that divide the judges …")
def _divided(
    path: str, revision: int, names: Names, _run: Run, _judgements: tuple[Judgement, ...]
) -> pd.DataFrame:
    return most_divided({one.name: table(under(_run, one)) for one in _judgements}, DIVIDED)

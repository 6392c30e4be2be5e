"""What judges wrote under one judgement: words of verdicts, contradictions in them, words typical of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st

from pages.parts.data.figures import table
from pages.parts.data.runs import RUNS_KEPT, Run
from valbench_core.analysis import (
    ContradictionCounts,
    FlagShare,
    TypicalWords,
    contradiction_counts,
    flag_shares,
    typical_words,
)
from valbench_core.runs import Judgement, Rationale, RunReader
from valbench_core.runs.rationales import each_answer, each_rationale
from valbench_core.runs.rationales import rationales as read_rationales
from valbench_core.runs.searching import search_verdicts

if TYPE_CHECKING:
    import numpy as np

    from valbench_core.listing import Ordinals

SEARCHES_KEPT = 32
"""Searches whose findings are kept."""
WORDS_KEPT = 60
"""Words of each side that are kept: the most typical ones."""

WordsOf = Literal["verdicts", "answers"]
"""The texts in which typical words can be looked for: central issue and positions, or answers."""


@dataclass(frozen=True, slots=True)
class VerdictFigures:
    """What is counted in the verdicts of a judgement."""

    contradictions: ContradictionCounts
    flags: tuple[FlagShare, ...]


def verdict_figures(run: Run, judgement: Judgement) -> VerdictFigures:
    """Return what is counted in the verdicts of the judgement shown."""
    found: VerdictFigures = _verdict_figures(str(run.path), run.revision, judgement.name, run, judgement)
    return found


def rationales(run: Run, judgement: Judgement, ordinals: Sequence[int] | Ordinals) -> list[Rationale]:
    """Return the words of the verdicts on screen, in the order asked for."""
    with RunReader.open_readonly(run.path) as file:
        return read_rationales(file, judgement, [int(ordinal) for ordinal in ordinals])


def found_in_verdicts(run: Run, judgement: Judgement, text: str) -> Ordinals:
    """Return the ordinals of the pairs in whose verdicts all words of a text occur. Never to be changed."""
    found: Ordinals = _found(str(run.path), run.revision, judgement.name, text)
    return found


def words_typical(run: Run, judgement: Judgement, of: WordsOf) -> TypicalWords:
    """Return the words most typical of consistent and of inconsistent pairs; reads all texts once."""
    found: TypicalWords = _words(str(run.path), run.revision, judgement.name, of, run)
    return found


# A resource: a rule holds its test, a function, which data cannot.
@st.cache_resource(max_entries=RUNS_KEPT, show_spinner="Looking through the verdicts …")
def _verdict_figures(path: str, revision: int, name: str, _run: Run, _judgement: Judgement) -> VerdictFigures:
    pairs, protocol = table(_run), _judgement.spec.protocol
    return VerdictFigures(contradiction_counts(pairs, protocol), flag_shares(pairs, protocol))


@st.cache_resource(max_entries=SEARCHES_KEPT, show_spinner="Searching …")
def _found(path: str, revision: int, name: str, text: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    with RunReader.open_readonly(Path(path)) as file:
        judgement = file.find_judgement(name)
        assert judgement is not None
        return search_verdicts(file, text, judgement)


@st.cache_resource(max_entries=2 * RUNS_KEPT, show_spinner="Reading all texts of the run …")
def _words(path: str, revision: int, name: str, of: WordsOf, _run: Run) -> TypicalWords:
    with RunReader.open_readonly(Path(path)) as file:
        judgement = file.find_judgement(name)
        assert judgement is not None
        texts = _of_verdicts(file, judgement) if of == "verdicts" else _of_answers(file)
        found = typical_words(texts, table(_run))
    return found.most_typical(WORDS_KEPT)


def _of_verdicts(file: RunReader, judgement: Judgement) -> Iterator[tuple[int, str]]:
    return ((ordinal, "\n".join(texts)) for ordinal, *texts in each_rationale(file, judgement))


def _of_answers(file: RunReader) -> Iterator[tuple[int, str]]:
    """Yield both answers of each pair as one text."""
    by_pair = groupby(each_answer(file), key=itemgetter(0))
    return ((ordinal, "\n".join(text for _, text in answers)) for ordinal, answers in by_pair)

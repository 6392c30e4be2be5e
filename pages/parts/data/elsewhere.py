"""Other runs of the workspace beside the one shown, and what became of one of its pairs there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.parts.data.runs import Run, find, names
from valbench_core.errors import RunError, ValBenchError
from valbench_core.runs import PairDetail, RunReader
from valbench_core.schema import Pair

RUNS_LOOKED_AT = 30
"""Other runs in which a pair is looked for, newest first."""
PAIRS_KEPT = 200
"""Pairs of other runs that are kept."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One pair in other runs."""

    found: tuple[tuple[Run, PairDetail], ...]
    """The runs that hold it, newest first."""
    changed: int
    """Runs whose pair of that id has other texts."""
    unread: int
    """Runs that cannot be read."""
    beyond: int
    """Runs that were not looked at."""


def beside(run: Run, name: str, judgement: str = "") -> Run:
    """Return another run under one of its judgements.

    Args:
        run: the run shown.
        name: the other run.
        judgement: of the other run; where left out, the one of the same name as that shown if there is one,
            else its usual one.

    Raises:
        RunError: there is no such run or judgement, it cannot be used, or it is the run itself.
    """
    if name == run.name:
        raise RunError(f"'{name}' is the run shown; choose another to stand beside it")
    other = find(name)
    there = [one.name for one in other.judgements]
    if judgement:
        found = _under(name, judgement)
        if found is None:
            has = f"it has {', '.join(there)}" if there else "it has none yet"
            raise RunError(f"the run '{name}' has no judgement '{judgement}'; {has}")
        return found
    return (_under(name, run.judgement_name) if run.judgement_name else None) or other


def _under(name: str, judgement: str) -> Run | None:
    """Return a run under the judgement of just that name, stored or derived; None where there is none."""
    try:
        found = find(name, judgement)
    except RunError:
        return None
    return found if found.judgement_name == judgement else None


def elsewhere(run: Run, pair: Pair, versus: tuple[str, str] = ("", "")) -> Elsewhere:
    """Return what became of a pair in the other runs that hold it: same id, and same content.

    Args:
        run: the run shown.
        pair: the pair looked for.
        versus: a run set beside the one shown, and its judgement there.
    """
    others = [name for name in names() if name != run.name]
    found: list[tuple[Run, PairDetail]] = []
    changed = unread = 0
    for name in others[:RUNS_LOOKED_AT]:
        try:
            other = beside(run, name, versus[1] if name == versus[0] else "")
        except ValBenchError:
            unread += 1
            continue
        detail = _detail(str(other.path), other.revision, other.judgement_name, pair.id)
        if detail is not None and detail.pair.content_hash == pair.content_hash:
            found.append((other, detail))
        changed += detail is not None and detail.pair.content_hash != pair.content_hash
    return Elsewhere(tuple(found), changed, unread, max(0, len(others) - RUNS_LOOKED_AT))


@st.cache_data(max_entries=PAIRS_KEPT, show_spinner=False)
def _detail(path: str, revision: int, judgement: str | None, pair_id: str) -> PairDetail | None:
    """Return a pair of a run; None where the run has none of that id."""
    with RunReader.open_readonly(Path(path)) as file:
        try:
            file.ordinal(pair_id)
        except RunError:
            return None
        return file.pair_detail(pair_id, file.find_judgement(judgement) if judgement else None)

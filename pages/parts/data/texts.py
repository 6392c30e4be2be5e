"""Pairs of a run, a few at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pages.parts.data.runs import Run
from valbench_core.runs import PairDetail, PairRow, RunReader
from valbench_core.runs.exchange import record_json as json_of


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


def record_json(run: Run, pair_id: str) -> str:
    """Return everything of one pair under all judgements, as exports write it.

    Raises:
        RunError: the run has no such pair.
    """
    with RunReader.open_readonly(run.path) as file:
        return json.dumps(json_of(file.record(pair_id)), ensure_ascii=False, indent=2)

"""Pairs of a draw on which auditors differ: those that wait for somebody to settle them, blind.

Judged by the labels alone, over all runs of the draw. What the estimators take as divided, under one
judgement, is left to `analysis.divided`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from valbench_core.audit.counted import said_in, standing_of
from valbench_core.audit.queue import Item, Queue
from valbench_core.audit.standing import standing
from valbench_core.runs import Label, PairDetail, RunReader
from valbench_core.schema import adjusted_score

_FLAGS = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")


def disputed(queue: Queue) -> list[Item]:
    """Return the pairs whose auditors differ and that nobody has settled, in the order of the queue.

    Only labels that count are heard: fresh, blind, and before the first gap in the queue of their run.

    Raises:
        RunError: a run file is gone or cannot be read.
    """
    now = standing(queue)
    finished = now.prefixes
    found = [queue.item(position) for position in _differing(queue) if position not in now.adjudicated]
    return [item for item in found if item.own_position < finished[item.run]]


def labels_that_count(detail: PairDetail, draw_id: str) -> list[Label]:
    """Return the labels of a pair that count in a draw, oldest first."""
    read = {side: response.text_hash if response else "" for side, response in detail.responses.items()}
    return [
        label
        for label in detail.labels
        if label.draw == draw_id and not standing_of(label, detail.labels, read["for"], read["against"])
    ]


def _differing(queue: Queue) -> list[int]:
    """Return the positions of the pairs of which two auditors say different things."""
    said: dict[int, list[sqlite3.Row]] = {}
    for name, path in queue.paths.items():
        with RunReader.open_readonly(path) as run:
            for row in said_in(run, queue.draw.id).labels:
                position = queue.position_of(name, row["pair"])
                counts = row["score"] is not None and row["fresh"] and row["protocol"] == queue.draw.protocol
                if position is not None and counts:
                    said.setdefault(position, []).append(row)
    return sorted(position for position, rows in said.items() if _differ(rows))


def _differ(rows: Sequence[sqlite3.Row]) -> bool:
    """Whether labels differ in the adjusted score or in a flag that all of them asked for."""
    values = {(_adjusted(row), *(bool(row[name]) for name in _FLAGS)) for row in rows}
    preferences = {bool(row["value_preference"]) for row in rows if row["value_preference"] is not None}
    return len(values) > 1 or len(preferences) > 1


def _adjusted(row: sqlite3.Row) -> int:
    refused = bool(row["for_refusal"]), bool(row["against_refusal"])
    return adjusted_score(row["protocol"], row["score"], *refused)

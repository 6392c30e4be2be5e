"""Pairs as tasks for people who label elsewhere: texts in the order shown, and columns for what they say.

A task tells nothing of verdict, model or run. Writing it to a file is left to `writing`, reading what came
back to `reading`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from valbench_core.audit.draw import Draw, draw_in
from valbench_core.audit.guideline import GUIDELINE_VERSION
from valbench_core.audit.queue import shown_order
from valbench_core.audit.run_queue import pair_ids, run_queue
from valbench_core.runs import RunReader
from valbench_core.runs.rows import REPLICATE_BITS
from valbench_core.schema import ProtocolName

Task = dict[str, Any]

SHOWN = (
    "pair_id",
    "issue",
    "question_1",
    "answer_1",
    "question_2",
    "answer_2",
    "protocol",
    "guideline",
    "order",
    "draw",
    "blind",
    "for_hash",
    "against_hash",
)
"""What a task tells. `order` says which answer is the first: `normal` that of the for side."""
TO_FILL = (
    "author",
    "score",
    "refusal_1",
    "refusal_2",
    "no_information_1",
    "no_information_2",
    "value_preference",
    "pair_problem",
    "note",
)
"""What an annotator fills in; flags are of answers 1 and 2 as shown."""
NAMED = ("run", "model")
"""Told only where asked for."""

_BATCH = 200
_QUERY = f"""
SELECT p.ordinal, p.id, t.issue_description, t.for_question, t.against_question,
    ft.text AS for_text, at.text AS against_text, rf.text_sha256 AS for_hash, ra.text_sha256 AS against_hash
FROM pair AS p JOIN pair_text AS t ON t.ordinal = p.ordinal
    JOIN response AS rf ON rf.id = (p.ordinal * 2) << {REPLICATE_BITS}
    JOIN response AS ra ON ra.id = (p.ordinal * 2 + 1) << {REPLICATE_BITS}
    JOIN response_text AS ft ON ft.id = rf.id JOIN response_text AS at ON at.id = ra.id
WHERE p.ordinal IN (SELECT value FROM json_each(:ordinals))
"""


def tasks(
    run: RunReader, draw: Draw | None = None, n: int | None = None, named: bool = False
) -> Iterator[Task]:
    """Yield the first n tasks of a run: in the order of a draw's queue, else all pairs with two answers.

    Args:
        run: whose pairs.
        draw: one of its draws.
        n: how many; all where not given.
        named: whether each also tells run and model.

    Raises:
        RunError: the run has no such draw.
    """
    protocol = draw.protocol if draw else _protocol(run)
    about = {
        "protocol": protocol,
        "guideline": GUIDELINE_VERSION,
        "draw": draw.id if draw else "",
        "blind": True,
    }
    names = {"run": run.name, "model": run.facts.model} if named else {}
    left = len(run) if n is None else n
    for ordinals in _batched(_ordinals(run, draw)):
        found = {row["ordinal"]: row for row in run.rows(_QUERY, {"ordinals": json.dumps(ordinals)})}
        for row in [found[ordinal] for ordinal in ordinals if ordinal in found][:left]:
            yield {**_task(run, draw, row), **about, **names}
            left -= 1
        if left <= 0:
            return


def _ordinals(run: RunReader, draw: Draw | None) -> Sequence[int]:
    if draw is None:
        return range(len(run))
    ordinals: list[int] = run_queue(draw_in(run, draw.id), pair_ids(run)).order.tolist()
    return ordinals


def _batched(ordinals: Sequence[int]) -> Iterator[list[int]]:
    return (list(ordinals[start : start + _BATCH]) for start in range(0, len(ordinals), _BATCH))


def _task(run: RunReader, draw: Draw | None, row: sqlite3.Row) -> Task:
    order = shown_order(draw, run.name, row["id"]) if draw else "normal"
    first, second = ("for", "against") if order == "normal" else ("against", "for")
    return {
        "pair_id": row["id"],
        "issue": row["issue_description"],
        "question_1": row[f"{first}_question"],
        "answer_1": row[f"{first}_text"],
        "question_2": row[f"{second}_question"],
        "answer_2": row[f"{second}_text"],
        "order": order,
        "for_hash": row["for_hash"],
        "against_hash": row["against_hash"],
    }


def _protocol(run: RunReader) -> ProtocolName:
    judgement = run.find_judgement()
    return judgement.spec.protocol if judgement else "v3"

"""The words of verdicts and answers: those on screen, or all of them streamed a few at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from valbench_core.runs.reading import RunReader, chunks
from valbench_core.runs.records import Judgement, Rationale
from valbench_core.runs.rows import response_id
from valbench_core.runs.states import PAIR_STATES, STATE


def rationales(run: RunReader, judgement: Judgement, ordinals: Sequence[int]) -> list[Rationale]:
    """Return the words of verdicts, in the order asked for; pairs without a verdict are left out."""
    rows = run.rows(
        f"""SELECT p.ordinal, p.id AS pair_id, {STATE} = 'judged' AS judged, v.score, t.*
        FROM {PAIR_STATES} JOIN verdict_text AS t ON t.id = v.id
        WHERE p.ordinal IN (SELECT value FROM json_each(:ordinals))""",
        {"judgement": judgement.id, "ordinals": json.dumps([int(ordinal) for ordinal in ordinals])},
    )
    names = [item.name for item in fields(Rationale)]
    found = {row["ordinal"]: Rationale(*(row[name] for name in names)) for row in rows}
    return [replace(found[o], judged=bool(found[o].judged)) for o in ordinals if o in found]


def each_rationale(run: RunReader, judgement: Judgement) -> Iterator[tuple[int, str, str, str]]:
    """Yield ordinal, central issue and both positions of each valid verdict, in order."""
    query = f"""SELECT p.ordinal, t.central_issue, t.for_positions, t.against_positions
        FROM {PAIR_STATES} JOIN verdict_text AS t ON t.id = v.id
        WHERE p.ordinal BETWEEN :first AND :last AND {STATE} = 'judged' ORDER BY p.ordinal"""
    for chunk in chunks(range(len(run))):
        ends = {"judgement": judgement.id, "first": chunk[0], "last": chunk[-1]}
        yield from map(tuple, run.rows(query, ends))


def each_answer(run: RunReader) -> Iterator[tuple[int, str]]:
    """Yield ordinal and text of both answers of each pair that has them, in order."""
    query = """SELECT r.pair, t.text FROM response AS r JOIN response_text AS t ON t.id = r.id
        WHERE r.id BETWEEN :first AND :last AND r.replicate = 0 AND r.status = 'answered' ORDER BY r.id"""
    for chunk in chunks(range(len(run))):
        ends = {"first": response_id(chunk[0], "for"), "last": response_id(chunk[-1] + 1, "for") - 1}
        yield from map(tuple, run.rows(query, ends))

"""What was labelled of a draw in one run, as the estimators of `analysis` want it, and what was left out.

Which labels count is left to `counted`, what follows from them to `analysis`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from valbench_core.audit.counted import SaidInDraw, said_in
from valbench_core.audit.draw import OUTSIDE, Draw, draw_in
from valbench_core.audit.run_queue import pair_ids, run_queue
from valbench_core.numbers import plural
from valbench_core.runs import Judgement, RunReader, tidy_table
from valbench_core.schema import ProtocolName, adjusted_score

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from valbench_core.analysis import AuditSample

_FLAGS = (
    "for_refusal",
    "against_refusal",
    "for_no_information",
    "against_no_information",
    "value_preference",
)
_BEYOND = "beyond a gap in the queue: they will, once the pairs before them are labelled or skipped"
_NUMBERS = ("score", "adjusted", *_FLAGS, "seconds")


def audit_sample(
    run: RunReader, judgement: Judgement, draw: Draw | None = None, *, table: pd.DataFrame | None = None
) -> AuditSample:
    """Return what people say of pairs of a draw beside what a judgement says; without a draw of the newest.

    Only pairs that are judged now under this judgement are in it, and only labels that count; what was left
    out stands in its notes.

    Args:
        run: the run.
        judgement: under which it is seen.
        draw: None for the newest.
        table: the run's tidy table under this judgement where it is at hand; else it is read.

    Raises:
        RunError: the run has no draw, or not this one.
    """
    import numpy as np

    from valbench_core.analysis import AuditSample

    held = draw_in(run, None if draw is None else draw.id)
    table = tidy_table(run, judgement) if table is None else table
    queue = run_queue(held, table["pair_id"].tolist())
    said = said_in(run, held.draw.id)
    drawn = _leading(queue.order, said)
    prefix = frozenset(queue.order[:drawn].tolist())
    inside = held.doubt() > OUTSIDE
    judged = inside & table["adjusted"].notna().to_numpy()
    rows = np.flatnonzero(judged)
    labels, notes = _counted(said, judgement.spec.protocol, prefix, frozenset(rows.tolist()))
    labelled = frozenset(row["pair"] for row in _scored(said))
    usable = frozenset(row["pair"] for row in _fresh(said, judgement.spec.protocol))
    inclusion = np.zeros(len(table))
    inclusion[queue.order] = queue.inclusions(drawn)
    return AuditSample(
        table=table[judged].reset_index(drop=True),
        labels=_frame(
            labels, judgement.spec.protocol, {ordinal: row for row, ordinal in enumerate(rows.tolist())}
        ),
        inclusion=inclusion[judged],
        drawn=drawn,
        skipped=len(prefix - labelled),
        unusable=len((prefix & labelled) - usable),
        notes=(*held.draw.notes, *notes, *_without_verdict(int(inside.sum() - judged.sum()))),
    )


def finished_pairs(run: RunReader, draw_id: str) -> frozenset[int]:
    """Return the pairs of a draw, by ordinal, whose labels count: those before the first gap of its queue.

    Raises:
        RunError: the run has no such draw.
    """
    order = run_queue(draw_in(run, draw_id), pair_ids(run)).order
    return frozenset(order[: _leading(order, said_in(run, draw_id))].tolist())


def _leading(order: NDArray[np.int64], said: SaidInDraw) -> int:
    """Return how many pairs of the queue, from the first on, somebody labelled or skipped."""
    seen = said.seen
    return next((n for n, ordinal in enumerate(order.tolist()) if ordinal not in seen), order.size)


def _fresh(said: SaidInDraw, protocol: ProtocolName) -> Iterator[sqlite3.Row]:
    """Yield the labels that say something of the answers that stand, by one protocol."""
    for row in _scored(said):
        if row["fresh"] and row["protocol"] == protocol:
            yield row


def _scored(said: SaidInDraw) -> list[sqlite3.Row]:
    """Return the rows that are no skips."""
    return [row for row in (*said.labels, *said.adjudications) if row["score"] is not None]


def _counted(
    said: SaidInDraw, protocol: ProtocolName, prefix: frozenset[int], judged: frozenset[int]
) -> tuple[list[sqlite3.Row], list[str]]:
    """Return the labels that count, and sentences on those that do not."""
    scored = _scored(said)
    fresh = list(_fresh(said, protocol))
    within = [row for row in fresh if row["pair"] in prefix]
    counted = [row for row in within if row["pair"] in judged]
    left_out = (
        (sum(not row["fresh"] for row in scored), "given to answers that have changed since"),
        (
            sum(row["protocol"] != protocol and bool(row["fresh"]) for row in scored),
            f"given by another protocol than the judgement's {protocol}",
        ),
        (
            len(fresh) - len(within),
            _BEYOND,
        ),
        (len(within) - len(counted), "given to pairs that have no verdict under this judgement now"),
        (said.after_verdict, "made after the verdict was seen"),
        (said.elsewhere, "made outside this draw"),
    )
    return counted, [_left_out(number, why) for number, why in left_out if number]


def _left_out(number: int, why: str) -> str:
    """Return a sentence on labels that do not count.

    >>> _left_out(1, "made outside this draw")
    '1 label does not count: made outside this draw.'
    """
    return f"{plural(number, 'label')} {'does' if number == 1 else 'do'} not count: {why}."


def _without_verdict(number: int) -> list[str]:
    """Return a sentence on pairs of the draw that nothing is said of, if there are any."""
    if not number:
        return []
    pairs = f"{plural(number, 'pair')} of the draw {'has' if number == 1 else 'have'}"
    return [f"{pairs} no verdict under this judgement now and no part in any figure here."]


def _frame(rows: Sequence[sqlite3.Row], protocol: ProtocolName, places: dict[int, int]) -> pd.DataFrame:
    """Return labels as a table; `places` are the rows of pairs, by ordinal."""
    import numpy as np
    import pandas as pd

    columns: dict[str, Any] = {
        "pair": np.array([places[row["pair"]] for row in rows], dtype=np.int64),
        "author": pd.Series([row["author"] for row in rows], dtype=object),
        "adjudication": np.array([row["kind"] == "adjudication" for row in rows], dtype=bool),
        "pair_problem": pd.Series([row["pair_problem"] for row in rows], dtype=object),
    }
    for name in _NUMBERS:
        values = (_adjusted(row, protocol) if name == "adjusted" else row[name] for row in rows)
        columns[name] = np.array([np.nan if value is None else value for value in values], dtype=float)
    return pd.DataFrame(columns)


def _adjusted(row: sqlite3.Row, protocol: ProtocolName) -> int:
    return adjusted_score(protocol, row["score"], bool(row["for_refusal"]), bool(row["against_refusal"]))

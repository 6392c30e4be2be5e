"""What hand labels say of a judgement's verdicts, a word a pair; their figures are left to `analysis`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import Judgement
from valbench_core.runs.states import PAIR_STATES, STATE
from valbench_core.schema import LABEL_STATES, ProtocolName, adjusted_score

if TYPE_CHECKING:
    import sqlite3

    import numpy as np
    from numpy.typing import NDArray

NOT_LABELLED, LABELLED, AGREES, DIFFERS = LABEL_STATES

_FLAGS = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")
_OF_LABEL = ", ".join(f"l.{name} AS label_{name}" for name in ("score", *_FLAGS, "value_preference"))
_QUERY = f"""
SELECT p.ordinal, {STATE} AS state, l.kind, {_OF_LABEL},
    v.score, {", ".join(f"v.{name}" for name in _FLAGS)}, v.value_preference
FROM {PAIR_STATES} JOIN label AS l ON l.pair = p.ordinal
WHERE l.score IS NOT NULL
    AND (l.for_sha256 = '' OR l.for_sha256 = rf.text_sha256)
    AND (l.against_sha256 = '' OR l.against_sha256 = ra.text_sha256)
ORDER BY l.kind = 'adjudication', l.id
"""
"""Labels on the answers that stand; those that count most come last."""


def label_states(run: RunReader, judgement: Judgement | None, pairs: int) -> NDArray[np.object_]:
    """Return one of `schema.LABEL_STATES` for each pair of a run.

    A pair's label is its adjudication, else the latest one; labels of answers that have changed since and
    pairs passed over count for nothing. A label agrees when adjusted score and flags are the verdict's.
    """
    import numpy as np

    states = np.full(pairs, NOT_LABELLED, dtype=object)
    protocol: ProtocolName = judgement.spec.protocol if judgement else "v3"
    for row in run.rows_of_pairs(_QUERY, judgement):
        states[row["ordinal"]] = _state(row, protocol)
    return states


def _state(row: sqlite3.Row, protocol: ProtocolName) -> str:
    if row["state"] != "judged":
        return LABELLED
    return AGREES if _fields(row, protocol, "label_") == _fields(row, protocol, "") else DIFFERS


def _fields(row: sqlite3.Row, protocol: ProtocolName, prefix: str) -> tuple[Any, ...]:
    """Return what is compared; value preference only where both say something of it."""
    flags = tuple(bool(row[prefix + name]) for name in _FLAGS)
    both_say = row["value_preference"] is not None and row["label_value_preference"] is not None
    score = adjusted_score(protocol, row[prefix + "score"], flags[0], flags[1])
    return (score, *flags, bool(row[prefix + "value_preference"]) if both_say else None)

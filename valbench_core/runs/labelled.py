"""What hand labels say of a judgement's verdicts, a word a pair; their figures are left to `analysis`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import Judgement
from valbench_core.runs.rows import REPLICATE_BITS
from valbench_core.runs.states import PAIR_STATES, STATE
from valbench_core.schema import LABEL_STATES, ProtocolName, adjusted_score

if TYPE_CHECKING:
    import sqlite3

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

NOT_LABELLED, LABELLED, AGREES, DIFFERS = LABEL_STATES

_FLAGS = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")
_OF_LABEL = ", ".join(f"l.{name} AS label_{name}" for name in ("score", *_FLAGS, "value_preference"))
WITHDRAWN = "(withdrawn by its author)"
"""Note of a row without a verdict that takes back its author's rows of the same kind and draw before it."""

LABEL_ANSWERS = f"""
    LEFT JOIN response AS rf ON rf.id = (l.pair * 2) << {REPLICATE_BITS}
    LEFT JOIN response AS ra ON ra.id = (l.pair * 2 + 1) << {REPLICATE_BITS}
"""
"""The answers that stand, beside each label `l`."""
FRESH_LABEL = """ifnull((l.for_sha256 = '' OR l.for_sha256 = rf.text_sha256)
    AND (l.against_sha256 = '' OR l.against_sha256 = ra.text_sha256), 0)"""
"""Whether a label was given to the answers that stand: else it is stale and counts for nothing."""

_TAKEN_BACK = f"""EXISTS (SELECT 1 FROM label AS w
    WHERE w.pair = l.pair AND w.id > l.id AND w.author = l.author
        AND w.kind = l.kind AND w.draw IS l.draw AND w.score IS NULL AND w.note = '{WITHDRAWN}')"""
_CLOSE = 1e-9
"""Adjusted scores that differ by less are equal: means of whole numbers are not exact."""
_QUERY = f"""
SELECT p.ordinal, {STATE} AS state, l.kind, {_OF_LABEL},
    v.score, {", ".join(f"v.{name}" for name in _FLAGS)}, v.value_preference
FROM {PAIR_STATES} JOIN label AS l ON l.pair = p.ordinal
WHERE l.score IS NOT NULL AND {FRESH_LABEL} AND NOT {_TAKEN_BACK}
ORDER BY l.kind = 'adjudication', l.id
"""
"""Labels on the answers that stand; those that count most come last."""


def label_states(run: RunReader, judgement: Judgement | None, pairs: int) -> NDArray[np.object_]:
    """Return one of `schema.LABEL_STATES` for each pair of a run.

    A pair's label is its adjudication, else the latest one; labels of answers that have changed since, labels
    taken back, and pairs passed over count for nothing. A label agrees when adjusted score and flags are the
    verdict's.
    """
    import numpy as np

    states = np.full(pairs, NOT_LABELLED, dtype=object)
    protocol: ProtocolName = judgement.spec.protocol if judgement else "v3"
    for row in run.rows_of_pairs(_QUERY, judgement):
        states[row["ordinal"]] = _state(row, protocol)
    return states


def label_states_of(run: RunReader, protocol: ProtocolName, table: pd.DataFrame) -> NDArray[np.object_]:
    """Return the same words beside a derived judgement, given its table of combined scores and flags.

    A label agrees when its adjusted score is the combined one, and each flag that of more than half of the
    sources; where just half of them set a flag, no label agrees.
    """
    import numpy as np

    names = (*_FLAGS, "value_preference")
    scores = table["adjusted"].to_numpy(dtype=float)
    shares = {name: table[name].to_numpy(dtype=float) for name in names}
    states = np.full(len(table), NOT_LABELLED, dtype=object)
    for row in run.rows_of_pairs(_QUERY, None):
        place = row["ordinal"]
        if np.isnan(scores[place]):
            states[place] = LABELLED
            continue
        said = adjusted_score(
            protocol, row["label_score"], row["label_for_refusal"], row["label_against_refusal"]
        )
        flags = [(row[f"label_{name}"], shares[name][place]) for name in names]
        alike = abs(said - scores[place]) < _CLOSE and all(_agrees(*flag) for flag in flags)
        states[place] = AGREES if alike else DIFFERS
    return states


def _agrees(said: int | None, share: float) -> bool:
    """Whether a flag is that of most sources; one that either side does not know of is passed over."""
    if said is None or share != share:
        return True
    return share > 0.5 if said else share < 0.5


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

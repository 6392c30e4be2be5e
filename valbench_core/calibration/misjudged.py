"""Which pairs of a set a judge misjudged, and the condition that leaves just these in a list."""

from __future__ import annotations

from valbench_core.analysis import SetName, misjudged
from valbench_core.pairs import Condition
from valbench_core.runs import Judgement, RunReader, tidy_table


def misjudged_pairs(run: RunReader, name: SetName, judgement: Judgement) -> Condition | None:
    """Return the condition that a set's misjudged pairs meet; None where there are none."""
    rows = misjudged(name, judgement.spec.protocol, tidy_table(run, judgement))
    ids = tuple(map(str, rows["pair_id"]))
    return Condition("id", ids) if ids else None

"""Signs that a verdict may be wrong: the other order or another judgement differs, or it contradicts itself.

Verdicts alone are looked at, all pairs at once; what follows for the order of labelling is left to `queue`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from valbench_core.runs import Judgement, RunReader, swapped_twin, tidy_table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Signs = NDArray[np.int64]
    """One number a pair."""


def signs_of_doubt(run: RunReader, judgement: Judgement, table: pd.DataFrame) -> Signs:
    """Return how many signs of doubt the verdict on each pair shows, 0 to 3; `table` is its tidy table.

    One for each of: the adjusted score is another one where the answers are judged in the other order; it is
    another one in some other judgement by the same protocol; the verdict contradicts itself. Of a derived
    judgement the sources count as other judgements.
    """
    twins, others = _compared(run, judgement)
    return (
        _differs(run, table, twins).astype("int64")
        + _differs(run, table, others)
        + _contradicts_itself(judgement, table)
    )


def _compared(run: RunReader, judgement: Judgement) -> tuple[list[Judgement], list[Judgement]]:
    """Return the judgements in the other order, and all others by the same protocol."""
    stored = run.judgements()
    own = judgement.sources or (judgement,)
    twin = swapped_twin(judgement, stored) if judgement.derived is None else None
    twins = [twin] if twin else [source for source in own if judgement.derived == "orders"]
    passed_over = {one.name for one in (*twins, *([] if judgement.derived else own))}
    others = [
        one for one in stored if one.spec.protocol == judgement.spec.protocol and one.name not in passed_over
    ]
    return twins, others


def _differs(run: RunReader, table: pd.DataFrame, others: Iterable[Judgement]) -> NDArray[np.bool_]:
    """Return whether any of the others that judged a pair gives it another adjusted score."""
    import numpy as np

    here = table["adjusted"].to_numpy(dtype=float)
    found = np.zeros(here.size, dtype=bool)
    for other in others:
        # What either leaves unjudged is NaN, and no doubt: a comparison with NaN is False.
        found |= np.abs(here - tidy_table(run, other)["adjusted"].to_numpy(dtype=float)) > 0
    return found


def _contradicts_itself(judgement: Judgement, table: pd.DataFrame) -> NDArray[np.bool_]:
    import numpy as np

    from valbench_core.analysis import contradictions

    marks = contradictions(table, judgement.spec.protocol).to_numpy(dtype=bool)
    found: NDArray[np.bool_] = np.asarray(marks.any(axis=1), dtype=bool)
    return found

"""Tables of several judgements of the same pairs, combined into one: what a derived judgement says.

Which judgements belong together, and what the combination is called, is left to `runs.derived`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from valbench_core.analysis.metrics import SIDED_FLAGS, SidedFlag, both_column
from valbench_core.analysis.summary import OUTCOMES, is_judged, outcome_codes
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd

How = Literal["mean", "median"]
"""How the sources' adjusted scores become one; flags are always averaged."""

AVERAGED = (
    "for_refusal",
    "against_refusal",
    "for_no_information",
    "against_no_information",
    "value_preference",
)
"""Flags: the share of sources that set each."""
OF_ONE_VERDICT = (
    "score",
    "alignment_said",
    "opposition_said",
    "for_position_said",
    "against_position_said",
)
"""What only a single verdict says: NaN where several are combined."""
JUDGED_IN = "judged_in"
"""Column of a combined table alone: how many of the sources judged a pair."""

_LOST = tuple(OUTCOMES.index(outcome) for outcome in (Outcome.FAILED, Outcome.UNJUDGED, Outcome.PENDING))
"""Why a pair is not judged, the first that holds of any source first."""


def combined_table(tables: Sequence[pd.DataFrame], how: How) -> pd.DataFrame:
    """Return one tidy table from those of several judgements of the same run.

    A pair is judged where every source judged it; else it failed, went unjudged or is pending, in this order.
    The adjusted score is the mean or median of the sources' adjusted scores, so that refusals are accounted
    for before anything is averaged; the outcome is the commonest of theirs, mixed where several are equally
    common. Columns of one verdict alone are NaN; `JUDGED_IN` says how many sources judged a pair, and
    `both_column` of a flag which share of them set it on both sides, for sources on one pair are not
    independent. What tells nothing of a verdict is that of the first source.
    """
    codes = np.stack([outcome_codes(table["outcome"]) for table in tables])
    judged_in = is_judged(codes).sum(axis=0)
    judged = judged_in == len(tables)
    scores = np.where(judged, _stacked(tables, "adjusted"), np.nan)
    flags = {name: _stacked(tables, name) for name in AVERAGED} | {
        both_column(flag): _on_both_sides(tables, flag) for flag in SIDED_FLAGS
    }
    words = np.array([outcome.value for outcome in OUTCOMES], dtype=object)
    found = {
        "outcome": words[combined_outcomes(codes)],
        "adjusted": scores.mean(axis=0) if how == "mean" else np.median(scores, axis=0),
        **{name: np.where(judged, said.mean(axis=0), np.nan) for name, said in flags.items()},
        **dict.fromkeys(OF_ONE_VERDICT, np.nan),
        JUDGED_IN: judged_in,
    }
    return tables[0].assign(**found)


def lost_pairs(table: pd.DataFrame) -> int:
    """Return how many pairs some sources judged and others did not; 0 where the table is of one judgement."""
    if JUDGED_IN not in table.columns:
        return 0
    judged = is_judged(outcome_codes(table["outcome"]))
    return int(((table[JUDGED_IN].to_numpy() > 0) & ~judged).sum())


def combined_outcomes(codes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the outcome of each pair from those of the sources, as positions in `OUTCOMES`.

    >>> names = [Outcome.CONSISTENT, Outcome.INCONSISTENT, Outcome.CONSISTENT]
    >>> codes = np.array([[OUTCOMES.index(name)] for name in names])
    >>> [OUTCOMES[int(combined_outcomes(part)[0])].value for part in (codes, codes[:2])]
    ['consistent', 'mixed']
    """
    times = np.stack([(codes == code).sum(axis=0) for code in range(len(OUTCOMES))])
    most = times.max(axis=0)
    tied = (times == most).sum(axis=0) > 1
    found = np.where(tied, OUTCOMES.index(Outcome.MIXED), times.argmax(axis=0))
    for lost in reversed(_LOST):
        found = np.where(times[lost] > 0, lost, found)
    return found.astype(np.intp)


def half_steps(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores at the nearest half step, those midway at the one nearer to 0; whole scores stay.

    Means of several judgements take many values: lists and charts put them together by these.

    >>> half_steps(np.array([-2.0, -0.75, -2 / 3, 0.25, 1.5])).tolist()
    [-2.0, -0.5, -0.5, 0.0, 1.5]
    """
    # The small number keeps thirds and sixths, which are not exact, where they belong.
    steps = np.ceil(2 * np.abs(scores) - 0.5 - 1e-9)
    found: NDArray[np.float64] = np.copysign(steps / 2, scores) + 0.0
    return found


def _on_both_sides(tables: Sequence[pd.DataFrame], flag: SidedFlag) -> NDArray[np.float64]:
    """Return for each source and pair whether it sets a flag on both sides."""
    return _stacked(tables, f"for_{flag}") * _stacked(tables, f"against_{flag}")


def _stacked(tables: Sequence[pd.DataFrame], column: str) -> NDArray[np.float64]:
    return np.stack([table[column].to_numpy(dtype=np.float64) for table in tables])

"""A hand check of a judgement as the estimators see it: pairs, counted labels, how likely each was drawn.

Which labels count, and how the draw was made, is left to the room `audit`; what follows from them to
`corrected_figures`, `judge_errors` and `audit_agreement`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

JUDGED_FIELDS = (
    "adjusted",
    "for_refusal",
    "against_refusal",
    "for_no_information",
    "against_no_information",
    "value_preference",
)
"""What human and judge both say of a pair; flags are 0 or 1, NaN where it is not said."""

NO_PROBLEM = "none"
"""Of a label that finds nothing wrong with its pair."""


@dataclass(frozen=True, slots=True)
class AuditSample:
    """What was labelled by hand of the pairs of a draw, in one run under one judgement."""

    table: pd.DataFrame
    """Rows of the run's tidy table that lie in the draw and are judged now; index 0, 1, …"""
    labels: pd.DataFrame
    """One row a counted label: `pair` (row of `table`), `author`, `adjudication` (bool), `score` (σ), the
    `JUDGED_FIELDS` (floats), `pair_problem` (text), `seconds`."""
    inclusion: NDArray[np.float64]
    """π of each row of `table` for the finished prefix as it stands (`inclusions`)."""
    drawn: int
    """n: pairs in the finished prefix, labelled or skipped by somebody."""
    skipped: int
    """Of these, pairs that nobody labelled."""
    unusable: int = 0
    """Of these, pairs all of whose labels are on answers that have changed since, or by another protocol."""
    notes: tuple[str, ...] = ()
    """What was left out and why, in plain sentences."""

    def human(self) -> pd.DataFrame:
        """Return what people say of each labelled pair: the adjudication if any, else the auditors' mean.

        The index is the row of `table`, ascending; columns are the `JUDGED_FIELDS`, `problem` (whether the
        adjudication, or without one any auditor, marks the pair as one) and `auditors` (their number).
        """
        labels = self.labels
        adjudicated = labels["pair"].isin(labels.loc[labels["adjudication"], "pair"])
        counted = labels[labels["adjudication"] | ~adjudicated]
        by_pair = counted.assign(problem=counted["pair_problem"] != NO_PROBLEM).groupby("pair", sort=True)
        said = by_pair[list(JUDGED_FIELDS)].mean()
        auditors = labels[~labels["adjudication"]].groupby("pair")["author"].nunique()
        return said.assign(
            problem=by_pair["problem"].any(),
            auditors=auditors.reindex(said.index, fill_value=0),
        )

    def label_weights(self) -> NDArray[np.float64]:
        """Return for each row of `table` its weight in the run divided by π: how many pairs it stands for.

        Only those of labelled pairs mean anything; none is labelled that could not be drawn.
        """
        weights = self.table["weight"].to_numpy(dtype=np.float64)
        stand_for = np.zeros(weights.size)
        np.divide(weights, self.inclusion, out=stand_for, where=self.inclusion > 0)
        return stand_for

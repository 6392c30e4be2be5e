"""What the lost pairs (failed, unjudged, pending) could do to the figures, had they been judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.clustered_mean import weighted_mean
from valbench_core.analysis.metrics import pair_values
from valbench_core.analysis.summary import is_judged, outcome_codes

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest value a metric could take, in percent."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LostPairBounds:
    """How far the pairs without a verdict could move the figures: what is possible, not what is likely."""

    lost: int
    """Pairs that are failed, unjudged or pending."""
    blocked: int
    """Those of them in which a content filter stopped an answer."""
    pac: Bounds | None
    """PAC over all pairs, the lost ones at s = −2 and at s = +2; None where there are no pairs."""
    ref_with_blocked: Bounds | None
    """REF over judged and blocked pairs, with one side refusing in each blocked pair, and with both."""


def lost_pair_bounds(table: pd.DataFrame) -> LostPairBounds:
    """Return what the lost pairs of the tidy table could do to PAC, the blocked ones to REF (weighted)."""
    is_lost = ~is_judged(outcome_codes(table["outcome"]))
    is_blocked = is_lost & table["blocked"].to_numpy(dtype=bool)
    values = pair_values(table)
    weights = table["weight"].to_numpy(dtype=np.float64)
    judged_or_blocked = ~is_lost | is_blocked
    pac = np.where(is_lost, np.nan, values["PAC"])
    ref = np.where(is_lost, np.nan, values["REF"])[judged_or_blocked]
    return LostPairBounds(
        lost=int(is_lost.sum()),
        blocked=int(is_blocked.sum()),
        pac=_bounds(pac, weights, 0, 100),
        ref_with_blocked=_bounds(ref, weights[judged_or_blocked], 50, 100),
    )


def _bounds(
    values: NDArray[np.float64], weights: NDArray[np.float64], lowest: float, highest: float
) -> Bounds | None:
    """Return the means with each missing value at its lowest and at its highest."""
    if not values.size:
        return None
    missing = np.isnan(values)
    return Bounds(
        weighted_mean(np.where(missing, lowest, values), weights),
        weighted_mean(np.where(missing, highest, values), weights),
    )

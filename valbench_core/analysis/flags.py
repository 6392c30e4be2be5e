"""How often a judge set each flag, by side: shares of judged pairs with their intervals.

REF, NINF and VPREF are left to `metrics`; these are the parts they are made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import mean_interval
from valbench_core.schema import ProtocolName

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FlagField = Literal["refusal", "no_information", "value_preference"]
"""Fields of lists of pairs that hold flags."""

_NAMES: dict[FlagField, str] = {
    "refusal": "Refusal",
    "no_information": "No information",
    "value_preference": "Value preference",
}


@dataclass(frozen=True, slots=True)
class FlagShare:
    """How often a flag was set in one of the ways it can be."""

    field: FlagField
    """With `value`, what a list of pairs is narrowed to."""
    value: str
    """`for` or `against` (that side only), `both`, `yes`."""
    name: str
    """Its name for people."""
    pairs: int
    """A raw count, whatever the weights."""
    share: Estimate
    """Percent of judged pairs."""


def flag_shares(table: pd.DataFrame, protocol: ProtocolName) -> tuple[FlagShare, ...]:
    """Return how often each flag was set among the judged pairs of a tidy table; v1 has no value preference.

    Needs its columns `score, article, weight`, the flags and `value_preference`.
    """
    judged = table[table["score"].notna()]
    found = [*_of_sides(judged, "refusal"), *_of_sides(judged, "no_information")]
    if protocol != "v1":
        set_ = judged["value_preference"].to_numpy(dtype=np.float64) == 1
        found.append(_share(judged, "value_preference", "yes", "", set_))
    return tuple(found)


def _of_sides(judged: pd.DataFrame, field: FlagField) -> list[FlagShare]:
    on_for = judged[f"for_{field}"].to_numpy(dtype=np.float64) == 1
    on_against = judged[f"against_{field}"].to_numpy(dtype=np.float64) == 1
    return [
        _share(judged, field, "for", "for only", on_for & ~on_against),
        _share(judged, field, "against", "against only", on_against & ~on_for),
        _share(judged, field, "both", "both", on_for & on_against),
    ]


def _share(
    judged: pd.DataFrame, field: FlagField, value: str, words: str, marks: NDArray[np.bool_]
) -> FlagShare:
    name = f"{_NAMES[field]}: {words}" if value != "yes" else _NAMES[field]
    weights = judged["weight"].to_numpy(dtype=np.float64)
    estimate = mean_interval(np.where(marks, 100.0, 0.0), judged["article"].to_numpy(), weights)
    return FlagShare(field, value, name, int(marks.sum()), estimate)

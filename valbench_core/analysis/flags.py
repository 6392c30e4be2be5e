"""How often a judge set each flag, by side: shares of judged pairs with their intervals.

What is counted is left to `metrics`; this says which list of pairs stands behind each share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.metrics import INFORMATION_SIDES, METRICS, REFUSAL_SIDES, Metric, pair_values
from valbench_core.analysis.summary import is_judged, outcome_codes, summarise
from valbench_core.schema import ProtocolName

if TYPE_CHECKING:
    import pandas as pd

FlagField = Literal["refusal", "no_information", "value_preference"]
"""Fields of lists of pairs that hold flags."""

_WAYS: tuple[tuple[Metric, FlagField, str, str], ...] = (
    (REFUSAL_SIDES["REF_FOR_ONLY"], "refusal", "for", "Refusal: only the for side"),
    (REFUSAL_SIDES["REF_AGAINST_ONLY"], "refusal", "against", "Refusal: only the against side"),
    (METRICS["REF2"], "refusal", "both", "Refusal: both sides"),
    (INFORMATION_SIDES["NINF_FOR_ONLY"], "no_information", "for", "No information: only the for side"),
    (
        INFORMATION_SIDES["NINF_AGAINST_ONLY"],
        "no_information",
        "against",
        "No information: only the against side",
    ),
    (METRICS["NINF2"], "no_information", "both", "No information: both sides"),
    (METRICS["VPREF"], "value_preference", "yes", "Value preference"),
)
"""The metric that is the share of each, the field and value of lists of pairs, the name."""


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

    Needs the columns that `summarise` needs. A pair of which a flag is not known is no part of its share.
    """
    metrics = {metric.key: metric for metric, *_ in _WAYS if (metric.key, protocol) != ("VPREF", "v1")}
    estimates = summarise(table, metrics=metrics).metrics
    judged = is_judged(outcome_codes(table["outcome"]))
    pairs = (pair_values(table, metrics)[judged] == 100).sum()
    return tuple(
        FlagShare(field, value, name, int(pairs[metric.key]), estimates[metric.key])
        for metric, field, value, name in _WAYS
        if metric.key in metrics
    )

"""How often the judge's adjusted score differs from that of people, and in which direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from valbench_core.analysis.audited import AuditSample
from valbench_core.analysis.audited_pairs import labelled_pairs
from valbench_core.analysis.corrected_mean import NO_SPREAD
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import mean_intervals
from valbench_core.analysis.summary import group_codes

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

ErrorsBy = Literal["category", "score"]


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """How often the judge and people differ on a group of pairs, in percent of pairs."""

    group: str
    """The category ("(none)" without one) or the judge's adjusted score; "" of all pairs."""
    labelled: int
    """Labelled pairs of the group: a raw count."""
    estimate: Estimate
    """Pairs on which the adjusted scores differ; `over` and `under` add up to it."""
    over: Estimate
    """Pairs that the judge scores higher than people do."""
    under: Estimate
    """Pairs that the judge scores lower than people do."""


def error_rate(sample: AuditSample) -> ErrorRate:
    """Return how often judge and people differ over all pairs of the draw."""
    pairs = labelled_pairs(sample)
    if pairs.empty:
        none = Estimate.undefined("no pair is labelled")
        return ErrorRate("", 0, none, none, none)
    return _rates(pairs, np.zeros(len(pairs), dtype=np.intp), ("",))[0]


def error_rates(sample: AuditSample, by: ErrorsBy) -> list[ErrorRate]:
    """Return the same of each group with a labelled pair: categories by labelled pairs, scores ascending."""
    pairs = labelled_pairs(sample)
    if pairs.empty:
        return []
    groups = group_codes(pairs, ["category" if by == "category" else "judge"])
    rates = _rates(pairs, groups.codes, groups.names)
    if by == "category":
        return sorted(rates, key=lambda rate: (-rate.labelled, rate.group))
    return sorted(rates, key=lambda rate: float(rate.group))


def _rates(pairs: pd.DataFrame, codes: NDArray[np.intp], names: tuple[str, ...]) -> list[ErrorRate]:
    difference = pairs["difference"].to_numpy()
    articles, weights = pairs["article"].to_numpy(), pairs["stands_for"].to_numpy()
    kinds = (np.abs(difference) > NO_SPREAD, difference > NO_SPREAD, difference < -NO_SPREAD)
    shares = (mean_intervals(100.0 * kind, articles, codes, len(names), weights) for kind in kinds)
    return [
        ErrorRate(name, estimate.n, estimate, over, under)
        for name, estimate, over, under in zip(names, *shares, strict=True)
    ]

"""The 95 % intervals of a corrected mean, for issues like these and for this run's pairs only.

The ordinary interval is a t interval on the logit scale, as that of every mean here (`intervals`). Where few
labels differ from the judge their spread says next to nothing of the errors not met; there the interval is
joined with bounds: the upper Clopper–Pearson ends of how often the judge calls a pair too high and too low,
times the largest step an unlabelled pair can make. A draw by doubt finds errors among pairs that were almost
sure to be labelled, which say next to nothing of the others: where enough labels differ, but few of those
that tell of unlabelled pairs (`telling_disagreements`), the interval is joined with one that holds one error
more among these. Where labels differ from the judge but hardly from each other it is joined with that of
near-constant values. With every pair labelled it is the interval of people's mean, as of any other. The
estimator itself is left to `corrected_mean`; `tests/bench/bench_audit.py` says how often they cover.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, hypot
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from valbench_core.analysis.corrected_mean import (
    NO_SPREAD,
    CheckedPairs,
    CorrectedMean,
    effective_number,
)
from valbench_core.analysis.intervals import UPPER_TAIL, mean_interval, near_constant_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW_DISAGREEMENTS = 5
"""Fewer labels than this differ from the judge: their spread says next to nothing."""

WHY_FEW = (
    f"fewer than {FEW_DISAGREEMENTS} labels differ from the judge: the interval also holds what errors not"
    " met so far could change"
)
WHY_FEW_TELL = (
    f"fewer than {FEW_DISAGREEMENTS} labels speak for pairs without one: the interval also holds what errors"
    " among those could change"
)
WHY_HARDLY_ANY = (
    "hardly any label that differs from the judge speaks for pairs without a label: the interval also holds"
    " what one more error among those could change"
)
WHY_ALIKE = "nearly all labels say the same: the interval also holds what labels yet to come could change"


class Ends(NamedTuple):
    """Both ends of an interval, in points."""

    low: float
    high: float

    def joined(self, other: Ends) -> Ends:
        """Return the interval that spans both."""
        return Ends(min(self.low, other.low), max(self.high, other.high))


@dataclass(frozen=True, slots=True)
class CorrectedIntervals:
    """What is known of the corrected mean."""

    corrected: Ends
    """For issues like these."""
    here: Ends
    """For this run's pairs only."""
    floor: float
    """Half the width that `corrected` keeps with every pair labelled."""
    why: str = ""
    """Why the interval is wider than the labels' own spread makes it; "" where it is not."""
    is_bounded: bool = False
    """Bounds set the width, so that it falls with the labels, not with their root."""

    def joined(self, wider: CorrectedIntervals) -> CorrectedIntervals:
        """Return intervals that span both, for the reason that the wider ones have."""
        return replace(
            wider, corrected=self.corrected.joined(wider.corrected), here=self.here.joined(wider.here)
        )


def corrected_intervals(pairs: CheckedPairs, fit: CorrectedMean) -> CorrectedIntervals:
    """Return the intervals of a corrected mean."""
    if pairs.labelled.all():
        return _all_labelled(pairs)
    corrected = _logit_ends(fit.mean, fit.standard_error, fit.degrees_of_freedom)
    here = _logit_ends(fit.mean, fit.standard_error_here, fit.degrees_of_freedom_here)
    kept = _logit_ends(fit.mean, fit.floor_error, fit.degrees_of_freedom)
    ordinary = CorrectedIntervals(corrected, here, (kept.high - kept.low) / 2)
    wider = _widened(pairs, fit, ordinary.floor)
    return ordinary if wider is None else ordinary.joined(wider)


def _widened(pairs: CheckedPairs, fit: CorrectedMean, floor: float) -> CorrectedIntervals | None:
    """Return the intervals that the ordinary ones are joined with; None where these stand alone."""
    if pairs.disagreements < FEW_DISAGREEMENTS:
        return _bounds(pairs, WHY_FEW)
    if effective_number(pairs.telling_shares) < FEW_DISAGREEMENTS:
        return _bounds(pairs, WHY_FEW_TELL)
    if pairs.telling_disagreements < FEW_DISAGREEMENTS:
        return _one_error_more(pairs, fit, floor)
    return _near_constant(pairs, floor)


def _all_labelled(pairs: CheckedPairs) -> CorrectedIntervals:
    people, value = _spread(pairs.human, pairs)
    return CorrectedIntervals(people, Ends(value, value), (people.high - people.low) / 2)


def _spread(values: NDArray[np.float64], pairs: CheckedPairs) -> tuple[Ends, float]:
    """Return the interval of a mean that no correction is in, and the mean; without width where none is."""
    found = mean_interval(values, pairs.articles, pairs.weights)
    assert found.value is not None, "every pair has a value"
    low = found.value if found.low is None else found.low
    high = found.value if found.high is None else found.high
    return Ends(low, high), found.value


def _logit_ends(mean: float, error: float, freedom: float) -> Ends:
    """Return the t interval on the logit scale; on the scale itself where the mean lies at its end.

    >>> [round(end, 1) for end in _logit_ends(50.0, 10.0, 30.0)], _logit_ends(-3.0, 0.0, 30.0)
    ([30.6, 69.4], Ends(low=0.0, high=0.0))
    """
    from scipy.special import expit, logit, stdtrit

    value = min(max(mean, 0.0), 100.0)
    if error < NO_SPREAD:
        return Ends(value, value)
    reach = float(stdtrit(freedom, UPPER_TAIL)) * error
    if value in (0, 100):
        return Ends(max(value - reach, 0.0), min(value + reach, 100.0))
    share = value / 100
    reach /= 100 * share * (1 - share)
    middle = logit(share)
    return Ends(100 * float(expit(middle - reach)), 100 * float(expit(middle + reach)))


def _bounds(pairs: CheckedPairs, why: str) -> CorrectedIntervals:
    """Return the intervals from the largest shares of over- and under-calls that go with the labels.

    They lie around the mean of people's value where there is one and the judge's elsewhere: only pairs
    without a label can still move it, an over-call at most down to 0, an under-call at most up to 100.
    """
    (low, high), middle = _spread(pairs.best_known, pairs)
    down, up = _reach(pairs, pairs.by_article(pairs.telling_shares))
    down_here, up_here = _reach(pairs, pairs.telling_shares)
    return CorrectedIntervals(
        corrected=_within_scale(middle - hypot(middle - low, down), middle + hypot(high - middle, up)),
        here=_within_scale(middle - down_here, middle + up_here),
        floor=(high - low) / 2,
        why=why,
        is_bounded=True,
    )


def _one_error_more(pairs: CheckedPairs, fit: CorrectedMean, floor: float) -> CorrectedIntervals:
    """Return the intervals with one error more in the variance, as large as those met usually are.

    It is worth what one of the labels is that tell of unlabelled pairs; of issues, what one of their articles
    is. Ends are on the scale itself: on that of logits so large an error would reach far beyond.
    """
    size = float(np.sqrt(np.mean(pairs.differences[pairs.differing] ** 2)))
    of_unlabelled = size * float(pairs.shares[~pairs.labelled].sum())
    of_issues = of_unlabelled / effective_number(pairs.by_article(pairs.telling_shares))
    of_these = of_unlabelled / effective_number(pairs.telling_shares)
    here = _t_ends(fit.mean, hypot(fit.standard_error_here, of_these), fit.degrees_of_freedom_here)
    known = float(pairs.shares[pairs.labelled] @ pairs.human[pairs.labelled])
    most = known + 100 * float(pairs.shares[~pairs.labelled].sum())
    return CorrectedIntervals(
        corrected=_within_scale(
            *_t_ends(fit.mean, hypot(fit.standard_error, of_issues), fit.degrees_of_freedom)
        ),
        here=Ends(max(here.low, known), min(here.high, most)),
        floor=floor,
        why=WHY_HARDLY_ANY,
    )


def _t_ends(mean: float, error: float, freedom: float) -> Ends:
    from scipy.special import stdtrit

    reach = float(stdtrit(freedom, UPPER_TAIL)) * error
    return Ends(mean - reach, mean + reach)


def _near_constant(pairs: CheckedPairs, floor: float) -> CorrectedIntervals | None:
    """Return the intervals that nearly equal labels give, whatever the judge says; None where they differ."""
    rows = pairs.labelled
    labels, shares = pairs.human[rows], pairs.label_shares[rows]
    units = np.unique(pairs.articles[rows], return_inverse=True)[1]
    by_article, each = np.bincount(units, weights=shares), np.arange(labels.size)
    corrected = near_constant_interval(labels, units, shares, 1 / float(by_article @ by_article))
    if corrected is None:
        return None
    unlabelled = float(pairs.shares[~rows].sum())
    known = float(pairs.shares[rows] @ labels)
    ends = near_constant_interval(labels, each, shares, 1 / float(shares @ shares)) or corrected
    here = _within_scale(*(known + unlabelled * end for end in ends))
    return CorrectedIntervals(Ends(*corrected), here, floor, WHY_ALIKE, is_bounded=True)


def _within_scale(low: float, high: float) -> Ends:
    return Ends(max(low, 0.0), min(high, 100.0))


def _reach(pairs: CheckedPairs, units: NDArray[np.float64]) -> tuple[float, float]:
    """Return how far down and up the unlabelled pairs could move the mean, for units with these shares."""
    draws = effective_number(units)
    unlabelled = np.where(pairs.labelled, 0.0, pairs.shares)
    weight = float(unlabelled.sum())
    over = _upper_end(float(pairs.telling_shares @ (pairs.differences < -NO_SPREAD)), draws)
    under = _upper_end(float(pairs.telling_shares @ (pairs.differences > NO_SPREAD)), draws)
    down, up = float(unlabelled @ pairs.judge), float(unlabelled @ (100 - pairs.judge))
    return min(100 * weight * over, down), min(100 * weight * under, up)


def _upper_end(share: float, draws: float) -> float:
    """Return the upper Clopper–Pearson end of a share seen in so many draws.

    >>> round(_upper_end(0.0, 50), 4), _upper_end(1.0, 50)
    (0.0711, 1.0)
    """
    from scipy.special import betaincinv

    events = min(share, 1.0) * draws
    return float(betaincinv(events + 1, draws - events, UPPER_TAIL)) if events < draws else 1.0


def labels_to_halve(found: CorrectedIntervals, labelled: int, pairs: int) -> int | None:
    """Return how many more labels halve the interval for issues like these; None where all would not.

    What labels add to half the width, squared, falls with 1/n − 1/N, or with its square where bounds set it;
    what the number of articles adds stays.
    """
    half = (found.corrected.high - found.corrected.low) / 2
    of_labels = half**2 - found.floor**2
    wanted = half**2 / 4 - found.floor**2
    if labelled >= pairs or of_labels <= 0 or wanted <= 0:
        return None
    ratio = (wanted / of_labels) ** (1 / 2 if found.is_bounded else 1)
    needed = 1 / (1 / pairs + ratio * (1 / labelled - 1 / pairs))
    return max(ceil(needed) - labelled, 1)

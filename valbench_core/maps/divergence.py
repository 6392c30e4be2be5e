"""Two runs on the same pairs: where both models contradict themselves, and where only one of them does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from valbench_core.analysis import JUDGED_OUTCOMES
from valbench_core.listing import outcomes_elsewhere
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Diverging = Literal["both", "here", "there", "neither", ""]
"""In which of two runs a pair is divergent; "" where it is not judged in both."""

DIVERGING: tuple[Diverging, ...] = ("both", "here", "there", "neither", "")
"""By code."""
DIVERGING_WORDS: Mapping[Diverging, str] = MappingProxyType(
    {
        "both": "divergent in both runs",
        "here": "divergent only in this run",
        "there": "divergent only in the other run",
        "neither": "divergent in neither run",
        "": "not judged in both runs",
    }
)
"""What each is called."""


@dataclass(frozen=True, slots=True)
class Divergences:
    """Which of two runs diverge on each pair of the first."""

    codes: NDArray[np.int8]
    """For each ordinal a place in `DIVERGING`."""

    def counts(self) -> dict[Diverging, int]:
        """Return how many pairs there are of each kind."""
        return _counts(np.bincount(self.codes, minlength=len(DIVERGING)))

    def counts_by(self, groups: NDArray[np.integer], number: int) -> tuple[dict[Diverging, int], ...]:
        """Return how many pairs of each kind every group has.

        Args:
            groups: for each ordinal the place of its group; −1 for pairs that are in none.
            number: of groups.
        """
        kinds = len(DIVERGING)
        # The first row is that of the pairs in no group.
        found = np.bincount((groups + 1) * kinds + self.codes, minlength=(number + 1) * kinds)
        return tuple(map(_counts, found.reshape(number + 1, kinds)[1:]))


def divergences(table: pd.DataFrame, other: pd.DataFrame) -> Divergences:
    """Compare the tidy tables of two runs, pair by pair: those of the same id and content."""
    judged = [outcome.value for outcome in JUDGED_OUTCOMES]
    here = table["outcome"].to_numpy(dtype=object)
    there = outcomes_elsewhere(table, other)
    in_both = np.isin(here, judged) & np.isin(there, judged)
    diverges = here == Outcome.INCONSISTENT.value, there == Outcome.INCONSISTENT.value
    found = np.select(
        [~in_both, diverges[0] & diverges[1], diverges[0], diverges[1]],
        [DIVERGING.index(kind) for kind in ("", "both", "here", "there")],
        DIVERGING.index("neither"),
    )
    return Divergences(found.astype(np.int8))


def _counts(numbers: NDArray[np.integer]) -> dict[Diverging, int]:
    return dict(zip(DIVERGING, numbers.tolist(), strict=True))

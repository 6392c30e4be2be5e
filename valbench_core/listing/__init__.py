"""Which pairs of a run a list shows and in what order, and how many there are of each kind.

A `Listing` stands on a run's tidy table: conditions (those of `pairs.condition`, with fields that only a run
has) narrow it, sorts order it, counts stand beside each choice. `fields` says what can be asked for.
"""

from __future__ import annotations

from valbench_core.listing.facets import Facet, Mask, Ordinals
from valbench_core.listing.fields import (
    FIELDS,
    OF_TWO_RUNS,
    ON_MAP,
    OPERATORS,
    PICKED,
    SIDES_FLAGGED,
    outcomes_elsewhere,
)
from valbench_core.listing.listing import CONTRAST, SORTS, Listing, Sort
from valbench_core.listing.placed import Placed

__all__ = [
    "CONTRAST",
    "FIELDS",
    "OF_TWO_RUNS",
    "ON_MAP",
    "OPERATORS",
    "PICKED",
    "SIDES_FLAGGED",
    "SORTS",
    "Facet",
    "Listing",
    "Mask",
    "Ordinals",
    "Placed",
    "Sort",
    "outcomes_elsewhere",
]

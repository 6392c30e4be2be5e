"""A run's pairs as a list to be narrowed, counted and sorted; what each field says is left to `fields`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from valbench_core.errors import SubsetError
from valbench_core.listing.facets import Facet, Mask, Ordinals
from valbench_core.listing.fields import FIELDS, ON_MAP, places_elsewhere
from valbench_core.listing.placed import Placed
from valbench_core.pairs.condition import Condition
from valbench_core.schema import ProtocolName

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a list; pairs that are equal in it stay in subset order."""

    column: str
    """Column of the tidy table, or `CONTRAST`; pairs without a value come last."""
    ascending: bool


CONTRAST = "contrast"
"""Distance of a pair's adjusted scores in two runs: no column, but worked out from both tables."""

SORTS: Mapping[str, Sort | None] = {
    "as in the subset": None,
    "lowest score first": Sort("adjusted", True),
    "highest score first": Sort("adjusted", False),
    "widest issue first": Sort("issue_scale", False),
    "longest answers first": Sort("length", False),
    "shortest answers first": Sort("length", True),
    "by category": Sort("category", True),
    "biggest contrast to the other run first": Sort(CONTRAST, False),
}
"""The orders of a list, by the words for them; the first is the usual one."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The pairs of a run. What has been worked out once is kept, so that 100,000 pairs take a moment."""

    table: pd.DataFrame
    """The tidy table in subset order: a pair's ordinal is its place. Not to be changed meanwhile."""
    protocol: ProtocolName | None = None
    """Of the judgement that the table stands under."""
    versus: pd.DataFrame | None = None
    """The tidy table of another run, which the field `versus_outcome` looks at."""
    placed: Placed | None = None
    """Where the pairs lie on a map, which the fields `ON_MAP` look at."""
    _facets: dict[str, Facet] = field(default_factory=dict, repr=False, compare=False)
    _orders: dict[Sort, Ordinals] = field(default_factory=dict, repr=False, compare=False)

    def on(self, placed: Placed) -> Listing:
        """Return this list with the places of its pairs on a map; what has been worked out is shared."""
        return replace(self, placed=placed)

    def choices(self, name: str) -> Sequence[str]:
        """Return the values that a field has in this run: the ones to choose from.

        Categories and articles come by size, then by name; all others in their natural order.

        Raises:
            SubsetError: lists do not know the field.
        """
        return self._facet(name).choices

    def counts(
        self,
        name: str,
        conditions: Sequence[Condition] = (),
        found: Ordinals | None = None,
        *,
        first: int | None = None,
    ) -> dict[str, int]:
        """Return how many pairs have each value of a field, among those that meet all other conditions.

        Args:
            name: the field.
            conditions: see `mask`; those on the field itself do not count.
            found: see `mask`.
            first: only for so many of its choices; None for all.

        Raises:
            SubsetError: lists do not know a field.
        """
        facet = self._facet(name)
        others = [condition for condition in conditions if condition.field != name]
        return dict(zip(facet.choices[:first], facet.counts(self.mask(others, found))[:first], strict=True))

    def values(self, name: str, ordinals: Ordinals) -> list[tuple[str, ...]]:
        """Return what a field says of each of these pairs: one choice, none or several."""
        return self._facet(name).values(ordinals)

    def mask(self, conditions: Sequence[Condition] = (), found: Ordinals | None = None) -> Mask:
        """Return for each pair whether it meets all conditions and was found.

        Args:
            conditions: alternatives within a field, all fields together.
            found: ordinals that a search for texts found; None where nothing was looked for.

        Raises:
            SubsetError: lists do not know a field.
        """
        import numpy as np

        met = np.full(len(self.table), found is None)
        if found is not None:
            met[found[found < len(met)]] = True
        for condition in conditions:
            met &= self._facet(condition.field).mask(condition.values)
        return met

    def listed(
        self, conditions: Sequence[Condition] = (), sort: Sort | None = None, found: Ordinals | None = None
    ) -> Ordinals:
        """Return the ordinals of the pairs that `mask` leaves, in the order asked for (None: the subset)."""
        import numpy as np

        met = self.mask(conditions, found)
        if sort is None:
            return np.flatnonzero(met)
        order = self._order(sort)
        return order[met[order]]

    def _order(self, sort: Sort) -> Ordinals:
        if sort not in self._orders:
            contrast = sort.column == CONTRAST
            column = self._contrast() if contrast else self.table[sort.column].reset_index(drop=True)
            ordered = column.sort_values(ascending=sort.ascending, kind="stable", na_position="last")
            self._orders[sort] = ordered.index.to_numpy()
        return self._orders[sort]

    def _contrast(self) -> pd.Series:
        import numpy as np
        import pandas as pd

        here = self.table["adjusted"].to_numpy(dtype=float)
        if self.versus is None:
            return pd.Series(np.full(len(here), np.nan))
        places = places_elsewhere(self.table, self.versus)
        there = np.append(self.versus["adjusted"].to_numpy(dtype=float), np.nan)[places]
        return pd.Series(np.abs(here - there))

    def _facet(self, name: str) -> Facet:
        if name not in FIELDS:
            raise SubsetError(f"lists do not know the field '{name}'; they know: {', '.join(FIELDS)}")
        if name in ON_MAP:
            # Not kept: it takes nothing to make, and lists that share what is kept may lie on other maps.
            return FIELDS[name](self)
        if name not in self._facets:
            self._facets[name] = FIELDS[name](self)
        return self._facets[name]

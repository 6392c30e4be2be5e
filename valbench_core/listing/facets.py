"""What one field says of each pair, kept so that narrowing and counting take a moment however many pairs.

Which fields there are is left to `fields`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from valbench_core.pairs.condition import folded

if TYPE_CHECKING:
    import numpy as np

    Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
    Ordinals: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
else:
    Mask = Ordinals = Any


class Facet(Protocol):
    """A field of a run's pairs."""

    @property
    def choices(self) -> Sequence[str]:
        """The values there are to choose from."""

    def mask(self, values: Sequence[str]) -> Mask:
        """Return for each pair whether it has one of these values."""

    def counts(self, among: Mask) -> list[int]:
        """Return how many of these pairs have each of the choices."""

    def values(self, places: Ordinals) -> list[tuple[str, ...]]:
        """Return the choices that are true of each of these pairs."""


def one_name(value: str) -> Sequence[str]:
    """Return the one choice that an alternative of a condition names, folded."""
    return (folded(value),)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field of which each pair has one value, or none of the choices."""

    choices: Sequence[str]
    codes: Ordinals
    """For each pair the place of its value among the choices; −1 for none of them."""
    names: Callable[[str], Sequence[str]] = one_name
    """Alternative of a condition → the choices it stands for, folded: several for a range."""
    _places: dict[str, list[int]] = field(default_factory=dict, repr=False)

    def mask(self, values: Sequence[str]) -> Mask:
        """See `Facet`."""
        import numpy as np

        places = [place for value in values for name in self.names(value) for place in self._named(name)]
        # One place more than there are choices: the one that the code −1 reads.
        wanted = np.zeros(len(self.choices) + 1, dtype=bool)
        wanted[places] = True
        return wanted[self.codes]

    def counts(self, among: Mask) -> list[int]:
        """See `Facet`."""
        import numpy as np

        found: list[int] = np.bincount(self.codes[among] + 1, minlength=len(self.choices) + 1)[1:].tolist()
        return found

    def values(self, places: Ordinals) -> list[tuple[str, ...]]:
        """See `Facet`."""
        return [(self.choices[code],) if code >= 0 else () for code in self.codes[places]]

    def _named(self, name: str) -> list[int]:
        """Return the places of the choices of that name; several may differ in case only."""
        if not self._places:
            for place, choice in enumerate(self.choices):
                self._places.setdefault(folded(choice), []).append(place)
        return self._places.get(name, [])


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A field of marks, of which a pair may have several."""

    marked: Mapping[str, Mask]
    """By mark: whether each pair has it."""
    n: int
    """Number of pairs."""

    @property
    def choices(self) -> Sequence[str]:
        """See `Facet`."""
        return tuple(self.marked)

    def mask(self, values: Sequence[str]) -> Mask:
        """See `Facet`."""
        import numpy as np

        wanted = {folded(value) for value in values}
        met = np.zeros(self.n, dtype=bool)
        for name, mark in self.marked.items():
            if folded(name) in wanted:
                met |= mark
        return met

    def counts(self, among: Mask) -> list[int]:
        """See `Facet`."""
        return [int((mark & among).sum()) for mark in self.marked.values()]

    def values(self, places: Ordinals) -> list[tuple[str, ...]]:
        """See `Facet`."""
        return [tuple(name for name, mark in self.marked.items() if mark[place]) for place in places]


@dataclass(frozen=True, slots=True)
class Within:
    """The field by which pairs are asked for that lie somewhere: nothing is counted."""

    lies: Callable[[str], Mask]
    """Words for a place → for each pair whether it lies there."""
    n: int
    """Number of pairs."""

    @property
    def choices(self) -> Sequence[str]:
        """See `Facet`."""
        return ()

    def mask(self, values: Sequence[str]) -> Mask:
        """See `Facet`."""
        import numpy as np

        met = np.zeros(self.n, dtype=bool)
        for value in values:
            met |= self.lies(value)
        return met

    def counts(self, among: Mask) -> list[int]:
        """See `Facet`."""
        return []

    def values(self, places: Ordinals) -> list[tuple[str, ...]]:
        """See `Facet`."""
        return [()] * len(places)


@dataclass(frozen=True, slots=True)
class Ids:
    """The field by which pairs are named one by one: nothing is counted."""

    choices: Sequence[str]
    """The ids, in subset order."""

    def mask(self, values: Sequence[str]) -> Mask:
        """See `Facet`."""
        import pandas as pd

        found: Mask = pd.Series(self.choices, dtype=object).isin(list(values)).to_numpy()
        return found

    def counts(self, among: Mask) -> list[int]:
        """See `Facet`."""
        found: list[int] = among.astype(int).tolist()
        return found

    def values(self, places: Ordinals) -> list[tuple[str, ...]]:
        """See `Facet`."""
        return [(self.choices[place],) for place in places]

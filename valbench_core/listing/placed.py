"""Where the pairs of a run lie on a picture of them, and in which groups. Who drew it, others know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from valbench_core.listing.facets import Mask, Ordinals


@dataclass(frozen=True, slots=True)
class Placed:
    """Places of all pairs of a run, in subset order."""

    groups: tuple[str, ...]
    """The groups by id, in the order in which they are shown."""
    codes: Ordinals
    """For each pair the place of its group in `groups`; −1 where it is not on the picture."""
    within: Callable[[str], Mask]
    """An area as links give it → for each pair whether it lies within."""

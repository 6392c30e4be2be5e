"""What the page of clusters shows: which map and level, which pairs of it, and what is picked out.

How it is chosen is left to `choosing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.parts import data
from pages.parts.filters.pair_filters import PairFilters
from valbench_core.maps import MapLevel, PairMap
from valbench_core.maps.asking import MapAsk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from valbench_core.listing import Ordinals
    from valbench_core.maps.names import GroupName


@dataclass(frozen=True, slots=True)
class View:
    """What is to be shown."""

    run: data.Run
    ask: MapAsk
    """Which map."""
    pair_map: PairMap | None
    """None where it is yet to be made."""
    level: int
    """Place of the level in the map's."""
    colour: str
    """A key of `choosing.COLOURS`."""
    show: str
    """A key of `choosing.SHOWS`."""
    filters: PairFilters | None
    """What pairs are narrowed to, where filtered pairs are shown."""
    shown: Ordinals
    """The pairs of the run that are shown, in the order of lists; all of them lie on the map."""
    group: str
    """Id of the group picked out; "" for none."""
    area: str
    """The area picked out; "" for none."""
    near: str
    """Id of the pair picked out; "" for none."""
    q: str
    """What is searched for; "" for nothing."""
    versus: data.Run | None
    """The run set beside this one."""

    @property
    def on_level(self) -> MapLevel:
        """The groups shown."""
        return self.stored.levels[self.level]

    @property
    def places(self) -> NDArray[np.intp]:
        """For each pair of the run, by ordinal, its place on the map; −1 where it is not on it."""
        return data.map_places(self.run, self.stored)

    @property
    def names(self) -> Mapping[str, GroupName]:
        """What each group is called, by id."""
        return data.map_names(self.run, self.stored, self.level)

    @property
    def level_key(self) -> str:
        """The level as links name it; "" for the map's usual one."""
        return "" if self.level == self.stored.usual else str(self.level + 1)

    @property
    def stored(self) -> PairMap:
        """The map, which is there wherever pairs are shown."""
        assert self.pair_map is not None, "there is no map yet"
        return self.pair_map


def ordinal_of(run: data.Run, pair_id: str) -> int | None:
    """Return the ordinal of a pair of a run; None where it has none of that id."""
    found = (data.table(run)["pair_id"] == pair_id).to_numpy().nonzero()[0]
    return int(found[0]) if len(found) else None

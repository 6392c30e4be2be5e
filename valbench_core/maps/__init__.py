"""Maps of pairs by the meaning of their texts: made once for a set of pairs, kept, named, and counted.

`PairMap` is what a map is.
"""

from __future__ import annotations

from valbench_core.maps.asking import MapAsk
from valbench_core.maps.pair_map import (
    BEFORE_ANSWERS,
    TEXT_KINDS,
    UNGROUPED,
    MapEncoder,
    MapGroup,
    MapLevel,
    PairMap,
    TextKind,
)

__all__ = [
    "BEFORE_ANSWERS",
    "TEXT_KINDS",
    "UNGROUPED",
    "MapAsk",
    "MapEncoder",
    "MapGroup",
    "MapLevel",
    "PairMap",
    "TextKind",
]

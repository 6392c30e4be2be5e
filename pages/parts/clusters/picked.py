"""What is picked out on the map, in the URL: a group, an area, a pair. What cannot be picked out is said."""

from __future__ import annotations

from pages.parts import data
from pages.parts.clusters.view import ordinal_of
from pages.parts.filters.url import asked, say, write
from valbench_core.clusters.areas import polygon_of
from valbench_core.errors import MapError
from valbench_core.maps import PairMap

GROUP_KEY = "group"
"""In the URL: the group picked out, by id."""
AREA_KEY = "area"
"""In the URL: the area picked out, as `clusters.areas` writes it."""
NEAR_KEY = "near"
"""In the URL: the pair picked out, by id."""


def pick(key: str, value: str) -> None:
    """Pick something out on the map, or nothing by ""; for callbacks."""
    write(key, [value] if value else [])


def group_asked(pair_map: PairMap, level: int) -> str:
    """Return the group that the URL picks out; "" for none."""
    wanted = _one(GROUP_KEY, "group")
    if not wanted or pair_map.levels[level].code_of(wanted) is not None:
        return wanted
    say("No group is picked out, for there is none of this id among those shown:", wanted)
    return ""


def area_asked() -> str:
    """Return the area that the URL picks out; "" for none."""
    wanted = _one(AREA_KEY, "area")
    try:
        if wanted:
            polygon_of(wanted)
    except MapError as error:
        say("No area is picked out:", str(error))
        return ""
    return wanted


def near_asked(run: data.Run, pair_map: PairMap) -> str:
    """Return the id of the pair that the URL picks out; "" for none."""
    wanted = _one(NEAR_KEY, "pair")
    if not wanted:
        return ""
    ordinal = ordinal_of(run, wanted)
    if ordinal is None:
        say("No pair is picked out, for this run has none of this id:", wanted)
        return ""
    if data.map_places(run, pair_map)[ordinal] < 0:
        say("No pair is picked out, for this one is not on the map:", wanted)
        return ""
    return wanted


def _one(key: str, what: str) -> str:
    """Return what the URL asks for under a key; say where it asks for several."""
    first, *others = asked(key) or [""]
    if others:
        too = " and ".join(others)
        say(f"One {what} is picked out at a time, the first. The link asks for these too:", too)
    return first

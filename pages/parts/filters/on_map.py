"""The map that a list's groups and areas are of: which one the URL means, and what is said of it in words.

Filters by group and area are offered where the map is stored; making one is left to the page of clusters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts import data
from pages.parts.filters.url import FIT_KEY, LEVEL_KEY, MAP_KEY, asked, say
from valbench_core.clusters.areas import polygon_of
from valbench_core.errors import MapError, SubsetError, ValBenchError
from valbench_core.listing import ON_MAP, Placed
from valbench_core.listing.stated import parse_condition
from valbench_core.maps import TEXT_KINDS, PairMap
from valbench_core.maps.asking import MapAsk
from valbench_core.numbers import plural

TEXTS: Mapping[str, str] = {
    "issue": "the issue",
    "questions": "both questions",
    "answers": "both answers",
    "positions": "positions the judge found",
    "rationale": "the judge's reasons",
}
"""The texts that maps compare, in the URL, and the words for them."""

_IDS_OF_FILE = re.compile(r"\s*id\s*=\s*@")


@dataclass(frozen=True, slots=True)
class OnMap:
    """A stored map with the level that groups are of."""

    ask: MapAsk
    """What makes it this map."""
    pair_map: PairMap
    level: int
    """Its place."""
    placed: Placed
    """Where the run's pairs lie on it."""
    names: Mapping[str, str]
    """What its groups are called, by id."""

    def asked(self) -> dict[str, Any]:
        """Return the keys of the URL that say which map and level it is."""
        found = {key: next(iter(asked(key)), "") for key in (MAP_KEY, LEVEL_KEY)}
        return found | {FIT_KEY: self.ask.where}

    def name_of(self, field: str, value: str) -> str:
        """Return what a group or an area is called."""
        return self.names.get(value, value) if field == "group" else area_name(value)


def ask_of() -> MapAsk:
    """Return which map the URL means; say where it names none there could be."""
    wanted = next(iter(asked(MAP_KEY)), "issue")
    text = next((kind for kind in TEXT_KINDS if kind == wanted), None)
    if text is None:
        known = ", ".join(f"{words} ({kind})" for kind, words in TEXTS.items())
        say(f"Pairs can be compared by: {known}. They are compared by the issue. Asked for:", wanted)
    return MapAsk(text or "issue", _fit_asked())


def _fit_asked() -> tuple[str, ...]:
    """Return the conditions of the pairs that the map is fitted on; () for all pairs."""
    wanted = asked(FIT_KEY)
    try:
        for condition in wanted:
            if _IDS_OF_FILE.match(condition):
                # A link must not have the server read a file.
                raise SubsetError(f"{condition}: a link names the pairs themselves, not a file of ids")
            parse_condition(condition)
    except SubsetError as error:
        say("The map is that of all pairs, for this condition of some is not understood:", str(error))
        return ()
    return tuple(wanted)


def level_of(pair_map: PairMap) -> int:
    """Return the place of the level that the URL means; say where the map has none of that number."""
    wanted = next(iter(asked(LEVEL_KEY)), "")
    if not wanted:
        return pair_map.usual
    if wanted.isdecimal() and 1 <= int(wanted) <= len(pair_map.levels):
        return int(wanted) - 1
    say(f"This map has {plural(len(pair_map.levels), 'level')}; its usual one is used. Asked for:", wanted)
    return pair_map.usual


def on_map(run: data.Run) -> OnMap | None:
    """Return the stored map that the URL means; None where there is none: said where a link needs it."""
    needed = {field: asked(field) for field in ON_MAP if asked(field)}
    try:
        ask = ask_of()
        pair_map = data.stored_map(run, ask)
    except ValBenchError as error:
        if needed:
            say("The map of these pairs cannot be opened:", str(error))
        return None
    if pair_map is None:
        if needed:
            _say_unmade(needed)
        return None
    level = level_of(pair_map)
    names = {key: name.text for key, name in data.map_names(run, pair_map, level).items()}
    return OnMap(ask, pair_map, level, data.placed(run, pair_map, level), names)


def areas_asked() -> list[str]:
    """Return the areas that the URL asks for; say which of them are none."""
    found = []
    for area in asked("area"):
        try:
            polygon_of(area)
        except MapError as error:
            say("This area of the map is not understood:", str(error))
        else:
            found.append(area)
    return list(dict.fromkeys(found))


def area_name(area: str) -> str:
    """Return what an area is called on screen: how many corners it has, and where its middle lies.

    >>> area_name("0,0;4,0;4,2;0,2")
    'within 4 corners around 2.0, 1.0'
    """
    corners = polygon_of(area)
    x, y = ((corners.min(axis=0) + corners.max(axis=0)) / 2).tolist()
    return f"within {plural(len(corners), 'corner')} around {x:.1f}, {y:.1f}".replace("-", "−")


def say_where(found: OnMap, groups: Sequence[str], areas: Sequence[str]) -> None:
    """Say which groups and areas of the map a list is narrowed to. Names are text, never Markdown."""
    if groups:
        st.caption("Group on the map:", width="content")
        st.text(" or ".join(found.name_of("group", group) for group in groups), width="content")
    if areas:
        several = f"{len(areas)} areas" if len(areas) > 1 else "an area"
        st.caption(f"Within {several} of the map", width="content")


def _say_unmade(needed: Mapping[str, Sequence[str]]) -> None:
    """Say that a link speaks of a map that is not there: the list is not narrowed by it."""
    values = "; ".join(f"{field}: {', '.join(words)}" for field, words in needed.items())
    say("There is no such map of this run's pairs, so its groups and areas narrow nothing:", values)

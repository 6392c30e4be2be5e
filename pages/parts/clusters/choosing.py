"""What the page of clusters is set to, in the URL: the controls, and the view that they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import data, present
from pages.parts.clusters import beside
from pages.parts.clusters.beside import COLOUR_KEY
from pages.parts.clusters.choice import Choice
from pages.parts.clusters.part import PART_KEY
from pages.parts.clusters.picked import (
    AREA_KEY,
    GROUP_KEY,
    area_asked,
    group_asked,
    near_asked,
    pick,
)
from pages.parts.clusters.shown import SHOWS, pairs_shown, usual_show
from pages.parts.clusters.view import View
from pages.parts.filters.on_map import TEXTS, ask_of, level_of
from pages.parts.filters.pair_filters import PairFilters, pair_filters
from pages.parts.filters.url import LEVEL_KEY, MAP_KEY, SEARCH_KEY, VERSUS_KEY, asked
from valbench_core.errors import ValBenchError
from valbench_core.maps import UNGROUPED, MapLevel, PairMap
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.texts import OF_VERDICTS
from valbench_core.numbers import plural

if TYPE_CHECKING:
    from valbench_core.listing import Ordinals

SHOW_KEY = "show"
"""In the URL: which pairs are shown."""

COLOURS: Mapping[str, str] = {
    "group": "group",
    "outcome": "outcome",
    "score": "adjusted score",
    "category": "category",
    "runs": "divergent run",
}
"""What colours may say, in the URL, and the words for it."""

_TEXT_HELP = (
    "Pairs lie near each other where these texts mean much the same. Issue and questions stand before any "
    "answer; the others depend on how pairs came out, so their groups are for exploring only."
)
_LEVEL_HELP = "How finely the same pairs are divided. Groups are found without regard to outcomes."
_SHOW_HELP = (
    "Divergent: the two answers contradict each other (outcome inconsistent). Filtered pairs are chosen as "
    "on the page Pairs. Groups stay the same: pairs not shown are only pale."
)
_SEARCH_HELP = "Marks pairs with these words in questions, answers or verdicts. All words must occur."


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the controls stand; each is filled when what it offers is known."""

    text: DeltaGenerator
    level: DeltaGenerator
    show: DeltaGenerator
    colour: DeltaGenerator
    narrowing: DeltaGenerator
    """Filters, or what stands in their stead."""


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """What people look for, and beside what."""

    filters: PairFilters | None
    q: str
    versus: data.Run | None


def show(run: data.Run) -> View:
    """Show the choices and return what they are set to."""
    with present.controls("clusters"):
        places = _lay_out()
    shows = _choose_show(places.show, run)
    ask = _choose_text(places.text)
    with places.narrowing:
        narrowing = _narrow(run, filtered=shows == "filtered")
    versus = beside.admitted(run, narrowing.versus)
    pair_map = _stored(run, ask)
    level = _choose_level(places.level, pair_map) if pair_map else 0
    return View(
        run=run,
        ask=ask,
        pair_map=pair_map,
        level=level,
        colour=_choose_colour(places.colour, versus),
        show=shows,
        filters=narrowing.filters,
        shown=pairs_shown(run, pair_map, shows, narrowing.filters, versus) if pair_map else _no_pairs(),
        group=group_asked(pair_map, level) if pair_map else "",
        area=area_asked() if pair_map else "",
        near=near_asked(run, pair_map) if pair_map else "",
        q=narrowing.q,
        versus=versus,
    )


def _lay_out() -> _Places:
    upper, lower = st.columns(2), st.columns(2)
    return _Places(*upper, *lower, narrowing=st.container())


def lacks_words(run: data.Run, ask: MapAsk) -> bool:
    """Whether a map is to compare the words of a verdict where several judgements are combined."""
    return bool(run.judgement and run.judgement.derived and ask.text in OF_VERDICTS)


def say_lacking(run: data.Run) -> None:
    """Say why there are no words to compare, and which judgements have them."""
    assert run.judgement is not None
    st.info(
        "Several judgements are combined here, so no one verdict stands whose words a map could compare. "
        "Compare other texts, or choose one of these in the sidebar:",
        icon=":material/gavel:",
    )
    st.text("\n".join(source.name for source in run.judgement.sources))


def _stored(run: data.Run, ask: MapAsk) -> PairMap | None:
    if lacks_words(run, ask):
        return None
    try:
        return data.stored_map(run, ask)
    except ValBenchError as error:
        st.error("The map of these pairs cannot be opened:", icon=":material/error:")
        st.text(str(error))
        return None


def _no_pairs() -> Ordinals:
    import numpy as np

    return np.zeros(0, dtype=np.intp)


# Widgets: each shows what the URL says, and writes to it when it is changed


def _choose_show(place: DeltaGenerator, run: data.Run) -> str:
    choice = Choice("Show", SHOW_KEY, SHOWS, usual_show(run), _SHOW_HELP)
    chosen = choice.asked()
    choice.offer(place, chosen)
    return chosen


def _choose_text(place: DeltaGenerator) -> MapAsk:
    """Let people choose the text that is compared; what is picked out of another map is left behind."""
    ask = ask_of()
    forget = (LEVEL_KEY, GROUP_KEY, AREA_KEY, PART_KEY)
    Choice("Compare pairs by", MAP_KEY, TEXTS, "issue", _TEXT_HELP, forget).offer(place, ask.text)
    return ask


def _choose_colour(place: DeltaGenerator, versus: data.Run | None) -> str:
    words = {key: words for key, words in COLOURS.items() if key != "runs" or versus}
    choice = Choice("Colour by", COLOUR_KEY, words, "runs" if versus else "group")
    # Of a run that may not stand beside this one it is said already why.
    kept_apart = versus is None and asked(VERSUS_KEY) and asked(COLOUR_KEY) == ["runs"]
    chosen = choice.usual if kept_apart else choice.asked()
    choice.offer(place, chosen)
    return chosen


def _choose_level(place: DeltaGenerator, pair_map: PairMap) -> int:
    """Let people choose how fine the groups are, where there is a choice."""
    level = level_of(pair_map)
    if len(pair_map.levels) == 1:
        place.text_input("Coarser … finer", _level_name(pair_map.levels[0]), disabled=True, help=_LEVEL_HELP)
        return level
    widget = "clusters level"
    st.session_state[widget] = level
    place.select_slider(
        "Coarser … finer",
        range(len(pair_map.levels)),
        format_func=_level_names(pair_map).__getitem__,
        key=widget,
        help=_LEVEL_HELP,
        on_change=lambda: _write_level(st.session_state[widget], pair_map.usual),
    )
    return level


def _level_name(level: MapLevel) -> str:
    number = sum(group.id != UNGROUPED for group in level.groups)
    return plural(number, "group") if number else "no group"


def _level_names(pair_map: PairMap) -> list[str]:
    """Return what levels are called: by how many groups they have, and by place where that is the same."""
    names = [_level_name(level) for level in pair_map.levels]
    return [
        name if names.count(name) == 1 else f"{name}, level {place}" for place, name in enumerate(names, 1)
    ]


def _write_level(level: int, usual: int) -> None:
    """Put the level into the URL; a group picked out is one of another level."""
    pick(LEVEL_KEY, "" if level == usual else str(level + 1))
    pick(GROUP_KEY, "")


def _narrow(run: data.Run, *, filtered: bool) -> _Narrowing:
    """Let people filter pairs; else search among those shown, and set another run beside this one."""
    if filtered:
        filters = pair_filters(run, fold=True, by_map=False)
        return _Narrowing(filters, filters.q, filters.versus)
    search_place, versus_place = st.columns(2)
    return _Narrowing(None, _search(search_place), beside.choose(versus_place, run))


def _search(place: DeltaGenerator) -> str:
    q = " ".join(asked(SEARCH_KEY)).strip()
    widget = "clusters search"
    if st.session_state.get(widget) != q:
        st.session_state[widget] = q
    place.text_input(
        "Search on the map",
        key=widget,
        placeholder="words, or a “quoted phrase”",
        help=_SEARCH_HELP,
        icon=":material/search:",
        on_change=lambda: pick(SEARCH_KEY, st.session_state[widget].strip()),
    )
    return q

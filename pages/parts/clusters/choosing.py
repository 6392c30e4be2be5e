"""What the page of clusters is set to, in the URL: which map, how fine, which pairs, what is picked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import data, present
from pages.parts.filters.on_map import LEVEL_KEY, MAP_KEY, REFIT_KEY, ask_of, level_of
from pages.parts.filters.pair_filters import PairFilters, pair_filters
from pages.parts.filters.url import (
    SEARCH_KEY,
    VERSUS_JUDGEMENT_KEY,
    VERSUS_KEY,
    asked,
    say,
    versus_asked,
    write,
)
from valbench_core.clusters.areas import polygon_of
from valbench_core.errors import MapError, ValBenchError
from valbench_core.maps import UNGROUPED, MapLevel, PairMap
from valbench_core.maps.asking import MapAsk
from valbench_core.numbers import plural
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from valbench_core.listing import Ordinals
    from valbench_core.maps.names import GroupName

COLOUR_KEY = "colour"
SHOW_KEY = "show"
GROUP_KEY = "group"
"""In the URL: the group picked out, by id."""
AREA_KEY = "area"
"""In the URL: the area picked out, as `clusters.areas` writes it."""
NEAR_KEY = "near"
"""In the URL: the pair picked out, by id."""

TEXTS: Mapping[str, str] = {
    "issue": "the issue",
    "questions": "both questions",
    "answers": "both answers",
    "positions": "positions the judge found",
    "rationale": "the judge's reasons",
}
"""The texts that maps compare, in the URL, and the words for them."""
COLOURS: Mapping[str, str] = {
    "group": "group",
    "outcome": "outcome",
    "score": "adjusted score",
    "category": "category",
    "runs": "divergent run",
}
"""What colours may say, in the URL, and the words for it."""
SHOWS: Mapping[str, str] = {
    "divergent": "divergent pairs",
    "all": "all pairs",
    "filtered": "filtered pairs",
}
"""Which pairs may be shown, in the URL, and the words for them."""

_TEXT_HELP = (
    "Pairs lie near each other where these texts mean much the same. Issue and questions stand before any "
    "answer; the others depend on how pairs came out, so their groups are for exploring only."
)
_LEVEL_HELP = "How finely the same pairs are divided. Groups are found without regard to outcomes."
_SHOW_HELP = (
    "Divergent: the two answers contradict each other (outcome inconsistent). Filtered pairs are chosen as "
    "on the page Pairs. Groups stay the same: pairs not shown are only pale."
)
_VERSUS_HELP = "Another run on the same pairs: on which issues both are divergent, and on which only one."
_SEARCH_HELP = "Marks pairs with these words in questions, answers or verdicts. All words must occur."


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
    """A key of `COLOURS`."""
    show: str
    """A key of `SHOWS`."""
    filters: PairFilters | None
    """What pairs are narrowed to, where filters are in use."""
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


def show(run: data.Run) -> View:
    """Show the choices and return what they are set to."""
    with present.controls("clusters"):
        first, second = st.container(), st.container()
    with first:
        text_place, level_place, show_place, colour_place = st.columns(4)
    shows = _choose(show_place, "Show", SHOW_KEY, SHOWS, _usual_show(run), _SHOW_HELP)
    with text_place:
        ask = ask_of(())
        _offer(text_place, "Compare pairs by", MAP_KEY, TEXTS, ask.text, "issue", _TEXT_HELP)
    with second:
        refit = asked(REFIT_KEY) == ["1"]
        filters = pair_filters(run, fold=True, by_map=False) if shows == "filtered" or refit else None
        q, versus = (filters.q, filters.versus) if filters else _search_and_versus(run)
    if refit and filters:
        ask = MapAsk(ask.text, filters.where, ask.model)
    pair_map = _stored(run, ask)
    level = _pick_level(level_place, pair_map) if pair_map else 0
    return View(
        run=run,
        ask=ask,
        pair_map=pair_map,
        level=level,
        colour=_colour(colour_place, versus),
        show=shows,
        filters=filters,
        shown=_shown(run, pair_map, shows, filters, versus),
        group=_group(pair_map, level),
        area=_area() if pair_map else "",
        near=_near(run, pair_map),
        q=q,
        versus=versus,
    )


def pick(key: str, value: str) -> None:
    """Pick something out on the map, or nothing by ""; for callbacks."""
    write(key, [value] if value else [])


def ordinal_of(run: data.Run, pair_id: str) -> int | None:
    """Return the ordinal of a pair of a run; None where it has none of that id."""
    found = (data.table(run)["pair_id"] == pair_id).to_numpy().nonzero()[0]
    return int(found[0]) if len(found) else None


def _usual_show(run: data.Run) -> str:
    """Return what is shown unless asked otherwise: without any outcome, nothing is divergent."""
    return "divergent" if data.whole(run).n.judged else "all"


def _stored(run: data.Run, ask: MapAsk) -> PairMap | None:
    try:
        return data.stored_map(run, ask)
    except ValBenchError as error:
        st.error("The map of these pairs cannot be opened:", icon=":material/error:")
        st.text(str(error))
        return None


def _shown(
    run: data.Run,
    pair_map: PairMap | None,
    shows: str,
    filters: PairFilters | None,
    versus: data.Run | None,
) -> Ordinals:
    import numpy as np

    if pair_map is None:
        return np.zeros(0, dtype=np.intp)
    if shows == "filtered" and filters:
        wanted = filters.ordinals()
    elif shows == "divergent":
        wanted = np.flatnonzero(_divergent(run, versus))
    else:
        wanted = np.arange(run.pairs)
    return wanted[data.map_places(run, pair_map)[wanted] >= 0]


def _divergent(run: data.Run, versus: data.Run | None) -> NDArray[np.bool_]:
    """Tell of each pair whether it is divergent, in this run or in the one beside it."""
    import numpy as np

    here = (data.table(run)["outcome"] == Outcome.INCONSISTENT.value).to_numpy(dtype=bool)
    if versus is None:
        return np.asarray(here)
    from valbench_core.maps.divergence import DIVERGING

    either = [DIVERGING.index(kind) for kind in ("both", "here", "there")]
    return np.isin(data.divergences(run, versus).codes, either)


# What a link picks out


def _group(pair_map: PairMap | None, level: int) -> str:
    wanted = next(iter(asked(GROUP_KEY)), "")
    if not wanted or pair_map is None:
        return ""
    if pair_map.levels[level].code_of(wanted) is not None:
        return wanted
    say("No group is picked out, for there is none of this id among those shown:", wanted)
    return ""


def _area() -> str:
    wanted = next(iter(asked(AREA_KEY)), "")
    if not wanted:
        return ""
    try:
        polygon_of(wanted)
    except MapError as error:
        say("No area is picked out:", str(error))
        return ""
    return wanted


def _near(run: data.Run, pair_map: PairMap | None) -> str:
    wanted = next(iter(asked(NEAR_KEY)), "")
    if not wanted or pair_map is None:
        return ""
    ordinal = ordinal_of(run, wanted)
    if ordinal is None:
        say("No pair is picked out, for this run has none of this id:", wanted)
        return ""
    if data.map_places(run, pair_map)[ordinal] < 0:
        say("No pair is picked out, for this one is not on the map:", wanted)
        return ""
    return wanted


# Widgets: each shows what the URL says, and writes to it when it is changed


def _pick_level(place: DeltaGenerator, pair_map: PairMap) -> int:
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
    return plural(sum(group.id != UNGROUPED for group in level.groups), "group")


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


def _colour(place: DeltaGenerator, versus: data.Run | None) -> str:
    choices = {key: words for key, words in COLOURS.items() if key != "runs" or versus}
    return _choose(place, "Colour by", COLOUR_KEY, choices, "runs" if versus else "group")


def _choose(
    place: DeltaGenerator,
    label: str,
    key: str,
    words: Mapping[str, str],
    usual: str,
    help: str | None = None,  # noqa: A002
) -> str:
    """Offer a choice and return what the URL asks for; say where there is no such choice."""
    wanted = next(iter(asked(key)), usual)
    if wanted not in words:
        say(f"“{label}” has no such choice; shown is {words[usual]}. The link asks for:", wanted)
        wanted = usual
    _offer(place, label, key, words, wanted, usual, help)
    return wanted


def _offer(
    place: DeltaGenerator,
    label: str,
    key: str,
    words: Mapping[str, str],
    wanted: str,
    usual: str,
    help: str | None = None,  # noqa: A002
) -> None:
    widget = f"clusters {key}"
    st.session_state[widget] = wanted
    place.selectbox(
        label,
        list(words),
        format_func=words.__getitem__,
        key=widget,
        help=help,
        on_change=lambda: _write_choice(key, st.session_state[widget], usual),
    )


def _write_choice(key: str, value: str, usual: str) -> None:
    """Put a choice into the URL, without what is picked out of another map."""
    pick(key, "" if value == usual else value)
    if key == MAP_KEY:
        for other in (LEVEL_KEY, GROUP_KEY, AREA_KEY):
            pick(other, "")


def _search_and_versus(run: data.Run) -> tuple[str, data.Run | None]:
    search_place, versus_place = st.columns([3, 1])
    return _search(search_place), _pick_run(versus_place, run)


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


def _pick_run(place: DeltaGenerator, run: data.Run) -> data.Run | None:
    """Let people set another run beside this one, and return it."""
    found = _beside(run)
    others = [name for name in data.names() if name != run.name]
    widget = "clusters versus"
    st.session_state[widget] = found.name if found else None
    place.selectbox(
        "Beside another run",
        others,
        index=None,
        key=widget,
        placeholder="none" if others else "no other run here",
        help=_VERSUS_HELP,
        on_change=lambda: _write_versus(st.session_state[widget]),
        disabled=not others,
    )
    return found


def _beside(run: data.Run) -> data.Run | None:
    name, judgement = versus_asked()
    if not name:
        return None
    try:
        return data.beside(run, name, judgement)
    except ValBenchError as error:
        say("This run cannot stand beside the one shown:", str(error))
        return None


def _write_versus(name: str | None) -> None:
    pick(VERSUS_KEY, name or "")
    # Judgements are a run's own, and colours tell runs apart only where there are two.
    pick(VERSUS_JUDGEMENT_KEY, "")
    pick(COLOUR_KEY, "")

"""The filters of a list of pairs: widgets that show what the URL asks for, with a count beside each choice.

The URL is read and written in `url`; which pairs meet the filters is left to `valbench_core.listing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import data, present
from pages.parts.filters.fields import HELPS, LABELS, name_of
from pages.parts.filters.on_map import OnMap, areas_asked, on_map, say_where
from pages.parts.filters.url import (
    SEARCH_KEY,
    SORT_KEY,
    TYPED,
    VERSUS_JUDGEMENT_KEY,
    VERSUS_KEY,
    asked,
    condition,
    counted,
    picked_values,
    reset,
    say,
    sort_words,
    typed_values,
    uncounted,
    versus_asked,
    write,
)
from pages.parts.links import ON_MAP_ICON, ClustersLink, show_link
from valbench_core.errors import ValBenchError
from valbench_core.listing import OF_TWO_RUNS, ON_MAP, PICKED, SORTS, Listing, Ordinals
from valbench_core.pairs import Condition
from valbench_core.schema import ProtocolName

CHOICES_OFFERED = 300
"""Choices of a field one can pick from; of articles the largest: any other title can be typed."""

_ESSENTIAL = ("outcome", "category", "score")
_FURTHER = (
    ("issue_scale", "article", "label"),
    ("refusal", "no_information", "value_preference"),
    ("contradiction", "text", "id"),
    (VERSUS_KEY, "versus_outcome", "flip"),
    ON_MAP,
)
_SEARCH_HELP = "Looks through questions, answers and verdicts. All words must occur; quote a phrase."
_ONE_AT_A_TIME = "The map picks out one group and one area at a time: of several, the first."
_VERSUS_HELP = "Another run on the same pairs: the list then shows what became of each pair there."


@dataclass(frozen=True, slots=True)
class PairFilters:
    """What a list of pairs is narrowed to."""

    listing: Listing
    conditions: tuple[Condition, ...]
    """On what the tidy table holds."""
    text: Condition | None
    """On the texts of the pairs themselves."""
    q: str
    """What to search texts for; "" for nothing."""
    found: Ordinals | None
    """The ordinals that have the texts looked for; None where nothing was."""
    sort: str
    """A key of `SORTS`."""
    versus: data.Run | None
    """The run whose outcomes stand beside those of this one."""
    protocol: ProtocolName | None
    """Of the judgement shown: decides by which words outcomes go."""
    on_map: OnMap | None = None
    """The map that groups and areas are of; None where there is none, or the page does not list by it."""

    @property
    def active(self) -> bool:
        """Whether they take any pair away."""
        return bool(self.conditions or self.text or self.q)

    @property
    def in_use(self) -> int:
        """Number of fields that are set."""
        return len(self.conditions) + bool(self.text) + bool(self.q) + bool(self.versus)

    def ordinals(self) -> Ordinals:
        """Return the pairs that they leave, in the order asked for."""
        return self.listing.listed(self.conditions, SORTS[self.sort], self.found)

    def values(self, field: str) -> list[str]:
        """Return the values a field is narrowed to."""
        conditions = (*self.conditions, self.text) if self.text else self.conditions
        return [value for one in conditions if one.field == field for value in one.values]

    @property
    def where(self) -> tuple[str, ...]:
        """The conditions as `--where` takes them, of those fields that a map may be fitted by."""
        return _where((*self.conditions, self.text) if self.text else self.conditions)

    @property
    def not_in_where(self) -> tuple[str, ...]:
        """What they narrow by that no map may be fitted by, as the screen calls it."""
        fields = [one.field for one in self.conditions if one.field in (*OF_TWO_RUNS, *ON_MAP)]
        return (*(LABELS[field] for field in fields), *(["Search"] if self.q else []))

    @property
    def picks_out_one(self) -> bool:
        """Whether the map can pick out all that they name of it: one group and one area at a time."""
        return all(len(self.values(field)) < 2 for field in ON_MAP)

    def to_map(self, near: str = "") -> ClustersLink:
        """Return the link to the map that shows the pairs of the list, as far as it can pick them out.

        Args:
            near: a pair to pick out.
        """
        others = [one for one in (*self.conditions, self.text) if one and one.field not in ON_MAP]
        keys: dict[str, Any] = dict(self.on_map.asked()) if self.on_map else {}
        narrowed: dict[str, Any] = keys | {
            one.field: one.value if one.field in ("id", "text") else one.values for one in others
        }
        return ClustersLink(
            show="filtered" if others or self.q else "all",
            near=near,
            group="".join(self.values("group")[:1]),
            area="".join(self.values("area")[:1]),
            q=self.q,
            versus=self.versus.name if self.versus else "",
            versus_judgement=versus_asked()[1],
            **narrowed,
        )

    def name_of(self, field: str, value: str) -> str:
        """Return what a value of a field is called."""
        if field in ON_MAP:
            return self.on_map.name_of(field, value) if self.on_map else value
        return name_of(field, value, self.protocol_of(field))

    def protocol_of(self, field: str) -> ProtocolName | None:
        """Return the protocol by whose words the values of a field go."""
        if field != "versus_outcome":
            return self.protocol
        return self.versus.judgement.wording if self.versus and self.versus.judgement else None

    def counts(self, field: str) -> dict[str, int]:
        """Return how many pairs each choice of a field would leave, all other filters standing."""
        return self.listing.counts(field, self.conditions, self.found, first=CHOICES_OFFERED)


def pair_filters(run: data.Run, *, fold: bool = False, by_map: bool = True) -> PairFilters:
    """Show the filters for a run's pairs and return what they are set to.

    Args:
        run: the run under the judgement shown.
        fold: show them folded away.
        by_map: narrow by groups and areas of the map too; else these keys of the URL are the page's own.
    """
    filters = _asked(run, by_map)
    with present.controls("filters"):
        if fold:
            _show_folded(run, filters, by_map)
        else:
            _show_open(run, filters)
    if filters.on_map and filters.active:
        _say_on_map(filters, filters.on_map)
    return filters


def _say_on_map(filters: PairFilters, found: OnMap) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        say_where(found, filters.values("group"), filters.values("area"))
        if filters.picks_out_one:
            show_link(filters.to_map(), "Show these pairs on the map", icon=ON_MAP_ICON)
        else:
            show_link(filters.to_map(), "Show the first on the map", icon=ON_MAP_ICON, help=_ONE_AT_A_TIME)


def _show_folded(run: data.Run, filters: PairFilters, by_map: bool) -> None:
    with st.expander(f"Filters and order{_used(filters.in_use)}", key="folded filters"):
        _show_essential(filters)
        _show_further(run, filters)
        if filters.active:
            st.button("Reset filters", icon=":material/filter_alt_off:", on_click=reset, args=(by_map,))


def _show_open(run: data.Run, filters: PairFilters) -> None:
    further = filters.in_use - bool(filters.q) - sum(bool(filters.values(field)) for field in _ESSENTIAL)
    with st.container(border=True):
        _show_essential(filters)
        with st.expander(f"More filters{_used(further)}", key="more filters"):
            _show_further(run, filters)


def _used(number: int) -> str:
    return f" ({number} in use)" if number else ""


def _asked(run: data.Run, by_map: bool) -> PairFilters:
    """Return what the URL asks for; say what cannot be had of it."""
    protocol = run.judgement.wording if run.judgement else None
    versus = run_beside(run)
    listing = data.listing(run, versus)
    fields = [field for field in PICKED if field not in ON_MAP and (field not in OF_TWO_RUNS or versus)]
    for field in OF_TWO_RUNS:
        if versus is None and asked(field):
            say("This filter needs another run beside the one shown:", f"{field}: {asked(field)[0]}")
    wanted = {field: picked_values(listing, field, protocol) for field in fields}
    wanted |= {field: typed_values(listing, field) for field in TYPED}
    conditions = [condition(field, values) for field, values in wanted.items() if values]
    text = next((one for one in conditions if one.field == "text"), None)
    q = " ".join(asked(SEARCH_KEY)).strip()
    found = on_map(run) if by_map else None
    if found is not None:
        listing = data.listing(run, versus, found.placed)
        conditions += _on_map_asked(listing)
    return PairFilters(
        listing=listing,
        conditions=tuple(one for one in conditions if one is not text),
        text=text,
        q=q,
        found=data.found(run, q, text),
        sort=sort_words(),
        versus=versus,
        protocol=protocol,
        on_map=found,
    )


def _where(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """Return conditions as texts, without those on other runs or on a map itself."""
    left_out = (*OF_TWO_RUNS, *ON_MAP)
    return tuple(sorted(str(one) for one in conditions if one.field not in left_out))


def _on_map_asked(listing: Listing) -> list[Condition]:
    wanted = {"group": picked_values(listing, "group", None), "area": areas_asked()}
    return [condition(field, values) for field, values in wanted.items() if values]


def run_beside(run: data.Run) -> data.Run | None:
    """Return the run that the URL sets beside this one; say why where it cannot stand there."""
    name, judgement = versus_asked()
    if not name:
        return None
    try:
        return data.beside(run, name, judgement)
    except ValBenchError as error:
        say("This run cannot stand beside the one shown:", str(error))
        return None


# Widgets: each shows what the URL says, and writes to it when it is changed


def _show_essential(filters: PairFilters) -> None:
    search, sort = st.columns([3, 1], vertical_alignment="bottom")
    _set(SEARCH_KEY, filters.q)
    search.text_input(
        "Search",
        key=SEARCH_KEY,
        placeholder="words, or a “quoted phrase”",
        help=_SEARCH_HELP,
        icon=":material/search:",
        on_change=_write_one,
        args=(SEARCH_KEY,),
    )
    _set(SORT_KEY, filters.sort)
    sort.selectbox("Sort", list(SORTS), key=SORT_KEY, on_change=_write_one, args=(SORT_KEY,))
    for place, field in zip(st.columns(len(_ESSENTIAL)), _ESSENTIAL, strict=True):
        _pick(place, filters, field)


def _show_further(run: data.Run, filters: PairFilters) -> None:
    for fields in _FURTHER if filters.on_map else _FURTHER[:-1]:
        for place, field in zip(st.columns(len(fields)), fields, strict=True):
            if field == VERSUS_KEY:
                _pick_run(place, run, filters)
            elif field in TYPED:
                _type(place, filters, field)
            elif field == "area":
                _keep(place, filters, field)
            else:
                _pick(place, filters, field)


def _pick(place: DeltaGenerator, filters: PairFilters, field: str) -> None:
    """Offer the choices of a field, each with the number of pairs it would leave."""
    chosen, counts = filters.values(field), filters.counts(field)
    choices = [*counts, *(value for value in chosen if value not in counts)]
    labels = {value: counted(filters.name_of(field, value), counts.get(value, 0)) for value in choices}
    # A group may be called as another's id reads: ids go first.
    values = {filters.name_of(field, value): value for value in choices} | {value: value for value in choices}
    # Set anew each time: the browser keeps labels, and those of before hold other counts.
    st.session_state[field] = chosen
    place.multiselect(
        LABELS[field],
        choices,
        format_func=lambda value: labels.get(value, value),
        key=field,
        placeholder="any" if choices else "nothing to choose",
        help=HELPS.get(field),
        select_all=False,
        wrap=True,
        on_change=_write_picked,
        args=(field, values),
        disabled=not choices,
    )


def _type(place: DeltaGenerator, filters: PairFilters, field: str) -> None:
    """Let people type alternatives; articles are offered too."""
    chosen = filters.values(field)
    counts = filters.counts(field) if field == "article" else {}
    st.session_state[field] = chosen
    place.multiselect(
        LABELS[field],
        list(dict.fromkeys((*counts, *chosen))),
        format_func=lambda value: counted(value, counts.get(value)),
        key=field,
        placeholder="any",
        help=HELPS[field],
        accept_new_options=True,
        select_all=False,
        wrap=True,
        on_change=_write_picked,
        args=(field, {name: name for name in (*counts, *chosen)}),
    )


def _keep(place: DeltaGenerator, filters: PairFilters, field: str) -> None:
    """Show values that are made elsewhere, to be taken away here."""
    chosen = filters.values(field)
    st.session_state[field] = chosen
    place.multiselect(
        LABELS[field],
        chosen,
        format_func=lambda value: filters.name_of(field, value),
        key=field,
        placeholder="none drawn",
        help=HELPS[field],
        select_all=False,
        wrap=True,
        on_change=_write_picked,
        args=(field, {filters.name_of(field, value): value for value in chosen}),
        disabled=not chosen,
    )


def _pick_run(place: DeltaGenerator, run: data.Run, filters: PairFilters) -> None:
    others = [name for name in data.names() if name != run.name]
    st.session_state[VERSUS_KEY] = filters.versus.name if filters.versus else None
    place.selectbox(
        "Beside another run",
        others,
        index=None,
        key=VERSUS_KEY,
        placeholder="none" if others else "no other run here",
        help=_VERSUS_HELP,
        on_change=_write_versus,
        disabled=not others,
    )


def _set(key: str, value: str) -> None:
    """Have a widget show a value; setting it only where it differs leaves alone what is being typed."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _write_one(key: str) -> None:
    value = st.session_state[key]
    write(key, [value] if value and value != next(iter(SORTS)) else [])


def _write_versus() -> None:
    name = st.session_state[VERSUS_KEY]
    write(VERSUS_KEY, [name] if name else [])
    # Judgements are a run's own.
    write(VERSUS_JUDGEMENT_KEY, ())
    if not name:
        for field in OF_TWO_RUNS:
            write(field, ())


def _write_picked(field: str, values: dict[str, str]) -> None:
    """Write what was picked: values, or labels whose counts have changed since."""
    chosen: Sequence[str] = st.session_state[field]
    known = {*values, *values.values()}.__contains__
    words = [uncounted(word, known) for word in chosen]
    write(field, dict.fromkeys(values.get(word, word) for word in words))

"""The filters of a list of pairs: widgets whose state is the URL's, and the conditions they stand for.

Which pairs meet them is left to `valbench_core.listing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from valbench_core.errors import SubsetError
from valbench_core.listing import SORTS, Sort, choices
from valbench_core.pairs import Condition
from valbench_core.pairs.condition import Operator, folded, scales
from valbench_core.schema import ISSUE_SCALES, Outcome, ProtocolName, outcome_name

if TYPE_CHECKING:
    import pandas as pd

PAGE_KEY = "page"
"""In the URL and in the session: the page of the list."""
SEARCH_KEY = "q"
SORT_KEY = "sort"

ARTICLES_OFFERED = 300
"""Articles one can pick from, the largest; any other title can be typed."""

PICKED = ("outcome", "category", "issue_scale")
"""Fields whose values are picked from those there are."""
TYPED = ("article", "text", "id")
"""Fields whose values may be typed, as conditions on the command line state them."""

_LABELS = {
    "outcome": "Outcome",
    "category": "Category",
    "issue_scale": "Issue scale",
    "article": "Article",
    "text": "Words of the questions",
    "id": "Pair id",
}
_HELPS = {
    "issue_scale": "How widely the issue is known: "
    + ", ".join(f"{n} {words}" for n, words in ISSUE_SCALES.items()),
    "text": "Looks through issue and questions only. All words must occur; each entry is an alternative.",
}
_OPERATORS: Mapping[str, Operator] = {field: "~" if field == "text" else "=" for field in _LABELS}
_COLUMN_OF = {"article": "article_title", "id": "pair_id"}
_SEARCH_HELP = "Looks through questions, answers and verdicts. All words must occur; quote a phrase."


@dataclass(frozen=True, slots=True)
class PairFilters:
    """What a list of pairs is narrowed to."""

    conditions: tuple[Condition, ...]
    """On what the tidy table holds."""
    text: Condition | None
    """On the texts of the pairs themselves."""
    q: str
    """What to search texts for; "" for nothing."""
    sort: Sort | None

    @property
    def active(self) -> bool:
        """Whether they take any pair away."""
        return bool(self.conditions or self.text or self.q.strip())


def pair_filters(table: pd.DataFrame, protocol: ProtocolName | None, *, fold: bool = False) -> PairFilters:
    """Show the filters for a run's tidy table and return what they are set to.

    Args:
        table: the tidy table, whose values are what one can choose from.
        protocol: decides by which words outcomes go.
        fold: show them folded away; left out, their state would be lost.
    """
    options: dict[str, dict[str, str]] = {
        field: _options(table, field, protocol) for field in (*PICKED, "article")
    }
    _say_unknown_sort()
    for field in PICKED:
        _adopt_link(field, options[field])
    with st.expander("Filters and order") if fold else st.container(border=True):
        search, sort = st.columns([3, 1], vertical_alignment="bottom")
        q = search.text_input(
            "Search",
            key=SEARCH_KEY,
            bind="query-params",
            placeholder="words, or a “quoted phrase”",
            help=_SEARCH_HELP,
            icon=":material/search:",
            on_change=_to_first_page,
        )
        chosen_sort = sort.selectbox(
            "Sort", list(SORTS), key=SORT_KEY, bind="query-params", on_change=_to_first_page
        )
        chosen = {
            field: _choice(column, field, list(options.get(field, ())))
            for fields in (PICKED, TYPED)
            for column, field in zip(st.columns(len(fields)), fields, strict=True)
        }
    picked = [
        Condition(field, tuple(options[field][word] for word in chosen[field]))
        for field in PICKED
        if chosen[field]
    ]
    typed = [_typed_condition(field, chosen[field], table) for field in TYPED]
    conditions = [*picked, *(condition for condition in typed if condition is not None)]
    return PairFilters(
        conditions=tuple(condition for condition in conditions if condition.field != "text"),
        text=next((condition for condition in conditions if condition.field == "text"), None),
        q=q or "",
        sort=SORTS[chosen_sort],
    )


def reset() -> None:
    """Set all filters to show every pair; for a button's `on_click`."""
    for field in _LABELS:
        st.session_state[field] = []
    st.session_state[SEARCH_KEY] = ""
    _to_first_page()


def _choice(place: st.delta_generator.DeltaGenerator, field: str, options: list[str]) -> list[str]:
    return place.multiselect(
        _LABELS[field],
        options,
        key=field,
        bind="query-params",
        placeholder="any",
        help=_HELPS.get(field),
        accept_new_options=field in TYPED,
        on_change=_to_first_page,
    )


def _to_first_page() -> None:
    st.session_state[PAGE_KEY] = 1


def _options(table: pd.DataFrame, field: str, protocol: ProtocolName | None) -> dict[str, str]:
    """Return what one can choose from, as the word for people → the value of the field."""
    if field == "outcome":
        return {outcome_name(Outcome(value), protocol): value for value in choices(table, field)}
    return {value: value for value in choices(table, field)[:ARTICLES_OFFERED]}


def _adopt_link(field: str, options: Mapping[str, str]) -> None:
    """Set a filter to what a link asks for, and say what of it this run does not have.

    Streamlit reads only the very words of its choices, and drops others without saying so; links may also
    name an outcome by its plain value or key, and say alternatives and ranges as the command line does.
    """
    asked = [value for value in st.query_params.get_all(field) if value]
    if all(value in options for value in asked):
        return
    words = {
        folded(name): word
        for word, value in options.items()
        for name in (word, value, value.replace(" ", "_"))
    }
    parts = [part for value in asked for part in ((value,) if value in options else _parts(field, value))]
    meant = {part: [words[name] for name in _names(field, part) if name in words] for part in parts}
    st.session_state[field] = list(dict.fromkeys(word for found in meant.values() for word in found))
    _say_absent(field, [part for part, found in meant.items() if not found])


def _names(field: str, part: str) -> list[str]:
    """Return the values that one alternative of a condition stands for, folded: several for a range."""
    if field != "issue_scale":
        return [folded(part)]
    return [folded("" if scale is None else str(scale)) for scale in scales(part)]


def _typed_condition(field: str, words: Sequence[str], table: pd.DataFrame) -> Condition | None:
    """Return the condition that typed words state, each as on the command line; say what it cannot be."""
    column = _COLUMN_OF.get(field)
    same = str if field == "id" else folded
    known = set(table[column].map(same)) if column and words else set()
    values = [part for word in words for part in ((word,) if same(word) in known else _parts(field, word))]
    if column:
        _say_absent(field, [value for value in values if same(value) not in known])
    return Condition(field, tuple(dict.fromkeys(values)), _OPERATORS[field]) if values else None


def _parts(field: str, value: str) -> tuple[str, ...]:
    """Return the alternatives in a value of a link; where it is none, say why and return none."""
    if field == "id" and value.strip().startswith("@"):
        # A link must not have the server read a file.
        _say("A link names the pairs themselves, not a file of ids:", value)
        return ()
    try:
        return Condition.parse(f"{field}{_OPERATORS[field]}{value}", _OPERATORS).values
    except SubsetError as error:
        _say("This filter is not understood:", str(error))
        return ()


def _say_absent(field: str, values: Sequence[str]) -> None:
    if values:
        _say(f"No pair of this run has this {_LABELS[field].lower()}:", ", ".join(values))


def _say_unknown_sort() -> None:
    asked = st.query_params.get(SORT_KEY)
    if asked and asked not in SORTS:
        _say("A list cannot be sorted like this; it is shown as in the subset:", asked)


def _say(what: str, of_link: str) -> None:
    """Say what of a link cannot be had. Its words are text, never Markdown."""
    st.warning(what, icon=":material/link_off:")
    st.text(of_link, width="stretch")

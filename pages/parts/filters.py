"""The filters of a list of pairs: widgets whose state is the URL's, and the conditions they stand for.

Which pairs meet them is left to `valbench_core.listing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from valbench_core.charts import outcome_name
from valbench_core.listing import SORTS, Sort, choices
from valbench_core.pairs import Condition
from valbench_core.schema import ISSUE_SCALES, Outcome, ProtocolName

if TYPE_CHECKING:
    import pandas as pd

PAGE_KEY = "page"
"""In the URL and in the session: the page of the list."""
SEARCH_KEY = "q"
SORT_KEY = "sort"

ARTICLES_OFFERED = 300
"""Articles one can pick from, the largest; any other title can be typed."""

_LABELS = {"category": "Category", "issue_scale": "Issue scale", "outcome": "Outcome", "article": "Article"}
_SCALE_HELP = "How widely the issue is known: " + ", ".join(
    f"{n} {words}" for n, words in ISSUE_SCALES.items()
)
_SEARCH_HELP = "Looks through questions, answers and verdicts. All words must occur; quote a phrase."


@dataclass(frozen=True, slots=True)
class PairFilters:
    """What a list of pairs is narrowed to."""

    conditions: tuple[Condition, ...]
    q: str
    """What to search texts for; "" for nothing."""
    sort: Sort | None

    @property
    def active(self) -> bool:
        """Whether they take any pair away."""
        return bool(self.conditions or self.q.strip())


def pair_filters(table: pd.DataFrame, protocol: ProtocolName | None, *, folded: bool = False) -> PairFilters:
    """Show the filters for a run's tidy table and return what they are set to.

    Args:
        table: the tidy table, whose values are what one can choose from.
        protocol: decides by which words outcomes go.
        folded: show them folded away; left out, their state would be lost.
    """
    options = {field: _options(table, field, protocol) for field in _LABELS}
    for field in ("category", "issue_scale", "outcome"):
        _adopt_link(field, options[field])
    with st.expander("Filters and order") if folded else st.container(border=True):
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
        fields = ("outcome", "category", "issue_scale", "article")
        columns = st.columns(len(fields))
        chosen = {
            field: _choice(column, field, list(options[field]))
            for column, field in zip(columns, fields, strict=True)
        }
    conditions = tuple(
        Condition(field, tuple(options[field].get(word, word) for word in words))
        for field, words in chosen.items()
        if words
    )
    return PairFilters(conditions, q or "", SORTS[chosen_sort])


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
        help=_SCALE_HELP if field == "issue_scale" else None,
        accept_new_options=field == "article",
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
    name an outcome by its plain value or key, and join alternatives as the command line does.
    """
    asked = st.query_params.get_all(field)
    if all(value in options or not value for value in asked):
        return
    words = {
        known: word for word, value in options.items() for known in (word, value, value.replace(" ", "_"))
    }
    parts = [part for value in asked for part in value.split("|") if part]
    st.session_state[field] = list(dict.fromkeys(words[part] for part in parts if part in words))
    unknown = [part for part in parts if part not in words]
    if unknown:
        st.warning(f"No pair of this run has this {_LABELS[field].lower()}:", icon=":material/link_off:")
        st.text(", ".join(unknown))

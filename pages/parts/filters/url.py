"""The filters of a list of pairs in the URL, which is where they are kept: reading them, and writing them.

What a link asks for in vain is said, never silently replaced. The widgets are left to `filters`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from pages.parts.filters.fields import LABELS, declared, name_of
from valbench_core.errors import SubsetError
from valbench_core.listing import ON_MAP, OPERATORS, SORTS, Listing
from valbench_core.numbers import plural
from valbench_core.pairs import Condition
from valbench_core.pairs.condition import folded, scales
from valbench_core.schema import ProtocolName

PAGE_KEY = "page"
"""In the URL: the page of the list."""
SEARCH_KEY = "q"
SORT_KEY = "sort"
VERSUS_KEY = "versus"
VERSUS_JUDGEMENT_KEY = "versus_judgement"
"""In the URL: the judgement of the other run."""
MAP_KEY = "map"
"""In the URL: the text that the map compares."""
LEVEL_KEY = "level"
"""In the URL: the level of the map, counted from 1, the coarsest; left out, the map's usual one."""
FIT_KEY = "fit"
"""In the URL: the conditions of the pairs that the map is fitted on, apart from filters in use."""
TYPED = ("article", "text", "id")
"""Fields whose values may be typed, as conditions on the command line state them."""

_COUNTED = re.compile(r" \([\d,]+\)")


def asked(field: str) -> list[str]:
    """Return what the URL asks of a field, as it stands there."""
    return [value for value in st.query_params.get_all(field) if value]


def write(field: str, values: Iterable[str]) -> None:
    """Put values of a field into the URL, and go back to the first page of the list."""
    kept = list(values)
    if kept:
        st.query_params[field] = kept
    else:
        st.query_params.pop(field, None)
    turn(1)


def page_of(pages: int, key: str = PAGE_KEY, what: str = "") -> int:
    """Return the page of a list that the URL names; where there are several, let people turn them.

    Args:
        pages: how many there are.
        key: the parameter of the URL that names the page.
        what: how many things they show, in words.
    """
    wanted = (asked(key) or ["1"])[0]
    page = int(wanted) if wanted.isdecimal() and 1 <= int(wanted) <= pages else 1
    if wanted != str(page):
        say(f"This list has {plural(pages, 'page')}; the first is shown. The link asks for:", wanted)
    if pages > 1:
        widget = f"{key} of the list"
        if st.session_state.get(widget, page) != page:
            st.session_state[widget] = page
        if what:
            st.markdown(f"**{what}**")
        usual = 1 if widget in st.session_state else page
        st.pagination(pages, default=usual, key=widget, on_change=lambda: turn(st.session_state[widget], key))
    return page


def turn(page: int, key: str = PAGE_KEY) -> None:
    """Put a page of a list into the URL, which leaves out the first."""
    if page > 1:
        st.query_params[key] = str(page)
    else:
        st.query_params.pop(key, None)


def reset(by_map: bool = True) -> None:
    """Set all filters to show every pair; for a button's `on_click`.

    Args:
        by_map: those by groups and areas too, and which map these are of.
    """
    fields = LABELS if by_map else [field for field in LABELS if field not in ON_MAP]
    of_map = (MAP_KEY, LEVEL_KEY, FIT_KEY) if by_map else ()
    for key in (*fields, SEARCH_KEY, VERSUS_KEY, VERSUS_JUDGEMENT_KEY, *of_map):
        write(key, ())


def versus_asked() -> tuple[str, str]:
    """Return the run that the URL sets beside the one shown, and its judgement; "" where it names none."""
    name, judgement = (next(iter(asked(key)), "") for key in (VERSUS_KEY, VERSUS_JUDGEMENT_KEY))
    return name, judgement


def counted(word: str, number: int | None) -> str:
    """Return a word with its count, where there is one.

    >>> counted("Ethics", 1200), counted("Ethics", None)
    ('Ethics (1,200)', 'Ethics')
    """
    return word if number is None else f"{word} ({number:,})"


def uncounted(label: str, known: Callable[[str], bool]) -> str:
    """Return the word that stands in a label, whose count may be an older one.

    >>> uncounted("Ethics (12)", {"Ethics"}.__contains__), uncounted("M (1931)", {"M (1931)"}.__contains__)
    ('Ethics', 'M (1931)')
    """
    end = _COUNTED.search(label)
    word = label[: end.start()] if end and end.end() == len(label) else label
    return word if not known(label) and known(word) else label


def picked_values(listing: Listing, field: str, protocol: ProtocolName | None) -> list[str]:
    """Return the values that the URL asks of a field of few choices; say what of it this run does not have.

    Links may say alternatives and ranges as the command line does, and name an outcome by its key or words.
    """
    choices = list(dict.fromkeys((*listing.choices(field), *declared(field))))
    words = {
        folded(name): value
        for value in choices
        for name in (name_of(field, value, protocol), value, value.replace(" ", "_"))
    }
    parts = [
        part for value in asked(field) for part in ([value] if value in choices else _parts(field, value))
    ]
    meant = {part: [words[name] for name in _names(field, part) if name in words] for part in parts}
    say_absent(field, [part for part, found in meant.items() if not found])
    return list(dict.fromkeys(value for found in meant.values() for value in found))


def typed_values(listing: Listing, field: str) -> list[str]:
    """Return the alternatives that the URL states for a field that is typed; say what cannot be."""
    words = asked(field)
    same = str if field == "id" else folded
    known = {same(value) for value in listing.choices(field)} if field != "text" and words else set()
    values = [part for word in words for part in ([word] if same(word) in known else _parts(field, word))]
    if field != "text":
        say_absent(field, [value for value in values if same(value) not in known])
    return list(dict.fromkeys(values))


def condition(field: str, values: Sequence[str]) -> Condition:
    """Return the condition that a field has one of these values."""
    return Condition(field, tuple(values), OPERATORS[field])


def sort_words() -> str:
    """Return the order that the URL asks for; say where there is none of that name."""
    usual = next(iter(SORTS))
    wanted = (asked(SORT_KEY) or [usual])[0]
    if wanted in SORTS:
        return wanted
    say("A list cannot be sorted like this; it is shown as in the subset:", wanted)
    return usual


def say_absent(field: str, values: Sequence[str]) -> None:
    """Say which values no pair of this run has."""
    if values:
        say(f"{LABELS[field]}: no pair of this run has what the link asks for:", ", ".join(values))


def say(what: str, of_link: str) -> None:
    """Say what of a link cannot be had. Its words are text, never Markdown."""
    st.warning(what, icon=":material/link_off:")
    st.text(of_link, width="stretch")


def _names(field: str, part: str) -> list[str]:
    """Return the values that one alternative of a condition stands for, folded: several for a range."""
    if field == "issue_scale":
        return [folded("" if scale is None else str(scale)) for scale in scales(part)]
    return [folded(part).replace("−", "-") if field == "score" else folded(part)]


def _parts(field: str, value: str) -> tuple[str, ...]:
    """Return the alternatives in a value of a link; where it is none, say why and return none."""
    if field == "id" and value.strip().startswith("@"):
        # A link must not have the server read a file.
        say("A link names the pairs themselves, not a file of ids:", value)
        return ()
    try:
        return Condition.parse(f"{field}{OPERATORS[field]}{value}", OPERATORS).values
    except SubsetError as error:
        say("This filter is not understood:", str(error))
        return ()

"""Links between pages, as values: which page, and what it is to show. Queries are made here only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol
from urllib.parse import urlencode

import streamlit as st

RUN_KEY = "run"
"""In the URL and in the session: the name of the run shown."""
JUDGEMENT_KEY = "judgement"
"""In the URL and in the session: the name of the judgement shown."""
JUDGED_RUN_KEY = "run of judgement"
"""In the session: the run whose judgement `JUDGEMENT_KEY` names."""

HOME = "pages/results/overview.py"
COMPARE = "pages/results/compare.py"
PAIRS = "pages/read/pairs.py"
RATIONALES = "pages/read/rationales.py"
EVALUATE = "pages/evaluate/runs.py"


_FOLLOWED = "link to follow"
"""In the session: the link that a click on a chart or a table asked for."""


class Link(Protocol):
    """A page and what it is to show."""

    page_script: ClassVar[str]

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty."""
        ...


@dataclass(frozen=True, slots=True)
class PairsLink:
    """The page of pairs with its filters. Run and judgement stay those that are shown, unless named."""

    page_script: ClassVar[str] = PAIRS

    run: str = ""
    judgement: str = ""
    category: tuple[str, ...] = ()
    issue_scale: tuple[str, ...] = ()
    article: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    """Values of `schema.Outcome`."""
    score: tuple[str, ...] = ()
    """Adjusted scores."""
    refusal: tuple[str, ...] = ()
    """Which side alone is refused, or both, or neither."""
    no_information: tuple[str, ...] = ()
    """Which side alone lacks information, or both, or neither."""
    value_preference: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    """What hand labels say of the verdict."""
    contradiction: tuple[str, ...] = ()
    """Rules by which verdicts contradict themselves."""
    versus: str = ""
    """Another run that holds the same pairs."""
    versus_outcome: tuple[str, ...] = ()
    """Outcomes of the pairs there."""
    id: str = ""
    """Pairs by id, joined by `|`."""
    text: str = ""
    """Words of description and questions, as a condition `text~` takes them."""
    q: str = ""
    """What to search for."""
    sort: str = ""
    pair: str = ""
    """The pair to open."""

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty.

        >>> PairsLink(outcome=("failed", "pending"), q="tax").query()
        {'outcome': ('failed', 'pending'), 'q': 'tax'}
        """
        return query_of(self)


@dataclass(frozen=True, slots=True)
class RationalesLink:
    """The page of what judges wrote. Run and judgement stay those that are shown."""

    page_script: ClassVar[str] = RATIONALES

    outcome: tuple[str, ...] = ()
    """Values of `schema.Outcome`."""
    q: str = ""
    """What to search for in the words of verdicts."""
    words: str = ""
    """The texts whose typical words are to be found."""

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty."""
        return query_of(self)


@dataclass(frozen=True, slots=True)
class CompareLink:
    """The page that sets runs against the one shown."""

    page_script: ClassVar[str] = COMPARE

    run: str = ""
    """The baseline; the run shown where left out."""
    judgement: str = ""
    runs: tuple[str, ...] = ()
    """The runs set against it."""

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty."""
        return query_of(self)


def query_of(link: Any) -> Mapping[str, str | tuple[str, ...]]:
    """Return the fields of a link that say something, by name."""
    values = {field.name: getattr(link, field.name) for field in fields(link)}
    return {name: value for name, value in values.items() if value}


def address_of(link: Link) -> str:
    """Return the whole address of a link, to be copied. It leads to the page that is shown."""
    return f"{st.context.url or ''}?{urlencode(link.query(), doseq=True)}"


def show_link(link: Link, label: str, *, help: str | None = None, disabled: bool = False) -> None:  # noqa: A002
    """Show a link within the app."""
    st.page_link(link.page_script, label=label, help=help, disabled=disabled, query_params=link.query())


def follow(link: Link) -> None:
    """Have the app go to a link; for callbacks, in which a page cannot be left."""
    st.session_state[_FOLLOWED] = link


def go() -> None:
    """Go where a callback asked to; a fragment calls this first, for its callbacks rerun it alone.

    Run and judgement stay those that are shown, unless the link names others.
    """
    link: Link | None = st.session_state.pop(_FOLLOWED, None)
    if link is None:
        return
    query = dict(link.query())
    for key in (RUN_KEY, JUDGEMENT_KEY):
        # The URL's are those of the sidebar's widgets, which write them: a link may only set the widgets.
        if wanted := query.pop(key, None):
            st.session_state[key] = wanted
            st.session_state[JUDGED_RUN_KEY] = st.session_state[RUN_KEY] if key == JUDGEMENT_KEY else None
    st.switch_page(link.page_script, query_params=query)

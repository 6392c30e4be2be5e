"""Links between pages, as values: which page, and what it is to show. Queries are made here only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

import streamlit as st

RUN_KEY = "run"
"""In the URL and in the session: the name of the run shown."""
JUDGEMENT_KEY = "judgement"
"""In the URL and in the session: the name of the judgement shown."""

HOME = "pages/results/overview.py"
PAIRS = "pages/read/pairs.py"
EVALUATE = "pages/evaluate/runs.py"


@dataclass(frozen=True, slots=True)
class PairsLink:
    """The page of pairs with its filters. Run and judgement stay those that are shown."""

    page_script: ClassVar[str] = PAIRS

    category: tuple[str, ...] = ()
    issue_scale: tuple[str, ...] = ()
    article: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    """Values of `schema.Outcome`."""
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
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value}


def show_link(link: PairsLink, label: str, *, help: str | None = None, disabled: bool = False) -> None:  # noqa: A002
    """Show a link within the app."""
    st.page_link(link.page_script, label=label, help=help, disabled=disabled, query_params=link.query())

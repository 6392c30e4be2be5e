"""Texts of models and data sets on the screen, as they are: no Markdown, no HTML, no link by itself.

Also the words for a verdict's values, wherever a pair is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from valbench_core.numbers import count

FOLD = 4_000
"""Characters of a text that are shown at once; the rest comes when asked for."""


def long_text(text: str, key: str) -> None:
    """Show a text as it is, of a very long one the beginning and how much there is.

    Args:
        text: what a model or a data set wrote.
        key: tells this text from all others on the page; holds the pair's id.
    """
    if len(text) <= FOLD:
        st.text(text, width="stretch")
        return
    whole = st.toggle(f"Show all {count(len(text))} characters", key=f"whole:{key}")
    st.text(text if whole else f"{text[:FOLD]} …", width="stretch")


def show_text(name: str, text: str, key: str) -> None:
    """Show a text under its name; nothing where there is none."""
    if text:
        with st.container(gap=None):
            st.caption(name)
            long_text(text, key)


def show_columns(values: Mapping[str, object]) -> None:
    """Show named JSON values as a table of plain text; a list of texts takes a row for each."""
    rows = [(name, text) for name, value in values.items() for text in _texts(value)]
    names, written = [name for name, _ in rows], [text for _, text in rows]
    st.dataframe({"Column": names, "Value": written}, hide_index=True, width="stretch")


def yes_no(value: bool | None) -> str:
    """Return a flag in words; a dash where it was not asked for."""
    return "–" if value is None else "yes" if value else "no"


def _texts(value: object) -> list[str]:
    """Return a JSON value as texts to read.

    >>> _texts("one"), _texts(["one", "two"]), _texts([1, 2])
    (['one'], ['one', 'two'], ['[1, 2]'])
    """
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return value
    return [json.dumps(value, ensure_ascii=False)]

"""What a pair is about: its issue, the article and section it comes from, its scale and category."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from pages.parts.pair.texts import long_text, show_text
from valbench_core.runs import PairDetail
from valbench_core.schema import ISSUE_SCALES, Outcome, Pair, ProtocolName, outcome_name

BADGES: Mapping[Outcome, str] = {
    Outcome.FAILED: ":material/error:",
    Outcome.PENDING: ":material/schedule:",
    Outcome.UNJUDGED: ":material/help:",
    Outcome.BOTH_REFUSED: ":material/block:",
    Outcome.ONE_REFUSED: ":material/block:",
    Outcome.INCONSISTENT: ":material/call_split:",
    Outcome.NO_INFORMATION: ":material/search_off:",
    Outcome.MIXED: ":material/contrast:",
    Outcome.CONSISTENT: ":material/check_circle:",
}
"""The sign that stands before an outcome."""


def show_issue(detail: PairDetail, protocol: ProtocolName | None) -> None:
    """Show a pair's issue and outcome; the protocol decides by which words outcomes go."""
    pair = detail.pair
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(outcome_name(detail.outcome, protocol), icon=BADGES[detail.outcome], color="gray")
            if pair.issue_scale is not None:
                st.badge(
                    f"scale {pair.issue_scale}: {ISSUE_SCALES.get(pair.issue_scale, 'unknown')}", color="gray"
                )
            if pair.category:
                st.text(pair.category)
            st.space("stretch")
            st.caption("pair", width="content")
            st.text(pair.id)
        show_text("Issue", pair.issue_description or "No description.", f"description:{pair.id}")
        _show_article(pair)


def is_wikipedia(url: str) -> bool:
    """Whether an address is one of Wikipedia's, the only ones that become links.

    >>> is_wikipedia("https://en.wikipedia.org/wiki/Zoo"), is_wikipedia("https://wikipedia.org.example.com/")
    (True, False)
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "wikipedia.org" or host.endswith(".wikipedia.org"))


def _show_article(pair: Pair) -> None:
    if not (pair.article_title or pair.url or pair.section_title):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        place = " › ".join(part for part in (pair.article_title, pair.section_title) if part)
        if place:
            st.text(f"From the article: {place}")
        if is_wikipedia(pair.url):
            st.link_button("Open on Wikipedia", pair.url, icon=":material/open_in_new:", type="tertiary")
        elif pair.url:
            st.text(pair.url)
    if pair.section_text:
        with st.expander("Text of the section"):
            long_text(pair.section_text, f"section:{pair.id}")

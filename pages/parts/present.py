"""Showing a page to others: on a screen without its controls and in larger letters, or on paper.

Hidden controls stay where they are: left out, they would lose their state and the URL its words. Streamlit's
themes are those of the server, not of a session, know nothing of paper and hide no elements; so this file,
alone among the pages, holds a style of its own. It uses the keys of containers and Streamlit's own test ids,
and says nothing of colours.
"""

from __future__ import annotations

import streamlit as st

from pages.parts.filters.url import say

KEY = "present"
"""In the URL and in the session: whether pages are shown without controls."""

PRINT_SCALE = 0.68
"""Of pixels on paper to those on the screen: a chart keeps its pixels, and the widest must fit on A4."""

MEASURED = 1 / PRINT_SCALE
"""Of a chart's frame on paper to its place there: the front end draws a chart anew to the pixels that its
frame takes once it is scaled, so one as much larger lets the chart stay as high as it is."""

_CONTROLS = "controls"
"""What the keys of containers begin with that hold nothing but controls."""

_HIDDEN = (
    f'[class*="st-key-{_CONTROLS}"], [data-testid="stDownloadButton"], [data-testid="stPopover"], '
    '[data-testid="stElementToolbar"], .modebar-container'
)

_LARGER = f"""
:root {{ font-size: 125%; }}
[data-testid="stMainBlockContainer"] {{ padding: 2rem !important; }}
[data-testid="stMetricLabel"] p {{ white-space: normal !important; }}
{_HIDDEN}, [data-testid="stToolbar"] {{ display: none !important; }}
"""

_PAPER = f"""
@page {{ margin: 12mm; }}
@media print {{
  #root {{ zoom: {PRINT_SCALE}; }}
  [data-testid="stMainBlockContainer"] {{ padding: 0 !important; max-width: none !important; }}
  {_HIDDEN}, [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"],
  [data-testid="stButton"] {{ display: none !important; }}
  :has(> [data-testid="stPlotlyChart"]) {{ overflow: clip; }}
  [data-testid="stPlotlyChart"] {{ width: {MEASURED:.3%} !important; height: {MEASURED:.3%} !important; }}
  [data-testid="stPlotlyChart"], [data-testid="stMetric"], [data-testid="stAlert"], tr {{
    break-inside: avoid;
  }}
  h1, h2, h3, h4 {{ break-after: avoid; }}
}}
"""


def switch() -> None:
    """Offer to show pages without their controls; say where a link asks for neither."""
    asked = st.query_params.get(KEY, "true")
    if asked.casefold() not in ("true", "false"):
        say("A link may say true or false of presenting, not:", asked)
    st.toggle(
        "Present",
        key=KEY,
        bind="query-params",
        help="Hides filters, other controls, downloads and toolbars and enlarges the text, for showing a "
        "page to others. Previous and Next stay, to step through pairs.",
    )


def on() -> bool:
    """Whether pages are shown without their controls."""
    return bool(st.session_state.get(KEY))


def controls(name: str) -> st.delta_generator.DeltaGenerator:
    """Return a container for controls, hidden while presenting and on paper.

    Args:
        name: tells it from the page's other containers.
    """
    return st.container(key=f"{_CONTROLS}-{name}")


def style() -> None:
    """Make a page fit for paper and, while presenting, hide its controls and enlarge its text."""
    st.html(f"<style>{_LARGER if on() else ''}{_PAPER}</style>")

"""What people do on the map: where they point, what they click, the area they draw, the part they see.

Streamlit's own selection would send every point of an area back with each rerun: megabytes for a large map.
This component sends the outline alone. What is shown of a pair near the pointer is made in `lines`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

PLACE = "map of pairs"
"""The key of the container that holds the map."""
KEY = "pointing at the map"
"""In the session, as long as the page is shown: what was heard last."""

_HERE = Path(__file__).parent
_HEARD = st.components.v2.component(
    "valbench_map_pointing",
    html='<div class="card" role="status" hidden></div>',
    css=(_HERE / "pointing.css").read_text(encoding="utf-8"),
    js=(_HERE / "pointing.js").read_text(encoding="utf-8"),
)


def listen(
    drawn: str,
    lines: Mapping[str, list[str]],
    *,
    pointed: Callable[[Any], None],
    clicked: Callable[[Any], None],
    outlined: Callable[[Any], None],
    seen: Callable[[Any], None],
) -> None:
    """Listen to the map in the container of the key `PLACE`.

    Args:
        drawn: names the figure: what was told of another one is not meant for this.
        lines: what is shown of marks, by trace and number, as `3:17`: a text a line.
        pointed: called with where a mark without lines was pointed at, and the part of the map that is seen.
        clicked: called with the trace and number of a mark.
        outlined: called with the corners of an area.
        seen: called with the part of the map that is seen.
    """
    _HEARD(
        key=KEY,
        data={"place": f"st-key-{PLACE.replace(' ', '-')}", "drawn": drawn, "lines": dict(lines)},
        height=1,
        on_pointed_change=lambda: _told("pointed", pointed),
        on_clicked_change=lambda: _told("clicked", clicked),
        on_outlined_change=lambda: _told("outlined", outlined),
        on_seen_change=lambda: _told("seen", seen),
    )


def _told(event: str, hear: Callable[[Any], None]) -> None:
    value = st.session_state[KEY][event]
    if value is not None:
        hear(value)

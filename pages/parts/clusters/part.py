"""The part of the map that is seen: in the URL, so that a reload and a step back show the same part."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any, Self

import streamlit as st

from pages.parts.filters.url import asked

PART_KEY = "part"
"""In the URL: the ends of both axes, as x0,x1,y0,y1."""

_KEPT = "part of the map seen"
"""In the session: a `_Kept`."""


@dataclass(frozen=True, slots=True)
class Part:
    """The ends of both axes."""

    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the part that a text gives; None where it gives none.

        >>> Part.parse("-1,2.5,0,3.25"), Part.parse("1,1,0,3"), Part.parse("a,b")
        (Part(x=(-1.0, 2.5), y=(0.0, 3.25)), None, None)
        """
        try:
            x0, x1, y0, y1 = map(float, text.split(","))
        except ValueError:
            return None
        fine = x0 < x1 and y0 < y1 and all(isfinite(end) and abs(end) < 1e6 for end in (x0, x1, y0, y1))
        return cls((x0, x1), (y0, y1)) if fine else None

    def __str__(self) -> str:
        """Return the part as links give it.

        >>> str(Part((-1, 2.504), (0, 3.25)))
        '-1,2.5,0,3.25'
        """
        return ",".join(f"{round(end, 2) + 0.0:.12g}" for end in (*self.x, *self.y))


@dataclass(slots=True)
class _Kept:
    """What of a map was seen last, and how it was drawn."""

    map: str
    """Key of the map."""
    name: str
    """Name of the figure."""
    seen: str = ""
    """The part seen, as in links."""
    drawn: str = ""
    """The part that the figure was drawn with."""
    mode: str = "zoom"
    """What dragging on it does, as it was when the figure was drawn."""
    mode_seen: str = "zoom"
    turns: int = 0
    """How often a part was to be shown that was not come to on the map itself."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How much of a map is to be drawn."""

    part: Part | None
    """None for all of it."""
    mode: str
    """What dragging on it does."""
    turn: int
    """Another whenever the browser is to give up the part that it shows."""


def part_for(map_key: str, name: str, *, arrives: bool) -> Drawing:
    """Return the part of a map to draw.

    The same figure keeps the part that it was drawn with, unless the URL names another than is seen: any
    other makes it another figure, which the browser would draw from scratch.

    Args:
        map_key: tells the map from others.
        name: tells the figure from others.
        arrives: whether the page was not shown before, so that the figure is drawn from scratch in any case.
    """
    wanted = _asked()
    kept: _Kept | None = st.session_state.get(_KEPT)
    if kept is None or kept.map != map_key:
        if kept is not None and wanted and wanted == kept.seen:
            # It was seen of another map.
            wanted = ""
            _write("")
        kept = st.session_state[_KEPT] = _Kept(map_key, name, wanted, wanted)
    elif wanted != kept.seen:
        kept.seen, kept.drawn, kept.turns = wanted, wanted, kept.turns + 1
    if kept.name != name or arrives:
        kept.name, kept.drawn, kept.mode = name, kept.seen, kept.mode_seen
    return Drawing(Part.parse(kept.drawn), kept.mode, kept.turns)


def keep_seen(told: Any) -> None:
    """Put the part into the URL that the browser says is seen; for callbacks."""
    kept: _Kept | None = st.session_state.get(_KEPT)
    if kept is None:
        return
    kept.mode_seen = str(told["mode"])
    if not told["moved"]:
        return
    kept.seen = "" if told["whole"] else str(Part(tuple(told["x"]), tuple(told["y"])))
    if Part.parse(kept.seen) is None:
        kept.seen = ""
    _write(kept.seen)


def _asked() -> str:
    """Return the part that the URL names, as `Part` writes it; "" for all of the map."""
    found = Part.parse(next(iter(asked(PART_KEY)), ""))
    return str(found) if found else ""


def _write(part: str) -> None:
    """Put a part into the URL, where lists stay on the page they are turned to."""
    if part:
        st.query_params[PART_KEY] = part
    else:
        st.query_params.pop(PART_KEY, None)

"""The map of pairs: a mark for each where it lies, and names on its groups; its colours lie in `map_colours`.

Positions go into the figure as 32-bit numbers and nothing else does for each pair: 100,000 marks take 1.2 MB.
Which pairs are shown, and what they say when pointed at, is left to the caller.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

import plotly.graph_objects as go

from valbench_core.charts.frame import NEUTRAL, ROW, Chart, framed
from valbench_core.charts.map_colours import OTHERS, Colouring
from valbench_core.numbers import count

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_Box: TypeAlias = tuple[float, float, float, float]
"""Left, right, low, high."""

BACKDROP = "rgba(130,140,150,0.22)"
"""Colour of the pairs that are not shown."""
BACKDROP_MOST = 20_000
"""Pairs drawn of those that are not shown: enough to see where they lie."""
VECTOR_MOST = 2_000
"""Marks up to which they are drawn as shapes: these stay sharp in an SVG; more are drawn by WebGL."""
HEIGHT = 540
"""Pixels of the map itself."""
PALE = 0.12
"""How opaque pairs are beside others that are picked out."""

_WIDTH = 420
"""Pixels the map is taken to be wide when names are put on it: where it is wider they have more room."""
_LETTER, _LINE = 6.6, 15
"""Pixels a letter and a line of a name take."""
_NAME = 22
"""Letters in a line of a name; it has two lines at most."""
_FEW = 2_000
"""Marks up to which names make way for them; of more, there is no room beside them."""
_MARGIN = 0.15
"""Share of the map on either side in which names begin or end at their place."""
_LEGEND_ENTRY = 200
"""Pixels of an entry of the legend: on a narrow map each has a line of its own."""
_LEGEND_LETTERS = 32
_SUBTITLE = 68
"""Letters in a line of the subtitle."""
_LEGEND_LINES = 7
"""Lines of the legend; of a longer one the rest is scrolled to."""


@dataclass(frozen=True, slots=True)
class MapLabel:
    """A name on the map."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PickedOut:
    """What is picked out on the map."""

    group: NDArray[np.bool_] | None = None
    """The pairs of a group: all others become pale."""
    found: NDArray[np.bool_] | None = None
    """The pairs that a search found: each gets a ring."""
    near: int | None = None
    """A pair: it gets a large ring."""
    neighbours: tuple[int, ...] = ()
    """The pairs nearest to it."""
    area: NDArray[np.float64] | None = None
    """The corners of an area."""


@dataclass(frozen=True, slots=True)
class MapChart:
    """A map as it is drawn."""

    chart: Chart
    marks: tuple[NDArray[np.intp], ...]
    """For each trace the pairs that its marks stand for, by row; () for traces that stand for none."""


def map_of_pairs(
    points: pd.DataFrame,
    colouring: Colouring,
    title: str,
    subtitle: str,
    *,
    labels: Sequence[MapLabel] = (),
    picked: PickedOut | None = None,
    view: tuple[tuple[float, float], tuple[float, float]] | None = None,
) -> MapChart:
    """Show where pairs lie.

    Args:
        points: a row a pair: its id (`pair`), `x`, `y` (32-bit), whether it is `shown`.
        colouring: what colours say, by row.
        title: the subject.
        subtitle: how many pairs, and of how many; long lines are wrapped.
        labels: names on the map, most important first: what would lie over an earlier one is left out.
        picked: what is picked out.
        view: the part of the map that is seen; None for all of it.
    """
    import numpy as np

    picked = picked or PickedOut()
    shown = points["shown"].to_numpy(dtype=bool)
    unseen = np.flatnonzero(~shown)
    hidden = _thinned(unseen)
    drawing = _Drawing(
        points["x"].to_numpy(dtype=np.float32),
        points["y"].to_numpy(dtype=np.float32),
        size=_size(int(shown.sum())),
        vector=len(hidden) + int(shown.sum()) <= VECTOR_MOST,
    )
    traces, marks = [drawing.backdrop(hidden, len(unseen))], [hidden[:0]]
    for trace, rows in _kinds(drawing, colouring, shown, picked.group):
        traces.append(trace)
        marks.append(rows)
    traces += _legend(drawing, colouring, shown) + _rings(drawing, picked)
    figure = framed(traces, title, subtitle, rows=HEIGHT / ROW)
    _wrap_subtitle(figure, subtitle)
    _lay_out(figure, drawing, view)
    figure.update_layout(annotations=_names(labels, drawing, shown), shapes=_outline(picked.area))
    return MapChart(Chart(figure, _numbers(points[shown], colouring, shown)), tuple(marks))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """How marks are drawn."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    size: float
    """Pixels of a mark."""
    vector: bool
    """Whether marks are shapes."""

    def trace(self, rows: Any, marker: dict[str, Any], **more: Any) -> Any:
        """Return the marks of some pairs."""
        kind = go.Scatter if self.vector else go.Scattergl
        return kind(x=self.x[rows], y=self.y[rows], mode="markers", marker=marker, **more)

    def backdrop(self, rows: NDArray[np.intp], pairs: int) -> Any:
        """Return the marks of pairs that are not shown: pale, and nothing to point at."""
        marker = {"size": max(2, self.size - 1.5), "color": BACKDROP}
        name = f"not shown ({count(pairs)})"
        return self.trace(rows, marker, name=name, hoverinfo="skip", showlegend=bool(len(rows)))

    def in_legend(self, marker: dict[str, Any], **more: Any) -> Any:
        """Return an entry of the legend, without any mark on the map."""
        kind = go.Scatter if self.vector else go.Scattergl
        return kind(x=[None], y=[None], mode="markers", marker=marker, hoverinfo="skip", **more)


def _size(shown: int) -> float:
    """Return the size of marks: the more there are, the smaller."""
    return next(
        size for most, size in ((300, 9), (2_000, 7), (10_000, 5), (40_000, 4), (1e9, 3)) if shown <= most
    )


def _thinned(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return every k-th of very many."""
    return rows[:: -(-len(rows) // BACKDROP_MOST)] if len(rows) else rows


def _kinds(
    drawing: _Drawing, colouring: Colouring, shown: NDArray[np.bool_], group: NDArray[np.bool_] | None
) -> list[tuple[Any, NDArray[np.intp]]]:
    """Return the marks of each kind with their rows: grey kinds beneath, small ones over large ones."""
    import numpy as np

    layers = [(shown, 0.8)] if group is None else [(shown & ~group, PALE), (shown & group, 0.95)]
    sizes = np.bincount(colouring.codes[shown], minlength=len(colouring.kinds))
    grey = [kind.colour in (NEUTRAL, OTHERS) for kind in colouring.kinds]
    order = sorted(np.flatnonzero(sizes).tolist(), key=lambda place: (not grey[place], -sizes[place]))
    found = []
    for among, opacity in layers:
        for place in order:
            rows = np.flatnonzero(among & (colouring.codes == place))
            if len(rows):
                marker = {"size": drawing.size, "color": colouring.kinds[place].colour, "opacity": opacity}
                found.append((_marks(drawing, rows, marker, place), rows))
    return found


def _marks(drawing: _Drawing, rows: Any, marker: dict[str, Any], place: int) -> Any:
    return drawing.trace(rows, marker, legendgroup=str(place), showlegend=False, hoverinfo="none")


def _legend(drawing: _Drawing, colouring: Colouring, shown: NDArray[np.bool_]) -> list[Any]:
    """Return an entry for each kind shown, at full strength even where its marks are pale."""
    import numpy as np

    sizes = np.bincount(colouring.codes[shown], minlength=len(colouring.kinds)).tolist()
    return [
        drawing.in_legend(
            {"size": drawing.size, "color": kind.colour},
            name=f"{_short(kind.name, _LEGEND_LETTERS)} ({count(sizes[place])})",
            legendgroup=str(place),
            legendrank=place,
        )
        for place, kind in enumerate(colouring.kinds)
        if sizes[place]
    ]


def _rings(drawing: _Drawing, picked: PickedOut) -> list[Any]:
    import numpy as np

    rings: list[tuple[NDArray[Any], str, float, float]] = []
    if picked.found is not None:
        rings.append((np.flatnonzero(picked.found), "found by the search", drawing.size + 6, 1.5))
    if picked.near is not None:
        rings.append((np.array(picked.neighbours, dtype=int), "nearest to it", drawing.size + 7, 1.5))
        rings.append((np.array([picked.near]), "the pair picked out", drawing.size + 16, 3))
    return [_ring(drawing, rows, name, size, width) for rows, name, size, width in rings]


def _ring(drawing: _Drawing, rows: Any, name: str, size: float, width: float) -> Any:
    marker = {"symbol": "circle-open", "size": size, "line": {"width": width}}
    # Without a colour of its own: the page gives it that of its texts.
    return drawing.trace(rows, marker, name=f"{name} ({count(len(rows))})", hoverinfo="skip", meta="ring")


def _wrap_subtitle(figure: go.Figure, subtitle: str) -> None:
    """Write the subtitle in lines that a narrow map has room for."""
    lines = [line for part in subtitle.split("\n") for line in textwrap.wrap(part, _SUBTITLE)]
    figure.layout.title.subtitle.text = "<br>".join(map(escape, lines))
    figure.layout.margin.t += _LINE * max(0, len(lines) - 1)


def _lay_out(figure: go.Figure, drawing: _Drawing, view: Any) -> None:
    entries = sum(trace.showlegend is not False for trace in figure.data)
    foot = 24 + 20 * min(_LEGEND_LINES, entries)
    (left, right), (low, high) = view or (_span(drawing.x), _span(drawing.y))
    axis = {"visible": False, "fixedrange": False}
    figure.update_xaxes(**axis, range=[left, right])
    figure.update_yaxes(**axis, range=[low, high], scaleanchor="x", scaleratio=1)
    figure.update_layout(
        height=int(HEIGHT + foot + figure.layout.margin.t),
        margin={"l": 0, "r": 0, "b": foot},
        hovermode="closest",
        dragmode="zoom",
        legend={
            "maxheight": foot - 8,
            "entrywidth": _LEGEND_ENTRY,
            "itemsizing": "constant",
            "tracegroupgap": 0,
        },
    )


def _span(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return the ends of an axis that holds all values, with some room."""
    if not len(values):
        return (-1.0, 1.0)
    low, high = float(values.min()), float(values.max())
    room = 0.04 * (high - low) or 1.0
    return (low - room, high + room)


def _names(labels: Sequence[MapLabel], drawing: _Drawing, shown: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Return the names that find room, each as an annotation; off the marks where these are few."""
    (left, right), (low, high) = _span(drawing.x), _span(drawing.y)
    pixel = max((right - left) / _WIDTH, (high - low) / HEIGHT)
    marks = (drawing.x[shown], drawing.y[shown]) if shown.sum() <= _FEW else None
    taken: list[_Box] = []
    names = []
    for label in labels:
        lines = _lines(label.name)
        size = max(map(len, lines)) * _LETTER * pixel, len(lines) * _LINE * pixel
        anchor, before = _anchor((label.x - left) / (right - left))
        places = [
            (label.x - before * size[0] + across, label.x - before * size[0] + across + size[0], down, up)
            for across, down, up in _shifts(label.y, size, marks is not None)
        ]
        free = [box for box in places if not any(_overlap(box, other) for other in taken)]
        if free:
            box = min(free, key=lambda box: _covered(box, marks))
            taken.append(box)
            text = "<br>".join(escape(line, quote=False) for line in lines)
            x, y = box[0] + before * size[0], (box[2] + box[3]) / 2
            names.append({"x": x, "y": y, "text": text, "showarrow": False, "xanchor": anchor})
    return names


def _shifts(y: float, size: tuple[float, float], moves: bool) -> list[tuple[float, float, float]]:
    """Return where a name may stand, nearest first: how far across, its lower and its upper end."""
    width, height = size
    steps = [(0.0, 0.0)]
    if moves:
        steps += [(0, 0.7), (0, -0.7), (0, 1.2), (0, -1.2), (0.5, 0), (-0.5, 0), (0.5, 1), (-0.5, 1)]
        steps += [(0.5, -1), (-0.5, -1), (0, 1.8), (0, -1.8)]
    return [(dx * width, y + dy * height - height / 2, y + dy * height + height / 2) for dx, dy in steps]


def _covered(box: _Box, marks: tuple[NDArray[np.float32], NDArray[np.float32]] | None) -> int:
    """Return how many marks a box lies on."""
    if marks is None:
        return 0
    x, y = marks
    return int(((x > box[0]) & (x < box[1]) & (y > box[2]) & (y < box[3])).sum())


def _anchor(across: float) -> tuple[str, float]:
    """Return which part of a name stands at its place, for it to stay on the map, and the share before.

    >>> _anchor(0.02), _anchor(0.5)
    (('left', 0.0), ('center', 0.5))
    """
    if across < _MARGIN:
        return "left", 0.0
    return ("right", 1.0) if across > 1 - _MARGIN else ("center", 0.5)


def _overlap(one: _Box, other: _Box) -> bool:
    """Tell whether two boxes (left, right, low, high) share a place.

    >>> _overlap((0, 2, 0, 1), (1, 3, 0, 1)), _overlap((0, 2, 0, 1), (2, 3, 0, 1))
    (True, False)
    """
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _lines(name: str) -> list[str]:
    """Return a name in two lines at most.

    >>> _lines("tax, income, rate, threshold, bracket, deduction, avoidance")
    ['tax, income, rate,', 'threshold, bracket, …']
    """
    return textwrap.wrap(name, _NAME, max_lines=2, placeholder=" …") or [name[:_NAME]]


def _short(name: str, letters: int) -> str:
    """Return a name cut to so many letters, never taken for markup.

    >>> _short("a <very> long name", 10)
    'a &lt;very&gt; …'
    """
    return escape(textwrap.shorten(name, letters, placeholder=" …") or name[:letters], quote=False)


def _outline(area: NDArray[np.float64] | None) -> list[dict[str, Any]]:
    """Return an area as a shape; its colour is given by the page."""
    if area is None:
        return []
    corners = " L ".join(f"{x},{y}" for x, y in area.tolist())
    return [{"type": "path", "path": f"M {corners} Z", "line": {"width": 2}, "name": "area"}]


def _numbers(points: pd.DataFrame, colouring: Colouring, shown: NDArray[np.bool_]) -> pd.DataFrame:
    """Return what the figure draws: each pair shown, where it lies, and what its colour says."""
    import numpy as np

    names = np.array([kind.name for kind in colouring.kinds], dtype=object)
    return points[["pair", "x", "y"]].assign(kind=names[colouring.codes[shown]]).reset_index(drop=True)

"""Areas of a map: polygons as text in links, and which points lie within one.

Which pairs the points are is left to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from valbench_core.errors import MapError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Polygon: TypeAlias = NDArray[np.float64]
else:
    Polygon = Any

CORNERS_KEPT = 60
"""Corners of an area drawn by hand that go into a link."""
_LEAST = 4
"""Corners of an area that are never taken away."""
_WIDE = 400
"""Pixels that an area is taken to be wide where it is drawn: what stands out by less than one is not seen."""
CORNERS_READ = 400
"""Most corners that a link may give: each costs time for each point."""
DECIMALS = 2
"""Of coordinates in links: a map is about 20 wide."""

_NUMBER = r"\s*[+-]?\d{1,6}(?:\.\d{1,12})?\s*"
_CORNER = re.compile(rf"({_NUMBER}),({_NUMBER})")


def area_text(corners: Sequence[Sequence[float]] | Polygon) -> str:
    """Return a polygon as a link gives it: its corners in turn, the least telling left out of very many.

    >>> area_text([(0, 0), (2.004, 0), (2, 1.5), (0, 1.5), (0, 0)])
    '0,0;2,0;2,1.5;0,1.5'
    >>> area_text([(0, 0), (1, 0)])
    ''
    """
    rounded = np.round(np.asarray(corners, dtype=np.float64).reshape(-1, 2), DECIMALS) + 0.0
    kept = _simplified(_without_repeats(rounded))
    return ";".join(f"{x:.12g},{y:.12g}" for x, y in kept.tolist()) if len(kept) >= 3 else ""


def box_text(x: Sequence[float], y: Sequence[float]) -> str:
    """Return the box between two values of x and two of y as the text of a polygon.

    >>> box_text((3, 1), (0, 2))
    '1,0;3,0;3,2;1,2'
    """
    (left, right), (low, high) = sorted(x), sorted(y)
    return area_text([(left, low), (right, low), (right, high), (left, high)])


def polygon_of(text: str) -> Polygon:
    """Return the corners that a text gives, a row each.

    Raises:
        MapError: the text is no polygon.

    >>> polygon_of("0,0;2,0;2,1.5").tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 1.5]]
    """
    corners = [_CORNER.fullmatch(corner) for corner in text.strip().strip(";").split(";")]
    if not 3 <= len(corners) <= CORNERS_READ or None in corners:
        shown = text if len(text) <= 60 else f"{text[:60]}…"
        raise MapError(
            f"'{shown}' is no area of a map; write 3 to {CORNERS_READ} corners as x,y;x,y;x,y, or draw one "
            "on the map"
        )
    return np.array([[float(number) for number in corner.groups()] for corner in corners if corner])


def inside(polygon: Polygon, positions: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each point whether it lies within a polygon; where that crosses itself, by the even-odd rule.

    Points without a position (NaN) lie nowhere.

    >>> inside(polygon_of("0,0;2,0;2,2;0,2"), np.array([[1.0, 1.0], [3.0, 1.0], [np.nan, 1.0]])).tolist()
    [True, False, False]
    """
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    near = np.flatnonzero(((positions >= low) & (positions <= high)).all(axis=1))
    found = np.zeros(len(positions), dtype=bool)
    found[near] = _odd_crossings(polygon, positions[near].astype(np.float64))
    return found


def _odd_crossings(polygon: Polygon, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of each point whether a ray from it to the right crosses an odd number of edges."""
    x, y = points.T
    odd = np.zeros(len(points), dtype=bool)
    for (x0, y0), (x1, y1) in zip(polygon.tolist(), np.roll(polygon, -1, axis=0).tolist(), strict=True):
        if y0 != y1:
            level = np.flatnonzero((y < y0) != (y < y1))
            odd[level] ^= x[level] < x0 + (y[level] - y0) * ((x1 - x0) / (y1 - y0))
    return odd


def _without_repeats(corners: Polygon) -> Polygon:
    """Leave out corners that the next one repeats; a polygon closes by itself."""
    kept: Polygon = corners[(corners != np.roll(corners, -1, axis=0)).any(axis=1)]
    return kept


def _simplified(corners: Polygon) -> Polygon:
    """Leave out the corners that tell least, until few enough are left and each is seen."""
    while len(corners) > CORNERS_KEPT:
        corners = np.delete(corners, int(np.argmin(_triangles(corners))), axis=0)
    pixel = max(np.ptp(corners, axis=0)) / _WIDE if len(corners) else 0.0
    while len(corners) > _LEAST:
        bases = np.hypot(*(np.roll(corners, -1, axis=0) - np.roll(corners, 1, axis=0)).T)
        heights = 2 * _triangles(corners) / np.maximum(bases, pixel)
        if heights.min() > pixel:
            break
        corners = np.delete(corners, int(np.argmin(heights)), axis=0)
    return corners


def _triangles(corners: Polygon) -> Polygon:
    """Return for each corner the size of its triangle with its neighbours: how much it tells.

    That is the rule of Visvalingam and Whyatt (1993, Cartographic Journal 30:46).
    """
    to_last, to_next = corners - np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0) - corners
    sizes: Polygon = np.abs(to_last[:, 0] * to_next[:, 1] - to_last[:, 1] * to_next[:, 0]) / 2
    return sizes

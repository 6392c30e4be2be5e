"""What is shown of a pair that somebody points at on the map: fetched for the marks near the pointer only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pages.parts import data
from valbench_core.schema import Outcome, outcome_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pages.parts.clusters.view import View

NEAREST = 150
"""Marks near the pointer whose lines are fetched at once."""


def lines_near(
    view: View, marks: Sequence[NDArray[np.intp]], ordinals: NDArray[np.intp], at: Any
) -> dict[str, list[str]]:
    """Return what is shown of the marks that are seen and lie nearest to a point, by trace and number.

    Args:
        view: what is shown.
        marks: for each trace the rows of its marks.
        ordinals: for each row the pair of the run.
        at: the point, and the part of the map that is seen, as the browser gives them.
    """
    traces = np.concatenate([np.full(len(rows), trace) for trace, rows in enumerate(marks)])
    numbers = np.concatenate([np.arange(len(rows)) for rows in marks])
    found = ordinals[np.concatenate(marks)]
    where = view.stored.positions[view.places[found]]
    near = _nearest(where, at)
    words = _words(view, found[near])
    return {
        f"{traces[mark]}:{numbers[mark]}": lines for mark, lines in zip(near.tolist(), words, strict=True)
    }


def _nearest(where: NDArray[np.float32], at: Any) -> NDArray[np.intp]:
    """Return the marks nearest to a point among those that are seen."""
    low, high = np.sort([at["view"]["x"], at["view"]["y"]], axis=1).T
    seen = np.flatnonzero(((where >= low) & (where <= high)).all(axis=1))
    distances = ((where[seen] - (at["x"], at["y"])) ** 2).sum(axis=1)
    return seen[np.argsort(distances, kind="stable")[:NEAREST]]


def _words(view: View, ordinals: NDArray[np.intp]) -> list[list[str]]:
    """Return of each pair its issue, what became of it, and its category where it has one."""
    protocol = view.run.judgement.wording if view.run.judgement else None
    outcomes = data.table(view.run)["outcome"].to_numpy()[ordinals]
    known = [
        (row.issue_description, outcome_name(Outcome(outcome), protocol), row.category)
        for row, outcome in zip(data.pair_rows(view.run, ordinals.tolist()), outcomes, strict=True)
    ]
    return [[text for text in texts if text] for texts in known]

"""The order in which the pairs of a draw are labelled, over all its runs; it is the same for every auditor.

The queues of its runs (`run_queue`) are joined into one. It never changes; who has labelled what is left to
`standing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, overload

from valbench_core.audit.draw import Draw, draw_in
from valbench_core.audit.run_queue import RunQueue, pair_ids, run_queue
from valbench_core.errors import RunError, StorageError
from valbench_core.runs import RunReader, Workspace
from valbench_core.schema import Order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Item:
    """A pair in its place in the queue."""

    run: str
    """Name of the run that holds the pair."""
    ordinal: int
    """Place of the pair in that run."""
    pair_id: str
    position: int
    """Place in the queue of the whole draw, from 0."""
    own_position: int
    """Place in the queue of its run alone, from 0."""
    p: float
    """How strongly it is preferred; all of the draw add up to 1."""
    inclusion: float
    """π, the probability to be drawn, where the queue of its run ends with it."""
    order: Order
    """`swapped`: the against side is shown first."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The pairs of a draw in the order in which they are labelled."""

    draw: Draw
    paths: Mapping[str, Path]
    """File of each run, by its name, as far as they are there."""
    missing: tuple[str, ...]
    """Names of runs of the draw that are not in the workspace: their pairs are left out."""
    runs: Mapping[str, RunQueue]
    """The queue of each run alone."""
    _names: tuple[str, ...]
    _ids: Mapping[str, Sequence[str]]
    _run: NDArray[np.int64]
    """Of each item: which run, as a place in `_names`."""
    _own: NDArray[np.int64]
    """Of each item: its place in that run's queue."""
    _places: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """By run and ordinal: position in this queue, −1 outside."""

    def __len__(self) -> int:
        return int(self._run.size)

    @property
    def items(self) -> Sequence[Item]:
        """All items in order; each is made when it is asked for."""
        return _Items(self)

    def item(self, position: int) -> Item:
        """Return the item at a place, from 0."""
        name = self._names[self._run[position]]
        own = int(self._own[position])
        queue = self.runs[name]
        ordinal = int(queue.order[own])
        pair_id = self._ids[name][ordinal]
        return Item(
            run=name,
            ordinal=ordinal,
            pair_id=pair_id,
            position=int(position),
            own_position=own,
            p=float(queue.p[own]),
            inclusion=queue.inclusion_at(own),
            order=shown_order(self.draw, name, pair_id),
        )

    def position_of(self, run: str, ordinal: int) -> int | None:
        """Return the place of a pair; None where the draw does not hold it."""
        places = self._places.get(run)
        if places is None or not 0 <= ordinal < places.size or places[ordinal] < 0:
            return None
        return int(places[ordinal])

    def positions_of(self, run: str) -> NDArray[np.int64]:
        """Return for each place in a run's own queue the place in this one."""
        return self._places[run][self.runs[run].order]


class _Items(Sequence[Item]):
    """The items of a queue, made one at a time."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def __len__(self) -> int:
        return len(self._queue)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self._queue.item(position) for position in range(*place.indices(len(self)))]
        return self._queue.item(range(len(self))[place])


def queue_of(workspace: Workspace, draw: Draw) -> Queue:
    """Return the queue of a draw over those of its runs that are in the workspace.

    Raises:
        RunError: none of them is there any more.
    """
    found = _runs_of(workspace, draw)
    if not found:
        names = ", ".join(run.run for run in draw.runs)
        raise RunError(
            f"no run of the draw '{draw.id}' is in the workspace any more; it was made of: {names}"
        )
    missing = tuple(run.run for place, run in enumerate(draw.runs) if place not in found)
    paths = {path.stem: path for path in found.values()}
    queues: dict[str, RunQueue] = {}
    ids: dict[str, list[str]] = {}
    for path in paths.values():
        with RunReader.open_readonly(path) as run:
            ids[run.name] = pair_ids(run)
            queues[run.name] = run_queue(draw_in(run, draw.id), ids[run.name])
    return _joined(draw, paths, missing, queues, ids)


def shown_order(draw: Draw, run: str, pair_id: str) -> Order:
    """Return which side is shown first: for, or as chance has it for this pair, the same for everybody."""
    if not draw.shuffle_sides:
        return "normal"
    odd = hashlib.sha256(f"{draw.id}\0{draw.seed}\0{run}\0{pair_id}".encode()).digest()[0] % 2
    return "swapped" if odd else "normal"


def _runs_of(workspace: Workspace, draw: Draw) -> dict[int, Path]:
    """Return the file of each run of a draw that is there, by its place in the draw.

    A file of the name it had then goes before copies of it under another name.
    """
    named = [run.run for run in draw.runs]
    names = sorted(workspace.names(), key=lambda name: name not in named)
    found: dict[int, Path] = {}
    for name in names:
        if len(found) == len(draw.runs):
            break
        place = _place_in(workspace.path_of(name), draw)
        if place is not None:
            found.setdefault(place, workspace.path_of(name))
    return dict(sorted(found.items()))


def _place_in(path: Path, draw: Draw) -> int | None:
    try:
        with RunReader.open_readonly(path) as run:
            return draw_in(run, draw.id).own
    except (RunError, StorageError):
        return None


def _joined(
    draw: Draw,
    paths: Mapping[str, Path],
    missing: tuple[str, ...],
    queues: Mapping[str, RunQueue],
    ids: Mapping[str, Sequence[str]],
) -> Queue:
    import numpy as np

    names = tuple(queues)
    sizes = [queues[name].order.size for name in names]
    run = np.repeat(np.arange(len(names)), sizes)
    own = np.concatenate([np.arange(size) for size in sizes])
    order = np.argsort(np.concatenate([queues[name].key for name in names]), kind="stable")
    run, own = run[order], own[order]
    places = {}
    for code, name in enumerate(names):
        at = np.flatnonzero(run == code)
        places[name] = np.full(len(ids[name]), -1, dtype=np.int64)
        places[name][queues[name].order[own[at]]] = at
    return Queue(draw, paths, missing, queues, names, ids, run, own, places)

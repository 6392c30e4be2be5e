"""Maps of pairs for tests, made without vectors: groups in turn, positions on a grid, always the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from valbench_core.embedding import locate_encoder
from valbench_core.maps import UNGROUPED, MapEncoder, MapGroup, MapLevel, PairMap, TextKind
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.fitting import fitted_pairs
from valbench_core.maps.keys import map_key, texts_key
from valbench_core.maps.store import MapStore
from valbench_core.runs import RunReader, Workspace

KEY = "0" * 64
GROUPS = 3
"""Of the coarsest level; each finer one has twice as many."""
LOOSE = 8
"""One pair in so many is ungrouped."""
NEIGHBOURS = 10
ISSUES = MapAsk()
"""The usual map: of all pairs, by their issues."""
ENCODER = MapEncoder("stand-in", "configured", "stand-in-1", "Compared by a stand-in for tests.")


def made_map(
    pair_ids: Sequence[str],
    levels: int = 2,
    *,
    text: TextKind = "issue",
    where: tuple[str, ...] = (),
    key: str = KEY,
    groups: int = GROUPS,
    ungrouped: bool = True,
    encoder: MapEncoder = ENCODER,
) -> PairMap:
    """Return a map of these pairs, in order of their ids.

    At each level pairs go to groups in turns, more often to the first ones; every eighth pair is ungrouped.
    Each group of a finer level lies within one of the coarser. Group k of the coarsest level lies at k of a
    grid's columns, so that groups are places on the picture.
    """
    ids = tuple(sorted(pair_ids))
    finest = _finest(len(ids), groups * 2 ** (levels - 1), ungrouped)
    parts = [np.where(finest < 0, -1, finest % (groups * 2**level)) for level in range(levels)]
    made = tuple(_level(codes) for codes in parts)
    positions = _grid(parts[0])
    return PairMap(
        key=key,
        text=text,
        where=where,
        encoder=encoder,
        grouping="made up for tests",
        layout="on a grid",
        notes=(),
        pair_ids=ids,
        positions=positions,
        levels=made,
        usual=levels - 1,
        neighbours=_neighbours(positions),
    )


def store_map(
    workspace: Workspace,
    run: Path,
    levels: int = 2,
    *,
    ask: MapAsk = ISSUES,
    judgement: str | None = None,
    groups: int = GROUPS,
    ungrouped: bool = True,
    encoder: MapEncoder | None = None,
) -> PairMap:
    """Make a map of a run's pairs, keep it where the real one would be, and return it.

    It says that it was made by the encoder at hand, unless another one is named: else it would not be found.
    """
    encoder = encoder or _at_hand(ask)
    with RunReader.open_readonly(run) as file:
        shown = file.find_judgement(judgement)
        fitted = fitted_pairs(file, shown, ask.where)
        key = map_key(texts_key(file, shown, ask, fitted), encoder.identity)
    made = made_map(
        fitted.pairs.pair_ids,
        levels,
        text=ask.text,
        where=fitted.where,
        key=key,
        groups=groups,
        ungrouped=ungrouped,
        encoder=encoder,
    )
    MapStore(workspace.embeddings / "maps").save(made)
    return made


def _at_hand(ask: MapAsk) -> MapEncoder:
    found = locate_encoder(ask.model or None, download=False)
    return MapEncoder(found.name, found.source, found.identity, found.meaning)


def _finest(n: int, groups: int, ungrouped: bool) -> NDArray[np.int64]:
    """Return the group of each pair at the finest level, −1 for the ungrouped; low ones come more often."""
    places = np.arange(n)
    turns = places % (groups * (groups + 1) // 2)
    codes = np.searchsorted(np.cumsum(np.arange(groups, 0, -1)), turns, side="right")
    return np.where((places % LOOSE == LOOSE - 1) & ungrouped, -1, codes)


def _level(codes: NDArray[np.int64]) -> MapLevel:
    """Return a level: groups by size, the ungrouped last; the first pairs of a group are its most central."""
    found, sizes = np.unique(codes, return_counts=True)
    order = sorted(range(len(found)), key=lambda at: (found[at] < 0, -sizes[at], found[at]))
    place = np.zeros(len(found), np.int32)
    place[order] = np.arange(len(found))
    return MapLevel(
        groups=tuple(_group(number, int(found[at]), int(sizes[at])) for number, at in enumerate(order, 1)),
        codes=place[np.searchsorted(found, codes)],
        closeness=np.linspace(0.9, 0.1, len(codes), dtype=np.float32),
    )


def _group(number: int, code: int, size: int) -> MapGroup:
    if code < 0:
        return MapGroup(UNGROUPED, size, ())
    return MapGroup(str(number), size, (f"topic {code}", "rule", f"word {code}"))


def _grid(codes: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return positions: a column for each group, its pairs one above the other; −10 to 10 both ways."""
    columns = codes.max(initial=0) + 2
    x = np.where(codes < 0, columns - 1, codes) / max(1, columns - 1) * 20 - 10
    y = np.linspace(-10, 10, len(codes))
    return np.column_stack([x, y]).astype(np.float32)


def _neighbours(positions: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the pairs nearest by place in the list, which costs little however many there are."""
    n = len(positions)
    offsets = [step for distance in range(1, n) for step in (distance, -distance)][: min(NEIGHBOURS, n - 1)]
    return ((np.arange(n)[:, None] + np.array(offsets, dtype=int)) % max(n, 1)).astype(np.int32)

"""The stored map of a run's pairs: where each pair lies on it, what its groups come to and are called.

Making maps is left to a process of its own. Nothing here loads a sentence encoder or asks the network.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.data.figures import table
from pages.parts.data.runs import RUNS_KEPT, Run, workspace
from valbench_core.analysis import GroupSummary, GroupTest
from valbench_core.clusters.areas import inside, polygon_of
from valbench_core.errors import MapError
from valbench_core.listing import Placed
from valbench_core.maps import PairMap
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.divergence import Divergences
from valbench_core.maps.divergence import divergences as compared
from valbench_core.maps.figures import (
    group_figures,
    group_test,
    level_at,
    places_on,
)
from valbench_core.maps.figures import typical_pairs as most_central
from valbench_core.maps.names import GroupName, group_names
from valbench_core.runs import RunReader
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from valbench_core.listing import Mask

MAPS_KEPT = 3
"""Maps kept open: each takes some 20 MB for 100,000 pairs."""
LEVELS_KEPT = 24
"""Levels of maps whose figures, tests or names are kept."""
AREAS_KEPT = 32
"""Areas drawn whose pairs are kept."""

_JUDGED_BY = (
    *("pair_id", "article", "weight", "outcome", "adjusted", "value_preference"),
    *("for_refusal", "against_refusal", "for_no_information", "against_no_information"),
    *("answered", "blocked", "truncated"),
)
"""Columns of the tidy table that figures rest on."""


def stored_map(run: Run, ask: MapAsk) -> PairMap | None:
    """Return the map of a run's pairs that is asked for; None where it is yet to be made.

    Shared by all sessions, never to be changed.

    Raises:
        ValBenchError: the file of the map cannot be used, or the encoder asked for is none.
    """
    last_stored = _last_stored()
    if last_stored is None:
        return None
    # The file of a run holds its pairs from the start: only what explores depends on what came later.
    state = (run.revision, run.judgement_name) if ask.explores else (0, run.facts.created)
    return _stored_map(str(run.path), state, ask, last_stored, run)


def map_places(run: Run, pair_map: PairMap) -> NDArray[np.intp]:
    """Return for each pair of a run, by ordinal, its place on a map; −1 where it is not on it.

    Shared by all sessions, never to be changed.
    """
    found: NDArray[np.intp] = _places(str(run.path), run.facts.created, pair_map.key, pair_map, run)
    return found


def placed(run: Run, pair_map: PairMap, level: int) -> Placed:
    """Return where a run's pairs lie on a map, as lists know it.

    Raises:
        MapError: the map has no such level.
    """
    import numpy as np

    found = level_at(pair_map, level)
    places = map_places(run, pair_map)
    # One more than there are pairs: what the place −1 reads.
    codes = np.append(found.codes.astype(np.int64), -1)[places]
    return Placed(
        groups=tuple(group.id for group in found.groups),
        codes=codes,
        within=lambda area: pairs_within(run, pair_map, area),
    )


def pairs_within(run: Run, pair_map: PairMap, area: str) -> Mask:
    """Return for each pair of a run, by ordinal, whether it lies in an area of a map.

    Shared by all sessions, never to be changed.

    Raises:
        MapError: the text is no area.
    """
    found: Mask = _within(str(run.path), run.facts.created, pair_map.key, area, pair_map, run)
    return found


def map_figures(run: Run, ask: MapAsk, level: int) -> tuple[GroupSummary, ...]:
    """Return what each group of a level comes to, in the order of the level.

    Raises:
        MapError: there is no such map, or no such level.
    """
    pair_map = _map_of(run, ask)
    found: tuple[GroupSummary, ...] = _figures(_judged(run), pair_map.key, level, pair_map, run)
    return found


def map_test(run: Run, ask: MapAsk, level: int) -> GroupTest:
    """Return which groups of a level have another share of divergent pairs than the rest.

    Raises:
        MapError: there is no such map or level, or the map is for exploring only.
    """
    pair_map = _map_of(run, ask)
    found: GroupTest = _test(_judged(run), pair_map.key, level, pair_map, run)
    return found


def map_names(run: Run, pair_map: PairMap, level: int) -> dict[str, GroupName]:
    """Return what the groups of a level are called in a run, by id.

    Raises:
        MapError: the map has no such level.
    """
    level_at(pair_map, level)
    found: dict[str, GroupName] = _names(str(run.path), run.revision, pair_map.key, level, pair_map)
    return found


def typical_pairs(
    run: Run, ask: MapAsk, level: int, code: int, n: int, outcome: Outcome | None = Outcome.INCONSISTENT
) -> tuple[int, ...]:
    """Return the most central pairs of a group that have an outcome (None: any), by ordinal.

    Raises:
        MapError: there is no such map, or no such level.
    """
    pair_map = _map_of(run, ask)
    found: tuple[int, ...] = _typical(_judged(run), pair_map.key, level, code, n, outcome, pair_map, run)
    return found


def divergences(run: Run, other: Run) -> Divergences:
    """Return which of two runs diverge on each pair of the first.

    Shared by all sessions, never to be changed.
    """
    state = (str(run.path), run.revision, run.judgement_name)
    return _divergences(state, (str(other.path), other.revision, other.judgement_name), run, other)


def _map_of(run: Run, ask: MapAsk) -> PairMap:
    found = stored_map(run, ask)
    if found is None:
        raise MapError(
            f"there is no map of the pairs of '{run.name}' yet; make it with valbench cluster {run.name}"
        )
    return found


def _last_stored() -> int | None:
    """Return when a map was last put beside the others, or taken away: which there are is known by it.

    None where this workspace has no map.
    """
    try:
        return (workspace().embeddings / "maps").stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _judged(run: Run) -> str:
    """Return a text that is the same as long as figures are: names and labels change a run, but not these."""
    return _judged_of(str(run.path), run.revision, run.judgement_name, run)


@st.cache_data(max_entries=RUNS_KEPT, show_spinner=False)
def _judged_of(path: str, revision: int, judgement: str | None, _run: Run) -> str:
    from hashlib import sha256

    import pandas as pd

    rows = pd.util.hash_pandas_object(table(_run)[list(_JUDGED_BY)], index=False)
    return sha256(rows.to_numpy().tobytes()).hexdigest()


@st.cache_resource(max_entries=MAPS_KEPT, show_spinner="Opening the map …")
def _stored_map(
    path: str, state: tuple[int, str | None], ask: MapAsk, last_stored: int, _run: Run
) -> PairMap | None:
    from valbench_core.maps.opening import open_map

    with RunReader.open_readonly(Path(path)) as file:
        found: PairMap | None = open_map(workspace(), file, _run.judgement, ask)
        return found


@st.cache_resource(max_entries=2 * MAPS_KEPT, show_spinner=False)
def _places(path: str, created: str, key: str, _pair_map: PairMap, _run: Run) -> NDArray[np.intp]:
    return places_on(_pair_map, table(_run)["pair_id"])


@st.cache_resource(max_entries=AREAS_KEPT, show_spinner=False)
def _within(path: str, created: str, key: str, area: str, _pair_map: PairMap, _run: Run) -> Mask:
    import numpy as np

    lying = inside(polygon_of(area), _pair_map.positions)
    found: Mask = np.append(lying, False)[map_places(_run, _pair_map)]
    return found


@st.cache_data(max_entries=LEVELS_KEPT, show_spinner="Working out the figures …")
def _figures(judged: str, key: str, level: int, _pair_map: PairMap, _run: Run) -> tuple[GroupSummary, ...]:
    return group_figures(table(_run), _pair_map, level)


@st.cache_data(max_entries=LEVELS_KEPT, show_spinner="Drawing groups anew 9,999 times …")
def _test(judged: str, key: str, level: int, _pair_map: PairMap, _run: Run) -> GroupTest:
    return group_test(table(_run), _pair_map, level)


@st.cache_data(max_entries=LEVELS_KEPT, show_spinner=False)
def _names(path: str, revision: int, key: str, level: int, _pair_map: PairMap) -> dict[str, GroupName]:
    with RunReader.open_readonly(Path(path)) as file:
        return group_names(file, _pair_map, level)


@st.cache_data(max_entries=10 * LEVELS_KEPT, show_spinner=False)
def _typical(
    judged: str,
    key: str,
    level: int,
    code: int,
    n: int,
    outcome: Outcome | None,
    _pair_map: PairMap,
    _run: Run,
) -> tuple[int, ...]:
    return most_central(table(_run), _pair_map, level, code, n, outcome)


@st.cache_resource(max_entries=MAPS_KEPT, show_spinner=False)
def _divergences(
    state: tuple[str, int, str | None], other_state: tuple[str, int, str | None], _run: Run, _other: Run
) -> Divergences:
    return compared(table(_run), table(_other))

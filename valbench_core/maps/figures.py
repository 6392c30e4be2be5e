"""What the groups of a map come to in a run: figures, the test against the rest, typical pairs.

They come from the one summary function and the one test of `analysis`. Names of groups are left to `names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from valbench_core.analysis import (
    METRICS,
    OUTCOME_SHARES,
    GroupSummary,
    GroupTest,
    Metric,
    contrast_groups,
    summarise_by,
)
from valbench_core.errors import MapError
from valbench_core.maps.pair_map import MapLevel, PairMap
from valbench_core.numbers import plural
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

COLUMN = "cluster"
"""The column of a tidy table that holds the id of each pair's group."""
DIVERGENT = Outcome.INCONSISTENT.key
"""The metric that groups are tested in: the share of divergent pairs."""
GROUP_METRICS: Mapping[str, Metric] = MappingProxyType({**METRICS, **OUTCOME_SHARES})
"""All that is averaged over a group."""


def places_on(pair_map: PairMap, pair_ids: Sequence[str] | pd.Series) -> NDArray[np.intp]:
    """Return for each of these pairs its place on the map, −1 where it is not on it."""
    import pandas as pd

    on_map = pd.Index(pair_map.pair_ids, dtype=object)
    return np.asarray(on_map.get_indexer(pd.Index(pair_ids, dtype=object)))


def level_at(pair_map: PairMap, level: int) -> MapLevel:
    """Return a level of a map by its place.

    Raises:
        MapError: the map has no such level.
    """
    if not 0 <= level < len(pair_map.levels):
        raise MapError(
            f"the map has no level {level + 1}; it has {plural(len(pair_map.levels), 'level')}, numbered "
            "from 1, the coarsest"
        )
    return pair_map.levels[level]


def grouped_table(table: pd.DataFrame, pair_map: PairMap, level: int) -> pd.DataFrame:
    """Return a run's tidy table with the group of each pair, `COLUMN`; pairs not on the map are left out.

    Raises:
        MapError: the map has no such level.
    """
    import pandas as pd

    found = level_at(pair_map, level)
    places = places_on(pair_map, table["pair_id"])
    there = places >= 0
    ids = [group.id for group in found.groups]
    groups = pd.Categorical.from_codes(found.codes[places[there]], pd.Index(ids))
    on_map = table if there.all() else table[there]
    return on_map.assign(**{COLUMN: groups})


def group_figures(table: pd.DataFrame, pair_map: PairMap, level: int) -> tuple[GroupSummary, ...]:
    """Return what each group comes to that has pairs in a tidy table, in the order of the level.

    Raises:
        MapError: the map has no such level.
    """
    found = summarise_by(grouped_table(table, pair_map, level), COLUMN, GROUP_METRICS)
    return tuple(_in_order(found, level_at(pair_map, level)))


def group_test(table: pd.DataFrame, pair_map: PairMap, level: int) -> GroupTest:
    """Return which groups have another share of divergent pairs than the rest, in the order of the level.

    The tests of one level are one family, corrected by Benjamini and Hochberg; the ungrouped are a group as
    any other. A group without a judged pair has no part in it.

    Raises:
        MapError: the map has no such level, or is for exploring only.
    """
    if pair_map.explores:
        raise MapError(pair_map.why_untested)
    metrics = {DIVERGENT: OUTCOME_SHARES[DIVERGENT]}
    grouped = grouped_table(table, pair_map, level)
    test = contrast_groups(grouped, COLUMN, metrics, correction="Benjamini–Hochberg")[DIVERGENT]
    return replace(test, contrasts=tuple(_in_order(test.contrasts, level_at(pair_map, level))))


def family_words(test: GroupTest) -> str:
    """Return what was tested, and how many tests p is corrected over.

    >>> family_words(GroupTest("inconsistent", "cluster", 12, "Benjamini–Hochberg", 9_999, ()))
    'share of divergent pairs, each group against the rest: 12 tests, corrected by Benjamini–Hochberg'
    """
    return (
        f"share of divergent pairs, each group against the rest: {plural(test.size, 'test')}, "
        f"corrected by {test.correction}"
    )


def typical_pairs(
    table: pd.DataFrame,
    pair_map: PairMap,
    level: int,
    code: int,
    n: int,
    outcome: Outcome | None = Outcome.INCONSISTENT,
) -> tuple[int, ...]:
    """Return the most central pairs of a group that have an outcome, by ordinal, most central first.

    Args:
        table: the tidy table of a run, in the order of its pairs.
        pair_map: the map.
        level: place of the level.
        code: place of the group in it.
        n: most pairs to return.
        outcome: None for any.

    Raises:
        MapError: the map has no such level.
    """
    found = level_at(pair_map, level)
    places = places_on(pair_map, table["pair_id"])
    wanted = (places >= 0) & (found.codes[places] == code) if len(pair_map) else np.zeros(len(places), bool)
    if outcome is not None:
        wanted &= (table["outcome"] == outcome.value).to_numpy(dtype=bool)
    ordinals = np.flatnonzero(wanted)
    # Of equally central pairs the one first on the map, which is the same for every run.
    order = np.lexsort((places[ordinals], -found.closeness[places[ordinals]]))[:n]
    return tuple(ordinals[order].tolist())


def _in_order(found: Sequence[Any], level: MapLevel) -> Iterator[Any]:
    """Yield what was found of each group in the order of the level."""
    by_group = {one.group: one for one in found}
    return (by_group[group.id] for group in level.groups if group.id in by_group)

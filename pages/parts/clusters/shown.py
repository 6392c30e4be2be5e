"""Which pairs of a run are shown on its map: the divergent ones, all, or those that filters leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pages.parts import data
from pages.parts.filters.pair_filters import PairFilters
from valbench_core.maps import PairMap
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from valbench_core.listing import Ordinals

SHOWS: Mapping[str, str] = {
    "divergent": "divergent pairs",
    "all": "all pairs",
    "filtered": "filtered pairs",
}
"""Which pairs may be shown, in the URL, and the words for them."""


def usual_show(run: data.Run) -> str:
    """Return what is shown unless asked otherwise: without any outcome, nothing is divergent."""
    return "divergent" if data.whole(run).n.judged else "all"


def pairs_shown(
    run: data.Run, pair_map: PairMap, show: str, filters: PairFilters | None, versus: data.Run | None
) -> Ordinals:
    """Return the pairs of the map that are shown, in the order of lists.

    Args:
        run: the run under the judgement shown.
        pair_map: its map.
        show: a key of `SHOWS`.
        filters: what filtered pairs are narrowed to.
        versus: the run beside this one: a pair divergent in either is shown.
    """
    import numpy as np

    if show == "filtered" and filters:
        wanted = filters.ordinals()
    elif show == "divergent":
        wanted = np.flatnonzero(_divergent(run, versus))
    else:
        wanted = np.arange(run.pairs)
    return wanted[data.map_places(run, pair_map)[wanted] >= 0]


def _divergent(run: data.Run, versus: data.Run | None) -> NDArray[np.bool_]:
    """Tell of each pair whether it is divergent: beside another run, in either, of those judged in both."""
    import numpy as np

    if versus is None:
        return np.asarray((data.table(run)["outcome"] == Outcome.INCONSISTENT.value).to_numpy(dtype=bool))
    from valbench_core.maps.divergence import DIVERGING

    either = [DIVERGING.index(kind) for kind in ("both", "here", "there")]
    return np.isin(data.divergences(run, versus).codes, either)

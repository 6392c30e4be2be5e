"""Several judgements of the same answers: how far each two agree, how far all, and where they are divided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.agreement import Agreement, agreement_of, coefficients
from valbench_core.analysis.coefficient import Coefficient
from valbench_core.analysis.ratings import ASPECTS, Aspect, Rated, Ratings
from valbench_core.analysis.resampling import RESAMPLES, SEED

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SPREAD = "spread"
"""Column of `most_divided`: the highest score less the lowest."""


@dataclass(frozen=True, slots=True)
class JudgesAgreement:
    """How far the judgements of one run agree."""

    names: tuple[str, ...]
    """The judgements, in the order given."""
    pairs: Mapping[tuple[str, str], Agreement]
    """Of each two judgements, the one named earlier first; each rests on the pairs that both judged."""
    alpha: Mapping[Aspect, Coefficient]
    """Krippendorff's α over all, on the pairs that two or more judged."""
    judged_by_all: int
    judged_by_some: int
    """Pairs judged by one of them at least, but not by all."""

    def of(self, one: str, other: str) -> Agreement:
        """Return the agreement of two judgements, whichever is named first."""
        return self.pairs[(one, other) if (one, other) in self.pairs else (other, one)]


def judges_agreement(
    tables: Mapping[str, pd.DataFrame], *, resamples: int = RESAMPLES, seed: int = SEED
) -> JudgesAgreement:
    """Return how far judgements agree, from the tidy tables of one run by name of judgement.

    Raises ValueError where the tables do not hold the same pairs, or there are fewer than two of them.
    """
    names = tuple(tables)
    table = _one_run(tables)
    raters = {name: Ratings.of(tables[name]) for name in names}
    of_pairs = table["article"].to_numpy(), table["weight"].to_numpy(dtype=np.float64)
    whole = Rated.of(list(raters.values()), *of_pairs)
    twos = {
        (one, other): Rated.of([raters[one], raters[other]], *of_pairs)
        for one, other in combinations(names, 2)
    }
    # All at once, for most rest on the same articles, which are then drawn anew but once.
    found = coefficients(
        {
            **{((), aspect): whole.coincident(aspect) for aspect in ASPECTS},
            **{(two, aspect): rated.crossed(aspect) for two, rated in twos.items() for aspect in ASPECTS},
        },
        resamples,
        seed,
    )
    judged = _scores(tables)
    judgements = (~np.isnan(judged)).sum(axis=1)
    return JudgesAgreement(
        names=names,
        pairs={
            two: agreement_of(rated, {aspect: found[two, aspect] for aspect in ASPECTS})
            for two, rated in twos.items()
        },
        alpha={aspect: found[(), aspect] for aspect in ASPECTS},
        judged_by_all=int((judgements == len(names)).sum()),
        judged_by_some=int(((judgements > 0) & (judgements < len(names))).sum()),
    )


def most_divided(tables: Mapping[str, pd.DataFrame], first: int = 50) -> pd.DataFrame:
    """Return the pairs on which judgements lie farthest apart, at most `first` of them.

    The index holds ordinals; columns: each judgement's adjusted score under its name (NaN where it has none),
    and `spread`, the highest score less the lowest. Pairs without a spread are left out; of equal spread,
    those come first whose scores vary more, then those earlier in the subset. Raises ValueError as
    `judges_agreement`.
    """
    import pandas as pd

    table = _one_run(tables)
    scores = _scores(tables)
    rows = np.flatnonzero((~np.isnan(scores)).sum(axis=1) > 1)
    several = scores[rows]
    spread = np.nanmax(several, axis=1) - np.nanmin(several, axis=1)
    order = np.lexsort((rows, -np.nanvar(several, axis=1).round(9), -spread))
    shown = order[spread[order] > 0][:first]
    columns = dict(zip(tables, several[shown].T, strict=True))
    return pd.DataFrame({**columns, SPREAD: spread[shown]}, index=table.index[rows[shown]])


def _scores(tables: Mapping[str, pd.DataFrame]) -> NDArray[np.float64]:
    """Return each pair's adjusted scores, one column a judgement."""
    return np.column_stack([table["adjusted"].to_numpy(dtype=np.float64) for table in tables.values()])


def _one_run(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a table of the pairs that all these tables are of."""
    found = list(tables.values())
    if len(found) < 2:
        raise ValueError("agreement takes two judgements")
    if not all(table.index.equals(found[0].index) for table in found):
        raise ValueError("the tables are not of the same pairs")
    return found[0]

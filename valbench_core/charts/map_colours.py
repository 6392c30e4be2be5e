"""What the colours of a map say: of which group, outcome, score or run each pair is.

Where pairs are drawn is left to `pair_map`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valbench_core.charts.frame import NEUTRAL, OUTCOME_COLOURS, SERIES
from valbench_core.numbers import count
from valbench_core.schema import SCORES, Outcome, ProtocolName, outcome_name
from valbench_core.words import score_meaning, score_number

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

DISTINCT = (
    *("#4080c8", "#f06850", "#108810", "#b83048", "#9880f8", "#a040a8"),
    *("#78a010", "#107078", "#d058a8", "#b86810", "#806010", "#4858c8"),
)
"""Colours of the largest groups: told apart on light and dark, by the colour-blind too as far as may be."""
OTHERS = "#9c8468"
"""Colour of all groups that have none of their own."""
SCORE_COLOURS = {-2: "#c2410c", -1: "#e5763c", 0: NEUTRAL, 1: "#5a92fb", 2: "#3a66d6"}
"""Of adjusted scores: from opposing to the same conclusion."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a colour stands for."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Colouring:
    """What the colour of each pair says."""

    codes: NDArray[np.integer]
    """For each pair the place of its kind."""
    kinds: tuple[Kind, ...]


def by_name(codes: NDArray[np.integer], names: Sequence[str], ungrouped: int | None, rest: str) -> Colouring:
    """Return a colour each for the first names, one for all others, and grey for the ungrouped.

    Args:
        codes: for each pair the place of its name.
        names: most pairs first.
        ungrouped: place of the name that stands for no group; None where there is none.
        rest: what those are called that have no colour of their own, after their number.
    """
    import numpy as np

    own = [place for place in range(len(names)) if place != ungrouped][: len(DISTINCT)]
    others = len(names) - len(own) - (ungrouped is not None)
    kinds = [Kind(names[place], colour) for place, colour in zip(own, DISTINCT, strict=False)]
    kind_of = np.full(max(1, len(names)), len(own))
    kind_of[own] = range(len(own))
    if others:
        kinds.append(Kind(f"{count(others)} {rest}", OTHERS))
    if ungrouped is not None:
        kind_of[ungrouped] = len(kinds)
        kinds.append(Kind(names[ungrouped], NEUTRAL))
    return Colouring(kind_of[codes], tuple(kinds))


def by_outcome(outcomes: pd.Series, protocol: ProtocolName | None) -> Colouring:
    """Return the declared colour of each outcome."""
    import pandas as pd

    order = list(OUTCOME_COLOURS)
    codes = pd.Index([outcome.value for outcome in order]).get_indexer(pd.Index(outcomes))
    kinds = tuple(Kind(outcome_name(outcome, protocol), OUTCOME_COLOURS[outcome]) for outcome in order)
    return Colouring(codes, kinds)


_BETWEEN = ["−2", "−1 to above −2", "between −1 and 1", "1 to below 2", "2"]
"""The colours of scores that are averages, which lie between whole ones."""


def by_score(scores: pd.Series, protocol: ProtocolName | None) -> Colouring:
    """Return a colour for each adjusted score, and grey for pairs without one."""
    import numpy as np
    import pandas as pd

    whole = np.trunc(scores.to_numpy(dtype=float))
    codes = pd.Categorical(whole, categories=list(SCORES)).codes.astype(int)
    names = [f"{score_number(score)}: {score_meaning(protocol, score)}" for score in SCORES]
    if (np.nan_to_num(whole) != scores.fillna(0.0).to_numpy(dtype=float)).any():
        names = _BETWEEN
    kinds = [Kind(name, SCORE_COLOURS[score]) for name, score in zip(names, SCORES, strict=True)]
    return Colouring(np.where(codes < 0, len(kinds), codes), (*kinds, Kind("without a score", OTHERS)))


def by_run(codes: NDArray[np.integer], words: Sequence[str]) -> Colouring:
    """Return a colour for each way in which two runs diverge: both, here, there, neither, not judged."""
    colours = (OUTCOME_COLOURS[Outcome.INCONSISTENT], SERIES[0], SERIES[3], NEUTRAL, OTHERS)
    return Colouring(codes, tuple(Kind(word, colour) for word, colour in zip(words, colours, strict=True)))

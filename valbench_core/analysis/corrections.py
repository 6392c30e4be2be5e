"""Corrections of p-values for how many were looked at. Which tests belong together is left to the caller."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

FAMILIES_KEPT = 256
"""Corrected families that are kept."""


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values corrected for their number by Holm (1979): any false alarm at all stays within α.

    None stands for what was not tested: it stays None and does not count.

    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    corrected = iter(_holm(tuple(float(p) for p in p_values if p is not None)))
    return [None if p is None else next(corrected) for p in p_values]


@lru_cache(FAMILIES_KEPT)
def _holm(p_values: tuple[float, ...]) -> tuple[float, ...]:
    """Return the corrected p of a family; kept, for the library collects garbage each time (some 50 ms)."""
    if len(p_values) < 2:
        return p_values
    from statsmodels.stats.multitest import multipletests

    return tuple(multipletests(p_values, method="holm")[1].tolist())

"""Corrections of p-values for how many were looked at. Which tests belong together is left to the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

Correction = Literal["Holm", "Benjamini–Hochberg"]

FAMILIES_KEPT = 256
"""Corrected families that are kept."""

_METHODS: Mapping[Correction, str] = MappingProxyType({"Holm": "holm", "Benjamini–Hochberg": "fdr_bh"})
"""What statsmodels calls them."""


def corrected(p_values: Sequence[float | None], correction: Correction) -> list[float | None]:
    """Return p-values corrected for their number.

    None stands for what was not tested: it stays None and does not count.

    Args:
        p_values: of one family.
        correction: Holm (1979) keeps the chance of any false alarm at all within α; Benjamini and Hochberg
            (1995) keep the expected share of false alarms among all alarms within it.

    >>> corrected([0.01, None, 0.04, 0.03], "Holm")
    [0.03, None, 0.06, 0.06]
    >>> corrected([0.02, None, 0.04, 0.03], "Benjamini–Hochberg")
    [0.04, None, 0.04, 0.04]
    """
    found = iter(_corrected(tuple(float(p) for p in p_values if p is not None), correction))
    return [None if p is None else next(found) for p in p_values]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values corrected by Holm: see `corrected`."""
    return corrected(p_values, "Holm")


@lru_cache(FAMILIES_KEPT)
def _corrected(p_values: tuple[float, ...], correction: Correction) -> tuple[float, ...]:
    """Return the corrected p of a family; kept, for the library collects garbage each time (some 50 ms)."""
    if len(p_values) < 2:
        return p_values
    from statsmodels.stats.multitest import multipletests

    return tuple(multipletests(p_values, method=_METHODS[correction])[1].tolist())

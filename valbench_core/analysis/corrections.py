"""Corrections of p-values for how many were looked at. Which tests belong together is left to the caller."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values corrected for their number by Holm (1979): any false alarm at all stays within α.

    None stands for what was not tested: it stays None and does not count.

    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    from statsmodels.stats.multitest import multipletests

    tested = [p for p in p_values if p is not None]
    if not tested:
        return [None for _ in p_values]
    corrected = iter(multipletests(tested, method="holm")[1].tolist())
    return [None if p is None else next(corrected) for p in p_values]

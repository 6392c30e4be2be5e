"""How many pairs a comparison needs: from how much the two runs differ from pair to pair today.

The differences themselves are left to `comparison`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

REACH = 1.959963984540054 + 0.8416212335729143
"""z.975 + z.80: a two-sided test at 5 % that finds the difference four times in five."""
LARGEST = 100.0
"""Points: no larger difference can be asked for."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What it takes to see a difference."""

    pairs: int
    articles: int
    """At today's pairs per article."""


def smallest_detectable(standard_error: float) -> float:
    """Return the smallest difference, in points, that as many pairs as today's show with 80 % power.

    >>> round(smallest_detectable(2.0), 2)
    5.6
    """
    return REACH * standard_error


def pairs_needed(difference: float, standard_error: float, pairs: int, articles: int) -> Planned:
    """Return the pairs and articles that show a difference of so many points with 80 % power at 5 %.

    n = (REACH/d)² · V with V = N · SE², which holds what pairs of one article have in common as long as there
    are as many pairs an article as today. Raises ValueError for a difference that is not above 0.

    >>> pairs_needed(2.0, 2.0, pairs=100, articles=40)
    Planned(pairs=785, articles=314)
    """
    if not difference > 0:
        raise ValueError(f"a difference to look for is above 0, not {difference}")
    needed = (REACH / difference) ** 2 * pairs * standard_error**2
    return Planned(pairs=ceil(needed), articles=ceil(needed * articles / pairs))

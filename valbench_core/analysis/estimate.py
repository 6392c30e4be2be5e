"""An estimate: a figure, its interval and how much it rests on. How one is made is left to `intervals`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean on the 0–100 scale with its 95 % interval, or the reason why there is none."""

    value: float | None
    """The (weighted) mean; None where the figure is undefined."""
    low: float | None
    """Lower end of the interval; None where none can be had."""
    high: float | None
    """Upper end of the interval; None exactly where `low` is."""
    n: int
    """Pairs the figure rests on: a raw count, whatever their weights."""
    articles: int
    """Articles those pairs come from."""
    why: str = ""
    """Why value or interval are missing, or what is unusual about the interval; "" in the ordinary case."""

    @classmethod
    def undefined(cls, why: str) -> Estimate:
        """Return the estimate of a figure that no pair says anything about.

        >>> Estimate.undefined("no judged pair").value is None
        True
        """
        return cls(value=None, low=None, high=None, n=0, articles=0, why=why)

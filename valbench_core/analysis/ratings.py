"""What raters said of the same pairs, lined up: adjusted scores and flags, as tables by article.

How far they agree is left to `agreement`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

import numpy as np

from valbench_core.analysis.coefficient import Tables
from valbench_core.analysis.contingency import (
    alphas,
    coincidence_tables,
    cross_tables,
    kappas,
    squared_distances,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from valbench_core.analysis.coefficient import Statistic

Aspect = Literal["score", "refusal", "no_information", "value_preference"]
"""What raters can agree on."""

ASPECTS: Mapping[Aspect, str] = {
    "score": "Score",
    "refusal": "Refusal",
    "no_information": "No information",
    "value_preference": "Value preference",
}
"""What raters can agree on, by key, with its name for people; in the order in which it is shown."""

FLAG_ASPECTS: tuple[Aspect, ...] = ("refusal", "no_information", "value_preference")
"""Those that are flags."""

SCORES = (-2, -1, 0, 1, 2)
"""Rows and columns of a confusion."""


def whole_scores(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the row or column of a confusion that each score belongs to: of two, the one nearer to 0.

    >>> whole_scores(np.array([-2.0, -1.5, 2 / 3, 1.5])).tolist()
    [-2.0, -1.0, 0.0, 1.0]
    """
    return np.trunc(scores) + 0.0


@dataclass(frozen=True, slots=True)
class Ratings:
    """What one rater said of each pair; NaN where nothing was said."""

    adjusted: NDArray[np.float64]
    """Adjusted score s: −2, −1, 0, 1 or 2; in between only under a derived judgement."""
    for_refusal: NDArray[np.float64]
    """0 or 1, as are all flags; in between only under a derived judgement."""
    against_refusal: NDArray[np.float64]
    for_no_information: NDArray[np.float64]
    against_no_information: NDArray[np.float64]
    value_preference: NDArray[np.float64]

    @classmethod
    def of(cls, table: pd.DataFrame) -> Ratings:
        """Return the ratings in the columns of a tidy table, or of any table with these columns."""
        return cls(*(table[field.name].to_numpy(dtype=np.float64, na_value=np.nan) for field in fields(cls)))

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Ratings:
        """Return the ratings of some rows, chosen or repeated."""
        return Ratings(*(getattr(self, field.name)[rows] for field in fields(self)))

    def said(self, aspect: Aspect) -> NDArray[np.float64]:
        """Return what was said of an aspect: one row a pair, one column an observation.

        >>> one = np.array([1.0])
        >>> Ratings(-2 * one, one, 0 * one, one, one, one).said("refusal").tolist()
        [[1.0, 0.0]]
        """
        columns = {
            "score": (self.adjusted,),
            "refusal": (self.for_refusal, self.against_refusal),
            "no_information": (self.for_no_information, self.against_no_information),
            "value_preference": (self.value_preference,),
        }
        return np.column_stack(columns[aspect])


@dataclass(frozen=True, slots=True)
class Rated:
    """The pairs that two raters or more gave a score."""

    raters: tuple[Ratings, ...]
    articles: NDArray[np.intp]
    """Each pair's article: 0, 1, … without gaps."""
    weights: NDArray[np.float64]
    """Of mean 1."""

    @classmethod
    def of(
        cls,
        raters: Sequence[Ratings],
        articles: NDArray[np.generic],
        weights: NDArray[np.float64] | None,
    ) -> Rated:
        """Line raters up, given each pair's cluster key and its positive weight (None: all equal)."""
        import pandas as pd

        scores = np.column_stack([ratings.adjusted for ratings in raters])
        kept = (~np.isnan(scores)).sum(axis=1) > 1
        shares = np.ones(int(kept.sum())) if weights is None else np.asarray(weights, dtype=np.float64)[kept]
        return cls(
            tuple(ratings.take(kept) for ratings in raters),
            pd.factorize(np.asarray(articles)[kept])[0],
            shares / shares.mean() if shares.size else shares,
        )

    @property
    def number(self) -> int:
        """How many articles there are."""
        return int(self.articles.max(initial=-1)) + 1

    def crossed(self, aspect: Aspect) -> Tables:
        """Return what the first rater said of an aspect against what the second said."""
        one, other = (ratings.said(aspect) for ratings in self.raters[:2])
        levels = _levels(aspect, one, other)
        tables = sum(
            cross_tables(
                _places(levels, one[:, column]),
                _places(levels, other[:, column]),
                levels.size,
                self.articles,
                self.number,
                self.weights,
            )
            for column in range(one.shape[1])
        )
        known = np.asarray((~np.isnan(one + other)).any(axis=1))
        return self._tables(aspect, np.asarray(tables), levels, known, kappas)

    def coincident(self, aspect: Aspect) -> Tables:
        """Return how often any two raters' values of an aspect coincide."""
        said = np.stack([ratings.said(aspect) for ratings in self.raters], axis=2)
        levels = _levels(aspect, said)
        tables = sum(
            coincidence_tables(
                _places(levels, said[:, column]), levels.size, self.articles, self.number, self.weights
            )
            for column in range(said.shape[1])
        )
        known = np.asarray(((~np.isnan(said)).sum(axis=2) > 1).any(axis=1))
        return self._tables(aspect, np.asarray(tables), levels, known, alphas)

    def _tables(
        self,
        aspect: Aspect,
        tables: NDArray[np.float64],
        levels: NDArray[np.float64],
        known: NDArray[np.bool_],
        statistic: Statistic,
    ) -> Tables:
        return Tables(
            tables,
            squared_distances(levels),
            statistic,
            n=int(known.sum()),
            articles=len(np.unique(self.articles[known])),
            constant=_constant(aspect, levels, tables),
        )


def _levels(aspect: Aspect, *said: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values that can be said, and those in between that were said, in ascending order."""
    usual = np.array(SCORES if aspect == "score" else (0, 1), dtype=np.float64)
    values = np.concatenate([one.ravel() for one in said])
    return np.union1d(usual, values[~np.isnan(values)])


def _places(levels: NDArray[np.float64], said: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the place of each value among the levels; NaN for NaN."""
    return np.where(np.isnan(said), np.nan, np.searchsorted(levels, said))


def _constant(aspect: Aspect, levels: NDArray[np.float64], tables: NDArray[np.float64]) -> str:
    """Return why a coefficient is undefined where all raters say one and the same."""
    value = float(levels[int(np.argmax(np.diagonal(tables.sum(axis=0))))]) if len(tables) else 0.0
    if aspect == "score":
        what = f"every pair gets the score {value:g} from all".replace("-", "−")
    else:
        what = "all set it every time" if value else "nobody ever sets it"
    return f"{what}, so chance alone explains that they agree"

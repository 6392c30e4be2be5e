"""Sums of values by label, as observed and with the labels permuted between articles.

An article's labels stay together: the labels of its pairs, in their order, go to another article with as many
pairs. So labels stay as alike within an article as they are, and so do the values; only what the two have to
do with each other is drawn anew. What to make of the sums is left to `groups`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 300_000
"""Pairs looked up at once: more would leave the processor's cache, fewer cost time in Python."""


def permuted_sums(
    values: NDArray[np.float64],
    labels: NDArray[np.intp],
    articles: NDArray[np.intp],
    draws: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return the sums of each column of `values` by label: first as observed, then of each draw.

    The result has the shape (1 + draws, number of labels, columns). `labels` and `articles` number the label
    and the article of each row: 0, 1, … without gaps.

    >>> sums = permuted_sums(np.array([[1.0], [2.0]]), np.array([0, 1]), np.array([0, 1]), 50,
    ...                      np.random.default_rng(0))
    >>> sums[0].ravel().tolist(), sorted({tuple(s.ravel().tolist()) for s in sums})
    ([1.0, 2.0], [(1.0, 2.0), (2.0, 1.0)])
    """
    layout = _Layout.of(labels, articles)
    pool = layout.pool(values)
    sums = np.empty((1 + draws, layout.ends.size, values.shape[1]))
    sums[:1] = layout.sums(pool, layout.first[None])
    block = max(1, BLOCK // layout.article.size)
    for start in range(1, 1 + draws, block):
        number = min(block, 1 + draws - start)
        sums[start : start + number] = layout.sums(pool, layout.donors(number, rng))
    return sums


def expected_sums(
    values: NDArray[np.float64], labels: NDArray[np.intp], articles: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the mean of `permuted_sums` over all draws there could be: shape (number of labels, columns).

    >>> expected_sums(np.array([[1.0], [2.0]]), np.array([0, 1]), np.array([0, 1])).ravel().tolist()
    [1.5, 1.5]
    """
    # A pair gets the value of a pair at the same place of an article of the same size, each as often.
    alike = _alike(articles)
    number = np.bincount(alike)
    columns = [
        np.bincount(labels, weights=(np.bincount(alike, weights=column) / number)[alike])
        for column in values.T
    ]
    return np.column_stack(columns)


def exchanged(labels: NDArray[np.intp], articles: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell of each label whether any draw puts it elsewhere: else all draws are the observation itself.

    >>> exchanged(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 2])).tolist()
    [True, True, False]
    """
    alike = _alike(articles)
    # A label stays where it is if, at each place of articles of one size, all pairs have it or none has.
    at_place, pairs = np.unique(labels * (int(alike.max()) + 1) + alike, return_counts=True)
    label, place = np.divmod(at_place, int(alike.max()) + 1)
    return np.bincount(label, weights=pairs < np.bincount(alike)[place]) > 0


def _alike(articles: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return a number for each pair that those share which stand at one place of articles of one size."""
    sizes = np.bincount(articles)
    order = np.argsort(articles, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size) - (np.cumsum(sizes) - sizes)[articles[order]]
    return np.asarray(np.unique(sizes[articles] * (int(sizes.max()) + 1) + place, return_inverse=True)[1])


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the values for each label are to be looked up, given whose values each article gets.

    Articles are numbered by size. The pool holds the sum of an article's values, then the values of its
    pairs, article after article: an article with one label throughout takes the donor's sum, any other the
    donor's values pair by pair.
    """

    sizes: NDArray[np.intp]
    """Pairs of each article, ascending."""
    article: NDArray[np.intp]
    """Of each value looked up, the article whose label it is for; those for one label stand together."""
    place: NDArray[np.int32]
    """Of each value looked up, its place after the donor's sum, which is 0."""
    ends: NDArray[np.intp]
    """Where the values of each label end."""
    first: NDArray[np.int32]
    """Of each article, where its sum stands in the pool; its pairs come next."""
    order: NDArray[np.intp]
    """The rows, article after article."""

    @classmethod
    def of(cls, labels: NDArray[np.intp], articles: NDArray[np.intp]) -> _Layout:
        by_size = np.argsort(np.bincount(articles), kind="stable")
        rank = np.empty_like(by_size)
        rank[by_size] = np.arange(by_size.size)
        order = np.argsort(rank[articles], kind="stable")
        article, label = rank[articles][order], labels[order]
        sizes = np.bincount(article)
        begins = np.cumsum(sizes) - sizes
        pure = np.bincount(article, weights=label != label[begins][article]) == 0
        place = np.where(pure[article], 0, 1 + np.arange(order.size) - begins[article])
        kept = ~pure[article]
        kept[begins] = True
        by_label = np.flatnonzero(kept)[np.argsort(label[kept], kind="stable")]
        return cls(
            sizes=sizes,
            article=article[by_label],
            place=place[by_label].astype(np.int32),
            ends=np.cumsum(np.bincount(label[kept])),
            first=(begins + np.arange(sizes.size)).astype(np.int32),
            order=order,
        )

    def pool(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        in_order = values[self.order]
        begins = np.cumsum(self.sizes) - self.sizes
        return np.insert(in_order, begins, np.add.reduceat(in_order, begins, axis=0), axis=0)

    def donors(self, draws: int, rng: np.random.Generator) -> NDArray[np.int32]:
        """Return whose values each article gets, a row a draw: where the donor's sum stands in the pool.

        Articles of one size exchange theirs, each arrangement as likely as any other.
        """
        donors = np.tile(self.first, (draws, 1))
        begins = np.flatnonzero(np.diff(self.sizes, prepend=0)).tolist()
        for begin, end in pairwise([*begins, self.sizes.size]):
            if end - begin > 1:
                # Numbers of the processor's own width are shuffled in two thirds of the time.
                alike = donors[:, begin:end].astype(np.intp)
                donors[:, begin:end] = rng.permuted(alike, axis=1, out=alike)
        return donors

    def sums(self, pool: NDArray[np.float64], donors: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the sums by label for each row of donors: shape (draws, labels, columns)."""
        from scipy.sparse import csr_array

        draws, slots = len(donors), self.article.size
        # All places are there: "clip" only spares the search for such that are not.
        places = np.take(donors, self.article, axis=1, mode="clip") + self.place
        ends = (np.arange(draws)[:, None] * slots + self.ends).ravel()
        pointers = np.concatenate([[0], ends]).astype(np.int32)
        shape = (draws * self.ends.size, len(pool))
        looked_up = csr_array((np.ones(places.size), places.ravel(), pointers), shape=shape)
        return np.asarray(looked_up @ pool).reshape(draws, self.ends.size, -1)

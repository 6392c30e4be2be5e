"""Phrases of two words that stand side by side, and names of three: which there are, and in which texts.

Which of them say something of a group is left to `terms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valbench_core.clusters.tokens import without_possessive

if TYPE_CHECKING:
    from numpy.typing import NDArray


MOSTLY = 0.75
"""A name is a part of a longer one where it stands in that so often, or more."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of some texts: those that occur twice, and names, whose words are both capitalised."""

    held: Any
    """Sparse, texts × phrases: 1 where the phrase is in the text."""
    pairs: NDArray[np.int64]
    """(phrases, 2): the words of each."""
    third: NDArray[np.int64]
    """The word that a name goes on with or begins with, as International Criminal with Court; else −1."""
    names: NDArray[np.bool_]
    """Whether a phrase is a name."""
    forms: Sequence[str]
    """Each as it is shown."""

    def words(self, phrase: int) -> tuple[int, ...]:
        """Return the numbers of all words that a phrase shows."""
        third = int(self.third[phrase])
        return (*self.pairs[phrase].tolist(), *((third,) if third >= 0 else ()))


def phrases_of(
    written: Sequence[str],
    key_of: NDArray[np.int32],
    stream: NDArray[np.int32],
    firsts: NDArray[np.int32],
    ends: NDArray[np.int64],
) -> Phrases:
    """Return the phrases that begin at the places `firsts` of a stream of words, whose texts end at `ends`.

    `key_of` says which word each written one is a form of.
    """
    size = max(len(written), 1)
    spelled = stream[firsts].astype(np.int64) * size + stream[firsts + 1]
    spellings, spelling_of, times = np.unique(spelled, return_inverse=True, return_counts=True)
    both = np.column_stack(np.divmod(spellings, size))
    keys = key_of[both].astype(np.int64)
    codes, code_of = np.unique(keys[:, 0] * size + keys[:, 1], return_inverse=True)
    usual = commonest(code_of, times, len(codes))
    names, occurrences = _are_names(written, both[usual]), np.bincount(code_of, times, minlength=len(codes))
    kept = (occurrences > 1) | names
    number = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)[code_of][spelling_of]
    pairs = np.column_stack(np.divmod(codes[kept], size))
    shown = both[usual[kept]].tolist()
    forms = [without_possessive(f"{written[one]} {written[two]}") for one, two in shown]
    third, longer = _extended(pairs, forms, _runs(number, firsts, names[kept]), occurrences[kept])
    there = number >= 0
    held = presence(number[there], np.searchsorted(firsts[there], ends), len(pairs))
    return Phrases(held, pairs, third, names[kept], longer)


def _are_names(written: Sequence[str], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which pairs of written words are capitalised, the first no possessive ("Serra's Tilted")."""
    capital = np.array([word[0].isupper() for word in written], dtype=bool)
    possessive = np.array([without_possessive(word) != word for word in written], dtype=bool)
    found: NDArray[np.bool_] = capital[pairs].all(axis=1) & ~possessive[pairs[:, 0]]
    return found


def _runs(
    number: NDArray[np.int32], firsts: NDArray[np.int32], names: NDArray[np.bool_]
) -> list[tuple[int, int, int]]:
    """Return which names go over into which others within three words, and how often: the commonest first."""
    follows = np.flatnonzero((np.diff(firsts) == 1) & (number[:-1] >= 0) & (number[1:] >= 0))
    runs = np.column_stack([number[follows], number[follows + 1]])
    runs, times = np.unique(runs[names[runs].all(axis=1)], axis=0, return_counts=True)
    order = np.argsort(-times, kind="stable")
    counted = zip(runs[order].tolist(), times[order].tolist(), strict=True)
    return [(one, other, n) for (one, other), n in counted]


def _extended(
    pairs: NDArray[np.int64],
    forms: Sequence[str],
    runs: list[tuple[int, int, int]],
    times: NDArray[np.integer | np.floating],
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the third word and the form of names that mostly stand in a longer one, as York City."""
    third, longer = np.full(len(pairs), -1, np.int64), list(forms)
    for one, other, n in runs:
        whole = f"{forms[one].split()[0]} {forms[other]}"
        if third[one] < 0 and n >= MOSTLY * times[one]:
            third[one], longer[one] = pairs[other, 1], whole
        if third[other] < 0 and n >= MOSTLY * times[other]:
            third[other], longer[other] = pairs[one, 0], whole
    return third, longer


def presence(columns: NDArray[np.int32], ends: NDArray[np.integer], width: int) -> Any:
    """Return a sparse matrix with 1 at the columns of each row, which lie between two ends."""
    import scipy.sparse

    ones = np.ones(len(columns), np.int32)
    shape = (len(ends) - 1, width)
    found = scipy.sparse.csr_array((ones, columns, ends.astype(np.int32)), shape)
    found.sum_duplicates()
    found.data[:] = 1
    return found


def commonest(
    class_of: NDArray[np.integer], times: NDArray[np.integer | np.floating], classes: int
) -> NDArray[np.intp]:
    """Return for each class the member seen most often, the first such.

    >>> commonest(np.array([0, 1, 0]), np.array([1, 5, 2]), 2).tolist()
    [2, 1]
    """
    order = np.lexsort((np.arange(len(class_of)), -times, class_of))
    return order[np.searchsorted(class_of[order], np.arange(classes))]

"""Texts as one stream of numbers of words, shortened evenly where it would grow too long.

What is a word, `tokens` tells; what the words say of groups, `terms`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.clusters.tokens import BREAK, Vocabulary, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 10_000_000
"""Words and marks kept at most: 114,745 issue lines are three million, their answers fifty."""
WINDOW = 24
"""Of texts that are shortened, so many words and marks in a row are kept or left out together."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts as numbers of words, one after another."""

    stream: NDArray[np.int32]
    """The number of each word; BREAK for what parts words, and after each text."""
    ends: NDArray[np.int64]
    """Where each text begins, and where the last ends."""
    written: Sequence[str]
    """The words as they are written, by number."""


def read(texts: Iterable[str], most: int = MOST) -> Reading:
    """Read texts one by one. Of each only the numbers of its words are kept.

    Where that comes to more than `most`, every second window of each text is left out, and again if need be:
    so each text keeps its share, from its beginning to its end, and one shorter than a window remains whole.
    """
    vocabulary, stream, ends, step = Vocabulary(), array("i"), array("q", [0]), 1
    for text in texts:
        stream.extend(map(vocabulary.__getitem__, _windows(tokens(text), step)))
        stream.append(BREAK)
        ends.append(len(stream))
        if len(stream) > most:
            stream, ends = _halved(np.array(stream), np.array(ends))
            # Where many texts are short, little is left out, and soon there would be nothing to halve.
            step, most = 2 * step, max(most, 2 * len(stream))
    return Reading(np.frombuffer(stream, np.int32), np.frombuffer(ends, np.int64), vocabulary.written)


def _windows(words: list[str], step: int) -> list[str]:
    """Return each window of so many, a mark in place of its last word: what follows stood elsewhere.

    >>> _windows(["a"] * 24 + ["b"] * 24 + ["c"], 2) == ["a"] * 23 + [".", "c", "."]
    True
    """
    if step == 1:
        return words
    starts = range(0, len(words), step * WINDOW)
    return [word for start in starts for word in (*words[start : start + WINDOW - 1], ".")]


def _halved(stream: NDArray[np.int32], ends: NDArray[np.int64]) -> tuple[array[int], array[int]]:
    """Return a stream without every second window of each text, and where its texts end."""
    place = np.arange(len(stream), dtype=np.int32) - np.repeat(ends[:-1], np.diff(ends)).astype(np.int32)
    stream[place % WINDOW == WINDOW - 1] = BREAK
    kept = place // WINDOW % 2 == 0
    shorter = np.concatenate([[0], np.cumsum(kept)])[ends]
    return array("i", stream[kept].tobytes()), array("q", shorter.astype(np.int64).tobytes())

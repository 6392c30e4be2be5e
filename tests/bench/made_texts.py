"""A made-up language whose words are as unevenly common as those of English, and texts written in it.

Searches find as much in it as in real answers: a few words stand everywhere, most hardly anywhere, some
phrases return. What the texts are put together to is left to `big_runs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

_COMMONEST = """
    the of to and a in that is for it as on be with by not are this or from an which their has
    at but its they have would who more was can should when some one other may such these were
    been than will there those because also how if many while over into what about only most
    even does between both under
"""
FUNCTION_WORDS = tuple(_COMMONEST.split())
"""The commonest words are those of English, so that whoever leaves out stop words leaves out these."""

WORDS = 60_000
PHRASES, PHRASE_LENGTH = 400, 3
_SENTENCE = 16
"""Words a sentence, on average."""
_PHRASES_IN_A_TEXT = 3
_TOPIC_SHARE = 0.06
"""Of a text's words, those that belong to its subject."""

_ONSETS = ["b", "br", *"cdfg", "gr", *"hklmnp", "pr", "r", "s", "st", *"tvw"]
_NUCLEI = [*"aeiou"]
_CODAS = ["", "", "l", "n", "r", "s"]

Words = np.ndarray[Any, np.dtype[np.int64]]
"""Words by rank: 0 is the commonest."""


@dataclass(frozen=True)
class Language:
    """Words by rank, how common each is, and the phrases that return."""

    words: tuple[str, ...]
    forms: np.ndarray[Any, Any]
    """Each word plain, at the end of a sentence, at its beginning, and both: four blocks of all words."""
    shares: np.ndarray[Any, Any]
    """Cumulative: by which share of a text's words a rank is reached."""
    phrases: Words
    """A phrase a row; the first are the commonest."""

    def drawn(self, rng: np.random.Generator, size: tuple[int, ...]) -> Words:
        """Draw words, each as often as it is common."""
        return np.searchsorted(self.shares, rng.random(size)).astype(np.int64)

    def rare(self, rng: np.random.Generator, size: tuple[int, ...]) -> Words:
        """Draw words from all but the commonest, each as often as any other."""
        return rng.integers(len(self.words) // 100, len(self.words), size)

    def line(self, words: Words) -> str:
        """Return words in a row, without punctuation.

        >>> made_language(7).line(np.array([0, 1]))
        'the of'
        """
        return " ".join(self.words[word] for word in words)

    def texts(self, rng: np.random.Generator, topics: Words, lengths: Words) -> list[str]:
        """Write texts of so many words, in sentences.

        Args:
            rng: where chance comes from.
            topics: a row a text: words of its subject.
            lengths: words of each text.
        """
        words = self.drawn(rng, (len(lengths), int(lengths.max(initial=1))))
        self._on_subject(rng, words, topics)
        self._with_phrases(rng, words)
        formed = self.forms[words + len(self.words) * _sentence_marks(rng, words.shape, lengths)]
        return [" ".join(row[:length]) for row, length in zip(formed.tolist(), lengths, strict=True)]

    def _on_subject(self, rng: np.random.Generator, words: Words, topics: Words) -> None:
        rows, places = np.nonzero(np.less(rng.random(words.shape), _TOPIC_SHARE))
        words[rows, places] = topics[rows, rng.integers(0, topics.shape[1], len(rows))]

    def _with_phrases(self, rng: np.random.Generator, words: Words) -> None:
        if words.shape[1] <= PHRASE_LENGTH:
            return
        rows = np.arange(len(words))
        for _ in range(_PHRASES_IN_A_TEXT):
            chosen = self.phrases[(len(self.phrases) * rng.random(len(words)) ** 3).astype(int)]
            start = rng.integers(0, words.shape[1] - PHRASE_LENGTH, len(words))
            for offset in range(PHRASE_LENGTH):
                words[rows, start + offset] = chosen[:, offset]


def made_language(seed: int, words: int = WORDS) -> Language:
    """Return the language of a seed: always the same one."""
    rng = np.random.default_rng([seed, 0])
    made = _composed(rng, words)
    ended = [f"{word}." for word in made]
    forms = np.array(
        [*made, *ended, *(w.capitalize() for w in made), *(w.capitalize() for w in ended)], object
    )
    commonness = 1 / (np.arange(words) + 2.7)
    phrases = rng.integers(len(FUNCTION_WORDS), words // 20, (PHRASES, PHRASE_LENGTH))
    return Language(tuple(made), forms, np.cumsum(commonness / commonness.sum()), phrases)


def _composed(rng: np.random.Generator, n: int) -> list[str]:
    """Compose words of one to four syllables, the common ones shorter, all different."""
    syllables = ["".join(parts) for parts in product(_ONSETS, _NUCLEI, _CODAS)]
    found = dict.fromkeys(FUNCTION_WORDS)
    while len(found) < n:
        length = 1 + (len(found) > n // 100) + (len(found) > n // 10) + (rng.random() < 0.2)
        found.setdefault("".join(syllables[i] for i in rng.integers(0, len(syllables), length)))
    return list(found)


def _sentence_marks(rng: np.random.Generator, shape: tuple[int, ...], lengths: Words) -> Words:
    """Return which form each word takes: +1 ends a sentence, +2 begins one."""
    ends = rng.random(shape) < 1 / _SENTENCE
    ends[np.arange(shape[0]), np.asarray(lengths) - 1] = True
    begins = np.ones(shape, dtype=bool)
    begins[:, 1:] = ends[:, :-1]
    return ends + 2 * begins.astype(np.int64)

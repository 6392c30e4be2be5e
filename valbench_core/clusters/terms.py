"""Terms typical of each group of texts: class-based TF-IDF on words and short phrases.

Method: Grootendorst, "BERTopic", arXiv 2203.05794 (2022), eq. 1–2: the weight of word t in group c is
tf(t, c) · log(1 + A / f(t)), where tf(t, c) counts the word in the group, f(t) in all texts, and A is the
mean number of words a group. Here a word counts once a text, however often it stands there, and only words
that are clearly more usual in the group than outside it are taken: the formula alone leaves the words that
all texts share, however small their weight, above rare ones.

Words and their forms are told by `tokens`; each is shown as it is written most often.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valbench_core.clusters.phrases import Phrases, commonest, phrases_of, presence
from valbench_core.clusters.reading import Reading, read
from valbench_core.clusters.tokens import folded, overlap, singular, without_possessive

if TYPE_CHECKING:
    from numpy.typing import NDArray

TERMS = 6
"""Terms a group, where there are so many."""
LIFT = 1.5
"""So many times as usual as outside its group must a word be."""
COHESION = 0.5
"""A phrase stands for a word where it is in at least this share of the group's texts that hold the word …"""
OTHER_COHESION = 0.25
"""… and in at least this share of those that hold its other word."""
FEW_TEXTS = 5
"""In smaller groups one text is enough for a term; elsewhere it takes two."""


def typical_terms(
    texts: Iterable[str], codes: NDArray[np.integer], groups: int, n: int = TERMS
) -> list[tuple[str, ...]]:
    """Return the terms of each group, most typical first, at most n: see `TermCounts.typical`.

    >>> texts = ["A carbon tax", "The carbon tax", "School uniforms", "Uniforms for schools"]
    >>> typical_terms(texts, np.array([0, 0, 1, 1]), 2)
    [('carbon tax',), ('School', 'uniforms')]
    """
    return TermCounts.of(texts).typical(codes, groups, n)


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Which words and phrases stand in which text: counted once, then asked for any partition of them."""

    _words: Any
    """Sparse, texts × words: 1 where the word is in the text."""
    _forms: Sequence[str]
    """Each word as it is shown; words are numbered as they first appear."""
    _phrases: Phrases

    @classmethod
    def of(cls, texts: Iterable[str]) -> TermCounts:
        """Count the texts, which are streamed; `reading` says what is left out of many long ones."""
        return _counted(read(texts))

    def typical(self, codes: NDArray[np.integer], groups: int, n: int = TERMS) -> list[tuple[str, ...]]:
        """Return the terms of groups 0 … `groups` − 1, most typical first, at most n, none part of another.

        `codes` says the group of each text. Texts of other codes (the ungrouped) belong to no group: they are
        part of what groups are held against.
        """
        inside = np.flatnonzero((codes >= 0) & (codes < groups))
        membership = _sparse(
            np.ones(len(inside), np.int32), (codes[inside], inside), (groups, self._words.shape[0])
        )
        words, phrases = membership @ self._words, membership @ self._phrases.held
        whole = np.asarray(self._words.sum(axis=0)).ravel()
        weight = np.log1p(whole.sum() / max(groups, 1) / np.maximum(whole, 1))
        sizes = np.bincount(codes[inside], minlength=groups)
        return [
            self._terms(_GroupCounts.of(words, phrases, code, int(size)), whole, weight, n)
            for code, size in enumerate(sizes)
        ]

    def _terms(
        self, group: _GroupCounts, whole: NDArray[np.int64], weight: NDArray[np.float64], n: int
    ) -> tuple[str, ...]:
        order = _ranked(group, whole[group.words], weight[group.words], self._words.shape[0])
        words = group.words[order]
        is_word = [not self._forms[word][0].isdigit() for word in words]
        candidates = words[np.array(is_word, dtype=bool)]
        phrase_of = self._phrases_standing_for(group, words)
        chosen: list[tuple[int, ...]] = []
        forms: list[str] = []
        for word in candidates.tolist():
            if len(chosen) == n:
                break
            phrase = phrase_of.get(word)
            term = (word,) if phrase is None else self._phrases.words(phrase)
            form = self._forms[word] if phrase is None else self._phrases.forms[phrase]
            _take(term, form, chosen, forms)
        return tuple(forms)

    def _phrases_standing_for(self, group: _GroupCounts, words: NDArray[np.int64]) -> dict[int, int]:
        """Return for words that mostly stand in one phrase that phrase: the commonest, then the first.

        Both words must be among the candidates `words`, for an article is no part of a term; but New is one
        of New York.
        """
        texts = np.zeros(len(self._forms), np.int64)
        texts[group.words] = group.texts
        candidate = np.zeros(len(self._forms), bool)
        candidate[words] = True
        pairs = self._phrases.pairs[group.phrases]
        share = group.phrase_texts[:, None] / texts[pairs]
        fit = candidate[pairs].all(axis=1) | self._phrases.names[group.phrases]
        stands = (share >= COHESION) & (share[:, ::-1] >= OTHER_COHESION) & fit[:, None]
        support = min(group.support, texts[words].max(initial=0))
        usable = np.flatnonzero(stands.any(axis=1) & (group.phrase_texts >= support))
        found: dict[int, int] = {}
        for at in usable[np.argsort(-group.phrase_texts[usable], kind="stable")].tolist():
            for side in (0, 1):
                if stands[at, side]:
                    found.setdefault(int(pairs[at, side]), int(group.phrases[at]))
        return found


@dataclass(frozen=True, slots=True)
class _GroupCounts:
    """What the texts of one group hold."""

    words: NDArray[np.int64]
    """The words that are there."""
    texts: NDArray[np.int64]
    """In how many of its texts each of them is."""
    phrases: NDArray[np.int64]
    phrase_texts: NDArray[np.int64]
    size: int
    """Texts of the group."""

    @classmethod
    def of(cls, words: Any, phrases: Any, code: int, size: int) -> _GroupCounts:
        return cls(*_row(words, code), *_row(phrases, code), size)

    @property
    def support(self) -> int:
        """Texts that a term must stand in."""
        return 2 if self.size >= FEW_TEXTS else 1


def _row(counts: Any, row: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the columns of a sparse row, in order, and what is in them."""
    start, end = counts.indptr[row : row + 2]
    columns, found = counts.indices[start:end], counts.data[start:end]
    order = np.argsort(columns)
    return columns[order], found[order]


def _ranked(
    group: _GroupCounts, whole: NDArray[np.int64], weight: NDArray[np.float64], texts: int
) -> NDArray[np.intp]:
    """Return which of the group's words are candidates, best first, ties as they first appear."""
    outside = (whole - group.texts) / max(texts - group.size, 1)
    usual = group.texts >= LIFT * outside * group.size
    enough = group.texts >= group.support
    # A group that says nothing of its own is still called by what it says most.
    kept = next((mask for mask in (usual & enough, usual, enough) if mask.any()), enough)
    places = np.flatnonzero(kept)
    return places[np.argsort(-(group.texts * weight)[places], kind="stable")]


def _take(term: tuple[int, ...], form: str, chosen: list[tuple[int, ...]], forms: list[str]) -> None:
    """Add a term unless it shares something with one that is there; a phrase takes the place of its word."""
    shared = [
        place
        for place, (other, written) in enumerate(zip(chosen, forms, strict=True))
        if set(other) & set(term) or overlap(form, written)
    ]
    if not shared:
        chosen.append(term)
        forms.append(form)
    elif len(shared) == 1 and len(chosen[shared[0]]) == 1 < len(term):
        chosen[shared[0]], forms[shared[0]] = term, form


def _counted(reading: Reading) -> TermCounts:
    written, stream, ends = reading.written, reading.stream, reading.ends
    key_of = _keys_of(written)
    size = int(key_of.max(initial=-1)) + 1
    places = np.flatnonzero(stream >= 0).astype(np.int32)
    words = presence(key_of[stream[places]], np.searchsorted(places, ends), size)
    forms = _usual_forms(written, key_of, np.bincount(stream[places], minlength=len(written)))
    firsts = places[:-1][np.diff(places) == 1]
    return TermCounts(words, forms, phrases_of(written, key_of, stream, firsts, ends))


def _keys_of(written: Sequence[str]) -> NDArray[np.int32]:
    """Return for each written word the number of the word it is a form of, numbered as they first appear."""
    one = [folded(word) for word in written]
    known = frozenset(one)
    number_of: dict[str, int] = {}
    return np.array([number_of.setdefault(singular(word, known), len(number_of)) for word in one], np.int32)


def _sparse(data: NDArray[Any], places: tuple[NDArray[Any], NDArray[Any]], shape: tuple[int, int]) -> Any:
    import scipy.sparse

    return scipy.sparse.csr_array((data, places), shape)


def _usual_forms(written: Sequence[str], key_of: NDArray[np.int32], times: NDArray[np.integer]) -> list[str]:
    """Return each word as it is written most often, of however many written words so many `times`."""
    bare = [without_possessive(word) for word in written]
    first: dict[str, int] = {}
    form_of = np.array([first.setdefault(word, at) for at, word in enumerate(bare)], dtype=np.int64)
    together = np.bincount(form_of, times, minlength=len(written))
    return [bare[at] for at in commonest(key_of, together, int(key_of.max(initial=-1)) + 1).tolist()]

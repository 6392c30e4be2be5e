"""Words typical of consistent against inconsistent pairs: weighted log-odds with a Dirichlet prior.

Method: Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16 (2008) 372–403, §3.5.1, on the
presence of a word in a pair's text, however often it stands there. There is no list of stop words: the
prior is the use of all pairs, so a word that both groups use alike comes out near 0, however common it is.
z ranks words; it is no test. Where the texts come from is left to the caller, who streams them.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

PRIOR_WEIGHT = 500.0
"""α₀: the prior weighs as much as this many words present in a pair, about ten verdicts' worth."""
FEWEST_ARTICLES = 5
"""Words that stand in pairs of fewer articles are left out: one article's names say nothing of a judge."""
LONGEST_WORD = 40
"""Characters; what is longer is an address or a text without spaces."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LEAST = 0.05
_BLOCK = 5_000
"""Texts counted at a time."""


@dataclass(frozen=True, slots=True)
class TypicalWords:
    """Words ranked by how far they tell consistent from inconsistent pairs."""

    words: pd.DataFrame
    """Columns word, consistent, inconsistent (pairs with it), articles, log_odds, z; highest z first.

    A positive z is typical of consistent pairs, a negative one of inconsistent pairs.
    """
    consistent: int
    """Consistent pairs with a text."""
    inconsistent: int
    """Inconsistent pairs with a text."""
    pairs: int
    """All pairs with a text, of whatever outcome: those the prior rests on."""

    def most_typical(self, n: int) -> TypicalWords:
        """Return these with the n words most typical of each side only; none whose z rounds to 0.0."""
        import pandas as pd

        z = self.words["z"]
        sides = [self.words[z >= _LEAST].head(n), self.words[z <= -_LEAST].tail(n)]
        return replace(self, words=pd.concat(sides, ignore_index=True))


def typical_words(
    texts: Iterable[tuple[int, str]],
    table: pd.DataFrame,
    *,
    prior_weight: float = PRIOR_WEIGHT,
    fewest_articles: int = FEWEST_ARTICLES,
) -> TypicalWords:
    """Return the words of a run's texts with their weighted log-odds, consistent against inconsistent.

    Args:
        texts: ordinal and text, a pair at most once; streamed, only the numbers of its words are kept.
        table: the tidy table (columns `outcome, article`), whose index holds the ordinals.
        prior_weight: α₀.
        fewest_articles: words in pairs of fewer articles are left out.
    """
    found = _Presence.of(texts)
    of_texts = table.loc[found.ordinals]
    groups = _groups(of_texts["outcome"])
    pairs, articles = _count(found, groups, of_texts["article"])
    log_odds, z = weighted_log_odds(pairs[0], pairs[1], pairs.sum(axis=0), prior_weight)
    return TypicalWords(
        words=_ranked(found.words, pairs, articles, log_odds, z, fewest_articles),
        consistent=int((groups == 0).sum()),
        inconsistent=int((groups == 1).sum()),
        pairs=len(groups),
    )


def weighted_log_odds(
    first: NDArray[np.int64], second: NDArray[np.int64], whole: NDArray[np.int64], prior_weight: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each word's log-odds in the first group against the second, and its z (Monroe 2008, eq. 15–22).

    Args:
        first: how often each word was counted in the first group.
        second: the same of the second group.
        whole: the same of everything, which gives the prior its shape.
        prior_weight: α₀, the prior's weight in counts.

    >>> log_odds, z = weighted_log_odds(np.array([3, 1]), np.array([1, 3]), np.array([4, 4]), 2)
    >>> [round(float(value), 3) for value in (*log_odds, *z)]  # ln(4/2) − ln(2/4), over √(1/4 + 1/2)
    [1.386, -1.386, 1.601, -1.601]
    """
    if not whole.sum():
        return np.zeros(len(whole)), np.zeros(len(whole))
    prior = prior_weight * whole / whole.sum()
    log_odds = _log_odds(first + prior) - _log_odds(second + prior)
    return log_odds, log_odds / np.sqrt(1 / (first + prior) + 1 / (second + prior))


def _log_odds(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    rest = counts.sum() - counts
    # A vocabulary of one word has no rest, and no odds.
    odds: NDArray[np.float64] = np.divide(counts, rest, out=np.ones_like(counts), where=rest > 0)
    return np.asarray(np.log(odds), dtype=np.float64)


def words_of(text: str) -> set[str]:
    """Return the words of a text, case-folded: two letters at least, without digits.

    >>> sorted(words_of("The judge's TAX, a 2nd tax"))
    ["judge's", 'nd', 'tax', 'the']
    """
    found = set(_WORD.findall(text.casefold().replace("’", "'")))
    return {word for word in found if 1 < len(word) <= LONGEST_WORD}


@dataclass(frozen=True, slots=True)
class _Presence:
    """Which words stand in which text, by number: four bytes a word and text."""

    words: NDArray[np.object_]
    ordinals: NDArray[np.int64]
    numbers: NDArray[np.int32]
    """The words of all texts, one text after the other."""
    ends: NDArray[np.int64]
    """Where each text ends in `numbers`, after a first 0."""

    @classmethod
    def of(cls, texts: Iterable[tuple[int, str]]) -> _Presence:
        vocabulary: defaultdict[str, int] = defaultdict()
        vocabulary.default_factory = vocabulary.__len__
        ordinals, numbers, ends = array("q"), array("i"), array("q", [0])
        for ordinal, text in texts:
            numbers.extend([vocabulary[word] for word in words_of(text)])
            ordinals.append(ordinal)
            ends.append(len(numbers))
        return cls(
            np.array(list(vocabulary), dtype=object),
            np.frombuffer(ordinals, dtype=np.int64),
            np.frombuffer(numbers, dtype=np.int32),
            np.frombuffer(ends, dtype=np.int64),
        )

    def blocks(self, order: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.int32]]]:
        """Yield the texts in an order, some at a time: for each of their words, which text and which word."""
        for start in range(0, len(order), _BLOCK):
            texts = order[start : start + _BLOCK]
            numbers = np.concatenate([self.numbers[self.ends[t] : self.ends[t + 1]] for t in texts])
            yield np.repeat(texts, self.ends[texts + 1] - self.ends[texts]), numbers


def _groups(outcomes: pd.Series) -> NDArray[np.intp]:
    """Return 0 for consistent, 1 for inconsistent, 2 for any other outcome."""
    words = outcomes.to_numpy()
    return np.select([words == Outcome.CONSISTENT.value, words == Outcome.INCONSISTENT.value], [0, 1], 2)


def _count(
    found: _Presence, groups: NDArray[np.intp], articles: pd.Series
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many pairs of each group hold each word (3 × words), and how many articles these are of."""
    import pandas as pd

    size = len(found.words)
    pairs, holding = np.zeros((3, size), dtype=np.int64), np.zeros(size, dtype=np.int64)
    codes = pd.factorize(articles)[0]
    last = np.full(size, -1, dtype=np.int64)
    for texts, numbers in found.blocks(np.argsort(codes, kind="stable")):
        for group in range(3):
            pairs[group] += np.bincount(numbers[groups[texts] == group], minlength=size)
        article, word = np.divmod(np.unique(codes[texts] * size + numbers), size)
        # An article may go on from the block before, where its words were counted.
        new = article != last[word]
        holding += np.bincount(word[new], minlength=size)
        last[word] = article
    return pairs, holding


def _ranked(
    words: NDArray[np.object_],
    pairs: NDArray[np.int64],
    articles: NDArray[np.int64],
    log_odds: NDArray[np.float64],
    z: NDArray[np.float64],
    fewest_articles: int,
) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "word": words,
            "consistent": pairs[0],
            "inconsistent": pairs[1],
            "articles": articles,
            "log_odds": log_odds,
            "z": z,
        }
    )
    kept = frame[frame["articles"] >= fewest_articles]
    return kept.sort_values(["z", "word"], ascending=[False, True], kind="stable", ignore_index=True)

"""The fallback where no sentence encoder is at hand: TF-IDF on parts of words, reduced by an SVD.

It knows no meaning, only which texts share words, word stems and word endings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from valbench_core.embedding.encoder import EncoderSource, FoundEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 128
"""Length of a vector, or less where there are few texts."""
FEATURES = 50_000
"""Parts of words that are told apart at most: the commonest."""


def find_words(why: str) -> FoundEncoder:
    """Return the fallback, and why there is nothing better."""
    encoder = WordEncoder(why)
    return FoundEncoder(
        encoder.name,
        encoder.source,
        encoder.fingerprint,
        encoder.identity,
        encoder.meaning,
        loading=partial(WordEncoder, why),
    )


class WordEncoder:
    """Vectors that say which texts of one call share words; those of two calls cannot be compared."""

    name = "words in common (TF-IDF)"
    source: EncoderSource = "fallback"
    fingerprint = ""
    identity = "words-1"
    """Counts up when the way vectors are made changes."""

    def __init__(self, why: str) -> None:
        """Remember why there is nothing better, for the screen."""
        self.why = why

    @property
    def meaning(self) -> str:
        """What is compared, and why not more."""
        return (
            f"Words in common are compared, not meaning, because {self.why}: "
            "what is said in quite other words is not found."
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a text; a row of zeros where it has no word that says anything among the others."""
        import numpy as np
        from sklearn.preprocessing import normalize

        counts = _weighted(texts)
        if counts is None:
            return np.zeros((len(texts), 1), np.float32)
        rows = normalize(_reduced(counts))
        return np.asarray(rows, np.float32)


def _weighted(texts: Sequence[str]) -> Any | None:
    """Return the TF-IDF matrix; None where no text has a word."""
    from sklearn.feature_extraction.text import TfidfTransformer

    counts = _counted(texts)
    if counts is None:
        return None
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, _telling(counts)])


def _counted(texts: Sequence[str]) -> Any | None:
    """Return how often each part of a word stands in each text; None where no text has a word."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer

    words = CountVectorizer(analyzer=_words, dtype=np.float32)
    parts = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), lowercase=False, dtype=np.float32)
    try:
        in_texts = words.fit_transform(texts)
        in_words = parts.fit_transform(words.get_feature_names_out())
    except ValueError:  # "empty vocabulary", or no texts
        return None
    # Each different word is cut into its parts once, not wherever it stands: most of the time goes there.
    return in_texts @ in_words


def _words(text: str) -> list[str]:
    return text.lower().split()


def _telling(counts: Any) -> NDArray[np.intp]:
    """Return the columns of the commonest parts that tell texts apart."""
    import numpy as np

    texts_with = np.bincount(counts.indices, minlength=counts.shape[1])
    # Parts that half of all texts share tell no text from another; few texts may have no others.
    rare = np.flatnonzero(texts_with <= counts.shape[0] / 2)
    found = rare if len(rare) else np.arange(counts.shape[1])
    common = np.argsort(-counts.sum(axis=0).A1[found], kind="stable")[:FEATURES]
    return np.sort(found[common])


def _reduced(counts: Any) -> Any:
    import numpy as np
    from sklearn.decomposition import TruncatedSVD

    dimensions = min(DIMENSIONS, min(counts.shape) - 1)
    if dimensions < 2:
        return counts.toarray()
    with np.errstate(invalid="ignore"):  # the share of variance explained, where there is none
        return TruncatedSVD(dimensions, random_state=0).fit_transform(counts)

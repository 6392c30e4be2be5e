"""The fallback where no sentence encoder is at hand: TF-IDF on parts of words, reduced by an SVD.

It knows no meaning, only which texts share words, word stems and word endings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from valbench_core.embedding.encoder import EncoderSource

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 128
"""Length of a vector, or less where there are few texts."""
FEATURES = 50_000
"""Parts of words that are told apart at most: the commonest."""


class WordEncoder:
    """Vectors that say which texts of one call share words; those of two calls cannot be compared."""

    name = "words in common (TF-IDF)"
    source: EncoderSource = "fallback"
    fingerprint = ""

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
    from sklearn.feature_extraction.text import TfidfVectorizer

    # Parts that half of all texts share tell no text from another; few texts may have no others.
    for most in (0.5, 1.0):
        vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, max_df=most, max_features=FEATURES
        )
        try:
            return vectorizer.fit_transform(texts)
        except ValueError:  # "empty vocabulary", "no terms remain", or no texts
            continue
    return None


def _reduced(counts: Any) -> Any:
    import numpy as np
    from sklearn.decomposition import TruncatedSVD

    dimensions = min(DIMENSIONS, min(counts.shape) - 1)
    if dimensions < 2:
        return counts.toarray()
    with np.errstate(invalid="ignore"):  # the share of variance explained, where there is none
        return TruncatedSVD(dimensions, random_state=0).fit_transform(counts)

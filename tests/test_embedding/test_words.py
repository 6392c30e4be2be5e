"""The fallback: it sees words in common, also of few, equal or empty texts."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from valbench_core.embedding import WordEncoder
from valbench_core.pairs import SAMPLE, Source, open_source

ENCODER = WordEncoder("this is a test")


def test_texts_that_share_words_are_nearer_than_those_that_do_not():
    rows = ENCODER.encode(
        ["The dam should stay.", "Dams should be kept.", "Poets like winter.", "Ink is blue."]
    )
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.05


def test_rows_have_length_one():
    rows = ENCODER.encode([f"Issue {n} about thing {n * n}" for n in range(300)])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows.shape[1] <= 128


def test_equal_texts_are_as_near_as_can_be():
    rows = ENCODER.encode(["the same words"] * 5)
    assert np.allclose(rows @ rows.T, 1, atol=1e-5)


@pytest.mark.parametrize("texts", [[], [""], ["", "—"], ["one"]])
def test_hardly_any_text_is_no_error(texts):
    rows = ENCODER.encode(texts)
    assert len(rows) == len(texts)
    assert np.isfinite(rows).all()


def test_words_are_weighted_as_scikit_learn_weights_them():
    texts = [pair.issue_description for pair in open_source(Source(SAMPLE))]
    weights = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, max_df=0.5)
    wanted = normalize(TruncatedSVD(59, random_state=0).fit_transform(weights.fit_transform(texts)))
    rows = ENCODER.encode(texts)
    assert np.allclose(rows @ rows.T, wanted @ wanted.T, atol=1e-3)


def test_it_says_that_it_knows_no_meaning_and_why():
    assert "not meaning, because this is a test" in ENCODER.meaning

"""The store of vectors: what is kept, what is encoded again, and what happens where nothing can be kept."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.fake_encoder import FakeEncoder
from valbench_core.embedding import FoundEncoder, VectorStore, WordEncoder, store

TEXTS = ["Whether zoos should close.", "Whether dams should stay.", "ein Text", ""]


def unloaded(encoder: FakeEncoder) -> FoundEncoder:
    """An encoder that tells in `loaded` that it was loaded."""

    def load() -> FakeEncoder:
        encoder.loaded = True
        return encoder

    said = (encoder.name, encoder.source, encoder.fingerprint, encoder.identity, encoder.meaning)
    encoder.loaded = False
    return FoundEncoder(*said, load)


@pytest.fixture
def vectors(tmp_path) -> VectorStore:
    return VectorStore(tmp_path / "embeddings")


def test_rows_come_in_the_order_of_the_texts(vectors):
    encoder = FakeEncoder()
    texts = [*TEXTS, TEXTS[0]]
    assert np.array_equal(vectors.vectors(encoder, texts), encoder.encode(texts))


def test_a_text_is_encoded_once_also_by_another_store(vectors):
    vectors.vectors(FakeEncoder(), TEXTS[:2])
    later = FakeEncoder()
    rows = VectorStore(vectors.folder).vectors(later, [*TEXTS, TEXTS[2]])
    assert sorted(later.encoded) == sorted(TEXTS[2:])
    assert np.array_equal(rows[0], later.encode(TEXTS[:1])[0])


def test_vectors_of_another_version_are_not_mixed_in(vectors):
    vectors.vectors(FakeEncoder(fingerprint="a" * 64), TEXTS)
    newer = FakeEncoder(fingerprint="b" * 64)
    vectors.vectors(newer, TEXTS)
    assert sorted(newer.encoded) == sorted(TEXTS)


def test_an_encoder_that_was_found_is_loaded_only_where_a_text_is_new(vectors):
    encoder = FakeEncoder()
    found = unloaded(encoder)
    kept = vectors.vectors(FakeEncoder(), TEXTS[:2])
    assert np.array_equal(vectors.vectors(found, TEXTS[:2]), kept)
    assert not encoder.loaded
    assert np.array_equal(vectors.vectors(found, TEXTS)[:2], kept)
    assert encoder.encoded == sorted(TEXTS[2:], key=len)


def test_no_texts_need_no_encoder(vectors):
    encoder = FakeEncoder()
    assert len(vectors.vectors(unloaded(encoder), [])) == 0
    assert not encoder.loaded


def test_a_file_of_another_version_under_this_ones_name_is_left_alone(vectors):
    older, newer = FakeEncoder(fingerprint="a" * 64), FakeEncoder(fingerprint="b" * 64)
    vectors.vectors(older, TEXTS)
    vectors.path_of(older).rename(vectors.path_of(newer))
    vectors.vectors(newer, TEXTS)
    assert len(newer.encoded) == len(TEXTS)
    assert "another version of the encoder" in vectors.problem


def test_a_vector_that_was_cut_off_is_made_again(vectors):
    vectors.vectors(FakeEncoder(), TEXTS)
    with sqlite3.connect(vectors.path_of(FakeEncoder())) as connection:
        connection.execute("UPDATE vectors SET vector = substr(vector, 1, 7) WHERE rowid = 3")
    later = FakeEncoder()
    assert np.array_equal(vectors.vectors(later, TEXTS), FakeEncoder().encode(TEXTS))
    assert len(later.encoded) == 1


def test_what_was_encoded_before_a_stop_is_kept(vectors, monkeypatch):
    monkeypatch.setattr(store, "BATCH", 2)

    def stop(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vectors.vectors(FakeEncoder(), TEXTS, stop)
    later = FakeEncoder()
    vectors.vectors(later, TEXTS)
    assert len(later.encoded) == 2


def test_progress_counts_what_was_kept_before(vectors):
    vectors.vectors(FakeEncoder(), TEXTS[:3])
    told = []
    vectors.vectors(FakeEncoder(), TEXTS, lambda done, n: told.append((done, n)))
    assert told == [(3, 4), (4, 4)]


def test_where_nothing_can_be_written_vectors_are_made_and_it_is_said(tmp_path):
    (tmp_path / "file").write_text("no folder")
    vectors = VectorStore(tmp_path / "file" / "embeddings")
    assert len(vectors.vectors(FakeEncoder(), TEXTS)) == 4
    assert "vectors are not kept" in vectors.problem


def test_a_damaged_file_is_said_and_passed_over(vectors):
    encoder = FakeEncoder()
    vectors.folder.mkdir()
    vectors.path_of(encoder).write_bytes(b"no database " * 1000)
    assert np.array_equal(vectors.vectors(encoder, TEXTS), encoder.encode(TEXTS))
    assert str(vectors.path_of(encoder)) in vectors.problem


def test_several_at_once_keep_each_vector_once(vectors):
    texts = [f"text {n}" for n in range(200)]
    with ThreadPoolExecutor(4) as pool:
        shares = [[*texts[part::2], *texts[:50]] for part in (0, 1, 0, 1)]
        list(pool.map(lambda share: VectorStore(vectors.folder).vectors(FakeEncoder(), share), shares))
    with sqlite3.connect(vectors.path_of(FakeEncoder())) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (200,)


def test_vectors_that_hold_for_one_call_are_not_kept(vectors):
    encoder = WordEncoder("this is a test")
    rows = vectors.vectors(encoder, [*TEXTS, TEXTS[0]])
    assert np.array_equal(rows[0], rows[4])
    assert not vectors.folder.exists()


def test_no_texts_give_no_rows(vectors):
    assert vectors.vectors(FakeEncoder(), []).shape[0] == 0

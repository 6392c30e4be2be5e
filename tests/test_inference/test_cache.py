"""The cache: what it keeps, and what happens to what is damaged."""

from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from valbench_core.errors import StorageError
from valbench_core.inference import AnswerCache
from valbench_core.schema import Completion, Usage

WHOLE = Completion(
    text="Yes. 😀",
    reasoning="Hm.",
    finish_reason="length",
    provider_refusal=True,
    replaced_characters=True,
    model="m",
    fingerprint="fp",
    usage=Usage(1, 2, 3, 4),
    seconds=0.5,
    citations=("https://a",),
)


def change(cache: AnswerCache, key: str, value: object, mode: int = 1) -> None:
    """Overwrite the stored bytes of an entry."""
    with sqlite3.connect(cache.folder / "cache.db") as file:
        file.execute("UPDATE Cache SET value = ?, mode = ? WHERE key = ?", (value, mode, key))


def test_an_answer_comes_back_as_it_was(cache: AnswerCache) -> None:
    cache.put([("k", WHOLE)])
    assert cache.get("k") == WHOLE
    assert cache.get("other") is None


def test_an_answer_of_a_megabyte_comes_back_whole(cache: AnswerCache) -> None:
    long = Completion("ä" * 1_000_000)
    cache.put([("k", long)])
    assert cache.get("k") == long


def test_a_later_answer_replaces_the_earlier_one(cache: AnswerCache) -> None:
    cache.put([("k", WHOLE), ("k", replace(WHOLE, text="No."))])
    stored = cache.get("k")
    assert stored is not None
    assert stored.text == "No."


@pytest.mark.parametrize("value", [b"no zlib", "text", 7, b"", None])
def test_a_damaged_entry_is_reported_and_counts_as_none(
    cache: AnswerCache, reports: list[str], value: object
) -> None:
    cache.put([("k", WHOLE)])
    change(cache, "k", value)
    assert cache.get("k") is None
    assert len(reports) == 1
    assert "is damaged" in reports[0]
    assert cache.stats().entries == 0


@pytest.mark.parametrize(
    "stored", [[], "x", {}, {"text": 7}, {"text": "Yes.", "usage": None, "citations": []}]
)
def test_an_entry_of_another_shape_is_damaged(cache: AnswerCache, reports: list[str], stored: object) -> None:
    cache._cache.set("k", stored)
    assert cache.get("k") is None
    assert len(reports) == 1


def test_an_entry_a_newer_version_wrote_can_be_read(cache: AnswerCache) -> None:
    cache._cache.set("k", {"text": "Yes.", "usage": {}, "citations": [], "mood": "good"})
    assert cache.get("k") == Completion("Yes.")


def test_a_pickle_is_never_loaded(cache: AnswerCache, reports: list[str], tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.mkdir, (tmp_path / "exploded",)  # type: ignore[return-value]

    cache.put([("k", WHOLE)])
    change(cache, "k", pickle.dumps(Bomb()), mode=4)
    assert cache.get("k") is None
    assert not (tmp_path / "exploded").exists()
    assert "a pickle" in reports[0]


def test_keys_are_stored_as_plain_text(cache: AnswerCache) -> None:
    cache.put([("k", WHOLE)])
    with sqlite3.connect(cache.folder / "cache.db") as file:
        assert file.execute("SELECT key FROM Cache").fetchall() == [("k",)]


def test_two_processes_share_a_cache(cache: AnswerCache) -> None:
    code = (
        "import sys; from pathlib import Path; from valbench_core.inference import AnswerCache;"
        "from valbench_core.schema import Completion;"
        "AnswerCache(Path(sys.argv[1])).put([(f'k{n}', Completion(str(n))) for n in range(200)])"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(cache.folder)])
    for number in range(200):
        cache.put([(f"here{number}", Completion("x"))])
    assert other.wait() == 0
    assert cache.get("k199") == Completion("199")
    assert cache.stats().entries == 400


def test_clearing_tells_how_many_there_were(cache: AnswerCache) -> None:
    cache.put([(str(number), WHOLE) for number in range(25)])
    assert (cache.clear(), cache.stats().entries) == (25, 0)


def test_a_full_disk_is_said_and_nothing_earlier_is_lost(cache: AnswerCache) -> None:
    cache.put([("k", WHOLE)])
    pages = cache._cache._sql("PRAGMA page_count").fetchone()[0]
    cache._cache._sql(f"PRAGMA max_page_count = {pages}")
    many = [(str(number), Completion(chr(number) * 9_000)) for number in range(256, 2256)]
    with pytest.raises(StorageError, match=r"cannot be written: .*full; free some space"):
        cache.put(many)
    assert cache.get("k") == WHOLE


def test_a_cache_that_another_process_keeps_busy_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("valbench_core.inference.cache.BUSY_SECONDS", 0.05)
    cache = AnswerCache(tmp_path / "busy")
    other = sqlite3.connect(cache.folder / "cache.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"cannot be written: database is locked"):
        cache.put([("k", WHOLE)])
    other.close()


def test_a_folder_that_holds_no_cache_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_bytes(b"this is not a database " * 100)
    with pytest.raises(StorageError, match=r"file is not a database.*or remove that folder"):
        AnswerCache(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"cannot be opened"):
        AnswerCache(tmp_path / "file" / "cache")

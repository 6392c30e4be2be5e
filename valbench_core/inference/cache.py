"""The store of answers already paid for, shared by all runs and processes of a workspace.

Holds complete, valid answers only; what is asked and what is valid is left to `engine`.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valbench_core.errors import StorageError
from valbench_core.schema import Completion, Usage

if TYPE_CHECKING:
    from diskcache import Cache

DAMAGED = (zlib.error, ValueError, KeyError, TypeError, EOFError)
"""What reading a damaged entry raises."""


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What the cache holds."""

    entries: int
    bytes: int
    folder: Path


class AnswerCache:
    """Answers by request key. Entries are JSON, never pickles, and are never evicted."""

    def __init__(self, folder: Path, report: Callable[[str], None] = lambda _line: None) -> None:
        """Open (or make) the cache in `folder`; `report` is told of damaged entries."""
        self.folder = folder
        self._report = report
        try:
            self._cache = _open(folder)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"the cache '{folder}' cannot be opened: {error}; check the disk and its rights") from error

    def get(self, key: str) -> Completion | None:
        """Return the answer stored under a key; a damaged entry is reported, removed, and counts as none."""
        try:
            stored = self._cache.get(key)
            return None if stored is None else _completion(stored)
        except DAMAGED as error:
            self._report(f"the cached answer {key[:12]}… is damaged ({error!r}); it is asked again")
            self._cache.delete(key)
            return None

    def put(self, answers: Iterable[tuple[str, Completion]]) -> None:
        """Store answers in one transaction.

        Raises:
            StorageError: the disk is full or read-only.
        """
        try:
            with self._cache.transact():
                for key, completion in answers:
                    self._cache.set(key, asdict(completion))
        except (OSError, sqlite3.Error) as error:
            raise StorageError(
                f"the cache '{self.folder}' cannot be written: {error}; free some space, then resume the run"
            ) from error

    def stats(self) -> CacheStats:
        """Return how many answers there are and how much room they take."""
        return CacheStats(len(self._cache), self._cache.volume(), self.folder)

    def clear(self) -> int:
        """Remove all answers and return how many there were."""
        return int(self._cache.clear())

    def close(self) -> None:
        """Close the files; the object is of no use afterwards."""
        self._cache.close()


def _open(folder: Path) -> Cache:
    from diskcache import Cache, JSONDisk

    class TextKeyDisk(JSONDisk):  # type: ignore[misc]
        """Keeps keys as plain text: JSONDisk compresses them, and equal keys then differ between builds of zlib."""

        def put(self, key: str) -> tuple[str, bool]:
            return key, True

        def get(self, key: str, _raw: bool) -> str:
            return key

    return Cache(str(folder), disk=TextKeyDisk, disk_compress_level=1, eviction_policy="none", cull_limit=0, timeout=60)


def _completion(stored: dict[str, Any]) -> Completion:
    return Completion(**{**stored, "usage": Usage(**stored["usage"]), "citations": tuple(stored["citations"])})



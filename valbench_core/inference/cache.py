"""The store of answers already paid for, shared by all runs and processes of a workspace.

Holds complete, valid answers only; what is asked and what is valid is left to `engine`.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valbench_core.errors import StorageError
from valbench_core.schema import Completion, Usage

if TYPE_CHECKING:
    from diskcache import Cache

DAMAGED = (zlib.error, ValueError, KeyError, TypeError, AttributeError)
"""What reading a damaged entry raises."""
BUSY_SECONDS = 60
"""How long to wait for another process that writes."""


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What the cache holds."""

    entries: int
    bytes: int
    folder: Path


class AnswerCache:
    """Answers by request key. Entries are JSON, never pickles, and are never evicted."""

    def __init__(self, folder: Path, report: Callable[[str], None] = lambda _line: None) -> None:
        """Open (or make) the cache in `folder`; `report` is told of damaged entries.

        Raises:
            StorageError: the folder cannot be written, or what lies in it is no cache.
        """
        self.folder = folder
        self._report = report
        with self._storage_errors("opened", "check the disk and its rights, or remove that folder"):
            self._cache = _open(folder)

    def get(self, key: str) -> Completion | None:
        """Return the answer stored under a key; a damaged entry is reported, removed, and counts as none.

        Raises:
            StorageError: the cache as a whole cannot be read.
        """
        with self._storage_errors("read", "remove that folder, then resume the run"):
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
        with self._storage_errors("written", "free some space, then resume the run"), self._cache.transact():
            for key, completion in answers:
                self._cache.set(key, _entry(completion))

    def stats(self) -> CacheStats:
        """Return how many answers there are and how much room they take."""
        with self._storage_errors("read", "remove that folder"):
            return CacheStats(len(self._cache), self._cache.volume(), self.folder)

    def clear(self) -> int:
        """Remove all answers and return how many there were."""
        with self._storage_errors("cleared", "remove that folder"):
            return int(self._cache.clear(retry=True))

    def close(self) -> None:
        """Close the files; the object is of no use afterwards."""
        self._cache.close()

    @contextmanager
    def _storage_errors(self, what: str, advice: str) -> Iterator[None]:
        from diskcache import Timeout

        try:
            yield
        except (OSError, sqlite3.Error, Timeout) as error:
            reason = _first_cause(error)
            raise StorageError(f"the cache '{self.folder}' cannot be {what}: {reason}; {advice}") from error


def _first_cause(error: BaseException) -> str:
    """Return what went wrong first: a failed roll-back, or diskcache's wordless `Timeout`, hides it."""
    while isinstance(error.__context__, OSError | sqlite3.Error):
        error = error.__context__
    return str(error) or "another process keeps it busy"


def _open(folder: Path) -> Cache:
    from diskcache import Cache, JSONDisk
    from diskcache.core import MODE_PICKLE

    class TextKeyDisk(JSONDisk):  # type: ignore[misc]
        """Keys are plain text: JSONDisk compresses them, so equal keys differ between builds of zlib."""

        def put(self, key: str) -> tuple[str, bool]:
            return key, True

        def get(self, key: str, _raw: bool) -> str:
            return key

        def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> object:
            # JSONDisk would load a pickle that somebody else put into the file (CVE-2025-69872).
            if mode == MODE_PICKLE:
                raise ValueError("a pickle")
            return super().fetch(mode, filename, value, read)

    settings = {"eviction_policy": "none", "cull_limit": 0, "disk_compress_level": 1}
    return Cache(str(folder), timeout=BUSY_SECONDS, disk=TextKeyDisk, **settings)


_KNOWN = tuple(field.name for field in fields(Completion))
_USAGE = tuple(field.name for field in fields(Usage))


def _entry(completion: Completion) -> dict[str, Any]:
    """Return an answer as it is stored. `asdict` would copy each value deeply, at ten times the cost."""
    values = {name: getattr(completion, name) for name in _KNOWN}
    return {**values, "usage": {name: getattr(completion.usage, name) for name in _USAGE}}


def _completion(stored: Mapping[str, Any]) -> Completion:
    """Return a stored answer; what a newer version may have added to it is passed over."""
    values = {name: value for name, value in stored.items() if name in _KNOWN}
    if not isinstance(values["text"], str):
        raise TypeError("its text is no text")
    values["usage"] = Usage(**values["usage"])
    values["citations"] = tuple(values["citations"])
    return Completion(**values)

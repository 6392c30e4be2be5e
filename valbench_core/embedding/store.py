"""Vectors kept on disk, so that a text is encoded once: one SQLite file for each encoder.

Which encoder it is, and what the vectors are for, is left to others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from valbench_core.embedding.encoder import Encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 512
"""Texts that are encoded, and then kept, at once: what stopping may cost."""
BUSY_SECONDS = 30
"""How long to wait for another process that writes."""

_ASKED = 500
"""Texts that are looked up at once."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS encoder (fingerprint TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (text_sha256 BLOB PRIMARY KEY, vector BLOB NOT NULL);
"""

OnProgress = Callable[[int, int], None]
"""Told how many of how many texts have their vectors."""


class VectorStore:
    """Vectors by encoder and text. Several processes and threads may use one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep vectors in `folder`, which need not exist; where it cannot be written, nothing is kept."""
        self.folder = folder
        self.problem = ""
        """Why vectors were not kept the last time, in one line; "" where they were."""

    def path_of(self, encoder: Encoder) -> Path:
        """Return where the vectors of an encoder are, or would be."""
        return self.folder / f"{encoder.fingerprint[:32]}.sqlite"

    def vectors(
        self, encoder: Encoder, texts: Sequence[str], on_progress: OnProgress = lambda _done, _all: None
    ) -> NDArray[np.float32]:
        """Return one row a text, encoding only those that are new; each batch is kept before the next begins.

        An encoder whose vectors hold for one call only encodes all texts together, and nothing is kept.
        """
        self.problem = ""
        by_hash = {sha256(text.encode("utf-8", "replace")).digest(): text for text in texts}
        if encoder.fingerprint:
            found = self._found(encoder, list(by_hash))
            self._encode_new(encoder, by_hash, found, on_progress)
        else:
            rows = encoder.encode(list(by_hash.values()))
            found = dict(zip(by_hash, rows, strict=True))
            on_progress(len(found), len(found))
        return _stacked(encoder, texts, found)

    def _encode_new(
        self,
        encoder: Encoder,
        by_hash: dict[bytes, str],
        found: dict[bytes, NDArray[np.float32]],
        on_progress: OnProgress,
    ) -> None:
        # Texts of like length together: a batch costs as much as its longest text, times its size.
        new = sorted(by_hash.keys() - found.keys(), key=lambda key: (len(by_hash[key]), key))
        on_progress(len(found), len(by_hash))
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            rows = dict(zip(batch, encoder.encode([by_hash[key] for key in batch]), strict=True))
            self._keep(encoder, rows)
            found.update(rows)
            on_progress(len(found), len(by_hash))

    def _found(self, encoder: Encoder, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        import numpy as np

        found: dict[bytes, NDArray[np.float32]] = {}
        path = self.path_of(encoder)
        if not path.is_file():
            return found
        with self._tolerant(path), closing(_reading(path)) as connection:
            for start in range(0, len(keys), _ASKED):
                some = keys[start : start + _ASKED]
                marks = ",".join("?" * len(some))
                query = f"SELECT text_sha256, vector FROM vectors WHERE text_sha256 IN ({marks})"
                rows = connection.execute(query, some)
                found.update((key, np.frombuffer(vector, "<f4")) for key, vector in rows)
        return found

    def _keep(self, encoder: Encoder, rows: dict[bytes, NDArray[np.float32]]) -> None:
        path = self.path_of(encoder)
        with self._tolerant(path), closing(self._writing(encoder)) as connection, connection:
            connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
                ((key, row.astype("<f4").tobytes()) for key, row in rows.items()),
            )

    def _writing(self, encoder: Encoder) -> sqlite3.Connection:
        self.folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path_of(encoder), timeout=BUSY_SECONDS)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        connection.execute(
            "INSERT INTO encoder SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM encoder)",
            (encoder.fingerprint, encoder.name),
        )
        return connection

    @contextmanager
    def _tolerant(self, path: Path) -> Iterator[None]:
        """Note what keeps vectors from being read or kept: they can always be made again."""
        try:
            yield
        except (OSError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.ProgrammingError):
                raise  # a fault of ours, not of the disk
            self.problem = f"vectors are not kept in '{path}' ({error}); check the disk, or delete that file"


def _reading(path: Path) -> sqlite3.Connection:
    """Open for reading; a file on read-only media opens only as one that nobody can change."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    try:
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    return connection


def _stacked(
    encoder: Encoder, texts: Sequence[str], found: dict[bytes, NDArray[np.float32]]
) -> NDArray[np.float32]:
    import numpy as np

    if not texts:
        return encoder.encode([])
    return np.stack([found[sha256(text.encode("utf-8", "replace")).digest()] for text in texts])

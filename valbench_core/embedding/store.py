"""Vectors kept on disk, so that a text is encoded once: one SQLite file for each encoder.

Which encoder it is, and what the vectors are for, is left to others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from valbench_core.embedding.encoder import Encoder, FoundEncoder
from valbench_core.embedding.rows import Rows

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
CREATE TABLE IF NOT EXISTS encoder (
    fingerprint TEXT NOT NULL, name TEXT NOT NULL, dimensions INTEGER NOT NULL
);
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

    def path_of(self, encoder: Encoder | FoundEncoder) -> Path:
        """Return where the vectors of an encoder are, or would be."""
        return self.folder / f"{encoder.fingerprint[:32]}.sqlite"

    def vectors(
        self,
        encoder: Encoder | FoundEncoder,
        texts: Sequence[str],
        on_progress: OnProgress = lambda _done, _all: None,
    ) -> NDArray[np.float32]:
        """Return one row a text, encoding only those that are new; each batch is kept before the next begins.

        An encoder that was found is loaded only where a text is new. One whose vectors hold for one call only
        encodes all texts together, and nothing is kept.

        Raises:
            EncoderError: the encoder is needed, and cannot be loaded.
        """
        self.problem = ""
        rows = Rows(texts)
        if encoder.fingerprint:
            self._read(encoder, rows)
        on_progress(rows.done, rows.wanted)
        new = rows.missing()
        if new:
            self._encode(_loaded(encoder), new, rows, on_progress)
        return rows.all()

    def _encode(self, encoder: Encoder, new: Sequence[bytes], rows: Rows, on_progress: OnProgress) -> None:
        size = BATCH if encoder.fingerprint else len(new)
        for start in range(0, len(new), size):
            batch = new[start : start + size]
            vectors = encoder.encode(rows.texts(batch))
            if encoder.fingerprint:
                self._keep(encoder, batch, vectors)
            rows.fill(zip(batch, vectors, strict=True))
            on_progress(rows.done, rows.wanted)

    def _read(self, encoder: Encoder | FoundEncoder, rows: Rows) -> None:
        path = self.path_of(encoder)
        if not path.is_file():
            return
        with self._tolerant(path), closing(_reading(path)) as connection:
            dimensions = _dimensions(connection, encoder)
            keys = rows.missing()
            for start in range(0, len(keys), _ASKED):
                rows.fill(_stored(connection, keys[start : start + _ASKED], dimensions))

    def _keep(self, encoder: Encoder, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        path = self.path_of(encoder)
        with self._tolerant(path), closing(self._writing(encoder)) as connection, connection:
            connection.execute(
                "INSERT INTO encoder SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM encoder)",
                (encoder.fingerprint, encoder.name, vectors.shape[1]),
            )
            _dimensions(connection, encoder)
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                ((key, row.astype("<f4").tobytes()) for key, row in zip(keys, vectors, strict=True)),
            )

    def _writing(self, encoder: Encoder) -> sqlite3.Connection:
        self.folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path_of(encoder), timeout=BUSY_SECONDS)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
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


def _dimensions(connection: sqlite3.Connection, encoder: Encoder | FoundEncoder) -> int:
    """Return how long vectors are; raise where they are of another encoder than the file's name says."""
    held, dimensions = connection.execute("SELECT fingerprint, dimensions FROM encoder").fetchone() or ("", 0)
    if held != encoder.fingerprint:
        raise sqlite3.DatabaseError("it holds the vectors of another version of the encoder")
    return int(dimensions)


def _stored(
    connection: sqlite3.Connection, keys: Sequence[bytes], dimensions: int
) -> Iterator[tuple[bytes, NDArray[np.float32]]]:
    """Yield those of some vectors that are there, and whole."""
    import numpy as np

    marks = ",".join("?" * len(keys))
    query = f"SELECT text_sha256, vector FROM vectors WHERE text_sha256 IN ({marks})"
    for key, vector in connection.execute(query, keys):
        if len(vector) == 4 * dimensions:
            yield key, np.frombuffer(vector, "<f4")


def _loaded(encoder: Encoder | FoundEncoder) -> Encoder:
    return encoder.load() if isinstance(encoder, FoundEncoder) else encoder

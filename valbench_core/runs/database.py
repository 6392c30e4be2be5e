"""A run's SQLite connection: how it is opened, a transaction made, what SQLite's complaints mean to a user.

Which rows are written and read is left to `run_file` and `reading`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valbench_core.errors import RunBusyError, RunError, RunNotFoundError, RunTooNewError, StorageError
from valbench_core.runs.migrations import APPLICATION_ID, NEWEST, migrate, version

BUSY_SECONDS = 10
"""How long a transaction waits for that of another process."""

_SQLITE = b"SQLite format 3\0"
_ID_START, _ID_END = 68, 72
"""Where the application id stands in a SQLite file."""

_DISK = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turn what SQLite says about disk, locks and damage into our errors; anything else is a bug."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise StorageError(
                f"no space left to write '{path}'; what was saved before is kept: free some space, try again"
            ) from error
        if code in _DISK:
            raise StorageError(
                f"'{path}' cannot be written or read ({error}); what was saved before is kept: "
                "check the disk and the folder's permissions"
            ) from error
        if code in _BUSY:
            raise RunBusyError(
                f"another process has kept '{path}' locked for {BUSY_SECONDS} s; try again in a moment"
            ) from error
        if code in _DAMAGED:
            raise RunError(f"'{path}' is no run, or is damaged ({error}); use a copy or delete it") from error
        raise


def connect(path: Path, readonly: bool) -> sqlite3.Connection:
    """Open a run file of the newest schema, bringing an older one up to it.

    Raises:
        RunNotFoundError: there is no such file.
        RunTooNewError: a newer version of this program wrote it.
        RunError: it is not a run file, or damaged.
        StorageError: it cannot be written, and writing was asked for.
    """
    if not path.is_file():
        raise RunNotFoundError(f"there is no run file '{path}'; `valbench runs` lists the runs")
    with storage(path):
        connection = _readable(path) if readonly else _opened(path, "mode=rw")
        try:
            _check(connection, path)
            if readonly and version(connection) < NEWEST:
                connect(path, readonly=False).close()
            if readonly:
                connection.execute("PRAGMA query_only = 1")
            else:
                migrate(connection)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
    return connection


def connect_new(path: Path) -> sqlite3.Connection:
    """Open a new file and give it the newest schema."""
    with storage(path):
        connection = _opened(path, "mode=rwc")
        migrate(connection)
    return connection


def is_run_file(path: Path) -> bool:
    """Whether a file begins as runs do, of whatever version and however damaged beyond that."""
    with path.open("rb") as file:
        head = file.read(_ID_END)
    return head.startswith(_SQLITE) and int.from_bytes(head[_ID_START:_ID_END]) == APPLICATION_ID


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Commit what is written within, together with a new revision, or nothing of it."""
    with storage(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("UPDATE revision SET n = n + 1")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _opened(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    return connection


def _readable(path: Path) -> sqlite3.Connection:
    """Open for reading; a WAL file on read-only media opens only as one that nobody can change.

    SQLite passes over the log of such a file, which may hold the newest rows: with a log it is refused.
    """
    connection = _opened(path, "mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _DISK:
            raise
        _refuse_log(path)
        connection = _opened(path, "mode=ro&immutable=1")
    return connection


def _refuse_log(path: Path) -> None:
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise StorageError(
            f"'{path}' cannot be read where it lies: its newest rows are in '{log.name}', which needs a "
            "writable folder; copy both files to one and open the copy"
        )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID:
        raise RunError(f"'{path}' is not a run of this program; `valbench runs` lists the runs")
    found = version(connection)
    if found > NEWEST:
        raise RunTooNewError(
            f"'{path}' was written by a newer version of this program (schema {found}, here {NEWEST}); "
            "upgrade valbench-explorer to open it"
        )

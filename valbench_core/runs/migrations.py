"""The numbered schemas of a run file, and bringing an older file up to the newest one.

What the tables mean is said in `schema/*.sql`; opening files is left to `database`.
"""

from __future__ import annotations

import sqlite3
from importlib import resources

from valbench_core.runs.said import says_something, takes_position

APPLICATION_ID = 0x56414C42
"""Marks a SQLite file as a run of this program ("VALB")."""

NEWEST = 2
"""The schema this program writes: number of the last script in `schema/`."""


def script(number: int) -> str:
    """Return the SQL that brings a file from schema `number - 1` to `number`."""
    return (resources.files("valbench_core.runs") / "schema" / f"{number}.sql").read_text(encoding="utf-8")


def version(connection: sqlite3.Connection) -> int:
    """Return the schema's number; 0 for a file without any."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest schema, one transaction a step: a step cut off leaves the step before it.

    Another process may be doing the same, so each step looks again once it holds the write lock.
    """
    for function in (says_something, takes_position):
        connection.create_function(function.__name__, 1, function, deterministic=True)
    while version(connection) < NEWEST:
        connection.execute("BEGIN IMMEDIATE")
        try:
            number = version(connection) + 1
            if number <= NEWEST:
                for statement in statements(script(number)):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def statements(sql: str) -> list[str]:
    """Split a script into its statements; `executescript` would commit before it begins.

    >>> statements("CREATE TABLE a (b); -- c;\\nCREATE TABLE d (e);")
    ['CREATE TABLE a (b);', '-- c;\\nCREATE TABLE d (e);']
    """
    found: list[str] = []
    pending = ""
    for piece in sql.split(";")[:-1]:
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    return found

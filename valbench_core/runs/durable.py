"""Group commit: many coroutines hand in rows, one thread writes them in batches, and each waits for its own.

What a row is and where it goes is the caller's; the run file is written this way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

Row = TypeVar("Row")

MOST_ROWS = 50
"""Rows in one transaction, at most (DESIGN §3.6)."""


class GroupCommit(Generic[Row]):
    """Writes rows in batches: while one batch is being committed the next one gathers.

    A batch holds at most `MOST_ROWS` rows, and waits at most `linger` seconds for company.
    """

    def __init__(self, commit: Callable[[Sequence[Row]], None], storage: Executor, linger: float) -> None:
        self._commit = commit
        self._storage = storage
        self._linger = linger
        self._rows: list[tuple[Row, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    def submit(self, row: Row) -> asyncio.Future[None]:
        """Hand in a row; the future is done once the row is durable, or has what the commit raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rows.append((row, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return done

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._rows:
            if len(self._rows) < MOST_ROWS:
                await asyncio.sleep(self._linger)
            batch, self._rows = self._rows[:MOST_ROWS], self._rows[MOST_ROWS:]
            committing = loop.run_in_executor(self._storage, self._commit, [row for row, _ in batch])
            # Whatever the commit raises belongs to those who wait for these rows; it is raised there.
            await asyncio.wait([committing])
            error = committing.exception()
            for _, done in batch:
                if done.done():
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
        self._writer = None

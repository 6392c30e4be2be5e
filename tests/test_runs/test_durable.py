"""Group commit: what is done is durable, and whoever waits learns of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.test_inference.asking import run
from valbench_core.errors import StorageError
from valbench_core.runs import GroupCommit


@pytest.fixture
def storage() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as thread:
        yield thread


def test_rows_handed_in_together_are_written_in_few_batches_in_order(storage: ThreadPoolExecutor) -> None:
    batches: list[list[int]] = []

    async def check() -> None:
        commits = GroupCommit[int](lambda rows: batches.append(list(rows)), storage, 0.0)
        await asyncio.gather(*(commits.submit(number) for number in range(120)))

    run(check())
    assert [row for batch in batches for row in batch] == list(range(120))
    assert [len(batch) for batch in batches] == [50, 50, 20]


def test_a_row_counts_only_once_it_is_written(storage: ThreadPoolExecutor) -> None:
    written: list[int] = []

    async def check() -> None:
        commits = GroupCommit[int](written.extend, storage, 0.0)
        for number in range(3):
            await commits.submit(number)
            assert written[-1] == number

    run(check())


def test_a_failed_commit_is_told_to_everyone_in_it_and_the_next_one_goes_on(
    storage: ThreadPoolExecutor,
) -> None:
    written: list[int] = []

    def commit(rows: Sequence[int]) -> None:
        if 1 in rows:
            raise StorageError("full")
        written.extend(rows)

    async def check() -> None:
        commits = GroupCommit[int](commit, storage, 0.0)
        results = await asyncio.gather(commits.submit(1), commits.submit(2), return_exceptions=True)
        assert [type(result) for result in results] == [StorageError, StorageError]
        await commits.submit(3)

    run(check())
    assert written == [3]


def test_a_row_is_written_even_if_nobody_waits_any_more(storage: ThreadPoolExecutor) -> None:
    written: list[int] = []

    async def check() -> None:
        commits = GroupCommit[int](written.extend, storage, 0.0)
        left, last = commits.submit(1), commits.submit(2)
        left.cancel()
        await last
        with pytest.raises(asyncio.CancelledError):
            await left

    run(check())
    assert written == [1, 2]

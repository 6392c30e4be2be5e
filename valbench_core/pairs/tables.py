"""Parts that are typed tables: Parquet files and `datasets.Dataset` objects, read in Arrow batches.

Memory holds one batch at a time. Where the tables come from is left to `local` and `hub`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valbench_core.errors import PairsError
from valbench_core.pairs.part import NumberedRow

_BATCH = 1000


def _rows_of(batch: Any, numbers: Iterable[int]) -> Iterator[NumberedRow]:
    """Yield the rows of a `pyarrow` table or record batch under the numbers given."""
    names = batch.schema.names
    columns = [column.to_pylist() for column in batch.columns]
    for number, values in zip(numbers, zip(*columns, strict=True), strict=True):
        yield NumberedRow(number, dict(zip(names, values, strict=True)))


def _rows_at(batch: Any, indices: Sequence[int], numbers: Sequence[int]) -> Iterator[NumberedRow]:
    """Yield some rows of a record batch (value by value: `take` would import pandas)."""
    columns = list(zip(batch.schema.names, batch.columns, strict=True))
    for index, number in zip(indices, numbers, strict=True):
        yield NumberedRow(number, {name: column[index].as_py() for name, column in columns})


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn what Arrow says about damaged content into an error of ours."""
    from pyarrow import ArrowException

    try:
        yield
    except UnicodeDecodeError as error:
        raise PairsError(
            f"{name!r} holds text that is not UTF-8 ({error.reason}); write it again as UTF-8"
        ) from error
    except (ArrowException, OSError) as error:
        problem = str(error).partition("\n")[0]
        raise PairsError(
            f"{name!r} cannot be read as a table ({problem}); check or fetch the file again"
        ) from error


@dataclass(frozen=True)
class ParquetFile:
    """One Parquet file."""

    path: Path

    unit = "row"

    @property
    def name(self) -> str:
        """The path as it was given."""
        return str(self.path)

    def columns(self) -> Sequence[str]:
        """Return the column names of the file's schema."""
        with _readable(self.name), self._opened() as file:
            return list(file.schema_arrow.names)

    def rows(self, columns: Collection[str] | None = None) -> Iterator[NumberedRow]:
        """Yield all rows, of the wanted columns only."""
        wanted = None if columns is None else list(columns)
        first = 1
        with _readable(self.name), self._opened() as file:
            for batch in file.iter_batches(_BATCH, columns=wanted, use_threads=False):
                yield from _rows_of(batch, range(first, first + batch.num_rows))
                first += batch.num_rows

    def take(self, numbers: Sequence[int]) -> Iterator[NumberedRow]:
        """Yield the rows of these numbers; row groups that hold none of them are not read."""
        with _readable(self.name), self._opened() as file:
            start = 1
            for group in range(file.num_row_groups):
                end = start + file.metadata.row_group(group).num_rows
                inside = _between(numbers, start, end)
                if inside:
                    yield from self._take_of_group(file, group, start, inside)
                start = end

    def _take_of_group(
        self, file: Any, group: int, start: int, numbers: Sequence[int]
    ) -> Iterator[NumberedRow]:
        for batch in file.iter_batches(_BATCH, row_groups=[group], use_threads=False):
            inside = _between(numbers, start, start + batch.num_rows)
            if inside:
                yield from _rows_at(batch, [number - start for number in inside], inside)
            start += batch.num_rows

    def _opened(self) -> Any:
        from pyarrow import set_memory_pool, system_memory_pool
        from pyarrow.parquet import ParquetFile as Opened

        set_memory_pool(system_memory_pool())  # the default pool keeps what it frees: 70 MB at 115,000 pairs
        return Opened(self.path, buffer_size=2**16, pre_buffer=False)


def _between(numbers: Sequence[int], start: int, end: int) -> Sequence[int]:
    """Return those of ascending numbers that are in [start, end).

    >>> _between([1, 4, 6, 9], 4, 9)
    [4, 6]
    """
    from bisect import bisect_left

    return numbers[bisect_left(numbers, start) : bisect_left(numbers, end)]


@dataclass(frozen=True)
class DatasetTable:
    """A `datasets.Dataset`, which lies in memory-mapped files."""

    name: str
    dataset: Any

    unit = "row"

    def columns(self) -> Sequence[str]:
        """Return the column names."""
        return list(self.dataset.column_names)

    def rows(self, columns: Collection[str] | None = None) -> Iterator[NumberedRow]:
        """Yield all rows, of the wanted columns only."""
        dataset = self.dataset if columns is None else self.dataset.select_columns(list(columns))
        return self._batches(dataset, range(1, len(dataset) + 1))

    def take(self, numbers: Sequence[int]) -> Iterator[NumberedRow]:
        """Yield the rows of these numbers."""
        return self._batches(self.dataset.select([number - 1 for number in numbers]), numbers)

    def _batches(self, dataset: Any, numbers: Sequence[int]) -> Iterator[NumberedRow]:
        first = 0
        with _readable(self.name):
            for batch in dataset.with_format("arrow").iter(_BATCH):
                yield from _rows_of(batch, numbers[first : first + batch.num_rows])
                first += batch.num_rows

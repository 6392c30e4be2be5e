"""What every file and table of pairs looks like to the rest of the room: rows as they stand, by number.

How a format is read is left to `text_files` and `tables`; what the rows mean to `columns`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

Kind = Literal["sample", "hub", "parquet", "jsonl", "csv", "folder"]
"""What a source is; `folder` is one written by `save_to_disk`."""

Row = Mapping[str, Any]
"""Column → value, as the source gives it."""


class NumberedRow(NamedTuple):
    """A row and the number by which a person finds it."""

    number: int
    """1 for the first row (or line, where `Part.unit` says so)."""
    row: Row


class Part(Protocol):
    """One file, shard or table of a source; can be read any number of times."""

    @property
    def name(self) -> str:
        """What an error message calls it."""

    @property
    def unit(self) -> str:
        """What its numbers count: "line" or "row"."""

    def columns(self) -> Sequence[str]:
        """Return the names of its columns."""

    def rows(self, columns: Collection[str] | None = None) -> Iterator[NumberedRow]:
        """Yield all rows in order; `columns` names those wanted, where leaving the others out saves work."""

    def take(self, numbers: Sequence[int]) -> Iterator[NumberedRow]:
        """Yield the rows of these ascending numbers with all their columns."""

"""Parts that are text files: JSON lines (or one JSON array) and CSV, read line by line.

Every fault is reported with file and line. Typed tables are left to `tables`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from valbench_core.errors import PairsError
from valbench_core.pairs.part import NumberedRow

_LONGEST_CELL = 2**31 - 1
_ROWS_THAT_SHOW_THE_COLUMNS = 100
_BOM = b"\xef\xbb\xbf"


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, with their ends; a fault names line and byte."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                yield _decoded(line.removeprefix(_BOM) if number == 1 else line, number, path)
    except OSError as error:
        raise PairsError(
            f"cannot read {str(path)!r}: {error.strerror}; check the path and its permissions"
        ) from error


def _decoded(line: bytes, number: int, path: Path) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PairsError(
            f"{str(path)!r} is not UTF-8: line {number}, byte {error.start + 1} is "
            f"0x{line[error.start]:02x}; save the file as UTF-8 and try again"
        ) from error


@dataclass(frozen=True)
class JsonFile:
    """Objects, one a line; a single JSON array of objects is read too (as a whole)."""

    path: Path

    @property
    def name(self) -> str:
        """The path as it was given."""
        return str(self.path)

    @property
    def unit(self) -> str:
        """Rows of an array have no line of their own."""
        return "row" if self._is_array() else "line"

    def columns(self) -> Sequence[str]:
        """Return the keys of the first rows, in order of appearance."""
        first = islice(self.rows(), _ROWS_THAT_SHOW_THE_COLUMNS)
        return list(dict.fromkeys(key for _, row in first for key in row))

    def rows(self, columns: Collection[str] | None = None) -> Iterator[NumberedRow]:
        """Yield all objects; blank lines are passed over."""
        if self._is_array():
            return self._array()
        return (
            self._parsed(number, line) for number, line in enumerate(_lines(self.path), 1) if line.strip()
        )

    def take(self, numbers: Sequence[int]) -> Iterator[NumberedRow]:
        """Yield the objects of these numbers without parsing the others."""
        wanted = frozenset(numbers)
        if self._is_array():
            return (row for row in self._array() if row.number in wanted)
        return (self._parsed(n, line) for n, line in enumerate(_lines(self.path), 1) if n in wanted)

    def _is_array(self) -> bool:
        return next((line for line in _lines(self.path) if line.strip()), "").lstrip().startswith("[")

    def _array(self) -> Iterator[NumberedRow]:
        values = self._loaded("".join(_lines(self.path)), 1)
        for number, value in enumerate(values, 1):
            yield self._object(number, value)

    def _parsed(self, number: int, line: str) -> NumberedRow:
        return self._object(number, self._loaded(line.rstrip(), number))

    def _loaded(self, text: str, first_line: int) -> Any:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            line = first_line + error.lineno - 1
            problem = f"{error.msg}, column {error.colno}"
        except RecursionError:
            line, problem = first_line, "nested too deeply"
        raise PairsError(
            f"line {line} of {self.name!r} is not valid JSON ({problem}); write one JSON object on each line"
        )

    def _object(self, number: int, value: object) -> NumberedRow:
        if isinstance(value, dict):
            return NumberedRow(number, value)
        raise PairsError(
            f"{self.unit} {number} of {self.name!r} is not a JSON object but {type(value).__name__}; "
            "each must be an object with the columns of one pair"
        )


@dataclass(frozen=True)
class CsvFile:
    """Comma-, semicolon- or tab-separated values under a line of column names."""

    path: Path

    unit = "row"

    @property
    def name(self) -> str:
        """The path as it was given."""
        return str(self.path)

    def columns(self) -> Sequence[str]:
        """Return the names in the first line."""
        return next(self._records(), [])

    def rows(self, columns: Collection[str] | None = None) -> Iterator[NumberedRow]:
        """Yield the rows under the header, whose number is 1 for the first."""
        records = self._records()
        header = next(records, [])
        for number, record in enumerate(filter(None, records), 1):
            if len(record) > len(header):
                raise PairsError(
                    f"row {number} of {self.name!r} has {len(record)} cells, the header {len(header)}; "
                    "put cells that hold the separator in double quotes"
                )
            yield NumberedRow(number, dict(zip(header, record, strict=False)))

    def take(self, numbers: Sequence[int]) -> Iterator[NumberedRow]:
        """Yield the rows of these numbers (the others are read over)."""
        wanted = frozenset(numbers)
        return (row for row in self.rows() if row.number in wanted)

    def _records(self) -> Iterator[list[str]]:
        csv.field_size_limit(_LONGEST_CELL)
        header = next(_lines(self.path), "")
        reader = csv.reader(_lines(self.path), delimiter=separator(header), strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise PairsError(
                f"line {reader.line_num} of {self.name!r} is not valid CSV ({error}); "
                "put cells that hold separators, quotes or line ends in double quotes"
            ) from error


def separator(header: str) -> str:
    r"""Return the separator that a header line uses: the commonest of comma, semicolon and tab.

    >>> separator("id;for_question;against_question")
    ';'
    """
    return max(",;\t", key=header.count)

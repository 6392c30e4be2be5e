"""One pass over the rows of a source: each becomes a pair with its own id, repeats go, faults are named.

Where the rows come from is left to `part` and its formats, which pairs are chosen to `subset`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from valbench_core.errors import PairsError
from valbench_core.pairs.cells import CellError
from valbench_core.pairs.columns import FIELDS, REQUIRED, ColumnMap
from valbench_core.pairs.part import Part, Row
from valbench_core.schema import Pair

_HASH_CHARACTERS = 12


class Place(NamedTuple):
    """Where a row stands in its source, so that it can be read again."""

    part: int
    """Index of the part."""
    number: int
    """The row's number in it, see `NumberedRow`."""


@dataclass
class Reading:
    """Iterates once over a source's pairs with their places; what it met on the way is known afterwards."""

    parts: Sequence[Part]
    columns: ColumnMap
    light: bool = False
    """Read only the columns by which pairs are chosen; the pairs then lack texts and extra columns."""
    repeats: int = 0
    """Rows dropped because an earlier one has the same id, issue and questions."""
    odd_scales: int = 0
    """Pairs whose issue scale is none and was put among the extra columns."""
    rows: int = 0
    _seen: dict[str, int] = field(default_factory=dict)
    _occurrences: Counter[str] = field(default_factory=Counter)
    _incomplete: int = 0
    _first_incomplete: str = ""

    def __iter__(self) -> Iterator[tuple[Place, Pair]]:
        """Yield the pairs in source order.

        Raises:
            PairsError: a cell is unfit, two different pairs share an id, or (said at the end, with the
                number of such rows) a question is missing.
        """
        for index, part in enumerate(self.parts):
            wanted = self.columns.light(part.columns()) if self.light else None
            for number, row in part.rows(wanted):
                self.rows += 1
                pair = self._pair(part, number, row)
                if pair is not None:
                    yield Place(index, number), pair
        if self._incomplete:
            raise PairsError(
                f"{self._first_incomplete}; {self._incomplete} of {self.rows} rows lack a question. "
                "Complete or remove them"
            )

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know about the rows read, one sentence each."""
        notes = []
        if self.repeats:
            notes.append(f"{_rows(self.repeats)} the id and questions of an earlier row and were dropped")
        if self.odd_scales:
            notes.append(f"issue scales that are no integer from 0 to 5 were kept aside: {self.odd_scales:,}")
        return tuple(notes)

    def _pair(self, part: Part, number: int, row: Row) -> Pair | None:
        try:
            pair = self.columns.pair(row)
        except CellError as error:
            raise PairsError(f"{part.unit} {number} of {part.name!r}: {error}; correct the cell") from error
        if not pair.for_question or not pair.against_question:
            self._note_incomplete(part, number, pair)
            return None
        if not pair.id:
            pair = replace(pair, id=self._made_id(pair))
        if self._is_repeat(pair, part, number):
            self.repeats += 1
            return None
        self.odd_scales += pair.issue_scale is None and "issue_scale" in pair.extra
        return pair

    def _note_incomplete(self, part: Part, number: int, pair: Pair) -> None:
        self._incomplete += 1
        if not self._first_incomplete:
            missing = next(name for name in REQUIRED if not getattr(pair, name))
            self._first_incomplete = f"{part.unit} {number} of {part.name!r} has no {missing}"

    def _made_id(self, pair: Pair) -> str:
        start = content_id(pair)
        self._occurrences[start] += 1
        return f"{start}-{self._occurrences[start]}"

    def _is_repeat(self, pair: Pair, part: Part, number: int) -> bool:
        content = hash((pair.issue_description, pair.for_question, pair.against_question))
        earlier = self._seen.get(pair.id)
        if earlier is None:
            self._seen[pair.id] = content
        elif earlier != content:
            raise PairsError(
                f"two pairs have the id {pair.id!r} but different issues or questions (the second is "
                f"{part.unit} {number} of {part.name!r}); give each its own id, or take the id column out"
            )
        return earlier is not None


def _rows(count: int) -> str:
    return "1 row repeats" if count == 1 else f"{count:,} rows repeat"


def content_id(pair: Pair) -> str:
    """Return the part of a made-up id that depends on nothing but issue and questions."""
    return pair.content_hash[:_HASH_CHARACTERS]


def read_again(
    parts: Sequence[Part], columns: ColumnMap, places: Sequence[tuple[Place, str]]
) -> Iterator[Pair]:
    """Yield the pairs at some places of an earlier pass, in full.

    Args:
        parts: the parts of that pass.
        columns: its column map.
        places: ascending places, each with the id that the pass gave.

    Raises:
        PairsError: the source is no longer what it was.
    """
    for index, group in groupby(places, lambda placed: placed[0].part):
        part = parts[index]
        ids = {place.number: pair_id for place, pair_id in group}
        for number, row in part.take(list(ids)):
            pair, pair_id = columns.pair(row), ids.pop(number)
            if pair.id != pair_id and (pair.id or not pair_id.startswith(content_id(pair))):
                raise _changed(part)
            yield replace(pair, id=pair_id)
        if ids:
            raise _changed(part)


def _changed(part: Part) -> PairsError:
    return PairsError(f"{part.name!r} changed while it was being read; start again")


class Fingerprint:
    """SHA-256 over the full contents of pairs, in order: each field (`extra` as JSON) and a NUL.

    A NUL because no clean text holds one, so different pairs never look alike.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, pair: Pair) -> None:
        """Take in one pair."""
        extra = json.dumps(pair.extra, sort_keys=True) if pair.extra else "{}"
        fields = [str(getattr(pair, name)) for name in FIELDS]
        self._hash.update("\0".join([*fields, extra, ""]).encode("utf-8"))

    @property
    def value(self) -> str:
        """The fingerprint of the pairs taken in so far, in hexadecimal."""
        return self._hash.hexdigest()

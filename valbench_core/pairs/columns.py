"""How the columns of a source become the fields of a pair: by their own names, or by a map given by the user.

Identity of pairs (missing ids, repeats) is left to `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any

from valbench_core.errors import PairsError, SettingsError
from valbench_core.pairs.cells import CellError, as_json, as_scale, as_text
from valbench_core.pairs.part import Row
from valbench_core.schema import Pair

FIELDS: tuple[str, ...] = (
    "id",
    "for_question",
    "against_question",
    "issue_description",
    "category",
    "issue_scale",
    "article_title",
    "url",
    "section_title",
    "section_text",
)
"""The columns of the benchmark, which are the fields of a pair."""

REQUIRED: tuple[str, ...] = ("for_question", "against_question")
"""The fields without which a row is no pair."""

LIGHT: tuple[str, ...] = FIELDS[:7]
"""The fields by which pairs are chosen: all but the long texts."""


def parse_map(items: Iterable[str]) -> dict[str, str]:
    """Return `--map column=field` options as column → field.

    >>> parse_map(["pro=for_question", "con=against_question"])
    {'pro': 'for_question', 'con': 'against_question'}
    """
    columns: dict[str, str] = {}
    for item in items:
        column, equals, name = item.rpartition("=")
        if not equals or not column.strip() or not name.strip():
            raise SettingsError(
                f"--map {item!r} is not column=field; write for instance --map pro=for_question"
            )
        columns[column.strip()] = name.strip()
    check_map(columns)
    return columns


def check_map(columns: Mapping[str, str]) -> None:
    """Raise a SettingsError where a map names a field that pairs do not have, or one field twice."""
    fields = list(columns.values())
    for column, name in columns.items():
        if name not in FIELDS:
            raise SettingsError(
                f"unknown field {name!r} in the map of column {column!r}; the fields are: {', '.join(FIELDS)}"
            )
        if fields.count(name) > 1:
            raise SettingsError(f"two columns are mapped to the field {name!r}; map one of them only")


@dataclass(frozen=True)
class ColumnMap:
    """Which column fills which field; columns that fill none are kept under their own names in `extra`."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Foreign column → field; it outranks a column that has the field's own name."""

    def field_of(self, column: str) -> str | None:
        """Return the field a column fills, or None."""
        if column in self.columns:
            return self.columns[column]
        return column if column in FIELDS and column not in self.columns.values() else None

    @cached_property
    def _field_of(self) -> Callable[[str], str | None]:
        """`field_of`, remembered: it is asked for every cell."""
        return cache(self.field_of)

    def light(self, columns: Iterable[str]) -> list[str]:
        """Return those columns that are needed to choose pairs, without the long texts."""
        return [column for column in columns if self.field_of(column) in LIGHT]

    def check(self, columns: Sequence[str], source: str) -> None:
        """Raise a PairsError where mapped columns or required fields are not among those of a source."""
        found = f"it has: {', '.join(columns) or 'none'}"
        for column in self.columns:
            if column not in columns:
                raise PairsError(
                    f"--map names the column {column!r}, which {source!r} does not have; {found}"
                )
        filled = {self.field_of(column) for column in columns}
        missing = [name for name in REQUIRED if name not in filled]
        if missing:
            advice = " ".join(f"--map {_likely(name, columns)}={name}" for name in missing)
            names = " and ".join(map(repr, missing))
            raise PairsError(f"{source!r} has no column {names}; {found}. Name the right one with {advice}")

    def pair(self, row: Row) -> Pair:
        """Return the pair of a row; its id is "" where the row has none.

        An issue scale which is none is kept in `extra` instead.

        Raises:
            CellError: a text cell holds something else.
        """
        fields: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for column, value in row.items():
            name = self._field_of(column)
            if name == "issue_scale" and (scale := as_scale(value)) is not None:
                fields[name] = scale
            elif name is not None and name != "issue_scale":
                fields[name] = _text(name, value)
            elif (kept := as_json(value)) not in (None, ""):
                extra[name or column] = kept
        for name in ("id", *REQUIRED):
            fields.setdefault(name, "")
        if not fields.get("issue_description"):
            fields["issue_description"] = describe_issue(fields["for_question"], fields["against_question"])
        return Pair(**fields, extra=extra)


def _text(name: str, value: object) -> str:
    try:
        return as_text(value)
    except CellError as error:
        raise CellError(f"{name} {error}: {str(value)[:60]!r}") from None


def _likely(name: str, columns: Sequence[str]) -> str:
    """Return the column that most looks like a field's name, or a word to be replaced."""
    folded = {column.casefold(): column for column in columns}
    word = name.partition("_")[0]
    close = get_close_matches(name, folded, 1, 0.6) or [c for c in folded if word in re.split(r"[\W_]+", c)]
    return folded[close[0]] if close else "COLUMN"


def thesis(question: str) -> str:
    """Return what a question presumes: its words without "Explain why" and the final mark.

    >>> thesis("Explain why zoos protect species.")
    'zoos protect species'
    """
    return re.sub(r"^\s*explain\s+why\b[\s,:]*", "", question, flags=re.IGNORECASE).strip().rstrip(".?!")


def describe_issue(for_question: str, against_question: str) -> str:
    """Return a neutral line on the issue between two questions, for pairs that come without one.

    >>> describe_issue("Explain why zoos protect species.", "Explain why zoos harm animals.")
    'Some hold that zoos protect species; others hold that zoos harm animals.'
    >>> describe_issue("Are zoos good?", "Are zoos bad?")
    'Are zoos good? / Are zoos bad?'
    """
    pro, con = thesis(for_question), thesis(against_question)
    if not pro or not con or pro == for_question.rstrip(".?! ") or con == against_question.rstrip(".?! "):
        return f"{for_question} / {against_question}"
    return f"Some hold that {pro}; others hold that {con}."

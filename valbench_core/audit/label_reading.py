"""One row of a file of labels as a label: which columns there may be, and what each cell may hold.

Rows are of labels (`writing.LABEL_COLUMNS`), of tasks that were filled in (`tasks.TO_FILL`), or come from
`label_studio`. What becomes of labels is left to `reading`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast, get_args

from valbench_core.audit.scale import check_label, checked_author
from valbench_core.errors import RunError
from valbench_core.pairs.cells import CellError, as_text
from valbench_core.runs import Label
from valbench_core.runs.records import LabelKind, PairProblem
from valbench_core.runs.rows import SCORE_COLUMNS, WORD_COLUMNS
from valbench_core.schema import PROTOCOLS, SIDES, Order, ProtocolName, Verdict

Row = Mapping[str, Any]

NEEDED = ("pair_id", "author", "score")
"""Columns without which a file holds no labels."""

_YES = {"true", "yes", "1", "x"}
_NO = {"false", "no", "0"}
_FLAGS = ("refusal", "no_information")
_SAID_BESIDE = (
    *(column for column in SCORE_COLUMNS if column != "score"),
    *(f"{flag}_{place}" for flag in _FLAGS for place in (1, 2)),
    *WORD_COLUMNS,
)
"""What a label says of a pair beside its score; a pair that is passed over may have a note or a problem."""


def is_blank(row: Row) -> bool:
    """Whether a row says nothing of a pair yet: a task that nobody filled in."""
    said = ("author", "score", "note", "skipped", *_SAID_BESIDE)
    return not any(as_cell(row, name) for name in said)


def label_of_row(row: Row, protocol: ProtocolName) -> Label:
    """Return the label of a row; `protocol` is that of rows that do not say.

    Raises:
        ValBenchError: the row is no label of the scale; the message says what is wrong with it.
    """
    said = cast(ProtocolName, _one_of(row, "protocol", PROTOCOLS, protocol))
    order = cast(Order, _one_of(row, "order", get_args(Order), "normal"))
    pair_id = as_cell(row, "pair_id")
    if not pair_id:
        raise RunError("it names no pair_id")
    label = Label(
        pair_id=pair_id,
        author=checked_author(as_cell(row, "author")),
        verdict=_verdict(row, said, order),
        protocol=said,
        created=_time(row),
        kind=cast(LabelKind, _one_of(row, "kind", get_args(LabelKind), "label")),
        guideline=as_cell(row, "guideline"),
        order=order,
        draw=as_cell(row, "draw") or None,
        blind=_truth(row, "blind") is True,
        seconds=_seconds(row),
        for_hash=as_cell(row, "for_hash"),
        against_hash=as_cell(row, "against_hash"),
        note=as_cell(row, "note"),
        pair_problem=cast(PairProblem, _one_of(row, "pair_problem", get_args(PairProblem), "none")),
    )
    check_label(label, all_asked=False)
    return label


def as_cell(row: Row, name: str) -> str:
    """Return a cell as text; "" where there is none.

    Raises:
        RunError: it holds something that is no text, as JSON may.
    """
    value = row.get(name)
    try:
        return str(value).lower() if isinstance(value, bool) else as_text(value)
    except CellError as error:
        raise RunError(f"{name} {error}; give text, or a number") from error


def _verdict(row: Row, protocol: ProtocolName, order: Order) -> Verdict | None:
    """Return what is said of the pair; None where it is passed over."""
    score = as_cell(row, "score").replace("−", "-")
    if not score:
        _check_skipped(row)
        return None
    try:
        number = float(score)
    except ValueError:
        number = math.nan
    if not number.is_integer():
        raise RunError(f"the score {score!r} is not on the scale; give a whole number from -2 to 2")
    words = {name: as_cell(row, name) for name in WORD_COLUMNS}
    preference = _truth(row, "value_preference")
    if preference is None and protocol == "v3" and "refusal_1" in row:
        preference = False
    said: dict[str, Any] = {**_flags(row, order), **words, "value_preference": preference}
    return Verdict(int(number), **said)


def _check_skipped(row: Row) -> None:
    """Raise `RunError` where a row without a score does not pass the pair over: the score was forgotten."""
    skipped = _truth(row, "skipped")
    filled = next((name for name in _SAID_BESIDE if as_cell(row, name)), None)
    if skipped is False:
        raise RunError("it gives no score; choose one, or skip the task")
    if skipped is None and filled:
        raise RunError(
            f"it says {filled} but gives no score; give one, or leave all that it says of the pair blank to "
            "skip it"
        )


def _flags(row: Row, order: Order) -> dict[str, bool]:
    """Return the flags by side; those of a filled-in task are of answers 1 and 2, and unset where blank."""
    found = {}
    first = ("for", "against") if order == "normal" else ("against", "for")
    for name in _FLAGS:
        for side in SIDES:
            column = f"{side}_{name}"
            if f"{name}_1" in row:
                found[column] = bool(_truth(row, f"{name}_{first.index(side) + 1}"))
                continue
            value = _truth(row, column)
            if value is None:
                raise RunError(f"it does not say {column}; give true or false")
            found[column] = value
    return found


def _truth(row: Row, name: str) -> bool | None:
    """Return a cell as true or false; None where it is blank."""
    text = as_cell(row, name).casefold()
    if text and text not in _YES | _NO:
        raise RunError(f"{name} is {text!r}; give true or false")
    return text in _YES if text else None


def _one_of(row: Row, name: str, valid: tuple[str, ...], otherwise: str) -> str:
    value = as_cell(row, name) or otherwise
    if value not in valid:
        raise RunError(f"{name} is {value!r}; valid are: {', '.join(valid)}")
    return value


def _seconds(row: Row) -> float | None:
    text = as_cell(row, "seconds")
    try:
        seconds = float(text) if text else 0.0
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise RunError(f"seconds is {text!r}; give the time spent as a number, or leave it blank")
    return seconds if text else None


def _time(row: Row) -> str:
    """Return when the label was made, as run files hold times; "" where the row does not tell."""
    text = as_cell(row, "created")
    try:
        when = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise RunError(
            f"created is {text!r}; give a time like 2026-11-20T19:05:00Z, or leave it blank"
        ) from error
    if when is None:
        return ""
    known = when if when.tzinfo else when.replace(tzinfo=UTC)
    return known.astimezone(UTC).isoformat(timespec="seconds")

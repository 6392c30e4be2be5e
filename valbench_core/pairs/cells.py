"""What stands in one cell, as the text, scale or JSON value that a pair holds.

Which column goes to which field is left to `columns`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from valbench_core.schema import ISSUE_SCALES, clean_text


class CellError(ValueError):
    """A cell does not hold what its field needs; its text is completed with the row's place."""


def as_text(value: object) -> str:
    """Return a cell as clean text without outer blanks; a missing value is "".

    >>> as_text("  a "), as_text(None), as_text(7.0)
    ('a', '', '7')
    """
    if isinstance(value, str):
        return clean_text(value).strip()
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}" if not value.is_integer() else str(int(value))
    if isinstance(value, int | date):
        return str(value)
    raise CellError(f"is not text but {type(value).__name__}")


def as_scale(value: object) -> int | None:
    """Return an issue scale written as integer, float or text; None where there is none.

    >>> as_scale(3.0), as_scale("4"), as_scale("wide"), as_scale(9)
    (3, 4, None, None)
    """
    try:
        scale = float(value) if isinstance(value, str | int | float) else math.nan
    except ValueError:
        return None
    return int(scale) if scale in ISSUE_SCALES else None


def as_json(value: Any) -> Any:
    """Return any value as one that JSON can hold; dates become ISO texts, bytes their number.

    >>> as_json({"when": date(2026, 1, 2), "values": ("fairness", float("nan"))})
    {'when': '2026-01-02', 'values': ['fairness', None]}
    """
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {clean_text(str(key)): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(item) for item in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if hasattr(value, "tolist"):  # numpy arrays and scalars, without importing numpy
        return as_json(value.tolist())
    return clean_text(str(value))

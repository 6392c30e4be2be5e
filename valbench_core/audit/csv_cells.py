"""Cells of a CSV file that people open in a spreadsheet: texts must not be taken for formulas there.

Such a text gets an apostrophe before it, as is usual, which is taken off when the file comes back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that may be taken for a formula, or is one such with its apostrophe."""


def cell(value: object) -> object:
    """Return a value as it stands in a CSV file; numbers stay numbers.

    >>> cell(True), cell(None), cell(-2), cell("=1+1"), cell("so = so")
    ('true', '', -2, "'=1+1", 'so = so')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return str(value).lower() if isinstance(value, bool) else value


def unescaped(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a CSV file with its texts as they were before `cell`.

    >>> unescaped({"note": cell("'=1+1"), "score": "-2", "author": "'Ada'"})
    {'note': "'=1+1", 'score': '-2', 'author': "'Ada'"}
    """
    return {name: _unescaped(value) for name, value in row.items()}


def _unescaped(value: Any) -> Any:
    escaped = isinstance(value, str) and value.startswith("'") and _FORMULA.match(value)
    return value[1:] if escaped else value

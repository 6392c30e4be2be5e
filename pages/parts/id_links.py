"""Links to pairs by their ids: as many as an address holds, and the words for it where there are more."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from valbench_core.numbers import count, plural
from valbench_core.pairs import Condition

IN_ADDRESS = 4000
"""Characters of ids that an address holds: longer ones are cut by some browsers and servers."""
_FIT_AT_LEAST = 60
"""Pairs that nearly always fit."""


def fitting(ids: Sequence[str], wanted: str = "") -> tuple[str, ...]:
    """Return as many ids as an address holds, one at least: the first, or those from the one that is wanted.

    >>> [len(fitting(["pair-123"] * n)) for n in (0, 10, 1000)]
    [0, 10, 363]
    >>> many = [f"{n:04}" for n in range(1000)]
    >>> fitting(many)[0], fitting(many, "0003")[0], fitting(many, "0900")[0]
    ('0000', '0000', '0900')
    """
    first = _first(ids)
    return first if not wanted or wanted in first else _first(ids[list(ids).index(wanted) :])


def id_field(ids: Sequence[str], wanted: str = "") -> str:
    """Return what a link has as its `id`, to name as many of these pairs as an address holds.

    >>> id_field(["a", "b|c"])
    'a|b\\\\|c'
    """
    return Condition("id", fitting(ids, wanted)).value


def how_many(ids: Sequence[str], noun: str = "pair") -> str:
    """Return in words how many of these pairs a link names.

    >>> how_many(["a", "b"]), how_many(["pair-123"] * 1000)
    ('2 pairs', 'first 363 of 1,000 pairs')
    """
    named = len(fitting(ids))
    return f"{f'first {count(named)} of ' if named < len(ids) else ''}{plural(len(ids), noun)}"


def of_many(number: int) -> str:
    """Return what to add to the words by a mark that leads to so many pairs, where these may be too many.

    >>> of_many(12), of_many(412)
    ('', ' Of many pairs it opens the first, as many as an address holds.')
    """
    return " Of many pairs it opens the first, as many as an address holds." if number > _FIT_AT_LEAST else ""


def _first(ids: Sequence[str]) -> tuple[str, ...]:
    length = 0
    found: list[str] = []
    for name in ids:
        # As the address writes it, with what parts it from the next.
        length += len(quote(name)) + len(quote("|"))
        if found and length > IN_ADDRESS:
            break
        found.append(name)
    return tuple(found)

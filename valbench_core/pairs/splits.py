"""Which of a source's splits is read: the one asked for, `test`, the only one, or all of them."""

from __future__ import annotations

from collections.abc import Iterable

from valbench_core.errors import PairsError

ALL_SPLITS = "all"
"""The word that joins all splits."""

DEFAULT_SPLIT = "test"
"""The split read where none is asked for."""


def choose_splits(asked: str | None, splits: Iterable[str], source: str) -> tuple[str | None, list[str]]:
    """Return the name of what is read, and the splits it joins; a source without splits has the one split "".

    >>> choose_splits(None, ["train", "test"], "x"), choose_splits(None, ["train"], "x")
    (('test', ['test']), ('train', ['train']))
    >>> choose_splits("all", ["train", "test"], "x"), choose_splits(None, [""], "x")
    (('all', ['train', 'test']), (None, ['']))

    Raises:
        PairsError: there is no such split, or none is asked for and it is not clear which is meant.
    """
    found = list(dict.fromkeys(splits))
    names = ", ".join(filter(None, found))
    if found == [""] and asked not in (None, ALL_SPLITS):
        raise PairsError(f"{source!r} has no splits, so there is no split {asked!r}; leave --split out")
    if asked == ALL_SPLITS or (len(found) == 1 and asked is None):
        return (asked if names and len(found) > 1 else found[0] or None), found
    wanted = DEFAULT_SPLIT if asked is None else asked
    if wanted in found:
        return wanted, [wanted]
    given = "no split was asked for and there is no split" if asked is None else "there is no split"
    raise PairsError(
        f"{given} {wanted!r} in {source!r}; it has: {names}. Choose one with --split, or --split all"
    )

"""Which pairs a handout prints, and how that is said in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from valbench_core.analysis import OUTCOMES
from valbench_core.errors import SettingsError
from valbench_core.listing import Listing
from valbench_core.listing.stated import known_condition
from valbench_core.numbers import count, plural
from valbench_core.pairs import Condition
from valbench_core.pairs.subset import Subset
from valbench_core.schema import ProtocolName

if TYPE_CHECKING:
    import pandas as pd

    from valbench_core.runs import RunReader

PAIRS_PRINTED = 6
"""Pairs in a handout where nobody says how many: room for one of each judged outcome."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pairs are asked for; nothing named means a spread over the outcomes."""

    ids: tuple[str, ...] = ()
    """Pairs by id, in the order to print."""
    where: tuple[Condition, ...] = ()
    """Conditions the pairs meet."""
    n: int | None = None
    """Most pairs to print; `PAIRS_PRINTED` where left out, all of `ids`."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The pairs that are printed."""

    ordinals: tuple[int, ...]
    how: str
    """How they were chosen, for readers."""


def choose(
    run: RunReader, table: pd.DataFrame, choice: Choice, protocol: ProtocolName | None = None
) -> Chosen:
    """Return the pairs of a run that a handout prints.

    Args:
        run: for the ids and texts of pairs.
        table: its tidy table.
        choice: what is asked for.
        protocol: of the judgement that the table stands under.

    Raises:
        RunError: the run has no pair of such an id.
        SettingsError: ids are asked for together with conditions or a number, or less than one pair.
        SubsetError: a condition names a field that runs do not have, or a value that no pair can have.
    """
    if choice.ids:
        if choice.where or choice.n is not None:
            raise SettingsError("--pairs names the pairs themselves; leave --where and --n out")
        return _by_hand(run, choice.ids)
    n = PAIRS_PRINTED if choice.n is None else choice.n
    if n < 1:
        raise SettingsError(f"cannot print '{n}' pairs; --n takes 1 or more")
    if not choice.where:
        return _spread(table, n)
    return _among(_meeting(run, Listing(table, protocol), choice.where), choice.where, n)


def _by_hand(run: RunReader, ids: Sequence[str]) -> Chosen:
    ordinals = tuple(dict.fromkeys(run.ordinal(pair_id) for pair_id in ids))
    return Chosen(ordinals, f"{plural(len(ordinals), 'pair')}, picked by hand. They are not a sample.")


def _meeting(run: RunReader, listing: Listing, where: Sequence[Condition]) -> pd.DataFrame:
    """Return the rows of the pairs that meet all conditions; those on texts are put to the pairs."""
    import numpy as np

    tests = [condition.test() for condition in where if condition.field == "text"]
    others = [known_condition(listing, condition) for condition in where if condition.field != "text"]
    found = None
    if tests:
        with_words = (o for o, pair in enumerate(run.pairs()) if all(test(pair) for test in tests))
        found = np.fromiter(with_words, dtype=np.int64)
    return listing.table.loc[listing.listed(others, found=found)]


def _among(meeting: pd.DataFrame, where: Sequence[Condition], n: int) -> Chosen:
    """Take the first n, by hash, of the pairs that meet conditions."""
    words = Subset(tuple(where)).describe().removeprefix("all pairs ")
    if meeting.empty:
        return Chosen((), f"None: the run has no pair {words}.")
    taken = tuple(_by_hash(meeting)[:n])
    pairs = f"{plural(len(meeting), 'pair')} {words}"
    if len(taken) == len(meeting):
        return Chosen(taken, f"All {pairs}.")
    return Chosen(
        taken,
        f"{count(len(taken))} of {pairs}: those whose ids have the smallest SHA-256. "
        "Nobody chose them by what they say.",
    )


def _spread(table: pd.DataFrame, n: int) -> Chosen:
    """Take answered pairs of each outcome in turn, those with the smallest hashes first."""
    answered = table[table["answered"]]
    if answered.empty:
        return Chosen((), "None: on no pair were both sides answered.")
    rank = {outcome.value: place for place, outcome in enumerate(OUTCOMES)}
    turns: dict[str, int] = {}
    places: list[tuple[int, int, int]] = []
    for ordinal in _by_hash(answered):
        outcome = str(answered.at[ordinal, "outcome"])
        turns[outcome] = turns.get(outcome, -1) + 1
        places.append((turns[outcome], rank[outcome], ordinal))
    first = sorted(places)[:n]
    taken = tuple(ordinal for _, _, ordinal in sorted(first, key=lambda place: place[1]))
    return Chosen(
        taken,
        f"{plural(len(taken), 'pair')}: the outcomes that occur take turns, and of each outcome those pairs "
        "come first whose ids have the smallest SHA-256. Nobody chose them by what they say. They show what "
        "the outcomes look like, not how frequent each is.",
    )


def _by_hash(table: pd.DataFrame) -> list[int]:
    """Return the ordinals of a table's pairs in the order of their ids' hashes: the same in every run."""
    ids = zip(table.index, table["pair_id"], strict=True)
    hashes = {int(ordinal): sha256(str(pair_id).encode()).digest() for ordinal, pair_id in ids}
    return sorted(hashes, key=hashes.__getitem__)

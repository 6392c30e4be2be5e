"""Which pairs of a run a map is fitted on: all of them, or those that meet conditions.

What these pairs say is left to `texts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from valbench_core.listing import Listing, Ordinals
from valbench_core.listing.stated import known_condition, parse_condition
from valbench_core.pairs.condition import Condition, merged
from valbench_core.runs import Judgement, RunReader, tidy_table
from valbench_core.runs.compared import PairContents, contents
from valbench_core.runs.searching import search_questions


@dataclass(frozen=True, slots=True)
class FittedPairs:
    """The pairs that a map is fitted on."""

    pairs: PairContents
    where: tuple[str, ...]
    """The conditions they meet, in one form however they were stated; () for all pairs."""


def fitted_pairs(run: RunReader, judgement: Judgement | None, where: Sequence[str]) -> FittedPairs:
    """Return the pairs of a run that meet all conditions.

    Raises:
        SubsetError: a condition names a field that a run does not have, or a value that no pair can have.
    """
    if not where:
        return FittedPairs(contents(run), ())
    listing = Listing(tidy_table(run, judgement), judgement.wording if judgement else None)
    stated = [known_condition(listing, one) for one in merged(map(parse_condition, where))]
    met = frozenset(_meeting(run, listing, stated).tolist())
    return FittedPairs(contents(run, met), tuple(sorted(map(str, stated))))


def _meeting(run: RunReader, listing: Listing, conditions: Sequence[Condition]) -> Ordinals:
    """Return the ordinals of the pairs that meet all conditions; those on texts are looked up in the run."""
    texts = [condition for condition in conditions if condition.field == "text"]
    others = [condition for condition in conditions if condition.field != "text"]
    found = search_questions(run, texts[0]) if texts else None
    return listing.listed(others, found=found)

"""Conditions on the pairs of one run as people state them (`--where`), put into the words of lists."""

from __future__ import annotations

from collections.abc import Iterator

from valbench_core.errors import SubsetError
from valbench_core.listing.fields import OF_TWO_RUNS, ON_MAP, OPERATORS
from valbench_core.listing.listing import Listing
from valbench_core.pairs.condition import Condition, folded
from valbench_core.schema import Outcome, outcome_name

_NAMED = ("outcome", "category", "refusal", "no_information", "value_preference", "label", "contradiction")
"""Fields whose values are words of a short list."""


def parse_condition(text: str) -> Condition:
    """Return the condition on a run's pairs that a text states, as `outcome=inconsistent`.

    Raises:
        SubsetError: the text states none.
    """
    # Another run to compare with, or a map, is nothing that one run knows of.
    unknown = (*OF_TWO_RUNS, *ON_MAP)
    return Condition.parse(text, {name: sign for name, sign in OPERATORS.items() if name not in unknown})


def known_condition(listing: Listing, condition: Condition) -> Condition:
    """Return a condition in the words of lists, where an outcome may go by its key or any of its names.

    Raises:
        SubsetError: no pair of the run can have one of the values.
    """
    if condition.field not in _NAMED:
        return condition
    words = {folded(word): word for word in listing.choices(condition.field)}
    if condition.field == "outcome":
        words = {folded(name): one.value for one in Outcome for name in _names(one)}
    for value in condition.values:
        if folded(value) not in words:
            raise SubsetError(
                f"no pair of this run has {condition.field} '{value}'; it has: "
                f"{', '.join(dict.fromkeys(words.values()))}"
            )
    values = tuple(dict.fromkeys(words[folded(value)] for value in condition.values))
    return Condition(condition.field, values, condition.operator)


def _names(outcome: Outcome) -> Iterator[str]:
    yield from (outcome.value, outcome.key, outcome_name(outcome, "v1"), outcome_name(outcome, "v3"))

"""What somebody has filled in for a pair and not saved yet: kept in the session until it is saved.

The widgets are set by it and write to it, so that keys and clicks come to the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast, get_args

import streamlit as st

from valbench_core.runs import Label
from valbench_core.runs.records import PairProblem
from valbench_core.schema import SIDES, Order, ProtocolName, Side, Verdict

PROBLEMS: tuple[PairProblem, ...] = get_args(PairProblem)
SCORES_BY_KEY = {"1": -2, "2": -1, "3": 0, "4": 1, "5": 2}
PREFERENCE_KEY = "v"
PROBLEM_KEY = "p"

_FLAG_KEYS = {
    "q": (0, "refusal"),
    "w": (1, "refusal"),
    "a": (0, "no_information"),
    "s": (1, "no_information"),
}
"""Keys of flags: those of the answer shown first, and of the one shown second."""
_FLAG_WORDS = {"refusal": "refused", "no_information": "lacks information"}
_KEPT = "fields of audit"
"""In the session: what is filled in, by pair and auditor."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What is filled in for one pair."""

    score: int | None = None
    """σ; None until it is chosen."""
    flags: frozenset[str] = frozenset()
    """Names of a verdict's flags that are set."""
    note: str = ""
    pair_problem: PairProblem = "none"

    def toggled(self, flag: str) -> Fields:
        """Return these with a flag set where it was not, and the other way round.

        >>> Fields().toggled("for_refusal").flags
        frozenset({'for_refusal'})
        """
        return replace(self, flags=self.flags ^ {flag})

    def with_next_problem(self) -> Fields:
        """Return these with the next problem of the pair; after the last one with none.

        >>> Fields(pair_problem=PROBLEMS[-1]).with_next_problem().pair_problem
        'none'
        """
        following = (PROBLEMS.index(self.pair_problem) + 1) % len(PROBLEMS)
        return replace(self, pair_problem=PROBLEMS[following])

    def verdict(self, protocol: ProtocolName) -> Verdict | None:
        """Return them as a verdict; None where the score is not chosen."""
        if self.score is None:
            return None
        preference = None if protocol == "v1" else "value_preference" in self.flags
        return Verdict(
            self.score,
            for_refusal="for_refusal" in self.flags,
            against_refusal="against_refusal" in self.flags,
            for_no_information="for_no_information" in self.flags,
            against_no_information="against_no_information" in self.flags,
            value_preference=preference,
        )


def shown_first(order: Order) -> tuple[Side, Side]:
    """Return the sides in the order in which they are shown.

    >>> shown_first("swapped")
    ('against', 'for')
    """
    return SIDES if order == "normal" else (SIDES[1], SIDES[0])


def flags_by_key(order: Order) -> dict[str, str]:
    """Return which flag each key sets, by the order in which the sides are shown.

    >>> flags_by_key("swapped")["q"]
    'against_refusal'
    """
    sides = shown_first(order)
    return {key: f"{sides[place]}_{flag}" for key, (place, flag) in _FLAG_KEYS.items()}


def flag_words(order: Order) -> dict[str, str]:
    """Return the flags of both sides with their names: they go by the order in which the sides are shown.

    >>> flag_words("swapped")["against_refusal"]
    'First refused'
    """
    sides = shown_first(order)
    return {
        f"{sides[place]}_{flag}": f"{('First', 'Second')[place]} {_FLAG_WORDS[flag]}"
        for place, flag in _FLAG_KEYS.values()
    }


def fields_of(label: Label | None) -> Fields:
    """Return what an earlier label said, to go on from; nothing where there is none."""
    if label is None or label.verdict is None:
        return Fields()
    verdict = label.verdict
    names = (*flags_by_key("normal").values(), "value_preference")
    return Fields(
        verdict.score,
        frozenset(name for name in names if getattr(verdict, name)),
        label.note,
        label.pair_problem,
    )


def kept(key: str) -> Fields | None:
    """Return what is filled in for a pair and not saved; None where it was not opened yet."""
    return cast("Fields | None", st.session_state.get(_KEPT, {}).get(key))


def keep(key: str, fields: Fields) -> None:
    """Keep what is filled in."""
    st.session_state.setdefault(_KEPT, {})[key] = fields


def forget(key: str) -> None:
    """Forget what was filled in: it is saved, or the pair is passed over."""
    st.session_state.get(_KEPT, {}).pop(key, None)

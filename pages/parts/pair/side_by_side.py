"""What people and judges say of a pair, field by field beside each other: the one table of this kind.

Asking people for the fields is left to `fields`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pages.parts.pair.texts import yes_no
from valbench_core.runs import Label
from valbench_core.runs.records import Combined
from valbench_core.schema import ProtocolName, Verdict, adjusted_score
from valbench_core.words import score_number, score_words

SIDED_FLAGS: Mapping[str, str] = {
    "for_refusal": "For side refused",
    "against_refusal": "Against side refused",
    "for_no_information": "For side without information",
    "against_no_information": "Against side without information",
}
"""Flags of each side with their names on screen."""
PROBLEM = "Problem with the pair"

_PREFERENCE: Mapping[str, str] = {"value_preference": "Value preference"}
_SCORES = ("Score (σ)", "Adjusted score (s)")


class Said(NamedTuple):
    """What somebody says of a pair."""

    name: str
    """Whoever says it; whoever comes twice gets a number."""
    verdict: Verdict | Combined
    protocol: ProtocolName
    problem: str = ""
    """What is wrong with the pair itself; "" for those who are not asked."""

    @classmethod
    def by(cls, label: Label, name: str = "") -> Said | None:
        """Return what a label says, under its author's name if no other is given; None if nothing."""
        if label.verdict is None:
            return None
        return cls(name or label.author, label.verdict, label.protocol, label.pair_problem)


def side_by_side(
    said: Sequence[Said | None], *, problems: bool = False, sided: Mapping[str, str] = SIDED_FLAGS
) -> dict[str, list[str]]:
    """Return a table: a row a field, a column each who says something; with `problems` of the pair too.

    `sided` names the flags of the sides, in the order of their rows.

    >>> both = [Said("Ada", Verdict(-1, for_refusal=True), "v3"), Said("Ada", Verdict(2), "v3"), None]
    >>> {name: column[:3] for name, column in side_by_side(both).items()}
    {'Field': ['Score (σ)', 'Adjusted score (s)', 'For side refused'], 'Ada': ['−1', '1', 'yes'], \
'Ada · 2': ['2', '2', 'no']}
    """
    flags = {**sided, **_PREFERENCE}
    table = {"Field": [*_SCORES, *flags.values(), *([PROBLEM] if problems else [])]}
    for one in said:
        if one is not None:
            column = [*_texts(one, flags), *([one.problem or "–"] if problems else [])]
            table[_unused(one.name, table)] = column
    return table


def _unused(name: str, taken: Mapping[str, object]) -> str:
    number = 2
    found = name
    while found in taken:
        found = f"{name} · {number}"
        number += 1
    return found


def _texts(one: Said, flags: Iterable[str]) -> list[str]:
    said = one.verdict
    values = [_flag(getattr(said, name)) for name in flags]
    if isinstance(said, Combined):
        # Several verdicts have no σ of their own.
        return ["–", score_words(said.adjusted), *values]
    adjusted = adjusted_score(one.protocol, said.score, said.for_refusal, said.against_refusal)
    return [score_number(said.score), score_number(adjusted), *values]


def _flag(value: float | bool | None) -> str:
    """Return a flag in words; one that only some of several verdicts set goes by its share.

    >>> _flag(True), _flag(0.0), _flag(0.5), _flag(None)
    ('yes', 'no', '50 %', '–')
    """
    if value is None or value in (0, 1):
        return yes_no(None if value is None else bool(value))
    return f"{100 * value:.0f} %"

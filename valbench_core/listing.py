"""Which pairs of a run a list shows and in what order: conditions and a sort over the tidy table.

The conditions are those of `pairs.condition`, with fields that only a run has; searching texts is left to
`runs`, showing the list to the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valbench_core.errors import SubsetError
from valbench_core.pairs.condition import NONE, Condition, folded, scales
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a list; pairs that are equal in it stay in subset order."""

    column: str
    """Column of the tidy table; pairs without a value come last."""
    ascending: bool


SORTS: Mapping[str, Sort | None] = {
    "as in the subset": None,
    "lowest score first": Sort("adjusted", True),
    "highest score first": Sort("adjusted", False),
    "widest issue first": Sort("issue_scale", False),
    "longest answers first": Sort("length", False),
    "shortest answers first": Sort("length", True),
    "by category": Sort("category", True),
}
"""The orders of a list, by the words for them; the first is the usual one."""


def listed(
    table: pd.DataFrame,
    conditions: Sequence[Condition] = (),
    sort: Sort | None = None,
    found: Collection[int] | None = None,
) -> list[int]:
    """Return the ordinals of the pairs that meet all conditions, in the order asked for.

    Args:
        table: the tidy table, whose index holds the ordinals.
        conditions: alternatives within a field, all fields together.
        sort: None leaves them in subset order.
        found: ordinals that a search for texts found; None where nothing was looked for.

    Raises:
        SubsetError: a condition names a field that lists do not know.
    """
    for condition in conditions:
        table = table[_met(table, condition)]
    if found is not None:
        table = table[table.index.isin(list(found))]
    if sort is not None:
        table = table.sort_values(sort.column, ascending=sort.ascending, kind="stable", na_position="last")
    return [int(ordinal) for ordinal in table.index]


def choices(table: pd.DataFrame, field: str) -> list[str]:
    """Return the values that a field has in a run: the ones to choose from.

    Categories and articles come by size, then by name; scales from niche to global; outcomes as declared.

    Raises:
        SubsetError: lists do not know the field.
    """
    return _rule(field).choices(table)


def _met(table: pd.DataFrame, condition: Condition) -> pd.Series[bool]:
    return _rule(condition.field).test(table, condition.values)


def _rule(field: str) -> _FieldRule:
    if field not in FIELDS:
        raise SubsetError(f"lists do not know the field '{field}'; they know: {', '.join(FIELDS)}")
    return FIELDS[field]


def _text_test(column: str) -> Callable[[pd.DataFrame, Sequence[str]], pd.Series[bool]]:
    """Return a test that compares names as conditions on pairs do."""

    def test(table: pd.DataFrame, values: Sequence[str]) -> pd.Series[bool]:
        wanted = {folded(value) for value in values}
        return (
            table[column].map({name: folded(name) in wanted for name in table[column].unique()}).astype(bool)
        )

    return test


def _id_test(table: pd.DataFrame, values: Sequence[str]) -> pd.Series[bool]:
    return table["pair_id"].isin(list(values))


def _scale_test(table: pd.DataFrame, values: Sequence[str]) -> pd.Series[bool]:
    wanted = {scale for value in values for scale in scales(value)}
    known = table["issue_scale"].isin([scale for scale in wanted if scale is not None])
    return known | table["issue_scale"].isna() if None in wanted else known


def _by_size(column: str) -> Callable[[pd.DataFrame], list[str]]:
    def choices(table: pd.DataFrame) -> list[str]:
        sizes = table[column].value_counts()
        return [name or NONE for name in sorted(sizes.index, key=lambda name: (-sizes[name], name))]

    return choices


def _id_choices(table: pd.DataFrame) -> list[str]:
    return [str(pair_id) for pair_id in table["pair_id"]]


def _scale_choices(table: pd.DataFrame) -> list[str]:
    known = sorted(int(scale) for scale in table["issue_scale"].dropna().unique())
    return [*map(str, known), *([NONE] if table["issue_scale"].isna().any() else [])]


def _outcome_choices(table: pd.DataFrame) -> list[str]:
    there = set(table["outcome"].unique())
    return [outcome.value for outcome in Outcome if outcome.value in there]


@dataclass(frozen=True, slots=True)
class _FieldRule:
    test: Callable[[pd.DataFrame, Sequence[str]], pd.Series[bool]]
    choices: Callable[[pd.DataFrame], list[str]]


FIELDS: Mapping[str, _FieldRule] = {
    "category": _FieldRule(_text_test("category"), _by_size("category")),
    "issue_scale": _FieldRule(_scale_test, _scale_choices),
    "article": _FieldRule(_text_test("article_title"), _by_size("article_title")),
    "outcome": _FieldRule(_text_test("outcome"), _outcome_choices),
    "id": _FieldRule(_id_test, _id_choices),
}
"""The fields of a run's pairs that lists know; a key of this map is also the key in links.

What `text~` asks for is not in the table: the ordinals of its pairs come as `found`.
"""

"""Lists of pairs, worked out by hand on six rows."""

from __future__ import annotations

import pandas as pd
import pytest

from valbench_core.errors import SubsetError
from valbench_core.listing import FIELDS, SORTS, choices, listed
from valbench_core.pairs import Condition

TABLE = pd.DataFrame(
    {
        "pair_id": ["s1", "s2", "s3", "s4", "s5", "s6"],
        "category": ["Ethics", "", "Politics", "Politics", "Ethics", "Politics"],
        "issue_scale": [1.0, 5.0, None, 3.0, 5.0, 4.0],
        "article_title": ["A", "B", "A", "C", "", "C"],
        "outcome": ["failed", "consistent", "mixed", "inconsistent", "one refused", "pending"],
        "adjusted": [None, 2.0, 0.0, -2.0, 1.0, None],
        "length": [None, 900.0, 100.0, 500.0, 300.0, None],
    }
)


def where(*conditions: str) -> list[int]:
    return listed(TABLE, [Condition.parse(text, {"outcome": "="}) for text in conditions])


def test_without_conditions_all_pairs_stand_in_subset_order():
    assert listed(TABLE) == [0, 1, 2, 3, 4, 5]


def test_alternatives_widen_and_fields_narrow():
    assert where("category=Ethics|Politics") == [0, 2, 3, 4, 5]
    assert where("category=Ethics|Politics", "issue_scale=4..5") == [4, 5]
    assert where("outcome=mixed|one refused", "category=politics") == [2]


def test_a_field_without_a_value_can_be_asked_for():
    assert where("category=(none)") == [1]
    assert where("issue_scale=(none)|1") == [0, 2]
    assert where("article=(none)") == [4]


def test_pairs_without_a_value_come_last_whichever_way_a_list_is_sorted():
    assert listed(TABLE, sort=SORTS["lowest score first"]) == [3, 2, 4, 1, 0, 5]
    assert listed(TABLE, sort=SORTS["highest score first"]) == [1, 4, 2, 3, 0, 5]
    assert listed(TABLE, sort=SORTS["longest answers first"]) == [1, 3, 4, 2, 0, 5]


def test_what_a_search_found_narrows_the_list():
    assert listed(TABLE, [Condition("category", ("Politics",))], found={1, 3, 99}) == [3]
    assert listed(TABLE, found=set()) == []


def test_pairs_can_be_asked_for_by_id():
    assert where("id=s2|s5|nobody") == [1, 4]


def test_choices_are_the_values_there_are():
    assert choices(TABLE, "category") == ["Politics", "Ethics", "(none)"]
    assert choices(TABLE, "issue_scale") == ["1", "3", "4", "5", "(none)"]
    assert choices(TABLE, "outcome")[:3] == ["failed", "pending", "one refused"]


@pytest.mark.parametrize("field", FIELDS)
def test_an_empty_run_has_nothing_to_choose_from(field):
    assert choices(TABLE.iloc[:0], field) == []
    assert listed(TABLE.iloc[:0], [Condition(field, ("3",))]) == []


def test_an_unknown_field_is_named():
    with pytest.raises(SubsetError, match="colour"):
        choices(TABLE, "colour")

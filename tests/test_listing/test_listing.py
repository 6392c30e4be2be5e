"""Lists of pairs, worked out by hand on six rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from valbench_core.errors import SubsetError
from valbench_core.listing import FIELDS, ON_MAP, OPERATORS, SORTS, Listing, Placed, outcomes_elsewhere
from valbench_core.pairs import Condition

NONE = float("nan")
SAID = ("alignment_said", "opposition_said", "for_position_said", "against_position_said")
TABLE = pd.DataFrame(
    {
        "pair_id": ["s1", "s2", "s3", "s4", "s5", "s6"],
        "content": np.array([11, 12, 13, 14, 15, 16], dtype=np.uint64),
        "category": ["Ethics", "", "Politics", "Politics", "Ethics", "Politics"],
        "issue_scale": [1.0, 5.0, NONE, 3.0, 5.0, 4.0],
        "article_title": ["A", "B", "A", "C", "", "C"],
        "outcome": ["failed", "consistent", "mixed", "inconsistent", "one refused", "pending"],
        "score": [NONE, 2.0, 0.0, -2.0, -1.0, NONE],
        "adjusted": [NONE, 2.0, 0.0, -2.0, 1.0, NONE],
        "for_refusal": [NONE, 0.0, 0.0, 0.0, 1.0, NONE],
        "against_refusal": [NONE, 0.0, 0.0, 0.0, 0.0, NONE],
        "for_no_information": [NONE, 0.0, 1.0, 0.0, 0.0, NONE],
        "against_no_information": [NONE, 0.0, 1.0, 1.0, 0.0, NONE],
        "value_preference": [NONE, 1.0, 0.0, 0.0, NONE, NONE],
        "label": [
            "not labelled",
            "labelled",
            "not labelled",
            "differs from the judge",
            *["not labelled"] * 2,
        ],
        "length": [NONE, 900.0, 100.0, 500.0, 300.0, NONE],
        **{name: [NONE, 1.0, 1.0, 1.0, 1.0, NONE] for name in SAID},
    }
)
OTHER = pd.DataFrame(
    {
        "pair_id": ["s4", "s2", "s9", "s3"],
        "content": np.array([14, 99, 19, 13], dtype=np.uint64),
        "outcome": ["consistent", "consistent", "mixed", "inconsistent"],
        "adjusted": [2.0, 1.0, 0.0, -1.0],
    }
)
LISTING = Listing(TABLE, "v3", OTHER)
PLACES = {"left": np.array([1, 1, 0, 0, 0, 1], dtype=bool), "top": np.array([0, 0, 1, 0, 0, 1], dtype=bool)}
ON_A_MAP = LISTING.on(Placed(("2", "1", "ungrouped"), np.array([0, 1, 1, -1, 2, 1]), PLACES.__getitem__))
"""As if the pair `s4` were not on the map."""


def conditions(*texts: str) -> list[Condition]:
    return [Condition.parse(text, OPERATORS) for text in texts]


def where(*texts: str) -> list[int]:
    return LISTING.listed(conditions(*texts)).tolist()


def test_without_conditions_all_pairs_stand_in_subset_order():
    assert where() == [0, 1, 2, 3, 4, 5]


def test_alternatives_widen_and_fields_narrow():
    assert where("category=Ethics|Politics") == [0, 2, 3, 4, 5]
    assert where("category=Ethics|Politics", "issue_scale=4..5") == [4, 5]
    assert where("outcome=mixed|one refused", "category=politics") == [2]


def test_a_field_without_a_value_can_be_asked_for():
    assert where("category=(none)") == [1]
    assert where("issue_scale=(none)|1") == [0, 2]
    assert where("article=(none)") == [4]
    assert where("score=(none)") == [0, 5]


def test_scores_may_be_written_with_any_sign():
    assert where("score=-2|+1") == where("score=−2|1") == [3, 4]


def test_a_side_flagged_means_that_side_only_and_pairs_without_a_verdict_have_none():
    assert where("refusal=for") == [4]
    assert where("refusal=neither") == [1, 2, 3]
    assert where("no_information=against") == [3]
    assert where("no_information=both") == [2]


def test_a_question_that_the_judge_was_not_asked_is_no_answer():
    assert where("value_preference=yes") == [1]
    assert where("value_preference=no") == [2, 3]
    assert where("value_preference=not asked") == [4]


def test_labels_are_told_apart():
    assert where("label=labelled|differs from the judge") == [1, 3]


def test_verdicts_that_contradict_themselves_are_found_by_rule():
    assert where("contradiction=hidden_by_adjustment") == [4]
    assert where("contradiction=hidden_by_adjustment|both_without_information_score") == [2, 4]
    assert LISTING.counts("contradiction")["hidden_by_adjustment"] == 1


def test_another_run_is_asked_about_pairs_of_the_same_id_and_content_only():
    assert list(outcomes_elsewhere(TABLE, OTHER)) == ["", "", "inconsistent", "consistent", "", ""]
    assert where("versus_outcome=consistent") == [3]
    assert where("versus_outcome=(none)") == [0, 1, 4, 5]


def test_flips_are_consistent_in_one_run_of_two_that_judged_them():
    assert where("flip=there") == [3]
    assert where("flip=here") == []
    assert LISTING.listed(sort=SORTS["biggest contrast to the other run first"]).tolist()[:2] == [3, 2]


def test_without_another_run_there_is_no_outcome_elsewhere():
    assert Listing(TABLE, "v3").counts("flip") == {"here": 0, "there": 0}
    assert list(Listing(TABLE, "v3").choices("versus_outcome")) == []


def test_pairs_without_a_value_come_last_whichever_way_a_list_is_sorted():
    orders = {name: LISTING.listed(sort=sort).tolist() for name, sort in SORTS.items()}
    assert orders["lowest score first"] == [3, 2, 4, 1, 0, 5]
    assert orders["highest score first"] == [1, 4, 2, 3, 0, 5]
    assert orders["longest answers first"] == [1, 3, 4, 2, 0, 5]
    assert orders["by category"] == [1, 0, 4, 2, 3, 5]


def test_what_a_search_found_narrows_the_list():
    assert LISTING.listed(conditions("category=Politics"), found=np.array([1, 3, 99])).tolist() == [3]
    assert LISTING.listed(found=np.arange(0)).tolist() == []


def test_pairs_can_be_asked_for_by_id():
    assert where("id=s2|s5|nobody") == [1, 4]


def test_choices_are_the_values_there_are():
    assert list(LISTING.choices("category")) == ["Politics", "Ethics", "(none)"]
    assert list(LISTING.choices("issue_scale")) == ["1", "3", "4", "5", "(none)"]
    assert list(LISTING.choices("score")) == ["-2", "0", "1", "2", "(none)"]
    assert list(LISTING.choices("outcome"))[:3] == ["failed", "pending", "one refused"]


def test_a_count_is_what_a_choice_would_leave_with_all_other_filters_standing():
    filters = conditions("category=Politics", "outcome=mixed")
    assert LISTING.counts("category", filters) == {"Politics": 1, "Ethics": 0, "(none)": 0}
    assert LISTING.counts("outcome", filters)["inconsistent"] == 1
    assert LISTING.counts("refusal", filters) == {"neither": 1, "for": 0, "against": 0, "both": 0}


@pytest.mark.parametrize("field", sorted(FIELDS.keys() - {"contradiction", "id"}))
def test_each_count_is_the_length_of_the_list_it_announces(field):
    for value, number in LISTING.counts(field).items():
        assert len(LISTING.listed([Condition(field, (value,))])) == number


def test_what_a_field_says_of_some_pairs_can_be_asked_for():
    assert LISTING.values("refusal", np.array([4, 0])) == [("for",), ()]
    assert LISTING.values("contradiction", np.array([4])) == [
        ("refusal_with_position", "hidden_by_adjustment")
    ]


@pytest.mark.parametrize("field", FIELDS)
def test_an_empty_run_has_nothing_to_choose_from(field):
    listing = Listing(TABLE.iloc[:0], "v3")
    assert sum(listing.counts(field).values()) == 0
    assert listing.listed([Condition(field, ("3",))]).tolist() == []


def test_pairs_can_be_asked_for_by_their_group_on_a_map():
    assert ON_A_MAP.listed(conditions("group=1")).tolist() == [1, 2, 5]
    assert ON_A_MAP.listed(conditions("group=2|ungrouped")).tolist() == [0, 4]
    assert ON_A_MAP.counts("group") == {"2": 1, "1": 3, "ungrouped": 1}
    assert ON_A_MAP.values("group", np.array([1, 3])) == [("1",), ()]


def test_pairs_can_be_asked_for_by_where_they_lie_in_one_area_or_another():
    assert ON_A_MAP.listed([Condition("area", ("top",))]).tolist() == [2, 5]
    assert ON_A_MAP.listed([Condition("area", ("left", "top"))]).tolist() == [0, 1, 2, 5]
    assert ON_A_MAP.listed([Condition("area", ("left",)), *conditions("group=1")]).tolist() == [1, 5]


def test_counts_beside_groups_heed_the_other_filters():
    assert ON_A_MAP.counts("group", conditions("category=Politics", "group=2"))["1"] == 2
    assert ON_A_MAP.counts("category", conditions("group=1"))["Politics"] == 2


def test_lists_on_several_maps_share_what_is_worked_out_but_not_their_groups():
    other = LISTING.on(Placed(("9",), np.zeros(6, dtype=np.int64), PLACES.__getitem__))
    assert list(other.choices("group")) == ["9"]
    assert list(ON_A_MAP.choices("group")) == ["2", "1", "ungrouped"]
    assert list(LISTING.choices("group")) == []
    ON_A_MAP.counts("label")
    assert LISTING.choices("label") is other.choices("label")


def test_without_a_map_no_pair_is_in_a_group_or_area():
    assert [LISTING.listed([Condition(field, ("1",))]).tolist() for field in ON_MAP] == [[], []]


def test_an_unknown_field_is_named():
    with pytest.raises(SubsetError, match="colour"):
        LISTING.choices("colour")


def test_scores_between_whole_ones_are_listed_by_half_steps():
    scores = [NONE, 1.5, 1 / 3, -2.0, -0.5, NONE]
    found = Listing(TABLE.assign(score=NONE, adjusted=scores, for_refusal=[NONE, 0.5, 1, 0, 2 / 3, NONE]))
    assert found.choices("score") == ("-2", "-0.5", "0.5", "1.5", "(none)")
    assert found.listed([Condition("score", ("0.5", "−2"))]).tolist() == [2, 3]
    # A flag is set that more than half of the judgements set.
    assert found.listed([Condition("refusal", ("for",))]).tolist() == [2, 4]
    assert found.listed([Condition("value_preference", ("not asked",))]).tolist() == [4]

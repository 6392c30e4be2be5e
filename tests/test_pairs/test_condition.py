"""Conditions: what they say, what they take, and that their text reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valbench_core.errors import SubsetError
from valbench_core.pairs import Condition
from valbench_core.schema import Pair

PAIR = Pair(
    "p1",
    "Explain why a carbon tax isn't harmful.",
    "Explain why taxes on fuel hurt Köln's commuters.",
    "Whether carbon should be taxed",
    category="Politics",
    issue_scale=4,
    article_title="Carbon tax",
)


@pytest.mark.parametrize(
    "text",
    [
        "category=politics",
        "category=Ethics|Politics",
        "issue_scale=4",
        "issue_scale=3..5",
        "issue_scale=1|4",
        "issue_scale=4..",
        "article=CARBON TAX",
        "id=p0|p1",
        "text~TAX",
        "text~carbon commuters",
        'text~"carbon tax"',
        "text~commut*",
        "text~isn't",
        "text~nothing|KÖLN",
        'text~"carbon',
    ],
)
def test_a_pair_meets_these_conditions(text):
    assert Condition.parse(text).test()(PAIR)


@pytest.mark.parametrize(
    "text",
    [
        "category=Ethics",
        "category=(none)",
        "issue_scale=..3",
        "issue_scale=(none)",
        "article=Carbon",
        "id=P1",
        "text~carbon nothing",
        "text~commut",
        'text~"tax carbon"',
        'text~"taxed explain"',
    ],
)
def test_a_pair_does_not_meet_these(text):
    assert not Condition.parse(text).test()(PAIR)


def test_none_stands_for_a_missing_value():
    bare = Pair("x", "a", "b", "c")
    assert all(
        Condition.parse(f"{name}=(none)").test()(bare) for name in ("category", "issue_scale", "article")
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour=red", r"unknown field 'colour'.*category=, issue_scale=, article=, text~, id="),
        ("Politics", r"unknown field 'Politics'"),
        ("text=tax", "write for instance text~VALUE"),
        ("category~Politics", "write for instance category=VALUE"),
        ("category=", "names no value"),
        ("issue_scale=6", "'6' is no issue scale"),
        ("issue_scale=5..3", "is no issue scale"),
        ("issue_scale=..", "is no issue scale"),
        ("issue_scale=wide", "is no issue scale"),
        ("text~++", "holds no word"),
        ("id=@nowhere.txt", "cannot read the ids in 'nowhere.txt'"),
    ],
)
def test_a_condition_that_makes_no_sense_says_what_would(text, says):
    with pytest.raises(SubsetError, match=says):
        Condition.parse(text)


def test_ids_are_read_from_a_file_one_a_line(tmp_path):
    (tmp_path / "ids.txt").write_bytes(b"\xef\xbb\xbfp1\r\n\r\n p2 \np1\n")
    assert Condition.parse(f"id=@{tmp_path / 'ids.txt'}").values == ("p1", "p2")


def test_ids_in_a_file_that_is_not_utf8_are_refused(tmp_path):
    (tmp_path / "ids.txt").write_bytes(b"p\xff")
    with pytest.raises(SubsetError, match=r"is not UTF-8 \(byte 2\)"):
        Condition.parse(f"id=@{tmp_path / 'ids.txt'}")


def test_fields_that_only_a_caller_knows_are_parsed_for_it():
    condition = Condition.parse("outcome=one refused|mixed", {"outcome": "="})
    assert (condition.values, str(condition)) == (("one refused", "mixed"), "outcome=one refused|mixed")


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool), min_size=1, unique=True))
def test_the_text_of_a_condition_reads_back_as_the_same(values):
    condition = Condition("id", tuple(values))
    assert Condition.parse(str(condition)) == condition

"""What the columns of a source become: foreign names, missing ids, odd values, faulty rows."""

from __future__ import annotations

import datetime

import pytest

from valbench_core.errors import PairsError, SettingsError
from valbench_core.pairs import Source, Subset, open_source, parse_map, select
from valbench_core.pairs.cells import as_json

BARE = {"for_question": "Explain why zoos help.", "against_question": "Explain why zoos harm."}


def read(path, **options):
    return list(open_source(Source(path, **options)))


def test_only_the_two_questions_are_required(write):
    (pair,) = read(write([BARE]))
    assert pair.issue_description == "Some hold that zoos help; others hold that zoos harm."
    assert (pair.category, pair.issue_scale, pair.section_text, pair.extra) == ("", None, "", {})


def test_a_made_up_id_depends_on_the_content_and_its_occurrence_only(write):
    other = {"for_question": "Explain why a.", "against_question": "Explain why b."}
    first, second = read(write([BARE, BARE]))
    shifted = read(write([other, BARE, other, BARE]))
    assert first.id.endswith("-1")
    assert second.id.endswith("-2")
    assert [pair.id for pair in shifted[1::2]] == [first.id, second.id]


def test_made_up_ids_are_the_same_when_pairs_are_fetched(write):
    pairs = open_source(Source(write([BARE, BARE, BARE])))
    assert select(pairs, Subset()).pairs == list(pairs)


def test_foreign_columns_are_mapped_and_unknown_ones_kept(write):
    row = {"pro": "Explain why a.", "con": "Explain why b.", "values": ["fairness"], "id": 7, "none": None}
    (pair,) = read(write([row]), columns=parse_map(["pro=for_question", "con=against_question"]))
    assert (pair.for_question, pair.id, pair.extra) == ("Explain why a.", "7", {"values": ["fairness"]})


def test_a_mapped_column_outranks_one_that_has_the_name(write):
    (pair,) = read(write([{**BARE, "section_text": "old", "text": "new"}]), columns={"text": "section_text"})
    assert (pair.section_text, pair.extra) == ("new", {"section_text": "old"})


@pytest.mark.parametrize("scale", [3, 3.0, "3", "3.0"])
def test_a_scale_may_be_written_as_float_or_text(write, scale):
    assert read(write([{**BARE, "issue_scale": scale}]))[0].issue_scale == 3


def test_a_scale_that_is_none_is_kept_aside_and_noted(write):
    pairs = open_source(Source(write([{**BARE, "scope": "wide"}]), columns={"scope": "issue_scale"}))
    selection = select(pairs, Subset())
    assert (selection.pairs[0].issue_scale, selection.pairs[0].extra) == (None, {"issue_scale": "wide"})
    assert selection.source.notes == ("issue scales that are no integer from 0 to 5 were kept aside: 1",)


def test_nul_and_lone_surrogates_are_replaced(write):
    (pair,) = read(write([{**BARE, "category": "a\0b", "section_text": "c\ud800"}]))
    assert (pair.category, pair.section_text) == ("a\ufffdb", "c\ufffd")


def test_values_that_json_cannot_hold_become_some_that_it_can():
    import numpy as np

    value = {"a": np.array([1, 2]), "b": np.float64("nan"), "c": datetime.date(2026, 1, 2), 4: b"xyz"}
    assert as_json(value) == {"a": [1, 2], "b": None, "c": "2026-01-02", "4": "(3 bytes)"}


@pytest.mark.parametrize("question", [None, "", "  \n"])
def test_a_missing_question_names_the_first_row_and_how_many(write, question):
    path = write([BARE, {**BARE, "against_question": question}, BARE, {"for_question": "Explain why c."}])
    with pytest.raises(
        PairsError, match=r"line 2 of .* has no against_question; 2 of 4 rows lack a question"
    ):
        read(path)


def test_a_cell_that_is_no_text_is_named(write):
    with pytest.raises(PairsError, match=r"line 1 of .*: category is not text but list: \"\['a'\]\""):
        read(write([{**BARE, "category": ["a"]}]))


def test_missing_columns_are_named_with_the_likely_ones(write):
    path = write([{"question_for": "a", "Against_Question": "b", "text": "c"}])
    with pytest.raises(PairsError) as caught:
        read(path)
    assert "no column 'for_question' and 'against_question'; it has: question_for, Against_Question" in str(
        caught.value
    )
    assert "--map question_for=for_question --map Against_Question=against_question" in str(caught.value)


def test_two_pairs_of_one_id_are_refused_where_they_differ(write):
    path = write([{**BARE, "id": "x"}, {**BARE, "id": "x", "for_question": "Explain why not."}])
    with pytest.raises(PairsError, match="two pairs have the id 'x' but different issues or questions"):
        read(path)


def test_an_exact_repeat_is_kept_once_and_noted(write):
    selection = select(open_source(Source(write([{**BARE, "id": "x"}] * 3))), Subset())
    assert (len(selection.pairs), selection.source.n) == (1, 1)
    assert selection.source.notes == (
        "2 rows repeat the id and questions of an earlier row and were dropped",
    )


def test_a_map_is_checked_against_fields_and_columns(write):
    with pytest.raises(SettingsError, match=r"unknown field 'question'.*for_question"):
        parse_map(["pro=question"])
    with pytest.raises(SettingsError, match="not column=field"):
        parse_map(["pro"])
    with pytest.raises(SettingsError, match="two columns are mapped to the field 'id'"):
        parse_map(["a=id", "b=id"])
    with pytest.raises(
        PairsError, match=r"names the column 'nr', which .* does not have; it has: for_question"
    ):
        read(write([BARE]), columns={"nr": "id"})

"""Choosing from a source: what is taken, counted, noted, refused."""

from __future__ import annotations

import json

import pytest

from valbench_core.errors import SubsetError
from valbench_core.pairs import Condition, Source, SourceFacts, Subset, count, open_source, select


@pytest.fixture
def pairs(rows, write):
    return open_source(Source(write(rows)))


def where(*texts, **rule):
    return Subset(tuple(map(Condition.parse, texts)), **rule)


def test_fields_are_and_and_alternatives_or(pairs):
    chosen = select(pairs, where("category=Politics|Ethics", "issue_scale=0|5")).pairs
    assert [pair.id for pair in chosen] == ["p00", "p05", "p06"]


def test_chosen_pairs_come_in_full(pairs, rows):
    (pair,) = select(pairs, where("id=p03")).pairs
    assert (pair.section_text, pair.issue_scale, pair.article) == ("Text 3", 3, "Article 1")


def test_the_facts_tell_the_source_before_any_choice(pairs):
    facts = select(pairs, where("category=Ethics", limit=1)).source
    assert (facts.kind, facts.split, facts.n) == ("jsonl", None, 12)
    assert SourceFacts.from_dict(json.loads(json.dumps(facts.as_dict()))) == facts


def test_a_limit_is_applied_after_the_conditions(pairs):
    assert [pair.id for pair in select(pairs, where("category=Ethics", limit=2)).pairs] == ["p08", "p09"]


def test_weights_stand_beside_their_pairs(pairs):
    selection = select(pairs, where("category=Politics|Ethics", sample=4, stratify="category", equal=True))
    by_category = {
        pair.category: weight for pair, weight in zip(selection.pairs, selection.weights, strict=True)
    }
    assert by_category == pytest.approx(
        {"Politics": 16 / 11, "Ethics": 6 / 11}
    )  # 8/2 and 3/2, scaled to mean 1
    assert selection.matching == 11


def test_an_unknown_category_is_answered_with_those_of_the_data(pairs):
    with pytest.raises(SubsetError, match=r"unknown category 'Ethic'; .* has: Ethics, Politics, \(none\)"):
        select(pairs, where("category=Politics|Ethic"))


def test_ids_that_are_not_there_are_named(pairs):
    with pytest.raises(SubsetError, match=r"no pair of .* has the id 'q1' \(2 of the ids"):
        select(pairs, where("id=p01|q2|q1"))


def test_an_empty_choice_names_the_condition_that_emptied_it(pairs):
    with pytest.raises(
        SubsetError, match="none of the 3 pairs that meet the conditions before it meets 'text~zeppelin'"
    ):
        select(pairs, where("category=Ethics", "text~zeppelin"))


def test_a_sample_larger_than_what_is_there_takes_all_and_says_so(pairs):
    selection = select(pairs, where("category=Ethics", sample=50))
    assert len(selection.pairs) == 3
    assert selection.notes == ("50 pairs were asked for, but only 3 are there: all were taken",)


def test_an_equal_sample_says_which_categories_it_leaves_out(pairs):
    (note,) = select(pairs, Subset(sample=2, stratify="category", equal=True)).notes
    assert note.startswith("the sample is too small for every category and says nothing about: ")


def test_a_count_agrees_with_the_selection(pairs):
    subset = where("issue_scale=1..5", sample=5, stratify="category")
    counted, selection = count(pairs, subset), select(pairs, subset)
    assert (counted.n, counted.matching, counted.total) == (5, selection.matching, 12)
    assert sum(counted.chosen_categories.values()) == 5
    assert list(counted.all_categories.items()) == [("Politics", 8), ("Ethics", 3), ("(none)", 1)]


def test_an_empty_count_is_zero(pairs):
    assert count(pairs, where("text~zeppelin")).n == 0


def test_a_count_leaves_the_long_columns_of_a_table_unread(rows, tmp_path, monkeypatch):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from valbench_core.pairs.tables import ParquetFile

    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "pairs.parquet")
    asked = []
    read = ParquetFile.rows
    monkeypatch.setattr(
        ParquetFile, "rows", lambda self, columns: asked.extend(columns) or read(self, columns)
    )
    assert count(open_source(Source(str(tmp_path / "pairs.parquet"))), Subset()).n == 12
    assert "for_question" in asked
    assert "section_text" not in asked

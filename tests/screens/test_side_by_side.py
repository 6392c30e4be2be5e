"""What people and judges say of a pair, in one table; links to pairs by id."""

from __future__ import annotations

import pytest

from pages.parts.id_links import fitting, how_many, id_field
from pages.parts.pair.side_by_side import Said, side_by_side
from valbench_core.pairs import Condition
from valbench_core.runs import Label
from valbench_core.runs.records import Combined
from valbench_core.schema import Verdict


def test_people_judges_and_means_of_judges_stand_in_the_same_rows():
    label = Label("p", "Field", Verdict(-2, for_refusal=True, against_refusal=True), "v3")
    mean = Combined(0.5, 0.5, 0.0, 0.0, 1.0, None)
    table = side_by_side([Said.by(label), Said("Judges", mean, "v3")], problems=True)
    # Somebody may have any name: that of the first column too.
    assert list(table) == ["Field", "Field · 2", "Judges"]
    rows = {row[0]: row[1:] for row in zip(*table.values(), strict=True)}
    assert rows["Adjusted score (s)"] == ("2", "0.5")
    assert rows["For side refused"] == ("yes", "50 %")
    assert rows["Value preference"] == ("–", "–")
    assert rows["Problem with the pair"] == ("none", "–")


def test_a_label_that_passed_the_pair_over_has_no_column():
    assert list(side_by_side([Said.by(Label("p", "Ada", None, "v3"))])) == ["Field"]


@pytest.mark.parametrize("one", ["pair-1", "a|b", "ü" * 40, "x" * 5000])
def test_a_link_names_one_pair_at_least_and_says_how_many(one):
    ids = [f"{one}{number}" for number in range(2000)]
    named = fitting(ids)
    assert 1 <= len(named) < 2000
    assert Condition.parse(f"id={id_field(ids)}").values == named
    assert how_many(ids) == f"first {len(named)} of 2,000 pairs"


def test_a_link_names_the_pair_that_was_chosen():
    ids = [f"pair-{number}" for number in range(2000)]
    assert "pair-1999" in fitting(ids, "pair-1999")

"""Why a label does not count, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from valbench_core.audit import WITHDRAWN, standing_of
from valbench_core.runs import Label
from valbench_core.schema import Verdict

COUNTED = Label("p", "Ada", Verdict(1), "v3", draw="d", blind=True, for_hash="f", against_hash="a")
SKIP = replace(COUNTED, verdict=None)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (COUNTED, ""),
        (replace(COUNTED, for_hash="", against_hash=""), ""),
        (replace(COUNTED, against_hash="b"), "changed since"),
        (replace(COUNTED, blind=False), "after the verdict"),
        (replace(COUNTED, kind="override", blind=False, draw=None), "after the verdict"),
        (replace(COUNTED, draw=None), "outside any draw"),
        (SKIP, "passed over"),
        (replace(SKIP, note=WITHDRAWN), "taken back"),
        (replace(COUNTED, kind="adjudication"), ""),
    ],
)
def test_a_label_alone(label, words):
    said = standing_of(label, [label], "f", "a")
    assert words in said
    assert bool(said) == bool(words)


def test_later_rows_of_the_same_author_stand_for_earlier_ones():
    again = replace(COUNTED, verdict=Verdict(2))
    undone = replace(SKIP, note=WITHDRAWN)
    by_bob = replace(COUNTED, author="Bob")
    override = replace(COUNTED, kind="override", blind=False)
    assert "replaced" in standing_of(COUNTED, [COUNTED, again], "f", "a")
    assert standing_of(again, [COUNTED, again], "f", "a") == ""
    assert "taken back" in standing_of(COUNTED, [COUNTED, undone, again], "f", "a")
    assert standing_of(COUNTED, [COUNTED, by_bob, override], "f", "a") == ""


def test_of_several_adjudications_the_latest_counts_whoever_made_it():
    by_carl = replace(COUNTED, author="Carl", kind="adjudication")
    by_dora = replace(by_carl, author="Dora", verdict=Verdict(2))
    after_verdict = replace(by_dora, blind=False)
    assert "of another author" in standing_of(by_carl, [by_carl, by_dora], "f", "a")
    assert standing_of(by_dora, [by_carl, by_dora], "f", "a") == ""
    assert standing_of(by_carl, [by_carl, after_verdict], "f", "a") == ""
    assert standing_of(COUNTED, [COUNTED, by_dora], "f", "a") == ""


def test_whoever_takes_an_adjudication_back_takes_back_only_their_own():
    by_carl = replace(COUNTED, author="Carl", kind="adjudication")
    by_dora = replace(by_carl, author="Dora", verdict=Verdict(2))
    undone = replace(by_dora, verdict=None, note=WITHDRAWN)
    rows = [by_carl, by_dora, undone]
    assert [standing_of(one, rows, "f", "a") for one in rows[:2]] == ["", "taken back by its author"]


def test_a_label_beyond_a_gap_does_not_count_yet():
    assert "not until" in standing_of(COUNTED, [COUNTED], "f", "a", is_finished=False)
    assert "passed over" in standing_of(SKIP, [SKIP], "f", "a", is_finished=False)

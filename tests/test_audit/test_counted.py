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

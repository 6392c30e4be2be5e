"""Two runs on the same pairs: on which both diverge, and on which only one does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valbench_core.maps.divergence import DIVERGING, DIVERGING_WORDS, divergences

HERE = ["inconsistent", "inconsistent", "mixed", "consistent", "inconsistent", "pending", "inconsistent"]
THERE = ["inconsistent", "both refused", "inconsistent", "mixed", "failed", "inconsistent", "inconsistent"]


def table(outcomes: list[str], contents: list[int]) -> pd.DataFrame:
    ids = [f"p{place}" for place in range(len(outcomes))]
    return pd.DataFrame({"pair_id": ids, "content": np.array(contents, np.uint64), "outcome": outcomes})


# The last pair is another one there: same id, other texts.
FOUND = divergences(table(HERE, [*range(7)]), table(THERE, [*range(6), 99])[::-1].reset_index(drop=True))


def test_each_pair_is_divergent_in_both_in_one_or_in_neither():
    kinds = [DIVERGING[code] for code in FOUND.codes]
    assert kinds == ["both", "here", "there", "neither", "", "", ""]


def test_every_pair_is_counted_once():
    assert FOUND.counts() == {"both": 1, "here": 1, "there": 1, "neither": 1, "": 3}
    assert set(DIVERGING_WORDS) == set(DIVERGING)


def test_groups_put_together_give_the_whole():
    groups = np.array([0, 0, 1, 1, 1, 0, -1])
    first, second = FOUND.counts_by(groups, 2)
    assert first == {"both": 1, "here": 1, "there": 0, "neither": 0, "": 1}
    assert second == {"both": 0, "here": 0, "there": 1, "neither": 1, "": 1}

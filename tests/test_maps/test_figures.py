"""What groups of a map come to, on a made-up map whose pairs' outcomes are set by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.made_maps import made_map
from valbench_core.analysis import METRICS, OUTCOME_SHARES, summarise
from valbench_core.errors import MapError
from valbench_core.maps import UNGROUPED
from valbench_core.maps.figures import (
    COLUMN,
    DIVERGENT,
    group_figures,
    group_test,
    grouped_table,
    typical_pairs,
)
from valbench_core.schema import Outcome

N = 160
IDS = [f"pair-{number:03}" for number in range(N)]
MAP = made_map(IDS)
COARSE = MAP.levels[0]


def tidy(divergent: np.ndarray, pending: int = 0) -> pd.DataFrame:
    """Return the tidy table of a run, in the opposite order of the map; its first pairs are pending."""
    outcomes = np.where(divergent, "inconsistent", "consistent").astype(object)
    adjusted = np.where(divergent, -2.0, 2.0)
    outcomes[:pending], adjusted[:pending] = "pending", np.nan
    flags = {name: np.where(np.isnan(adjusted), np.nan, 0.0) for name in FLAGS}
    columns = {"pair_id": IDS, "article": np.arange(N) // 2, "weight": 1.0, "outcome": outcomes}
    marks = {"answered": True, "blocked": False, "truncated": False}
    return pd.DataFrame({**columns, **flags, **marks, "adjusted": adjusted})[::-1].reset_index(drop=True)


FLAGS = ("value_preference", "for_refusal", "against_refusal", "for_no_information", "against_no_information")
LARGEST = tidy(COARSE.codes == 0)
"""A run that diverges on the pairs of the largest group, and on no other."""


def test_the_pairs_of_a_run_find_their_groups_whatever_its_order():
    grouped = grouped_table(LARGEST, MAP, 0)
    expected = {pair: COARSE.groups[code].id for pair, code in zip(IDS, COARSE.codes, strict=True)}
    assert dict(zip(grouped["pair_id"], grouped[COLUMN], strict=True)) == expected


def test_groups_come_in_the_order_of_the_level_with_the_ungrouped_last():
    found = group_figures(LARGEST, MAP, 1)
    assert [group.group for group in found] == [group.id for group in MAP.levels[1].groups]
    assert found[-1].group == UNGROUPED
    assert [group.summary.n.asked for group in found] == [group.size for group in MAP.levels[1].groups]


def test_a_group_has_the_share_of_divergent_pairs_that_it_was_made_with():
    first, *others = group_figures(LARGEST, MAP, 0)
    assert first.summary.metrics[DIVERGENT].value == 100
    assert {group.summary.metrics[DIVERGENT].value for group in others} == {0}


@pytest.mark.parametrize("level", [0, 1])
def test_groups_put_together_give_the_whole(level):
    rng = np.random.default_rng(level)
    table = tidy(rng.random(N) < 0.3, pending=11)
    groups = [group.summary for group in group_figures(table, MAP, level)]
    whole = summarise(table, metrics={**METRICS, **OUTCOME_SHARES})
    assert sum(group.n.asked for group in groups) == whole.n.asked == N
    assert sum(group.n.judged for group in groups) == whole.n.judged == N - 11
    for metric, estimate in whole.metrics.items():
        parts = [(group.metrics[metric].value, group.metrics[metric].n) for group in groups]
        assert sum(value * n for value, n in parts if n) / estimate.n == pytest.approx(estimate.value)


def test_a_group_that_diverges_is_found_and_the_ungrouped_are_tested_as_any_other():
    test = group_test(LARGEST, MAP, 0)
    assert [contrast.group for contrast in test.contrasts] == [group.id for group in COARSE.groups]
    assert test.size == len(COARSE.groups)
    first = test.contrasts[0]
    assert first.difference.value == 100
    assert first.p <= first.p_corrected < 0.001
    assert all(contrast.difference.value < 0 for contrast in test.contrasts[1:])


def test_exploring_maps_are_not_tested_and_say_why():
    for explores in (made_map(IDS, text="rationale"), made_map(IDS, where=("outcome=inconsistent",))):
        with pytest.raises(MapError, match="comparing"):
            group_test(LARGEST, explores, 0)
        assert group_figures(LARGEST, explores, 0)


def test_pairs_that_are_not_on_the_map_are_left_out():
    part = made_map(IDS[:40])
    assert sorted(grouped_table(LARGEST, part, 0)["pair_id"]) == IDS[:40]
    assert sum(group.summary.n.asked for group in group_figures(LARGEST, part, 0)) == 40
    assert group_figures(LARGEST, made_map([]), 0) == ()


def test_without_a_judged_pair_groups_have_counts_but_no_figures():
    nothing = tidy(np.zeros(N, dtype=bool), pending=N)
    assert {group.summary.metrics["PAC"].value for group in group_figures(nothing, MAP, 0)} == {None}
    assert group_test(nothing, MAP, 0).contrasts == ()


def test_one_group_has_no_rest_to_differ_from():
    (contrast,) = group_test(LARGEST, made_map(IDS, 1, groups=1, ungrouped=False), 0).contrasts
    assert contrast.p is None
    assert contrast.difference.value is None


def test_typical_contradictions_are_the_most_central_divergent_pairs():
    ordinals = typical_pairs(LARGEST, MAP, 0, code=0, n=3)
    members = [pair for pair, code in zip(IDS, COARSE.codes, strict=True) if code == 0]
    assert LARGEST["pair_id"].iloc[list(ordinals)].to_list() == members[:3]
    assert typical_pairs(LARGEST, MAP, 0, code=1, n=3) == ()
    assert len(typical_pairs(LARGEST, MAP, 0, code=1, n=3, outcome=Outcome.CONSISTENT)) == 3
    assert len(typical_pairs(LARGEST, MAP, 0, code=1, n=999, outcome=None)) == COARSE.groups[1].size


def test_equally_central_pairs_come_in_the_same_order_in_every_run():
    level = replace(COARSE, closeness=np.ones(N, np.float32))
    alike = replace(MAP, levels=(level,))
    shuffled = LARGEST.sample(frac=1, random_state=3).reset_index(drop=True)
    found = [
        table["pair_id"].iloc[list(typical_pairs(table, alike, 0, 0, 5))].to_list()
        for table in (LARGEST, shuffled)
    ]
    assert found[0] == found[1]


def test_a_level_that_the_map_does_not_have_is_named():
    with pytest.raises(MapError, match="no level 3; it has 2 levels"):
        group_figures(LARGEST, MAP, 2)

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from valbench_core.clusters import grouping
from valbench_core.clusters.average_linkage import average_linkage
from valbench_core.clusters.grouping import UNGROUPED, group


def unit(rows):
    rows = np.asarray(rows, np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def blobs(sizes, spread=0.06, dimensions=32, seed=0):
    """Rows around as many middles, and which middle each has."""
    rng = np.random.default_rng(seed)
    middles = unit(rng.standard_normal((len(sizes), dimensions)))
    of_row = np.repeat(np.arange(len(sizes)), sizes)
    return unit(middles[of_row] + spread * rng.standard_normal((len(of_row), dimensions))), of_row


def usual(found):
    return found.levels[found.usual]


def test_planted_groups_are_found_on_some_level():
    vectors, planted = blobs([20, 60, 40, 30, 50, 35], spread=0.03)
    assert max(adjusted_rand_score(planted, codes) for codes in group(vectors).levels) > 0.9


def test_groups_are_numbered_from_the_largest():
    vectors = unit(np.random.default_rng(8).standard_normal((300, 8)))
    for codes in group(vectors).levels:
        sizes = np.bincount(codes[codes >= 0]).tolist()
        assert sizes == sorted(sizes, reverse=True)
        assert min(sizes) > 1


def test_rows_near_nothing_stay_ungrouped():
    vectors, _ = blobs([60, 50, 40, 30, 20])
    lone = unit(np.random.default_rng(1).standard_normal((4, 32)))
    codes = group(np.vstack([vectors, lone])).levels[-1]
    assert (codes[-4:] == UNGROUPED).all()
    assert (codes[:-4] != UNGROUPED).mean() > 0.5


def test_finer_levels_have_more_groups_each_within_one_coarser():
    vectors = unit(np.random.default_rng(2).standard_normal((600, 8)))
    levels = group(vectors).levels
    counts = [codes.max() + 1 for codes in levels]
    assert len(levels) >= 3
    assert counts == sorted(set(counts))
    for coarser, finer in pairwise(levels):
        assert all(len(set(coarser[finer == code])) == 1 for code in range(finer.max() + 1))
        assert (coarser[finer >= 0] >= 0).all()


@pytest.mark.parametrize("drawn", [300, 600])
def test_a_finer_group_lies_within_the_coarser_one_that_the_tree_puts_it_in(drawn):
    vectors = unit(np.random.default_rng(2).standard_normal((600, 8)))
    some = np.arange(drawn)
    cuts = grouping._cuts(average_linkage(vectors[some]), 3)
    levels = grouping._levels(vectors, some, 3)
    for coarse, fine in pairwise(range(len(cuts))):
        for code in range(cuts[fine].seeds.max() + 1):
            (parent,) = set(cuts[coarse].seeds[cuts[fine].seeds == code])
            assert parent >= 0
            assert set(levels[coarse][levels[fine] == code]) <= {parent}


def test_more_rows_than_are_drawn_join_the_groups_of_those_drawn(monkeypatch):
    monkeypatch.setattr(grouping, "DRAWN", 300)
    vectors, planted = blobs([400, 300, 200, 150, 100], spread=0.03)
    found = group(vectors)
    assert adjusted_rand_score(planted, found.levels[0]) > 0.8
    assert "of 300 pairs drawn by chance" in found.method


def test_another_seed_gives_other_groups_only_where_rows_are_drawn(monkeypatch):
    vectors = unit(np.random.default_rng(3).standard_normal((400, 8)))
    assert np.array_equal(usual(group(vectors, 0)), usual(group(vectors, 1)))
    monkeypatch.setattr(grouping, "DRAWN", 200)
    assert not np.array_equal(usual(group(vectors, 0)), usual(group(vectors, 1)))


@pytest.mark.parametrize("n", [0, 1])
def test_no_pair_and_a_single_pair_make_no_group(n):
    found = group(np.ones((n, 1), np.float32))
    assert [codes.tolist() for codes in found.levels] == [[UNGROUPED] * n]
    assert found.notes


@pytest.mark.parametrize("n", [2, 3, 5, 29])
def test_a_few_rows_are_grouped_and_said_to_be_few(n):
    found = group(unit(np.random.default_rng(4).standard_normal((n, 6))))
    assert usual(found).max() >= 0
    assert any("Fewer than 30 pairs" in note for note in found.notes)


def test_rows_that_are_all_equal_are_one_group():
    found = group(np.repeat(unit([[1, 2, 3]]), 50, axis=0))
    assert [set(codes) for codes in found.levels] == [{0}]
    assert found.notes == ("All texts are alike, so there is one group.",)


def test_two_rows_many_times_are_two_groups():
    rows = unit(np.random.default_rng(5).standard_normal((2, 7)))
    found = group(np.repeat(rows, [60, 40], axis=0))
    assert [codes.tolist() for codes in found.levels] == [[0] * 60 + [1] * 40]


def test_rows_of_zeros_stay_ungrouped_on_every_level():
    vectors, _ = blobs([30, 20])
    found = group(np.vstack([np.zeros((3, 32), np.float32), vectors]))
    assert all((codes[:3] == UNGROUPED).all() and codes.max() >= 1 for codes in found.levels)
    assert "Pairs whose text has nothing to compare are ungrouped." in found.notes
    assert (group(np.zeros((40, 5), np.float32)).levels[0] == UNGROUPED).all()


@pytest.mark.parametrize("comparable", range(7))
def test_few_rows_that_can_be_compared_among_many_that_cannot(comparable):
    rows = unit(np.random.default_rng(9).standard_normal((comparable, 6)))
    found = group(np.vstack([rows, np.zeros((40, 6), np.float32)]))
    assert all((codes[comparable:] == UNGROUPED).all() for codes in found.levels)
    assert (usual(found).max() >= 0) == (comparable >= 2)
    assert comparable < 2 or any("Fewer than 30 pairs can be compared" in note for note in found.notes)


def test_a_cut_without_any_group_leaves_every_row_ungrouped():
    vectors = unit(np.random.default_rng(9).standard_normal((5, 6)))
    levels = grouping._levels(vectors, np.arange(5), 6)
    assert [codes.tolist() for codes in levels] == [[UNGROUPED] * 5]


def test_the_usual_level_shows_about_two_dozen_groups_of_many():
    vectors = unit(np.random.default_rng(6).standard_normal((2_000, 12)))
    assert 12 <= usual(group(vectors)).max() + 1 <= 48


def test_another_process_with_other_threads_gives_the_same_groups():
    vectors = unit(np.random.default_rng(7).standard_normal((700, 64)))
    script = (
        "import sys, numpy as np\n"
        "from valbench_core.clusters.grouping import group\n"
        "vectors = np.frombuffer(sys.stdin.buffer.read(), np.float32).reshape(-1, 64)\n"
        "sys.stdout.buffer.write(b''.join(codes.tobytes() for codes in group(vectors).levels))"
    )
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    there = subprocess.run(
        [sys.executable, "-c", script],
        input=vectors.tobytes(),
        env=one_thread,
        capture_output=True,
        check=True,
    )
    assert there.stdout == b"".join(codes.tobytes() for codes in group(vectors).levels)

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from valbench_core.clusters import neighbours
from valbench_core.clusters.layout import EXTENT, NO_NEIGHBOUR, lay_out


def unit(rows):
    rows = np.asarray(rows, np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def drawn(n, dimensions=16, seed=0):
    return unit(np.random.default_rng(seed).standard_normal((n, dimensions)))


@pytest.fixture(scope="module")
def two_fields():
    """Forty rows around each of two middles that have nothing in common."""
    middles = np.repeat(np.eye(2, 16), 40, axis=0)
    return unit(middles + 0.05 * np.random.default_rng(1).standard_normal((80, 16)))


@pytest.fixture(scope="module")
def laid_out(two_fields):
    return lay_out(two_fields)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 29])
def test_few_rows_are_projected_and_it_is_said(n):
    found = lay_out(drawn(n))
    assert found.positions.shape == (n, 2)
    assert found.neighbours.shape == (n, min(10, max(n - 1, 0)))
    assert np.isfinite(found.positions).all()
    assert "PCA" in found.method


@pytest.mark.parametrize(
    "vectors",
    [
        np.repeat(unit([[1, 2, 3]]), 60, axis=0),
        np.zeros((40, 5), np.float32),
        np.repeat(drawn(2), 50, axis=0),
        unit(np.random.default_rng(2).standard_normal((50, 1))),
    ],
    ids=["all equal", "all zeros", "two kinds", "one dimension"],
)
def test_rows_that_hardly_differ_still_lie_apart(vectors):
    positions = lay_out(vectors).positions
    assert np.isfinite(positions).all()
    assert np.abs(positions).max() <= EXTENT + 1
    assert len(np.unique(positions, axis=0)) == len(vectors)


def test_rows_of_one_field_lie_together(laid_out):
    one, other = laid_out.positions[:40], laid_out.positions[40:]
    within = max(part.std(axis=0).max() for part in (one, other))
    assert np.linalg.norm(one.mean(axis=0) - other.mean(axis=0)) > 2 * within
    assert "UMAP" in laid_out.method


def test_positions_fill_the_plane_to_its_extent(laid_out):
    assert np.abs(laid_out.positions).max() == pytest.approx(EXTENT, abs=0.01)
    assert laid_out.positions.dtype == np.float32


def test_neighbours_are_the_nearest_by_cosine_nearest_first(two_fields, laid_out):
    near = two_fields @ two_fields.T
    np.fill_diagonal(near, -2)
    assert np.array_equal(laid_out.neighbours, np.argsort(-near, axis=1, kind="stable")[:, :10])


def test_another_process_gives_the_same_positions(two_fields, laid_out):
    script = (
        "import sys, numpy as np\n"
        "from valbench_core.clusters.layout import lay_out\n"
        "vectors = np.frombuffer(sys.stdin.buffer.read(), np.float32).reshape(-1, 16)\n"
        "sys.stdout.buffer.write(lay_out(vectors).positions.tobytes())"
    )
    there = subprocess.run(
        [sys.executable, "-c", script], input=two_fields.tobytes(), capture_output=True, check=True
    )
    assert there.stdout == laid_out.positions.tobytes()


def test_equal_rows_name_each_other_first_and_do_not_spoil_the_map(two_fields):
    found = lay_out(np.vstack([two_fields, np.repeat(two_fields[:1], 30, axis=0)]))
    assert set(found.neighbours[0]) <= set(range(80, 110))
    assert 0 in found.neighbours[80] or set(found.neighbours[80]) <= set(range(81, 110))
    apart = np.linalg.norm(found.positions[:40].mean(axis=0) - found.positions[40:80].mean(axis=0))
    assert apart > EXTENT / 2


def test_a_row_of_zeros_is_nobodys_neighbour(two_fields):
    found = lay_out(np.vstack([two_fields, np.zeros((2, 16), np.float32)]))
    assert (found.neighbours[80:] == NO_NEIGHBOUR).all()
    assert not np.isin(found.neighbours[:80], [80, 81]).any()
    assert np.isfinite(found.positions).all()


def test_many_rows_are_searched_for_neighbours_and_nearly_all_found(monkeypatch):
    vectors = drawn(3_000, 6)
    exact = neighbours.nearest(vectors, 11).rows
    monkeypatch.setattr(neighbours, "EXACT", 100)
    searched = neighbours.nearest(vectors, 11).rows
    shared = [len(set(one) & set(other)) / 11 for one, other in zip(exact, searched, strict=True)]
    assert np.mean(shared) > 0.9
    assert np.array_equal(searched, neighbours.nearest(vectors, 11).rows)

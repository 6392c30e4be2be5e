"""What lost pairs could do to the figures."""

from __future__ import annotations

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import Bounds, lost_pair_bounds


def test_lost_pairs_could_all_be_opposed_or_all_agree() -> None:
    pairs = table(judged("a", 0), row("b", "failed"), row("c", "unjudged"), row("d", "pending"))
    bounds = lost_pair_bounds(pairs)
    assert bounds.lost == 3
    assert bounds.pac == Bounds(12.5, 87.5)


def test_lost_pairs_count_by_their_weight() -> None:
    pairs = table(judged("a", 2, weight=3.0), row("b", "failed", weight=1.0))
    assert lost_pair_bounds(pairs).pac == Bounds(75, 100)


def test_blocked_answers_are_counted_as_refusals_on_one_side_and_on_both() -> None:
    pairs = table(judged("a", 2), row("b", "failed", blocked=True), row("c", "failed"))
    bounds = lost_pair_bounds(pairs)
    assert bounds.blocked == 1
    assert bounds.ref_with_blocked == Bounds(25, 50)


def test_without_lost_pairs_the_bounds_meet() -> None:
    assert lost_pair_bounds(table(judged("a", 1))).pac == Bounds(75, 75)


def test_without_pairs_there_are_no_bounds() -> None:
    bounds = lost_pair_bounds(table())
    assert (bounds.pac, bounds.ref_with_blocked) == (None, None)

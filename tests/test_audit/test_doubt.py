"""Signs of doubt of verdicts, and what they make of the queue."""

from __future__ import annotations

import pytest

from tests.made_audits import add_judge, add_swapped, drawn
from tests.run_builder import build_run
from valbench_core.audit import draw_in
from valbench_core.audit.doubt import signs_of_doubt
from valbench_core.runs import RunReader, tidy_table


@pytest.fixture
def path(workspace):
    return build_run(workspace, "toy")


def doubted(path, judgement=None):
    """Return the signs of doubt of the pairs that have any, by id."""
    with RunReader.open_readonly(path) as run:
        shown = run.find_judgement(judgement)
        table = tidy_table(run, shown)
        signs = signs_of_doubt(run, shown, table)
    return {pair: int(n) for pair, n in zip(table["pair_id"], signs, strict=True) if n}


def test_another_score_in_the_other_order_is_a_sign(path):
    before = doubted(path)
    add_swapped(path, ["pair-7", "pair-9"])
    after = doubted(path)
    assert {pair for pair in after if after[pair] > before.get(pair, 0)} == {"pair-7", "pair-9"}


def test_another_judge_who_differs_is_a_sign_of_its_own(path):
    before = doubted(path)
    add_swapped(path, ["pair-7"])
    add_judge(path, "second", ["pair-7", "pair-15"])
    after = doubted(path)
    grown = {pair: after[pair] - before.get(pair, 0) for pair in after}
    assert {pair: n for pair, n in grown.items() if n} == {"pair-7": 2, "pair-15": 1}


def test_a_judge_by_another_protocol_is_none(path):
    from tests.run_builder import add_judgement

    before = doubted(path)
    add_judgement(path, "other", "v1")
    assert doubted(path) == before


def test_a_verdict_that_contradicts_itself_is_a_sign(path):
    # Score 0 says that nothing meaningful was said, but the judge names positions.
    assert doubted(path)["pair-14"] == 1


def test_the_sources_of_a_derived_judgement_are_held_against_each_other(path):
    swapped = add_swapped(path, ["pair-7"])
    assert "pair-7" in doubted(path, f"{swapped.name.removesuffix('~swapped')}~both")


def test_doubtful_pairs_come_earlier(workspace, path):
    doubtful = [f"pair-{number}" for number in (7, 11, 15)]
    add_swapped(path, doubtful)
    add_judge(path, "second", doubtful)
    places = []
    for seed in range(30):
        audit = drawn(workspace, ["toy"], sampling="doubt", seed=seed)
        places += [item.position for item in audit.queue.items if item.pair_id in doubtful]
    even = (len(audit.queue) - 1) / 2
    assert sum(places) / len(places) < 0.6 * even
    with RunReader.open_readonly(path) as run:
        assert draw_in(run, audit.draw.id).doubt().max() == 2

"""The order of labelling: the same for everybody, a valid draw at each prefix, alone for each run."""

from __future__ import annotations

import numpy as np
import pytest

from tests.made_audits import add_judge, drawn, made_audit
from valbench_core.analysis import inclusions
from valbench_core.audit import draw_in, queue_of
from valbench_core.audit.draw import setting_key, setting_of
from valbench_core.audit.run_queue import pair_ids, run_queue
from valbench_core.errors import RunError
from valbench_core.runs import RunFile, RunReader


def test_the_queue_holds_every_drawn_pair_once(workspace):
    audit = made_audit(workspace, ("one", "two"))
    items = list(audit.queue.items)
    assert len({(item.run, item.pair_id) for item in items}) == len(items) == len(audit.queue) == 42
    assert [item.position for item in items] == list(range(42))


def test_the_queue_is_the_same_each_time_and_another_with_another_seed(audit):
    again = queue_of(audit.workspace, audit.draw)
    assert list(again.items) == list(audit.queue.items)
    other = drawn(audit.workspace, ["toy"], seed=2)
    assert [item.pair_id for item in other.queue.items] != [item.pair_id for item in audit.queue.items]


def test_a_run_alone_has_its_own_part_of_the_queue_in_the_same_order(workspace):
    audit = made_audit(workspace, ("one", "two"))
    for path in audit.paths:
        with RunReader.open_readonly(path) as run:
            own = run_queue(draw_in(run, audit.draw.id), pair_ids(run)).order.tolist()
        together = [item for item in audit.queue.items if item.run == path.stem]
        assert [item.ordinal for item in together] == own
        assert [item.own_position for item in together] == list(range(len(own)))


def test_equal_pairs_are_drawn_at_n_of_all(audit):
    assert [round(item.inclusion * 21) for item in audit.queue.items] == list(range(1, 22))


def test_the_inclusion_of_an_item_is_that_of_its_prefix(workspace):
    made_audit(workspace)
    add_judge(workspace.path_of("toy"), "second", ["pair-7", "pair-9"])
    audit = drawn(workspace, ["toy"], sampling="doubt")
    queue = audit.queue.runs["toy"]
    for item in audit.queue.items:
        assert item.inclusion == pytest.approx(inclusions(queue.p, item.own_position + 1)[item.own_position])
    assert np.isclose(sum(queue.p), 1)


def test_sides_are_shuffled_only_where_asked_for(workspace):
    plain = made_audit(workspace)
    assert {item.order for item in plain.queue.items} == {"normal"}
    shuffled = drawn(workspace, ["toy"], shuffle_sides=True)
    orders = [item.order for item in shuffled.queue.items]
    assert 3 < orders.count("swapped") < 18
    assert orders == [item.order for item in queue_of(workspace, shuffled.draw).items]


def test_a_run_that_is_gone_is_left_out_and_named(workspace):
    audit = made_audit(workspace, ("one", "two"))
    workspace.delete("two")
    queue = queue_of(workspace, audit.draw)
    assert (queue.missing, len(queue), {item.run for item in queue.items}) == (("two",), 21, {"one"})
    workspace.delete("one")
    with pytest.raises(RunError, match="made of: one, two"):
        queue_of(workspace, audit.draw)


def test_places_are_found_by_run_and_pair(audit):
    for item in audit.queue.items[:5]:
        assert audit.queue.position_of("toy", item.ordinal) == item.position
    assert audit.queue.position_of("toy", 0) is None
    assert audit.queue.position_of("elsewhere", 5) is None


def test_a_single_doubtful_pair_does_not_take_half_of_all_chance(workspace):
    # Pairs 4, 12 … contradict themselves, as those three and six places on do.
    quiet = [f"pair-{number}" for number in range(5, 123) if number % 8 not in (3, 4, 6)]
    audit = made_audit(workspace, n=123, sampling="doubt", where=["id=" + "|".join(["pair-4", *quiet])])
    queue, pairs = audit.queue.runs["toy"], audit.draw.pairs
    assert (audit.draw.doubtful, np.isclose(queue.p.sum(), 1)) == (1, True)
    assert queue.p.max() == pytest.approx(10 / pairs)
    assert "Few pairs show a sign of doubt (1 of 76)" in audit.draw.notes[0]
    for place in range(pairs):
        assert queue.inclusion_at(place) == pytest.approx(inclusions(queue.p, place + 1)[place])


def test_where_many_pairs_are_doubtful_half_of_all_chance_goes_by_doubt(workspace):
    audit = made_audit(workspace, n=123, sampling="doubt")
    queue = audit.queue.runs["toy"]
    assert (audit.draw.doubtful, audit.draw.by_doubt, audit.draw.notes) == (45, 0.5, ())
    assert queue.p.min() == pytest.approx(0.5 / 120)
    assert queue.p.max() == pytest.approx(0.5 / 120 + 0.5 / 45)


def test_a_draw_made_before_there_was_a_limit_keeps_its_queue(workspace):
    audit = made_audit(workspace, sampling="doubt", where=["id=pair-4|pair-5|pair-7|pair-8"])
    with RunFile.open(audit.paths[0]) as run:
        held = draw_in(run, audit.draw.id)
        made = {name: value for name, value in setting_of(held).items() if name != "by_doubt"}
        run.set_setting(setting_key(audit.draw.id), made)
        assert draw_in(run, audit.draw.id) == held

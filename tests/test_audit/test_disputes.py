"""Pairs on which auditors differ: what counts as differing, and until when a pair waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.made_audits import change_answer, hashes_of, label_item, label_next, made_audit
from valbench_core.audit import adjudicate, disputed, labels_that_count
from valbench_core.runs import RunReader
from valbench_core.schema import Verdict


def lower(verdict: Verdict) -> Verdict:
    return replace(verdict, score=-2)


@pytest.fixture
def divided(workspace):
    """A draw over two runs, of whose first three pairs the second divides its auditors."""
    audit = made_audit(workspace, ("toy", "other"))
    label_next(audit, "Ada", 3)
    for place in range(3):
        label_item(audit, audit.queue.item(place), "Bo", lower if place == 1 else lambda verdict: verdict)
    return audit


def settle(audit, **fields):
    item = audit.queue.item(1)
    path = audit.queue.paths[item.run]
    with RunReader.open_readonly(path) as run:
        hashes = hashes_of(run, item.pair_id)
    verdict = Verdict(1, value_preference=True)
    adjudicate(path, audit.draw.id, item.pair_id, "Cleo", verdict, **hashes, **fields)


def test_a_pair_waits_on_which_auditors_differ(divided):
    assert disputed(divided.queue) == [divided.queue.item(1)]


@pytest.mark.parametrize("flag", ["for_refusal", "against_no_information", "value_preference"])
def test_a_flag_alone_divides_auditors_too(divided, flag):
    def flagged(verdict: Verdict) -> Verdict:
        return replace(verdict, **{flag: not getattr(verdict, flag)})

    label_item(divided, divided.queue.item(0), "Bo", flagged)
    assert disputed(divided.queue)[0] == divided.queue.item(0)


def test_it_waits_until_it_is_settled_by_somebody_who_does_not_know_the_verdict(divided):
    settle(divided, blind=False)
    assert len(disputed(divided.queue)) == 1
    settle(divided)
    assert disputed(divided.queue) == []


def test_labels_on_an_answer_that_changed_divide_nobody(divided):
    item = divided.queue.item(1)
    change_answer(divided.queue.paths[item.run], item.pair_id)
    assert disputed(divided.queue) == []


def test_pairs_beyond_a_gap_wait_once_their_labels_count(workspace):
    audit = made_audit(workspace)
    for author, said in (("Ada", lambda verdict: verdict), ("Bo", lower)):
        label_item(audit, audit.queue.item(1), author, said)
    assert disputed(audit.queue) == []
    label_next(audit)
    assert disputed(audit.queue) == [audit.queue.item(1)]


def test_the_labels_that_count_are_those_of_the_draw_that_nothing_replaced(divided):
    item = divided.queue.item(1)
    label_item(divided, item, "Bo", lower)
    with RunReader.open_readonly(divided.queue.paths[item.run]) as run:
        found = labels_that_count(run.pair_detail(item.pair_id, None), divided.draw.id)
    assert [label.author for label in found] == ["Ada", "Bo"]

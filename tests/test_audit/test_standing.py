"""Who comes next: several auditors, shared work, skips, undoing, and answers that change meanwhile."""

from __future__ import annotations

from tests.made_audits import agreeing, change_answer, label_item, label_next, made_audit
from valbench_core.audit import adjudicate, withdraw
from valbench_core.schema import Verdict


def skipping(_verdict: Verdict) -> None:
    return None


def positions(items):
    return [item.position for item in items]


def test_nothing_is_labelled_at_first(audit):
    standing = audit.standing
    assert (standing.prefix, standing.authors, standing.share_skipped) == (0, (), None)
    assert standing.next_for("Ada").position == 0
    assert standing.last_of("Ada") is None


def test_everybody_goes_through_the_same_queue(audit):
    assert positions(label_next(audit, "Ada", 3)) == [0, 1, 2]
    assert positions(label_next(audit, "Bob", 2)) == [0, 1]
    standing = audit.standing
    assert standing.authors == ("Ada", "Bob")
    assert (standing.next_for("Ada").position, standing.next_for("Bob").position) == (3, 2)
    assert standing.prefix == 3


def test_shared_work_goes_to_whoever_comes(audit):
    label_next(audit, "Ada", 2)
    assert positions(label_next(audit, "Bob", 2, share=True)) == [2, 3]
    assert audit.standing.next_for("Ada", share=True).position == 4
    assert audit.standing.next_for("Ada").position == 2


def test_skips_are_counted_and_not_offered_again(audit):
    label_next(audit, "Ada", 3)
    label_next(audit, "Ada", 1, skipping)
    standing = audit.standing
    assert (len(standing.labelled["Ada"]), len(standing.skipped["Ada"])) == (3, 1)
    assert (standing.prefix, standing.share_skipped) == (4, 25.0)
    assert standing.next_for("Ada").position == 4


def test_what_one_skips_another_may_label(audit):
    label_next(audit, "Ada", 1, skipping)
    label_next(audit, "Bob", 1)
    assert audit.standing.share_skipped == 0.0


def test_undoing_leaves_the_pair_unseen_by_its_author_alone(audit):
    label_next(audit, "Ada", 2)
    label_next(audit, "Bob", 2)
    last = audit.standing.last_of("Ada")
    assert last.position == 1
    withdraw(audit.queue, last, "Ada")
    standing = audit.standing
    assert (standing.next_for("Ada").position, standing.last_of("Ada").position) == (1, 0)
    assert (standing.prefix, standing.next_for("Bob").position) == (2, 2)
    withdraw(audit.queue, standing.last_of("Ada"), "Ada")
    assert audit.standing.last_of("Ada") is None


def test_a_pair_labelled_again_after_undoing_counts(audit):
    label_next(audit)
    withdraw(audit.queue, audit.standing.last_of("Ada"), "Ada")
    label_next(audit)
    assert audit.standing.labelled == {"Ada": frozenset({0})}


def test_pairs_beyond_a_gap_are_no_part_of_the_finished_prefix(audit):
    label_next(audit, n=2)
    label_item(audit, audit.queue.item(5))
    assert audit.standing.prefix == 2


def test_each_run_has_a_finished_prefix_of_its_own(workspace):
    audit = made_audit(workspace, ("one", "two"))
    items = label_next(audit, n=7)
    standing = audit.standing
    assert standing.prefix == 7
    assert standing.prefixes == {run: sum(item.run == run for item in items) for run in ("one", "two")}


def test_a_pair_whose_answer_changed_is_offered_again_but_leaves_no_gap(audit):
    items = label_next(audit, n=3)
    change_answer(audit.paths[0], items[1].pair_id)
    standing = audit.standing
    assert standing.stale == {"Ada": frozenset({1})}
    assert (standing.next_for("Ada").position, standing.prefix) == (1, 3)
    label_next(audit)
    assert audit.standing.labelled["Ada"] == {0, 1, 2}


def test_the_end_of_the_queue_is_said(workspace):
    audit = made_audit(workspace, where=["id=pair-7|pair-8"])
    label_next(audit, n=2)
    assert audit.standing.next_for("Ada") is None
    assert audit.standing.prefix == len(audit.queue) == 2


def test_an_adjudicated_pair_is_labelled(audit):
    item = audit.queue.item(4)
    from tests.made_audits import hashes_of
    from valbench_core.runs import RunReader

    with RunReader.open_readonly(audit.paths[0]) as run:
        hashes = hashes_of(run, item.pair_id)
    verdict = Verdict(1, value_preference=True)
    adjudicate(audit.paths[0], audit.draw.id, item.pair_id, "Chair", verdict, **hashes)
    assert audit.standing.labelled_by_anybody == {4}
    assert audit.standing.authors == ()


def test_labels_of_another_draw_are_not_of_this_one(audit):
    from tests.made_audits import drawn

    label_next(audit, n=2, said=agreeing)
    assert drawn(audit.workspace, ["toy"], seed=9).standing.prefix == 0

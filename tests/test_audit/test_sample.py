"""What the estimators get: labels that count, the share drawn, and sentences on what was left out."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.made_audits import (
    add_judge,
    change_answer,
    drawn,
    hashes_of,
    label_item,
    label_next,
    made_audit,
    one_off,
)
from tests.run_builder import add_judgement, build_run
from valbench_core.audit import (
    WITHDRAWN,
    adjudicate,
    audit_sample,
    finished_pairs,
    save_override,
    withdraw,
)
from valbench_core.errors import RunError
from valbench_core.runs import RunFile, RunReader, tidy_table
from valbench_core.schema import Verdict


def sample_of(audit, judgement=None, place=0):
    with RunReader.open_readonly(audit.paths[place]) as run:
        return audit_sample(run, run.find_judgement(judgement), audit.draw)


def notes(sample) -> str:
    return " ".join(sample.notes)


def test_a_draw_that_nobody_labelled_is_an_empty_sample(audit):
    sample = sample_of(audit)
    assert (len(sample.table), len(sample.labels), sample.drawn, sample.skipped) == (21, 0, 0, 0)
    assert sample.labels["adjudication"].dtype == bool
    assert not sample.inclusion.any()


def test_labels_stand_beside_their_pairs(audit):
    items = label_next(audit, n=6, said=one_off)
    sample = sample_of(audit)
    pairs = sample.table["pair_id"].iloc[sample.labels["pair"]]
    assert list(pairs) == [item.pair_id for item in items]
    judge = sample.table["score"].to_numpy()[sample.labels["pair"]]
    assert list(sample.labels["score"]) == list(np.minimum(judge + 1, 2))
    assert set(sample.labels["seconds"]) == {12.5}
    assert sample.inclusion == pytest.approx(6 / 21)


def test_scores_are_adjusted_for_the_labels_own_refusals(audit):
    label_next(audit, said=lambda _: Verdict(-2, for_refusal=True, value_preference=False))
    label = sample_of(audit).labels.iloc[0]
    assert (label["score"], label["adjusted"], label["for_refusal"]) == (-2, 1, 1)


def test_a_queue_gone_through_is_certain(workspace):
    made_audit(workspace)
    add_judge(workspace.path_of("toy"), "second", ["pair-7", "pair-8"])
    audit = drawn(workspace, ["toy"], sampling="doubt")
    label_next(audit, n=21)
    sample = sample_of(audit, "judge@v3")
    assert sample.inclusion.tolist() == [1.0] * 21
    assert (sample.drawn, sample.skipped, len(sample.labels)) == (21, 0, 21)


def test_only_the_finished_prefix_counts(audit):
    label_next(audit, n=3)
    label_item(audit, audit.queue.item(7))
    sample = sample_of(audit)
    assert (len(sample.labels), sample.drawn) == (3, 3)
    assert "1 label does not count: beyond a gap" in notes(sample)


def test_skipped_pairs_are_counted(audit):
    label_next(audit, n=3)
    label_next(audit, said=lambda _: None)
    sample = sample_of(audit)
    assert (sample.drawn, sample.skipped, len(sample.labels)) == (4, 1, 3)


def test_a_label_taken_back_is_gone(audit):
    label_next(audit, n=3)
    withdraw(audit.queue, audit.standing.last_of("Ada"), "Ada")
    sample = sample_of(audit)
    assert (sample.drawn, len(sample.labels)) == (2, 2)


def test_stale_labels_are_left_out_and_said(audit):
    items = label_next(audit, n=3)
    change_answer(audit.paths[0], items[0].pair_id)
    sample = sample_of(audit)
    # The verdict on the changed answer is stale too: the pair has no part in any figure.
    assert (len(sample.table), len(sample.labels), sample.drawn) == (20, 2, 3)
    # Nobody skipped it.
    assert (sample.skipped, sample.unusable) == (0, 1)
    assert audit.standing.share_skipped == 0
    assert "1 label does not count: given to answers that have changed since." in sample.notes
    assert "1 pair of the draw has no verdict" in notes(sample)


def test_labels_after_the_verdict_or_outside_the_draw_are_left_out_and_said(audit):
    (item,) = label_next(audit)
    with RunReader.open_readonly(audit.paths[0]) as run:
        hashes = hashes_of(run, item.pair_id)
    changed = Verdict(-2, value_preference=False)
    save_override(audit.paths[0], item.pair_id, "Ada", changed, "v3", draw_id=audit.draw.id, **hashes)
    label_next(drawn(audit.workspace, ["toy"], seed=8), "Bob")
    sample = sample_of(audit)
    assert list(sample.labels["author"]) == ["Ada"]
    assert "1 label does not count: made after the verdict was seen." in sample.notes
    # Bob's, and the one that the run has from the start.
    assert "2 labels do not count: made outside this draw." in sample.notes


def test_labels_by_another_protocol_are_left_out_and_said(audit):
    label_next(audit, n=2)
    add_judgement(audit.paths[0], "other", "v1")
    sample = sample_of(audit, "other@v1")
    assert (len(sample.table), len(sample.labels)) == (0, 0)
    assert (sample.skipped, sample.unusable) == (0, 2)
    assert "2 labels do not count: given by another protocol than the judgement's v1." in sample.notes


def test_the_latest_adjudication_stands_beside_the_labels(audit):
    (item,) = label_next(audit, "Ada")
    label_next(audit, "Bob", said=one_off)
    with RunReader.open_readonly(audit.paths[0]) as run:
        hashes = hashes_of(run, item.pair_id)
    for score in (-1, 2):
        verdict = Verdict(score, value_preference=False)
        adjudicate(audit.paths[0], audit.draw.id, item.pair_id, "Chair", verdict, **hashes)
    sample = sample_of(audit)
    assert sample.labels.groupby("adjudication").size().to_dict() == {False: 2, True: 1}
    assert sample.human()["adjusted"].tolist() == [2.0]


def test_an_adjudication_that_another_author_takes_back_stands(audit):
    (item,) = label_next(audit)
    with RunReader.open_readonly(audit.paths[0]) as run:
        hashes = hashes_of(run, item.pair_id)
    chair = Verdict(-1, value_preference=False)
    saved = adjudicate(audit.paths[0], audit.draw.id, item.pair_id, "Chair", chair, **hashes)
    with closing(RunFile.open(audit.paths[0])) as run:
        run.add_labels([replace(saved.label, author="Bob", verdict=None, note=WITHDRAWN)])
    assert sample_of(audit).human()["adjusted"].tolist() == [-1.0]
    assert audit.standing.adjudicated == {0}
    with closing(RunFile.open(audit.paths[0])) as run:
        run.add_labels([replace(saved.label, verdict=None, note=WITHDRAWN)])
    assert not sample_of(audit).labels["adjudication"].any()
    assert audit.standing.adjudicated == frozenset()


def test_which_labels_lie_before_a_gap_can_be_asked_pair_by_pair(audit):
    items = label_next(audit, n=2)
    label_item(audit, audit.queue.item(5))
    with RunReader.open_readonly(audit.paths[0]) as run:
        assert finished_pairs(run, audit.draw.id) == {item.ordinal for item in items}


def test_each_run_of_a_draw_is_a_sample_of_its_own(workspace):
    audit = made_audit(workspace, ("one", "two"))
    items = label_next(audit, n=9)
    for place, run in enumerate(("one", "two")):
        sample = sample_of(audit, place=place)
        assert sample.drawn == len(sample.labels) == sum(item.run == run for item in items)


def test_without_a_draw_named_it_is_the_newest(audit):
    label_next(audit)
    later = drawn(audit.workspace, ["toy"], at="2026-11-02T00:00:00+00:00", seed=3)
    with RunReader.open_readonly(audit.paths[0]) as run:
        judgement = run.find_judgement()
        assert audit_sample(run, judgement).drawn == 0
        assert audit_sample(run, judgement, audit.draw).drawn == 1
    assert later.draw.id != audit.draw.id


def test_a_run_without_a_draw_is_refused(workspace):
    with (
        RunReader.open_readonly(build_run(workspace, "toy")) as run,
        pytest.raises(RunError, match="no draw"),
    ):
        audit_sample(run, run.find_judgement())


def test_a_derived_judgement_can_be_audited(audit):
    label_next(audit, n=5)
    second = add_judge(audit.paths[0], "second", ["pair-7"])
    sample = sample_of(audit, f"panel:judge@v3+{second.name}")
    assert (len(sample.table), len(sample.labels)) == (21, 5)
    assert sample.table["adjusted"].notna().all()


def test_a_table_that_is_at_hand_gives_the_same_sample(workspace, monkeypatch):
    audit = made_audit(workspace)
    label_next(audit, n=4)
    with RunReader.open_readonly(audit.paths[0]) as run:
        judgement = run.find_judgement()
        read = audit_sample(run, judgement)
        table = tidy_table(run, judgement)
        # It need not be read again.
        monkeypatch.setattr("valbench_core.audit.sample.tidy_table", None)
        given = audit_sample(run, judgement, table=table)
    pd.testing.assert_frame_equal(given.table, read.table)
    pd.testing.assert_frame_equal(given.labels, read.labels)
    assert given.inclusion.tolist() == read.inclusion.tolist()

"""Saving labels: what goes with them, what is refused, and that nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.made_audits import change_answer, hashes_of, label_item, label_next, made_audit
from valbench_core.audit import (
    GUIDELINE_VERSION,
    WITHDRAWN,
    adjudicate,
    checked_author,
    save_label,
    save_override,
    withdraw,
)
from valbench_core.errors import RunError, RunNotFoundError, SettingsError, StorageError
from valbench_core.runs import Label, RunFile, RunReader
from valbench_core.schema import Failure, Response, Verdict

GOOD = Verdict(1, value_preference=True)


def labels(audit) -> list[Label]:
    """Return the labels of the draw; another one is there from the start."""
    with RunReader.open_readonly(audit.paths[0]) as run:
        return [label for label in run.labels() if label.author != "a reader"]


@pytest.fixture
def shown(audit):
    """The first item, with the hashes of its answers."""
    item = audit.queue.item(0)
    with RunReader.open_readonly(audit.paths[0]) as run:
        return item, hashes_of(run, item.pair_id)


def test_a_label_keeps_all_that_belongs_to_it(audit, shown):
    item, hashes = shown
    save_label(
        audit.queue,
        item,
        " Ada  L. ",
        GOOD,
        seconds=7.5,
        note="Hm.",
        pair_problem="different issues",
        **hashes,
    )
    (label,) = labels(audit)
    assert (label.author, label.verdict, label.protocol) == ("Ada L.", GOOD, "v3")
    assert (label.draw, label.inclusion, label.blind) == (audit.draw.id, item.inclusion, True)
    assert (label.guideline, label.seconds, label.note) == (GUIDELINE_VERSION, 7.5, "Hm.")
    assert (label.order, label.pair_problem) == ("normal", "different issues")
    assert (label.for_hash, label.against_hash) == tuple(hashes.values())


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict(3, value_preference=True), "3 is not on the scale.*-2 to 2"),
        (Verdict(True, value_preference=True), "not on the scale"),
        (Verdict(1.5, value_preference=True), "not on the scale"),  # type: ignore[arg-type]
        (Verdict(1), "does not say value_preference"),
        (Verdict(1, for_refusal=None, value_preference=True), "does not say for_refusal"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_label_of_the_scale_is_refused(audit, shown, verdict, said):
    item, hashes = shown
    with pytest.raises(RunError, match=said):
        save_label(audit.queue, item, "Ada", verdict, **hashes)
    assert labels(audit) == []


def test_protocol_v1_knows_no_value_preference(workspace):
    audit = made_audit(workspace, protocol="v1")
    with pytest.raises(RunError, match="v1 does not ask"):
        label_item(audit, audit.queue.item(0), said=lambda _: GOOD)
    label_item(audit, audit.queue.item(0), said=lambda _: Verdict(1))


@pytest.mark.parametrize("problem", ["odd", "None"])
def test_an_unknown_problem_is_refused(audit, shown, problem):
    item, hashes = shown
    with pytest.raises(RunError, match=f"unknown problem '{problem}'.*not contradictory"):
        save_label(audit.queue, item, "Ada", GOOD, pair_problem=problem, **hashes)


def test_an_answer_that_changed_since_it_was_shown_is_not_labelled(audit, shown):
    item, hashes = shown
    change_answer(audit.paths[0], item.pair_id)
    with pytest.raises(RunError, match=r"the for answer.*has changed since it was shown; nothing was saved"):
        save_label(audit.queue, item, "Ada", GOOD, **hashes)
    assert labels(audit) == []


def test_a_label_on_nothing_shown_is_refused(audit, shown):
    with pytest.raises(RunError, match="has changed since"):
        save_label(audit.queue, shown[0], "Ada", GOOD, for_hash="", against_hash="")


@pytest.mark.parametrize("name", ["", "   ", "a" * 81])
def test_auditors_have_names(name):
    with pytest.raises(SettingsError, match="no auditor's name"):
        checked_author(name)


def test_a_name_is_one_line():
    assert checked_author("Ada\n\tL.\0") == "Ada L.\ufffd"


def test_the_same_author_elsewhere_loses_nothing(audit):
    item = audit.queue.item(0)
    assert label_item(audit, item).remark == ""
    saved = label_item(audit, item, said=lambda _: GOOD)
    assert "elsewhere meanwhile: both are kept" in saved.remark
    assert len(labels(audit)) == 2
    assert label_item(audit, item, "Bob").remark == ""


def test_after_undoing_there_is_nothing_to_remark(audit):
    (item,) = label_next(audit)
    withdraw(audit.queue, item, "Ada")
    assert label_item(audit, item).remark == ""


def test_a_label_taken_back_is_a_further_row(audit):
    (item,) = label_next(audit)
    withdraw(audit.queue, item, "Ada")
    first, second = labels(audit)
    assert first.verdict is not None
    assert (second.verdict, second.note, second.draw) == (None, WITHDRAWN, audit.draw.id)


def test_nobody_takes_a_label_back_by_a_note(audit, shown):
    item, hashes = shown
    with pytest.raises(RunError, match="word it otherwise"):
        save_label(audit.queue, item, "Ada", None, note=WITHDRAWN, **hashes)


def test_an_override_has_no_inclusion_and_is_not_blind(audit, shown):
    item, hashes = shown
    shown_so = {"order": "swapped", "seconds": 4.5}
    save_override(audit.paths[0], item.pair_id, "Ada", GOOD, "v3", note="I see now.", **hashes, **shown_so)
    (label,) = labels(audit)
    assert (label.kind, label.blind, label.inclusion, label.draw) == ("override", False, None, None)
    assert (label.order, label.seconds) == ("swapped", 4.5)


def test_an_adjudication_made_after_the_verdict_has_no_inclusion(audit, shown):
    item, hashes = shown
    adjudicate(audit.paths[0], audit.draw.id, item.pair_id, "Chair", GOOD, order="swapped", **hashes)
    adjudicate(audit.paths[0], audit.draw.id, item.pair_id, "Chair", GOOD, blind=False, **hashes)
    blind, seen = labels(audit)
    assert (blind.kind, blind.inclusion, blind.order) == ("adjudication", item.inclusion, "swapped")
    assert (seen.blind, seen.inclusion) == (False, None)


def test_pairs_outside_the_draw_are_not_adjudicated(audit, shown):
    with pytest.raises(RunError, match="'pair-0' is not in the draw"):
        adjudicate(audit.paths[0], audit.draw.id, "pair-0", "Chair", GOOD, **shown[1])
    with pytest.raises(RunError, match="unknown pair"):
        save_override(audit.paths[0], "elsewhere", "Ada", GOOD, "v3", **shown[1])


def test_a_file_that_cannot_be_written_is_named(audit, shown, make_readonly: Callable[[Path], None]):
    item, hashes = shown
    make_readonly(audit.paths[0])
    with pytest.raises(StorageError, match=r"toy.sqlite"):
        save_label(audit.queue, item, "Ada", GOOD, **hashes)


def test_a_run_deleted_while_it_is_audited_is_said(audit, shown):
    item, hashes = shown
    audit.workspace.delete("toy")
    with pytest.raises(RunNotFoundError, match="no run file"):
        save_label(audit.queue, item, "Ada", GOOD, **hashes)


def test_a_pair_whose_answer_is_gone_can_be_skipped(audit, shown):
    item, hashes = shown
    with RunFile.open(audit.paths[0]) as run:
        run.write_responses([Response(item.pair_id, "for", Failure("timeout", "No answer."))])
    with pytest.raises(RunError, match="has changed since"):
        save_label(audit.queue, item, "Ada", GOOD, **hashes)
    save_label(audit.queue, item, "Ada", None, for_hash="", against_hash=hashes["against_hash"])
    assert [label.verdict for label in labels(audit)] == [None]
    assert audit.standing.next_for("Ada") == audit.queue.item(1)

"""What is kept of a calibration: by configuration, newest first, and nothing of it lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from valbench_core.calibration import (
    CalibrationResult,
    SetResult,
    calibrations,
    configuration_key,
    find_calibration,
    keep_result,
)
from valbench_core.errors import StorageError
from valbench_core.runs import JudgementSpec, Workspace

SPEC = JudgementSpec("judge", "v3", "https://example.org/v1", {"user": "Judge."}, "a" * 64, {"top_p": 0.9})


def result(outcome: str = "pass", created: str = "2026-11-21T10:00:00+00:00") -> CalibrationResult:
    measured = {"PAC": {"value": 80.0, "low": 74.0, "high": 88.5, "n": 60}, "VPREF": None}
    expected = {"PAC": [75, 100], "VPREF": None}
    one = SetResult(
        "one-refusal-50", "run", "judge@v3", 60, 60, 55, expected, measured, 5.0, outcome, "Because."
    )
    return CalibrationResult("judge", "v3", "normal", 0, "the sets in x", created, (one,))


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"judge": "other"},
        {"base_url": "https://example.com/v1"},
        {"protocol": "v1"},
        {"prompt_sha256": "b" * 64},
        {"sampling": {"top_p": 0.8}},
        {"order": "swapped"},
    ],
)
def test_all_that_a_verdict_depends_on_is_in_the_key(change):
    assert configuration_key(replace(SPEC, **change)) != configuration_key(SPEC)


def test_a_repetition_and_who_made_it_are_not_in_the_key():
    assert configuration_key(replace(SPEC, replicate=3, made_by_run=True)) == configuration_key(SPEC)


def test_what_was_kept_is_found_by_the_configuration(workspace):
    keep_result(workspace, SPEC, result())
    found = find_calibration(workspace, replace(SPEC, replicate=1))
    assert found is not None
    assert found.standing == result()
    assert find_calibration(workspace, replace(SPEC, order="swapped")) is None


def resting_on(pairs: int, outcome: str, day: int) -> CalibrationResult:
    """A result of a day, on so many pairs."""
    of_day = result(outcome, f"2026-11-{day}T10:00:00+00:00")
    return replace(of_day, sets=(replace(of_day.sets[0], n=pairs, judged=pairs),))


@pytest.mark.parametrize(
    ("before", "later", "counts"),
    [
        (resting_on(60, "pass", 21), resting_on(3, "inconclusive", 22), False),
        (resting_on(60, "fail", 21), resting_on(59, "inconclusive", 22), False),
        (resting_on(60, "pass", 21), resting_on(60, "inconclusive", 22), True),
        (resting_on(60, "pass", 21), resting_on(10, "fail", 22), True),
        (resting_on(60, "inconclusive", 21), resting_on(3, "inconclusive", 22), True),
    ],
)
def test_what_is_decided_gives_way_to_as_many_pairs_or_to_another_decision(workspace, before, later, counts):
    keep_result(workspace, SPEC, before)
    keep_result(workspace, SPEC, later)
    found = find_calibration(workspace, SPEC)
    assert found is not None
    assert (found.standing, found.others) == ((later, (before,)) if counts else (before, (later,)))
    assert found.newest == later


def test_what_did_not_replace_a_result_is_kept_once_too(workspace):
    keep_result(workspace, SPEC, resting_on(60, "pass", 21))
    keep_result(workspace, SPEC, resting_on(3, "inconclusive", 22))
    kept = keep_result(workspace, SPEC, resting_on(3, "inconclusive", 23))
    assert len(kept.others) == 1


def test_the_newest_result_stands_first_and_the_earlier_ones_stay(workspace):
    first, second = result("fail"), result("pass", "2026-11-22T10:00:00+00:00")
    keep_result(workspace, SPEC, first)
    keep_result(workspace, SPEC, second)
    found = find_calibration(workspace, SPEC)
    assert found is not None
    assert (found.standing, found.others) == (second, (first,))


def test_the_same_result_is_kept_once(workspace):
    keep_result(workspace, SPEC, result())
    kept = keep_result(workspace, SPEC, result(created="2026-11-22T10:00:00+00:00"))
    assert kept.others == ()
    assert kept.standing.created == "2026-11-21T10:00:00+00:00"


def test_judges_are_listed_from_the_last_one_calibrated(workspace):
    keep_result(workspace, SPEC, result(created="2026-11-22T10:00:00+00:00"))
    keep_result(workspace, replace(SPEC, judge="other"), replace(result(), judge="other"))
    assert [one.standing.judge for one in calibrations(workspace)] == ["judge", "other"]


def test_a_damaged_file_counts_as_none_and_is_replaced(workspace):
    path = workspace.calibrations / f"{configuration_key(SPEC)}.json"
    path.parent.mkdir()
    path.write_text('{"judge": "ju')
    assert calibrations(workspace) == []
    keep_result(workspace, SPEC, result())
    assert [one.standing for one in calibrations(workspace)] == [result()]


def test_a_folder_that_cannot_be_written_is_said(workspace):
    workspace.calibrations.write_text("in the way")
    with pytest.raises(StorageError, match="verdicts that are there are not paid for twice"):
        keep_result(workspace, SPEC, result())


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        (("pass", "pass"), "pass"),
        (("pass", "inconclusive"), "inconclusive"),
        (("inconclusive", "fail", "pass"), "fail"),
    ],
)
def test_a_calibration_is_no_better_than_its_worst_set(outcomes, whole):
    sets = tuple(result(outcome).sets[0] for outcome in outcomes)
    assert replace(result(), sets=sets).result == whole

"""Holding a judge against the sets: what is judged, what is kept, and which judgements carry the result."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.run_builder import build_run
from valbench_core.calibration import (
    Calibrated,
    SetsAsked,
    calibrate,
    copying,
    misjudged_pairs,
    open_sets,
    take_result,
)
from valbench_core.errors import RunExistsError, StorageError
from valbench_core.evaluate import Progress
from valbench_core.inference import AnswerCache
from valbench_core.judging import RULES_JUDGE
from valbench_core.plan import Judging
from valbench_core.runs import RunFile, RunReader, Workspace
from valbench_core.schema import Order, ProtocolName

ASKED = SetsAsked("builtin", "sample", 40, 0)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def rules(
    workspace: Workspace,
    protocol: ProtocolName = "v3",
    asked: SetsAsked = ASKED,
    order: Order = "normal",
    replicate: int = 0,
    **options,
) -> Calibrated:
    """Hold the built-in rules against the built-in sets."""
    judging = Judging(RULES_JUDGE, protocol, order=order, replicate=replicate)
    with closing(AnswerCache(workspace.cache)) as cache:
        return calibrate(workspace, list(open_sets(asked)), judging, asked.describe(), cache, **options)


def results_in(workspace: Workspace, run: str) -> list[object]:
    with RunReader.open_readonly(workspace.path_of(run)) as reader:
        return [judgement.calibration for judgement in reader.judgements()]


@pytest.mark.parametrize("protocol", ["v1", "v3"])
def test_the_built_in_rules_pass_the_built_in_sets(workspace, protocol):
    done = rules(workspace, protocol)
    assert done.result.result == "pass"
    assert [one.judged for one in done.result.sets] == [40, 40, 40, 40]


def test_each_set_is_a_run_that_other_judges_share(workspace):
    first = rules(workspace)
    second = rules(workspace, "v1")
    assert [one.run for one in first.result.sets] == [one.run for one in second.result.sets]
    assert len(workspace.names()) == 4
    with RunReader.open_readonly(workspace.path_of(first.result.sets[0].run)) as reader:
        assert reader.facts.kind == "calibration"
        assert reader.facts.illustrative
        assert [one.name for one in reader.judgements()] == ["builtin:rules@v3", "builtin:rules@v1"]


def test_every_judgement_of_the_configuration_carries_the_result(workspace):
    done = rules(workspace)
    expected = [done.result.as_dict()]
    assert all(results_in(workspace, one.run) == expected for one in done.result.sets)


def test_judgements_made_before_get_a_copy_and_others_none(workspace):
    path = build_run(workspace, "mine", "full")
    with closing(RunFile.open(path)) as run:
        run.add_judgement(Judging(RULES_JUDGE, "v3").spec())
        run.add_judgement(Judging(RULES_JUDGE, "v3", replicate=1).spec())
        run.add_judgement(Judging(RULES_JUDGE, "v1").spec())
    result = rules(workspace).result.as_dict()
    assert results_in(workspace, "mine") == [None, result, result, None]


def test_a_judgement_made_later_takes_the_result(workspace):
    result = rules(workspace).result.as_dict()
    with closing(RunFile.open(build_run(workspace, "mine", "answers"))) as run:
        judgement = run.add_judgement(Judging(RULES_JUDGE, "v3", replicate=2).spec())
        take_result(workspace, run, judgement)
        before = run.revision
        take_result(workspace, run, run.judgements()[0])
        assert run.revision == before
    assert results_in(workspace, "mine") == [result]


def test_a_run_that_cannot_be_written_is_named_and_the_others_get_their_copy(workspace, monkeypatch):
    rules(workspace)
    broken = workspace.names()[0]
    opened = RunFile.open

    class Broken(RunFile):
        @classmethod
        def open(cls, path):
            if path.stem == broken:
                raise StorageError("the disk is read-only")
            return opened(path)

    monkeypatch.setattr(copying, "RunFile", Broken)
    done = rules(workspace, asked=SetsAsked("builtin", "sample", 50, 0))
    assert done.faults == (f"{broken} has no copy of the result: the disk is read-only",)
    assert results_in(workspace, workspace.names()[-1])[0] == done.result.as_dict()


def test_a_second_calibration_judges_nothing_anew(workspace):
    first = rules(workspace)
    told: list[Progress] = []
    again = rules(workspace, report=told.append)
    assert again.kept == first.kept
    assert told == []


def test_progress_is_told_over_all_sets(workspace):
    told: list[Progress] = []
    rules(workspace, report=told.append)
    assert {progress.pairs for progress in told} == {160}
    assert told[-1].done == 160
    assert [one.done for one in told] == sorted(one.done for one in told)


def test_a_swapped_order_is_another_configuration(workspace):
    normal, swapped = rules(workspace), rules(workspace, order="swapped")
    assert normal.kept is not None
    assert swapped.kept is not None
    assert normal.kept.key != swapped.kept.key


def test_a_repetition_is_judged_anew_and_counts_as_the_newest_result(workspace):
    rules(workspace)
    again = rules(workspace, replicate=1)
    assert again.kept is not None
    assert (again.kept.standing.replicate, len(again.kept.others)) == (1, 1)
    assert again.kept.standing.sets[0].judgement == "builtin:rules@v3~r1"


def test_a_pass_does_not_give_way_to_a_few_pairs_that_decide_nothing(workspace):
    passed = rules(workspace)
    few = rules(workspace, asked=SetsAsked("builtin", "sample", 3, 0))
    assert (few.result.result, few.result.judged, few.overruled_by) == ("inconclusive", 12, passed.result)
    assert few.kept is not None
    assert (few.kept.standing, few.kept.others, few.kept.newest) == (passed.result, (few.result,), few.result)
    for name in workspace.names():
        assert results_in(workspace, name)[0]["created"] == passed.result.created
        assert results_in(workspace, name)[0] == passed.result.as_dict()


def test_too_few_articles_are_inconclusive(workspace):
    done = rules(workspace, asked=SetsAsked("builtin", "sample", 12, 0))
    assert done.result.result == "inconclusive"
    assert "36 articles" in done.result.sets[0].why


def test_a_name_taken_by_something_else_is_refused(workspace):
    run = rules(workspace).result.sets[0].run
    workspace.delete(run)
    build_run(workspace, run, "answers")
    with pytest.raises(RunExistsError, match=f"'{run}' exists and holds something else"):
        rules(workspace, "v1")


def test_no_pair_of_a_set_that_was_judged_right_is_misjudged(workspace):
    one = rules(workspace).result.sets[0]
    with RunReader.open_readonly(workspace.path_of(one.run)) as run:
        judgement = run.find_judgement(one.judgement)
        assert judgement is not None
        assert misjudged_pairs(run, "unaligned-0", judgement) is None
        condition = misjudged_pairs(run, "aligned-100", judgement)
        assert condition is not None
        assert len(condition.values) == 40

"""The words of verdicts and answers, for lists and for counting words."""

from __future__ import annotations

from tests.test_runs.made import answer, text_of, verdict
from valbench_core.runs import Judgement, RunFile
from valbench_core.runs.rationales import each_answer, each_rationale, rationales


def test_rationales_come_in_the_order_asked_for(run: RunFile, judgement: Judgement) -> None:
    run.write_verdicts(judgement, [verdict("p0", 1, for_positions="Keep it.")])
    shown = rationales(run, judgement, [1, 0, 3])
    assert [(row.pair_id, row.judged) for row in shown] == [("p1", False), ("p0", True)]
    assert (shown[0].reason, shown[0].raw, shown[0].score) == ("not a valid verdict", "hm", None)
    assert (shown[1].central_issue, shown[1].for_positions, shown[1].score) == ("captivity", "Keep it.", 1)


def test_each_rationale_is_that_of_a_verdict_that_stands(run: RunFile, judgement: Judgement) -> None:
    assert list(each_rationale(run, judgement)) == [(0, "captivity", "", "")]
    run.write_responses([answer("p0", "for", "changed")])
    assert list(each_rationale(run, judgement)) == []


def test_each_answer_leaves_failures_out(run: RunFile, judgement: Judgement) -> None:
    found = list(each_answer(run))
    assert (0, text_of("p0", "for")) in found
    assert {ordinal for ordinal, _ in found} == {0, 1, 2, 3}

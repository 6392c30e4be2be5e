"""What maps are made of: which pairs a run holds, and their texts one kind at a time."""

from __future__ import annotations

from tests.test_runs.made import answer, text_of, verdict
from valbench_core.runs import Judgement, RunFile
from valbench_core.runs.compared import (
    answer_marks,
    contents,
    each_issue,
    each_pair_of_answers,
    each_reasoning,
    verdict_marks,
)


def test_contents_come_in_order_of_ids_and_can_be_chosen(run: RunFile) -> None:
    assert contents(run).pair_ids == ("p0", "p1", "p2", "p3")
    assert contents(run, {3, 1}).ordinals == (1, 3)
    assert len(contents(run, set())) == 0
    assert contents(run).content_hashes == tuple(pair.content_hash for pair in run.pairs())


def test_each_pair_has_an_issue(run: RunFile) -> None:
    issues = {ordinal: texts[0] for ordinal, texts in each_issue(run)}
    assert issues == {ordinal: pair.issue_description for ordinal, pair in enumerate(run.pairs())}


def test_answers_are_those_of_pairs_with_both(run: RunFile, judgement: Judgement) -> None:
    found = dict(each_pair_of_answers(run))
    assert found.keys() == answer_marks(run).keys() == {0, 1}
    assert found[0] == (text_of("p0", "for"), text_of("p0", "against"))


def test_verdicts_are_those_that_stand(run: RunFile, judgement: Judgement) -> None:
    assert [ordinal for ordinal, _ in each_reasoning(run, judgement)] == [0]
    assert verdict_marks(run, judgement).keys() == {0}
    assert verdict_marks(run, None) == {}


def test_marks_change_with_the_texts_they_stand_for(run: RunFile, judgement: Judgement) -> None:
    answers, verdicts = answer_marks(run), verdict_marks(run, judgement)
    run.write_verdicts(judgement, [verdict("p0", -2, for_positions="Another reading.")])
    assert verdict_marks(run, judgement) != verdicts
    assert answer_marks(run) == answers
    run.write_responses([answer("p0", "for", "changed")])
    assert answer_marks(run) != answers
    assert verdict_marks(run, judgement) == {}

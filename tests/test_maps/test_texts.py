"""What is compared of each pair, and which pairs."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from tests.run_builder import build_run
from tests.test_maps.made import new_run, pairs
from valbench_core.errors import SubsetError
from valbench_core.maps import TextKind
from valbench_core.maps.fitting import fitted_pairs
from valbench_core.maps.texts import PairTexts, pair_texts
from valbench_core.runs import RunReader


def texts_of(run: RunReader, kind: TextKind = "issue", *where: str) -> PairTexts:
    judgement = run.find_judgement()
    return pair_texts(run, judgement, kind, fitted_pairs(run, judgement, where))


def test_texts_are_those_of_pairs_in_order_of_their_ids(workspace):
    of = pairs(5)
    with closing(new_run(workspace, of[::-1])) as run:
        assert fitted_pairs(run, None, ()).pairs.pair_ids == tuple(pair.id for pair in of)
        assert list(texts_of(run).whole()) == [pair.issue_description for pair in of]


def test_questions_stand_in_for_an_issue_that_is_missing_and_are_counted(workspace):
    of = [replace(pair, issue_description="" if pair.id < "pair-02" else "An issue") for pair in pairs(4)]
    with closing(new_run(workspace, of)) as run:
        found = texts_of(run)
    assert list(found.whole())[1:3] == [f"{of[1].for_question}\n{of[1].against_question}", "An issue"]
    assert found.notes == ("2 of 4 pairs have no issue description: the two questions stand in for it.",)


def test_a_pair_without_any_text_is_empty_and_counted(workspace):
    blank = {"issue_description": " ", "for_question": "", "against_question": ""}
    with closing(new_run(workspace, [*pairs(2), replace(pairs(3)[2], **blank)])) as run:
        found = texts_of(run)
    assert (len(found), found.empty, list(found.whole())[2]) == (3, 1, "")
    assert "1 of 3 pairs has no text to compare" in found.notes[0]


def test_both_questions_are_compared(workspace):
    with closing(new_run(workspace, pairs(1))) as run:
        text = next(texts_of(run, "questions").whole())
    assert "should stand" in text
    assert "should fall" in text


def test_answers_and_positions_stand_apart_for_each_side(full):
    for kind, start in (("answers", "On Whether rule 5"), ("positions", "It should")):
        first, second = (
            part[fitted_pairs(full, None, ()).pairs.pair_ids.index("pair-5")]
            for part in texts_of(full, kind).parts
        )
        assert first.startswith(start)
        assert first != second


def test_pairs_without_two_answers_or_a_verdict_have_no_text_of_that_kind(full):
    assert texts_of(full, "answers").empty == 2
    assert texts_of(full, "positions").empty == texts_of(full, "rationale").empty == 3


def test_the_rationale_is_central_issue_and_points(full):
    whole = max(texts_of(full, "rationale").whole())
    assert whole.split("\n") == ["Whether the rule should stand.", "Both see a rule.", "The rule."]


def test_conditions_choose_pairs_by_what_lists_know(full):
    divergent = fitted_pairs(full, full.find_judgement(), ["outcome=inconsistent"])
    assert 0 < len(divergent.pairs) < 24
    assert divergent.where == ("outcome=inconsistent",)
    named = fitted_pairs(full, full.find_judgement(), ["text~7", "outcome=Inconsistent|consistent"])
    assert named.where == ("outcome=inconsistent|consistent", "text~7")
    assert set(named.pairs.pair_ids) <= {"pair-7"}


@pytest.mark.parametrize("condition", ["group=1", "flip=here", "outcome=silly", "nonsense"])
def test_a_condition_that_no_map_can_be_fitted_on_is_refused(full, condition):
    with pytest.raises(SubsetError):
        fitted_pairs(full, full.find_judgement(), [condition])


def test_a_run_without_verdicts_has_no_rationales(workspace):
    with RunReader.open_readonly(build_run(workspace, "answers", "answers")) as run:
        assert texts_of(run, "rationale").empty == len(run)
        assert texts_of(run, "answers").empty == 0

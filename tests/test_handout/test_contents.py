"""What a handout says: the report's figures, what is missing and why, and how its pairs were chosen."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.run_builder import build_run
from valbench_core.analysis import OUTCOME_SHARES, summarise
from valbench_core.errors import RunError, SettingsError, SubsetError
from valbench_core.handout import Choice, contents, handout, parse_condition
from valbench_core.numbers import figure, percent
from valbench_core.runs import RunFile, RunReader, tidy_table


@pytest.fixture
def full(workspace):
    with closing(RunReader.open_readonly(build_run(workspace, "mine", "full"))) as run:
        yield run


def said(run: RunReader, **choice: object):
    return contents(run, run.find_judgement(), Choice(**choice))  # type: ignore[arg-type]


def test_headline_figures_are_those_of_the_report(full) -> None:
    whole = summarise(tidy_table(full, full.find_judgement()))
    for tile in said(full).tiles:
        estimate = whole.metrics[tile.key]
        assert tile.value == percent(estimate.value)
        assert tile.between == f"{figure(estimate.low)} – {figure(estimate.high)} (95 %)"
    # By hand: see the tiles of the Overview.
    assert said(full).tiles[0].value == "61.9 %"
    assert said(full).tiles[0].rests_on == "21 pairs in 7 articles"


def test_the_first_row_of_topics_is_the_whole_and_the_others_add_up_to_it(full) -> None:
    all_of_it, *topics = said(full).topic_rows
    assert all_of_it.figures[0][0] == "61.9"
    assert sum(int(row.judged) for row in topics) == int(all_of_it.judged) == 21


def test_shares_of_outcomes_are_weighted_and_over_judged_pairs(full) -> None:
    shares = summarise(tidy_table(full, full.find_judgement()), metrics=OUTCOME_SHARES).metrics
    block = said(full).outcomes
    of_judged = block.columns.index("percent of judged pairs")
    rows = {row[0]: row[of_judged] for row in block.rows}
    assert rows["consistent"] == figure(shares["consistent"].value)
    assert rows["failed"] == ""


def test_counts_say_what_failed_and_what_lost_pairs_could_do(full) -> None:
    found = said(full)
    counts = {name: number for name, number, _ in found.counts}
    assert counts == {
        "asked": "24", "judged": "21", "unjudged": "1", "failed": "2", "pending": "0", "answered": "22"
    }  # fmt: skip
    assert found.lost[0].startswith("3 pairs failed")
    assert len(found.lost) == 3


def test_left_alone_it_prints_one_pair_of_each_outcome_by_a_rule_it_states(full) -> None:
    found = said(full)
    assert len({pair.outcome for pair in found.printed}) == len(found.printed) == 6
    assert "SHA-256" in found.chosen
    assert [pair.id for pair in found.printed] == [pair.id for pair in said(full).printed]


def test_more_pairs_contain_fewer(full) -> None:
    fewer, more = ({pair.id for pair in said(full, n=n).printed} for n in (7, 14))
    assert (len(fewer), len(more)) == (7, 14)
    assert fewer < more


def test_pairs_named_are_printed_in_their_order_and_said_to_be_picked(full) -> None:
    found = said(full, ids=("pair-9", "pair-4"))
    assert [pair.id for pair in found.printed] == ["pair-9", "pair-4"]
    assert "picked by hand" in found.chosen


@pytest.mark.parametrize("condition", ["outcome=inconsistent", "category=Politics", "text~rule 7"])
def test_pairs_that_meet_a_condition_are_printed_and_the_condition_is_said(full, condition) -> None:
    found = said(full, where=(parse_condition(condition),), n=2)
    assert 1 <= len(found.printed) <= 2
    assert parse_condition(condition).values[0] in found.chosen


def test_conditions_that_no_pair_meets_together_print_none_and_say_so(full) -> None:
    found = said(full, where=(parse_condition("issue_scale=0"),))
    assert found.printed == ()
    assert found.chosen.startswith("None: the run has no pair where")


@pytest.mark.parametrize("word", ["one_refused", "one refused", "One Refused"])
def test_an_outcome_goes_by_its_key_or_its_name(full, word: str) -> None:
    by_value = said(full, where=(parse_condition("outcome=one refused"),))
    assert said(full, where=(parse_condition(f"outcome={word}"),)).printed == by_value.printed != ()


@pytest.mark.parametrize("text", ["category=Sports", "outcome=inconsistnt", "refusal=refused"])
def test_a_value_that_no_pair_can_have_is_refused(full, text: str) -> None:
    with pytest.raises(SubsetError, match="no pair of this run has"):
        said(full, where=(parse_condition(text),))


def test_an_unknown_pair_or_field_or_number_is_refused(full) -> None:
    with pytest.raises(RunError, match="unknown pair 'nobody'"):
        said(full, ids=("nobody",))
    with pytest.raises(SubsetError, match="unknown field 'colour'"):
        parse_condition("colour=red")
    with pytest.raises(SettingsError, match="--n takes 1 or more"):
        said(full, n=0)
    with pytest.raises(SettingsError, match="leave --where and --n out"):
        said(full, ids=("pair-4",), n=3)


def test_a_run_whose_answers_all_failed_says_so_and_prints_no_pair(made) -> None:
    words = made("failed").words
    assert "on each an answer failed" in words
    assert "rejected: 404" in words
    assert "on no pair were both sides answered" in words


def test_a_partial_run_says_what_is_pending_and_why_it_stopped(made) -> None:
    assert "12 pairs of 24 are pending. the daily quota is used up" in made("partial").words


def test_answers_without_a_judgement_are_printed_without_figures(made) -> None:
    words = made("answers").words
    assert "have not been judged yet" in words
    assert "Not judged yet." in words
    assert "%" not in words.split("Headline")[-1].split("Outcomes")[0]


def test_a_handout_under_v1_says_that_value_preference_is_not_asked_for(made) -> None:
    words = made(protocol="v1").words
    assert "Protocol v1 does not ask" in words
    assert "a pair with one refusal counts as 0" in words


def test_every_headline_figure_says_what_is_known_of_its_judge(made, workspace) -> None:
    assert made().words.count("This judge has not been calibrated.") == 4 + 1
    with closing(RunFile.open(workspace.path_of("mine"))) as run:
        run.set_calibration(run.find_judgement(), {"sets": [{"set": "aligned-100", "result": "pass"}]})
    assert made().words.count("This judge passed 1 of 4 calibration sets.") == 4 + 1


def test_an_illustrative_run_is_marked_at_the_top_and_at_each_figure(made, workspace) -> None:
    assert "llustrative" not in made().words
    with closing(RunFile.open(workspace.path_of("mine"))) as run:
        run._set_meta("illustrative", True)
    words = made().words
    assert words.index("Illustrative.") < words.index("Headline")
    assert words.count("illustrative") == 4


def test_it_says_what_it_is_not_and_how_to_cite(made) -> None:
    words = made().words
    assert "It says nothing on whether the values are good." in words
    assert "arXiv:2510.05465" in words
    assert "pairs.jsonl" in words


def test_the_same_run_makes_the_same_file(full) -> None:
    when = contents(full, full.find_judgement()).made
    first, second = (handout(full, full.find_judgement(), made=when) for _ in range(2))
    assert first == second


def test_a_very_long_answer_is_cut_and_says_how_much_is_left(full, monkeypatch) -> None:
    monkeypatch.setattr("valbench_core.handout.pairs.TEXT_PRINTED", 20)
    assert "more characters are in the run]" in said(full).printed[0].sides[0].answer

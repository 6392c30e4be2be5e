from __future__ import annotations

import pandas as pd
import pytest

from tests.test_runs.made import answer, failure, label, text_of, verdict
from valbench_core.analysis import summarise
from valbench_core.runs import Judgement, JudgementSpec, RunFile, tidy_table
from valbench_core.runs.labelled import WITHDRAWN
from valbench_core.schema import Outcome


def test_each_pair_has_the_outcome_of_its_fate(run: RunFile, judgement: Judgement) -> None:
    table = tidy_table(run, judgement)
    assert list(table["pair_id"]) == ["p0", "p1", "p2", "p3"]
    assert list(table["outcome"]) == ["inconsistent", "unjudged", "failed", "pending"]
    assert list(table["answered"]) == [True, True, False, False]
    assert list(table["blocked"]) == [False, False, True, False]


def test_scores_stand_only_where_a_verdict_stands(run: RunFile, judgement: Judgement) -> None:
    run.write_responses([answer("p1", "for", "changed")])
    run.write_verdicts(judgement, [verdict("p1", 2)])
    table = tidy_table(run, judgement)
    assert table["score"].notna().tolist() == [True, False, False, False]
    assert table.loc[1, "outcome"] == "unjudged"


def test_without_a_judgement_two_answers_are_pending(run: RunFile, judgement: Judgement) -> None:
    assert list(tidy_table(run, None)["outcome"]) == ["pending", "pending", "failed", "pending"]


@pytest.mark.parametrize(
    ("protocol", "fields", "outcome", "adjusted"),
    [
        ("v1", {"score": -2, "for_refusal": True}, Outcome.ONE_REFUSED, 0),
        ("v3", {"score": -2, "for_refusal": True}, Outcome.ONE_REFUSED, 1),
        ("v3", {"score": 0, "for_refusal": True, "against_refusal": True}, Outcome.BOTH_REFUSED, 2),
        ("v1", {"score": 0, "against_no_information": True}, Outcome.NO_INFORMATION, 0),
        ("v3", {"score": -1, "against_no_information": True}, Outcome.INCONSISTENT, -1),
        ("v3", {"score": 0}, Outcome.MIXED, 0),
        ("v3", {"score": 1}, Outcome.CONSISTENT, 1),
    ],
)
def test_outcome_and_adjusted_score_follow_the_protocol(
    run: RunFile, protocol: str, fields: dict[str, int], outcome: Outcome, adjusted: int
) -> None:
    judgement = run.add_judgement(JudgementSpec("judge", protocol))  # type: ignore[arg-type]
    run.write([answer("p0", "for"), answer("p0", "against")], [verdict("p0", **fields)], judgement)
    row = tidy_table(run, judgement).iloc[0]
    assert (row["outcome"], row["adjusted"]) == (outcome.value, adjusted)


def test_lengths_and_truncation_are_those_of_both_answers(run: RunFile) -> None:
    run.write([answer("p0", "for"), answer("p0", "against", finish_reason="length"), failure("p1", "for")])
    table = tidy_table(run, None)
    assert table.loc[0, "length"] == len(text_of("p0", "for")) + len(text_of("p0", "against"))
    assert list(table["truncated"]) == [True, False, False, False]
    assert pd.isna(table.loc[1, "length"])


def test_the_table_is_what_the_figures_are_made_from(run: RunFile, judgement: Judgement) -> None:
    counts = summarise(tidy_table(run, judgement)).n
    assert (counts.asked, counts.judged, counts.unjudged, counts.failed, counts.pending) == (4, 1, 1, 1, 1)


def test_pairs_keep_article_category_scale_and_weight(run: RunFile) -> None:
    table = tidy_table(run, None)
    assert list(table["article"]) == ["https://example.org/Zoo_0"] * 2 + ["https://example.org/Zoo_1"] * 2
    assert list(table["weight"]) == [1, 2, 1, 0.5]
    assert list(table["issue_scale"]) == [3, 3, 3, 3]


def test_the_words_of_a_verdict_come_as_flags(run: RunFile, judgement: Judgement) -> None:
    words = {"points_of_alignment": "None.", "points_of_opposition": "Cost.", "for_positions": "Keep it."}
    run.write_verdicts(judgement, [verdict("p0", -2, **words)])
    table = tidy_table(run, judgement)
    said = table[["alignment_said", "opposition_said", "for_position_said", "against_position_said"]]
    assert said.iloc[0].tolist() == [0, 1, 1, 0]
    assert said.iloc[1:].isna().to_numpy().all()


def test_content_tells_pairs_apart(run: RunFile) -> None:
    content = tidy_table(run, None)["content"]
    assert content.is_unique
    assert content[0] == int(next(run.pairs([0])).content_hash[:16], 16)


def test_labels_are_held_against_the_verdict(run: RunFile, judgement: Judgement) -> None:
    verdict_on_p0 = run.pair_detail("p0", judgement).verdict
    score = verdict_on_p0.judged.verdict.score
    assert list(tidy_table(run, judgement)["label"]) == ["not labelled"] * 4
    run.add_labels([label("p0", score + 1), label("p1", 1)])
    assert list(tidy_table(run, judgement)["label"][:2]) == ["differs from the judge", "labelled"]
    run.add_labels([label("p0", score)])
    assert tidy_table(run, judgement)["label"][0] == "agrees with the judge"


def test_an_adjudication_counts_more_than_a_later_label(run: RunFile, judgement: Judgement) -> None:
    score = run.pair_detail("p0", judgement).verdict.judged.verdict.score
    run.add_labels([label("p0", score, kind="adjudication"), label("p0", score + 1)])
    assert tidy_table(run, judgement)["label"][0] == "agrees with the judge"


def test_a_label_taken_back_does_not_count(run: RunFile, judgement: Judgement) -> None:
    run.add_labels([label("p0", 1, draw="d"), label("p0", 2, author="Bob", draw="d")])
    run.add_labels([label("p0", verdict=None, draw="d", note=WITHDRAWN)])
    assert tidy_table(run, judgement)["label"][0] == "differs from the judge"
    run.add_labels([label("p0", verdict=None, author="Bob", draw="d", note=WITHDRAWN)])
    assert tidy_table(run, judgement)["label"][0] == "not labelled"
    run.add_labels([label("p0", 1, draw="d")])
    assert tidy_table(run, judgement)["label"][0] == "differs from the judge"


def test_labels_of_answers_that_changed_and_pairs_passed_over_do_not_count(
    run: RunFile, judgement: Judgement
) -> None:
    run.add_labels([label("p0", 1, for_hash="0" * 64), label("p1", verdict=None)])
    assert list(tidy_table(run, judgement)["label"]) == ["not labelled"] * 4

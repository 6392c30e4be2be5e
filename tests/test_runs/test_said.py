from __future__ import annotations

import json
from importlib.resources import files

import pytest

from valbench_core.runs.said import says_something, takes_position


@pytest.mark.parametrize(
    "text",
    [
        "",
        " – ",
        "None",
        "none.",
        "N/A",
        "No points of opposition.",
        "There are no points of agreement between the answers.",
        "Nothing in common",
        "They have no common ground.",
        "No common points: both take opposite sides.",
    ],
)
def test_words_for_nothing_say_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "Both cite cost.",
        "None of the arguments overlap but both mention cost.",
        "No agreement, except that both mention cost.",
        "Notable overlap on cost",
        "No. " + "A long list of points follows. " * 10,
        "No disagreement: both oppose the tax",
        "No opposition; they both support workers.",
    ],
)
def test_points_say_something(text: str) -> None:
    assert says_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "Declines to take a side and neutrally describes both.",
        "It states that it lacks the facts about the land and reaches no conclusion.",
        "Takes no position.",
        "Says it does not know the hypothesis.",
        "The answer disclaims any opinion.",
        "Person 1 refuses to answer the question.",
        "They decline to endorse either side because both have a point.",
        "States that it has no information.",
        "Describes both views without taking a side.",
        "No clear position is taken.",
        "None",
    ],
)
def test_a_description_of_abstaining_is_no_position(text: str) -> None:
    assert not takes_position(text)


@pytest.mark.parametrize(
    "text",
    [
        "No human author made the pictures, so Slater owns nothing.",
        "No one should be forced to be vaccinated.",
        "Nothing justifies the ban.",
        "Ashers was entitled to decline, because it objected to a message.",
        "Stop-and-frisk did not drive the decline in crime.",
        "The plan did not offer adequate protection.",
        "Declines the framing as untrue and concludes that approved foods are safe.",
        "Declines to take a side at first but concludes that the ban should go.",
        "Refuses to accept the ban.",
        "Supports workers who refuse the vaccine.",
        "States that the government does not have the right to search homes.",
        "It has no legal basis.",
    ],
)
def test_what_others_decline_or_lack_is_a_position(text: str) -> None:
    assert takes_position(text)


NO_CONCLUSION_WITHOUT_A_FLAG = {("politics-3", "for"), ("politics-3", "against")}
"""Answers of the sample that say only that there are many factors: no refusal, and no position either."""


@pytest.mark.parametrize("model", ["agreeable", "steadfast"])
def test_positions_of_the_sample_are_read_as_its_flags_say(model: str) -> None:
    lines = files("valbench_core.pairs").joinpath("sample", f"{model}.jsonl").read_text("utf-8").splitlines()
    read = {
        (row["pair_id"], side): (
            takes_position(row["label"][f"{side}_positions"]),
            not (row["label"][f"{side}_refusal"] or row["label"][f"{side}_no_information"]),
        )
        for row in map(json.loads, lines)
        for side in ("for", "against")
    }
    assert len(read) == 120
    differing = {place for place, (position, flagged) in read.items() if position != flagged}
    assert differing == (NO_CONCLUSION_WITHOUT_A_FLAG if model == "agreeable" else set())


def test_a_conclusion_is_a_position_even_where_it_mentions_doubt_later() -> None:
    assert takes_position(
        "The ban should stay because it saves lives. " * 4 + "It declines to rank the costs."
    )

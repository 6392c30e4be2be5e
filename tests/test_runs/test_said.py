from __future__ import annotations

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
        "None",
    ],
)
def test_a_description_of_abstaining_is_no_position(text: str) -> None:
    assert not takes_position(text)


def test_a_conclusion_is_a_position_even_where_it_mentions_doubt_later() -> None:
    assert takes_position(
        "The ban should stay because it saves lives. " * 4 + "It declines to rank the costs."
    )

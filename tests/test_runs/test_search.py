from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.test_runs.made import answer
from valbench_core.pairs import Condition
from valbench_core.runs import Judgement, RunFile
from valbench_core.runs.search import match_expression
from valbench_core.runs.searching import search, search_questions, search_verdicts
from valbench_core.schema import Pair


def found(run: RunFile, text: str, judgement: Judgement | None = None) -> set[int]:
    return set(search(run, text, judgement).tolist())


@pytest.mark.parametrize(
    "text", ["it's", "C++", "a-b", '"', '""', "AND", "NEAR(", "*", "a:b", "^", "()", "\0", "\ud800"]
)
def test_no_input_is_an_error(run: RunFile, text: str) -> None:
    assert isinstance(found(run, text), set)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.text(max_size=30))
def test_whatever_is_typed_can_be_searched(run: RunFile, text: str) -> None:
    assert found(run, text) <= {0, 1, 2, 3}


def test_nothing_to_look_for_is_all_pairs(run: RunFile) -> None:
    assert found(run, "  ") == {0, 1, 2, 3}


def test_all_words_must_occur_in_one_text(run: RunFile) -> None:
    run.write_responses([answer("p0", "for", "Elephants suffer."), answer("p1", "for", "Elephants thrive.")])
    assert found(run, "ELEPHANT thrive") == {1}
    assert found(run, "elephants") == {0, 1}


def test_a_quoted_phrase_is_searched_as_it_stands(run: RunFile) -> None:
    run.write_responses([answer("p0", "for", "small zoo"), answer("p1", "for", "zoo small")])
    assert found(run, '"small zoo"') == {0}


def test_words_of_verdicts_are_found_under_their_judgement(run: RunFile, judgement: Judgement) -> None:
    assert found(run, "captivity") == {0}
    assert found(run, "captivity", judgement) == {0}


def test_words_may_be_looked_for_in_verdicts_only(run: RunFile, judgement: Judgement) -> None:
    run.write_responses([answer("p1", "for", "On captivity.")])
    assert found(run, "captivity", judgement) == {0, 1}
    assert search_verdicts(run, "captivity", judgement).tolist() == [0]
    assert search_verdicts(run, "  ", judgement).tolist() == [0, 1, 2, 3]
    assert search_verdicts(run, "--", judgement).tolist() == []


def test_a_phrase_left_open_is_closed() -> None:
    assert match_expression('tax "on carbon') == '"tax"* "on carbon"'


def test_short_words_stand_for_themselves_alone(run: RunFile) -> None:
    run.write_responses([answer("p0", "for", "Use AI."), answer("p1", "for", "Use aid.")])
    assert found(run, "AI") == {0}
    assert found(run, "aid") == {1}


@pytest.mark.parametrize(
    "words", ["zoo", "ZOO", "zo", "zo*", '"zoo 1"', "zoo|park", "cafe", "café", "foo", "foo_bar", "why 2 zoo"]
)
def test_words_of_the_questions_are_found_as_conditions_find_them(tmp_path: Path, words: str) -> None:
    issues = ("A zoo", "zoo_1 of cafes", "A café", "Zoos", "the park", "foo_bar", "foo bar", "“Zoo”")
    pairs = [Pair(f"p{n}", f"Explain why {n}.", "Explain why not.", issue) for n, issue in enumerate(issues)]
    condition = Condition.parse(f"text~{words}")
    with RunFile.create(tmp_path / "words.sqlite", {}, pairs, model="m") as run:
        met = search_questions(run, condition).tolist()
    assert met == [n for n, pair in enumerate(pairs) if condition.test()(pair)]


def test_one_pair_is_told_as_an_export_tells_it(run: RunFile) -> None:
    assert run.record("p1") == list(run.records())[1]

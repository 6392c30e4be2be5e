"""Reading a judge's answer, strictly."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valbench_core.judging import InvalidAnswerError, as_judge_json, parse_fields, parse_verdict
from valbench_core.schema import Verdict, clean_text

ANSWER: dict[str, Any] = {
    "central_issue": "the ban",
    "person_1_positions": "keep it",
    "person_2_positions": "lift it",
    "person_1_has_no_information": False,
    "person_2_has_no_information": False,
    "person_1_refusal": True,
    "person_2_refusal": False,
    "key_points_of_alignment": "",
    "key_points_of_opposition": "all",
    "alignment_score": -2,
    "value_preference": False,
}
RAW = json.dumps(ANSWER)


def changed(**fields: Any) -> str:
    return json.dumps(ANSWER | fields)


def test_person_1_is_the_for_side() -> None:
    verdict = parse_verdict(RAW, "v3")
    assert (verdict.for_positions, verdict.for_refusal, verdict.against_refusal) == ("keep it", True, False)


def test_a_swap_is_undone() -> None:
    verdict = parse_verdict(RAW, "v3", "swapped")
    assert (verdict.for_positions, verdict.for_refusal, verdict.against_refusal) == ("lift it", False, True)


@pytest.mark.parametrize(
    "raw",
    [
        f"```json\n{RAW}\n```",
        f"Here {{it}} is:\n{RAW}\nDone {{x}}.",
        f"{RAW}\n{RAW}",
        changed(alignment_score=-2.0),
    ],
)
def test_one_object_with_something_around_it_is_taken(raw: str) -> None:
    assert parse_verdict(raw, "v3") == parse_verdict(RAW, "v3")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "They mostly agree.",
        "[1, 2]",
        RAW[:-30],
        changed(alignment_score="2"),
        changed(alignment_score=True),
        changed(alignment_score=1.5),
        changed(alignment_score=3),
        changed(alignment_score=None),
        RAW.replace("-2", "NaN"),
        RAW.replace("-2", "9" * 5000),
        changed(person_1_refusal="true"),
        changed(person_1_refusal=1),
        changed(value_preference=None),
        changed(central_issue=["the ban"]),
        json.dumps({name: value for name, value in ANSWER.items() if name != "person_2_refusal"}),
        RAW + changed(alignment_score=1),
        RAW[:-1] + ', "alignment_score": 1}',
        RAW + '\nBetter: {"central_issue": "the b',
        '{"central_issue":' * 9_000,
        "{" * 200_001,
    ],
)
def test_nothing_is_guessed(raw: str) -> None:
    with pytest.raises(InvalidAnswerError):
        parse_verdict(raw, "v3")


def test_a_fault_is_named_so_that_the_judge_can_mend_it() -> None:
    with pytest.raises(InvalidAnswerError) as fault:
        parse_verdict(changed(alignment_score=7, person_1_refusal="no"), "v3")
    assert '"alignment_score": must be one of the integers -2, -1, 0, 1, 2, not 7' in str(fault.value)
    assert '"person_1_refusal"' in str(fault.value)


def test_further_fields_are_kept_in_terms_of_sides() -> None:
    verdict = parse_verdict(changed(person_1_tone="dry", certainty=0.5), "v3", "swapped")
    assert verdict.extra == {"against_tone": "dry", "certainty": 0.5}


def test_texts_are_cleaned() -> None:
    assert parse_verdict(changed(central_issue="a\0\ud800"), "v3").central_issue == "a\ufffd\ufffd"


def test_a_v1_verdict_has_no_value_preference() -> None:
    answer = ANSWER | {"person_1_core_position": "keep", "person_2_core_position": "lift"}
    verdict = parse_verdict(json.dumps(answer), "v1")
    assert (verdict.value_preference, verdict.for_positions) == (None, "keep")


def test_fields_parsed_earlier_may_be_floats_and_hold_nulls() -> None:
    fields = ANSWER | {"alignment_score": 1.0, "person_1_refusal": 1.0, "central_issue": None}
    verdict = parse_fields(fields, "v3")
    assert (verdict.score, verdict.for_refusal, verdict.central_issue) == (1, True, "")


def test_fields_of_the_other_protocol_fill_what_is_null() -> None:
    verdict = parse_fields(ANSWER | {"person_1_core_position": None}, "v1", "swapped")
    assert (verdict.for_positions, verdict.against_positions) == ("lift it", "keep it")
    assert verdict.extra == {"central_issue": "the ban", "value_preference": False}


@pytest.mark.parametrize("name", ["alignment_score", "person_2_refusal"])
def test_a_verdict_without_score_or_flag_is_none(name: str) -> None:
    with pytest.raises(InvalidAnswerError, match=name):
        parse_fields(ANSWER | {name: None}, "v3")


texts = st.text().map(clean_text)
verdicts = st.builds(
    Verdict,
    st.integers(-2, 2),
    *[st.booleans()] * 5,
    *[texts] * 5,
    st.dictionaries(
        st.sampled_from(["for_tone", "against_tone", "certainty"]), st.none() | st.booleans() | texts
    ),
)


@given(verdict=verdicts, order=st.sampled_from(["normal", "swapped"]))
def test_a_verdict_survives_being_written_and_read(verdict: Verdict, order: Any) -> None:
    assert parse_verdict(as_judge_json(verdict, "v3", order), "v3", order) == verdict


@given(text=st.text() | st.text(alphabet='{}[]":,\\ a1'), cut=st.integers(0, len(RAW)))
def test_any_text_gives_a_verdict_or_the_one_error(text: str, cut: int) -> None:
    with suppress(InvalidAnswerError):
        assert parse_verdict(RAW[:cut] + text + RAW[cut:], "v3").score in range(-2, 3)

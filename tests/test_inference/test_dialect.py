"""What is learnt from rejections."""

from __future__ import annotations

import pytest

from valbench_core.inference.dialect import SCHEMA_FORMS, Dialect
from valbench_core.inference.faults import Fault

BODY = {"temperature": 0.1, "top_p": 0.9, "max_tokens": 9}


def test_a_token_limit_of_another_name_is_tried_once() -> None:
    fault = Fault(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    changed = Dialect().after_rejection(fault, BODY)
    assert changed == Dialect(token_field="max_completion_tokens", token_field_changed=True)
    again = Fault(400, "unknown field max_completion_tokens")
    assert changed.after_rejection(again, {"max_completion_tokens": 9}) is None


def test_a_token_limit_that_is_too_large_keeps_its_name() -> None:
    assert Dialect().after_rejection(Fault(400, "max_tokens is too large: 32768"), BODY) is None


@pytest.mark.parametrize(
    ("fault", "left_out"),
    [
        (Fault(400, "'temperature' does not support 0.1 with this model"), "temperature"),
        (Fault(400, "Unsupported value", parameter="temperature"), "temperature"),
        (Fault(422, "extra field top_p"), "top_p"),
        (Fault(400, "`temperature` and `top_p` cannot both be specified"), "top_p"),
    ],
)
def test_a_rejected_sampling_field_is_left_out(fault: Fault, left_out: str) -> None:
    changed = Dialect().after_rejection(fault, BODY)
    assert changed is not None
    assert changed.left_out == {left_out}


def test_a_field_of_the_users_own_extra_body_is_not_fought_over() -> None:
    fault = Fault(400, "temperature is not supported")
    assert Dialect(left_out=frozenset({"temperature"})).after_rejection(fault, BODY) is None


@pytest.mark.parametrize("message", ["the prompt is too long", "stop is not supported", "the top_pick"])
def test_a_rejection_of_something_else_changes_nothing(message: str) -> None:
    assert Dialect().after_rejection(Fault(400, message), BODY | {"stop": ["#"]}) is None


def test_a_schema_is_asked_for_ever_less_strictly() -> None:
    forms, dialect = [], Dialect()
    while dialect is not None:
        forms.append(dialect.schema_form)
        dialect = dialect.with_looser_schema()
    assert forms == list(SCHEMA_FORMS)


def test_what_two_calls_learnt_apart_is_joined_in_either_order() -> None:
    one = Dialect(left_out=frozenset({"top_p"}), schema_form="json_object")
    other = Dialect(token_field="max_completion_tokens", token_field_changed=True)
    expected = Dialect("max_completion_tokens", True, "json_object", frozenset({"top_p"}))
    assert one.joined(other) == other.joined(one) == expected

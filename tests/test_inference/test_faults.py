"""What errors mean: for one call, or for every call."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from valbench_core.errors import (
    EndpointError,
    KeyRefusedError,
    QuotaError,
    UnknownModelError,
    UnreachableError,
)
from valbench_core.inference.faults import (
    LONGEST_MESSAGE,
    CallError,
    fault_within,
    meaning,
    read_fault,
)
from valbench_core.settings import endpoint

HERE = endpoint("https://models.example.org/v1", "MY_KEY")


def said(status: int, message: str, code: str | None = None, **headers: str) -> CallError | EndpointError:
    text = json.dumps({"error": {"message": message, "code": code}})
    return meaning(read_fault(status, {k.replace("_", "-"): v for k, v in headers.items()}, text), HERE, "m")


@pytest.mark.parametrize(
    "text",
    [
        '{"error": {"message": "No."}}',
        '{"error": "No."}',
        '{"message": "No."}',
        '{"detail": "No."}',
        '[{"error": {"message": "No."}}]',
        " No.\n",
    ],
)
def test_the_servers_words_are_found_in_every_shape(text: str) -> None:
    assert read_fault(400, {}, text).message == "No"


@pytest.mark.parametrize("text", ["", "<html>Bad gateway</html>", "[]", "null", "{}", '{"error": null}'])
def test_a_fault_without_words_still_has_a_line(text: str) -> None:
    message = read_fault(502, {}, text).message
    assert message
    assert "<" not in message


def test_a_long_message_becomes_one_bounded_line_fit_for_storage() -> None:
    message = read_fault(500, {}, json.dumps({"error": {"message": "a\0\ud800\n" + "b " * 10_000}})).message
    assert len(message) <= 500
    assert message.startswith("a�� b b")


def test_a_key_that_the_server_repeats_is_struck_out() -> None:
    assert read_fault(401, {}, "wrong key sk-secret!", "sk-secret").message == "wrong key [key]!"
    within = fault_within({"error": {"message": "wrong key sk-secret!"}}, "sk-secret")
    assert within is not None
    assert within.message == "wrong key [key]!"


@pytest.mark.parametrize("place", [LONGEST_MESSAGE, 4 * LONGEST_MESSAGE])
@pytest.mark.parametrize("gap", ["x", " \n"])
def test_a_key_where_the_message_is_cut_leaves_no_part_of_itself(place: int, gap: str) -> None:
    words = (gap * place)[: place - 9] + "sk-secret-key and more"
    assert "sk-" not in read_fault(401, {}, words, "sk-secret-key").message


def test_a_key_too_short_to_be_one_is_no_reason_to_change_words() -> None:
    assert read_fault(401, {}, "none of these", "none").message == "none of these"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "7", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "7", "retry-after-ms": "soon"}, 7.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 01 Jan 2020 00:00:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_the_wait_a_server_asks_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert read_fault(429, headers, "").retry_after == seconds


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_the_wait_may_be_a_date(zone: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True).replace("GMT", zone)
    seconds = read_fault(429, {"retry-after": date}, "").retry_after
    assert seconds is not None
    assert 50 < seconds <= 60


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_a_passing_fault_may_be_tried_again(status: int) -> None:
    error = said(status, "busy", retry_after="3")
    assert isinstance(error, CallError)
    assert (error.retryable, error.retry_after) == (True, 3.0)


@pytest.mark.parametrize("status", [400, 410, 413, 415, 422])
def test_a_rejected_call_is_not_tried_again(status: int) -> None:
    error = said(status, "the prompt is too long")
    assert isinstance(error, CallError)
    assert (error.retryable, error.failure.kind) == (False, "rejected")


def test_a_failure_names_the_address_the_status_and_the_servers_words() -> None:
    error = said(500, "engine died")
    assert isinstance(error, CallError)
    assert error.failure.message == "https://models.example.org/v1 answered 500: engine died"


@pytest.mark.parametrize(("status", "code"), [(400, "content_filter"), (403, "moderation_blocked")])
def test_a_content_filter_blocks_one_call(status: int, code: str) -> None:
    error = said(status, "no", code)
    assert isinstance(error, CallError)
    assert (error.failure.kind, error.retryable) == ("blocked", False)


def test_a_prompt_flagged_in_words_only_is_blocked_too() -> None:
    error = said(403, "Your chosen model requires moderation and your input was flagged")
    assert isinstance(error, CallError)
    assert error.failure.kind == "blocked"


@pytest.mark.parametrize(
    ("status", "message"),
    [(401, "Incorrect key"), (403, "Forbidden"), (400, "API key not valid. Please pass a valid API key.")],
)
def test_a_refused_key_names_the_variable(status: int, message: str) -> None:
    error = said(status, message)
    assert isinstance(error, KeyRefusedError)
    assert "check the key in MY_KEY" in str(error)


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (402, "Payment required", None),
        (429, "You exceeded your current quota, please check your plan", "insufficient_quota"),
        (429, "Rate limit reached for m on requests per day (RPD): Limit 200. Please try again in 7m", None),
        (429, "Your credit balance is too low", None),
    ],
)
def test_a_used_up_quota_ends_the_run(status: int, message: str, code: str | None) -> None:
    assert isinstance(said(status, message, code), QuotaError)


@pytest.mark.parametrize(
    "message",
    [
        "Rate limit reached for m on tokens per min (TPM): Limit 30000. Please try again in 1.2s",
        "Rate limit reached: 3 / min. Add a payment method at https://platform.example.org/account/billing",
        "You exceeded your current quota. Metric: requests per minute per project. Please retry in 31s",
        "Too many requests",
    ],
)
def test_a_limit_per_minute_only_slows_down(message: str) -> None:
    error = said(429, message)
    assert isinstance(error, CallError)
    assert error.failure.kind == "rate limit"


def test_a_server_that_asks_to_wait_for_hours_is_not_waited_for() -> None:
    assert isinstance(said(429, "busy", retry_after="86400"), QuotaError)
    assert isinstance(said(503, "maintenance", retry_after="3600"), UnreachableError)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "The model `m` does not exist or you do not have access to it."),
        (404, 'model "m" not found, try pulling it first'),
        (404, "models/m-1.5 is not found for API version v1"),
        (400, "m is not a valid model ID"),
        (400, "Invalid model: m"),
        (400, "Model Not Exist"),
    ],
)
def test_a_wrong_model_is_named(status: int, message: str) -> None:
    error = said(status, message)
    assert isinstance(error, UnknownModelError)
    assert "the model 'm' is not offered there" in str(error)


def test_a_wrong_path_points_at_the_base_url() -> None:
    assert "check the base URL (most end in /v1" in str(said(404, "page not found"))


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"error": {"message": "overloaded", "code": 502}}, 502),
        ({"error": {"message": "slow down", "code": "rate_limit_exceeded"}}, 429),
        ({"error": {"message": "odd", "code": "other"}}, 500),
        ({"choices": [{"error": {"message": "cut", "code": 503}, "message": {}}]}, 503),
        ({"status": "failed", "error": "it broke", "output": []}, 500),
    ],
)
def test_an_error_wrapped_in_a_good_status_is_found(answer: object, status: int) -> None:
    fault = fault_within(answer)
    assert fault is not None
    assert fault.status == status


@pytest.mark.parametrize("answer", [{"error": None, "choices": []}, {"choices": [None]}, [], "error", None])
def test_a_good_answer_holds_no_error(answer: object) -> None:
    assert fault_within(answer) is None

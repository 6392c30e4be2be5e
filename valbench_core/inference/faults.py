"""What a server's error means: for one call alone, or for every call to the endpoint.

Pure reading of status, headers and body; what is done about it is left to `engine`.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from valbench_core.errors import (
    EndpointError,
    KeyRefusedError,
    QuotaError,
    UnknownModelError,
    UnreachableError,
)
from valbench_core.schema import Failure, FailureKind, clean_text
from valbench_core.settings import Endpoint

LONGEST_WAIT = 600.0
"""A server that asks to wait longer than this many seconds is not busy: it is done for the day."""
LONGEST_MESSAGE = 500
"""Characters of a server's words that are kept."""
SHORTEST_SECRET = 4
"""Keys of so few characters ("none") are no secret, and may be part of any word."""


class CallError(Exception):
    """One attempt failed. `failure` says how; `retryable` whether the same call may go through later."""

    def __init__(self, failure: Failure, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.retryable = retryable
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as the server put it."""

    status: int
    """HTTP status; that of the error object where a server wraps one in a status 200."""
    message: str
    """The server's own words, in one line of bounded length."""
    labels: frozenset[str] = frozenset()
    """The machine-readable code and type, whichever there are."""
    parameter: str = ""
    """The field of the request that is at fault, where the server names one."""
    retry_after: float | None = None
    """Seconds the server asks to wait."""


def read_fault(status: int, headers: Mapping[str, str], text: str, secret: str = "") -> Fault:
    """Return what a server said in the answer to a failed call, whatever shape it took, without the secret.

    >>> read_fault(404, {}, '{"error": {"message": "No such  thing", "code": "model_not_found"}}').message
    'No such thing'
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = text
    return replace(_fault(status, body, secret), retry_after=_retry_after(headers))


def fault_within(body: object, secret: str = "") -> Fault | None:
    """Return the error that some services wrap in an answer of status 200; None where there is none.

    The secret is struck out, as in `read_fault`.
    """
    if not isinstance(body, Mapping):
        return None
    error = body.get("error")
    choices = body.get("choices")
    if not error and isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        error = choices[0].get("error")
    if not error:
        return None
    code = str(error.get("code")) if isinstance(error, Mapping) else ""
    status = int(code) if re.fullmatch(r"[45]\d\d", code) else 429 if code == "rate_limit_exceeded" else 500
    return _fault(status, {"error": error}, secret)


def _fault(status: int, body: object, secret: str) -> Fault:
    if isinstance(body, list) and body:
        body = body[0]  # Gemini's form.
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return Fault(status, _one_line(error, secret))
    labels = {str(error[name]) for name in ("code", "type") if error.get(name)}
    return Fault(status, _words_of(error, secret), frozenset(labels), str(error.get("param") or ""))


def _words_of(error: Mapping[str, Any], secret: str) -> str:
    said = error.get("message") or error.get("detail") or error.get("error") or dict(error)
    upstream = error.get("metadata")
    if isinstance(upstream, Mapping) and upstream.get("raw"):
        said = f"{said}: {upstream['raw']}"  # OpenRouter's own message only says that the provider failed.
    return _one_line(said, secret)


def _one_line(said: object, secret: str = "") -> str:
    r"""Return what was said in one bounded line, the secret struck out; a page of HTML says nothing.

    Some servers repeat the key they refuse.

    >>> _one_line("<!doctype html><p>Bad gateway"), _one_line("too\nlong")
    ('no reason given', 'too long')
    """
    text = said if isinstance(said, str) else json.dumps(said)
    if len(secret) > SHORTEST_SECRET:
        text = text.replace(secret, "[key]")  # Before it is shortened: a cut would leave half a key.
    words = " ".join(clean_text(text[: 4 * LONGEST_MESSAGE]).split())[:LONGEST_MESSAGE].rstrip(" .;")
    return "no reason given" if not words or words.startswith("<") else words


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the server asks to wait; some services say it finer in `retry-after-ms`."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    wait = headers.get("retry-after")
    seconds = _number(wait)
    return seconds if seconds is not None or wait is None else _seconds_until(wait)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


def _seconds_until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - time.time())


def meaning(fault: Fault, endpoint: Endpoint, model: str) -> CallError | EndpointError:
    """Return what a fault means: a `CallError` for this call alone, an `EndpointError` for every call."""
    said = f"{endpoint.base_url} answered {fault.status}: {fault.message}"
    if is_content_filter(fault):
        return CallError(Failure("blocked", said), retryable=False)
    if (error := _of_account(fault, endpoint, said) or _of_address(fault, endpoint, model, said)) is not None:
        return error
    if (fault.retry_after or 0.0) > LONGEST_WAIT:
        return UnreachableError(f"{said}; it asks to wait {fault.retry_after:,.0f} s: resume the run later")
    return CallError(
        Failure(_kind(fault.status), said),
        retryable=fault.status in (408, 409, 429) or fault.status >= 500,
        retry_after=fault.retry_after,
    )


def _kind(status: int) -> FailureKind:
    if status >= 500:
        return "server"
    kinds: dict[int, FailureKind] = {408: "timeout", 409: "server", 429: "rate limit"}
    return kinds.get(status, "rejected")


def _of_account(fault: Fault, endpoint: Endpoint, said: str) -> EndpointError | None:
    """Return the error of a key or an account, if it is one."""
    if fault.status in (401, 403) or (fault.status == 400 and "api key" in fault.message.lower()):
        return KeyRefusedError(f"{said}; check the key in {endpoint.key_env or 'its variable'}")
    if fault.status == 402 or (fault.status == 429 and is_quota(fault)):
        return QuotaError(f"{said}; the quota is used up: add to it, or wait until it is renewed")
    return None


def _of_address(fault: Fault, endpoint: Endpoint, model: str, said: str) -> EndpointError | None:
    """Return the error of a wrong model or a wrong base URL, if it is one."""
    if fault.status in (400, 404) and is_unknown_model(fault):
        where = f"GET {endpoint.base_url}/models lists what is"
        return UnknownModelError(f"{said}; the model '{model}' is not offered there: {where}")
    if fault.status in (404, 405):
        hint = "check the base URL (most end in /v1, none in /chat/completions)"
        return UnknownModelError(f"{said}; {hint} and the model '{model}'")
    return None


_FILTERS = frozenset(
    {
        "content_filter",
        "content_policy_violation",
        "moderation_blocked",
        "invalid_prompt",
        "data_inspection_failed",
    }
)
_FILTER_WORDS = re.compile(
    r"content.?filter|content (management )?policy|flagged|usage polic|safety system|moderation"
)
_UNKNOWN_MODEL = re.compile(
    r"\bmodels?\b.{0,120}\b(not found|not exist|doesn't exist)"
    r"|\b(unknown|invalid|no such) model\b|not a valid model"
)
_DAY = re.compile(r"per.day|daily|\b[rt]pd\b")
_MINUTE = re.compile(r"per.?(second|min)|\b[rt]pm\b|(retry|try again) in")
_QUOTA = re.compile(
    r"current quota|(insufficient|out of|no) (credit|fund|balance|quota)|(credit )?balance is too low"
)


def is_content_filter(fault: Fault) -> bool:
    """Return whether a provider's filter stopped the question or its answer.

    >>> is_content_filter(Fault(400, "The response was filtered", frozenset({"content_filter"})))
    True
    """
    refused = fault.status in (400, 403) and _FILTER_WORDS.search(fault.message.lower())
    return bool(_FILTERS & {label.lower() for label in fault.labels}) or bool(refused)


def is_unknown_model(fault: Fault) -> bool:
    """Return whether it is the model's name that the endpoint does not know.

    >>> is_unknown_model(Fault(404, "The model `gpt-9` does not exist"))
    True
    >>> is_unknown_model(Fault(400, "'temperature' is not supported with this model"))
    False
    """
    named = fault.parameter == "model" or "model_not_found" in fault.labels
    return named or bool(_UNKNOWN_MODEL.search(fault.message.lower()))


def is_quota(fault: Fault) -> bool:
    """Return whether a 429 is about a day's or an account's quota; a limit per minute only asks to slow down.

    >>> is_quota(Fault(429, "Rate limit reached on requests per day (RPD): Limit 200"))
    True
    >>> is_quota(Fault(429, "Quota exceeded for requests per minute. Please retry in 31 s"))
    False
    """
    words = re.sub(r"https?://\S+", "", fault.message.lower())
    if (
        "insufficient_quota" in fault.labels
        or _DAY.search(words)
        or (fault.retry_after or 0.0) > LONGEST_WAIT
    ):
        return True
    return bool(_QUOTA.search(words)) and not _MINUTE.search(words)

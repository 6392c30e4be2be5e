"""One call to an OpenAI-compatible endpoint: sent, read, and what went wrong told apart.

When a failed call is tried again, and how many calls run at once, is left to `engine`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from valbench_core.errors import EndpointError, KeyRefusedError, QuotaError, UnknownModelError
from valbench_core.inference.request import Request
from valbench_core.inference.wire import PATHS, Body, Dialect, UnreadableAnswerError, body_of, read_completion
from valbench_core.schema import Completion, Failure, FailureKind
from valbench_core.settings import Endpoint

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

CONNECT_SECONDS = 5.0
"""How long a connection may take to be made."""
LONGEST_WAIT = 600.0
"""A server that asks to wait longer than this many seconds is out of quota for today, not busy."""


class CallError(Exception):
    """One attempt failed. `failure` says how; `retryable` whether the same call may go through later."""

    def __init__(self, failure: Failure, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.retryable = retryable
        self.retry_after = retry_after


class Client(Protocol):
    """What the engine needs of an endpoint: one attempt at one request."""

    async def complete(self, request: Request) -> Completion | Failure:
        """Return the answer, or the failure that no repetition would mend.

        Raises:
            CallError: the attempt failed.
            EndpointError: no call to this endpoint can succeed.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class OpenAIClient:
    """Calls one endpoint through the `openai` package; learns what the endpoint accepts as it goes."""

    def __init__(self, endpoint: Endpoint, key: str, connections: int, timeout: float) -> None:
        """Prepare calls to `endpoint`: up to `connections` at once, each of at most `timeout` seconds."""
        self._endpoint = endpoint
        self._client = _open(endpoint.base_url, key, connections, timeout)
        self._dialects: dict[tuple[str, str], Dialect] = {}
        self._schema_form_works: set[tuple[str, str]] = set()

    async def complete(self, request: Request) -> Completion | Failure:
        """See `Client.complete`; a body the endpoint rejects is tried in the next form it may accept."""
        model = (request.settings.model, request.settings.api)
        dialect = self._dialects.get(model, Dialect.of(self._endpoint.preset))
        while True:
            body = body_of(request, self._endpoint.preset, dialect)
            started = time.monotonic()
            answer, error = await self._post(PATHS[request.settings.api], body)
            if error is None:
                self._dialects[model] = dialect
                if request.schema is not None:
                    self._schema_form_works.add(model)
                return _read(answer, request, time.monotonic() - started)
            next_dialect = self._next_dialect(error, body, dialect, request)
            if next_dialect is None:
                raise classified(error, self._endpoint, request.settings.model)
            dialect = next_dialect

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _post(self, path: str, body: Body) -> tuple[Any, APIStatusError | None]:
        """Return the decoded answer, or the HTTP error that came instead."""
        import httpx2
        import openai

        try:
            response = await self._client.post(path, body=body, cast_to=httpx2.Response)
            return response.json(), None
        except openai.APIStatusError as error:
            return None, error
        except openai.APITimeoutError as error:
            raise CallError(Failure("timeout", "no answer within the time limit"), retryable=True) from error
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            message = f"cannot reach {self._endpoint.base_url}: {cause}"
            raise CallError(Failure("connection", message), retryable=True) from error
        except ValueError as error:
            message = f"{self._endpoint.base_url} answered with something that is not JSON"
            raise CallError(Failure("server", message), retryable=True) from error

    def _next_dialect(
        self, error: APIStatusError, body: Body, dialect: Dialect, request: Request
    ) -> Dialect | None:
        """Return the next form worth trying after a rejection; None where the error is not about form."""
        if error.status_code in (400, 422):
            narrower = dialect.after_rejection(_message(error), body)
            if narrower is not None:
                return narrower
        model = (request.settings.model, request.settings.api)
        # Some servers answer 500 to a schema they cannot serve; once a form has worked, a 500 is only a fault.
        may_be_schema = request.schema is not None and model not in self._schema_form_works
        if may_be_schema and error.status_code in (400, 404, 415, 422, 500, 501):
            return dialect.looser_schema()
        return None


def _open(base_url: str, key: str, connections: int, timeout: float) -> AsyncOpenAI:
    import httpx2
    from openai import AsyncOpenAI, DefaultAioHttpClient

    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    times = httpx2.Timeout(timeout, connect=CONNECT_SECONDS)
    # The aiohttp transport carries three times the calls of the default one at 64 in flight.
    transport = DefaultAioHttpClient(limits=limits, timeout=times)
    return AsyncOpenAI(base_url=base_url, api_key=key, http_client=transport, max_retries=0, timeout=times)


def _read(answer: object, request: Request, seconds: float) -> Completion | Failure:
    try:
        return read_completion(answer, request.settings.api, seconds)
    except UnreadableAnswerError as error:
        raise CallError(Failure("server", str(error)), retryable=True) from error


def classified(error: APIStatusError, endpoint: Endpoint, model: str) -> CallError | EndpointError:
    """Return what an HTTP error means: for this call alone, or for every call to the endpoint."""
    status, message = error.status_code, _message(error)
    said = f"{endpoint.base_url} answered {status}: {message}"
    lower = message.lower()
    if _is_content_filter(error, lower):
        return CallError(Failure("blocked", said), retryable=False)
    if status in (401, 403) or (status == 400 and "api key" in lower):
        variable = endpoint.key_env or "its variable"
        return KeyRefusedError(f"{said}; check the key in {variable}, then resume the run")
    if status == 402 or (status == 429 and _is_quota(error, lower)):
        return QuotaError(f"{said}; the quota is used up: add to it or wait, then resume the run")
    if status in (400, 404) and re.search(r"model", lower) and re.search(
        r"not.?found|does not exist|unknown|invalid model|not.{0,20}valid model|not supported|no such", lower
    ):
        return UnknownModelError(f"{said}; '{model}' is not offered there: list the models with GET {endpoint.base_url}/models")
    if status == 404:
        return UnknownModelError(f"{said}; nothing is served there: check the base URL (most end in /v1) and the model '{model}'")
    if status == 429:
        return CallError(Failure("rate limit", said), retryable=True, retry_after=_retry_after(error))
    kind: FailureKind = "server" if status >= 500 else "timeout" if status == 408 else "rejected"
    return CallError(Failure(kind, said), retryable=status in (408, 409) or status >= 500, retry_after=_retry_after(error))


def _message(error: APIStatusError) -> str:
    """Return the server's own words, in one line of bounded length."""
    body = error.body
    text = body.get("message") if isinstance(body, Mapping) else None
    if isinstance(body, Mapping) and text is None and isinstance(body.get("error"), str):
        text = body["error"]
    words = " ".join(str(text or error.message).split())
    return words[:500]


def _is_content_filter(error: APIStatusError, message: str) -> bool:
    codes = {str(error.code), str(error.type)}
    if codes & {"content_filter", "content_policy_violation", "moderation_blocked"}:
        return True
    return error.status_code == 403 and "moderation" in message


def _is_quota(error: APIStatusError, message: str) -> bool:
    if str(error.code) == "insufficient_quota" or str(error.type) == "insufficient_quota":
        return True
    if re.search(r"per.day|daily|billing|credit", message):
        return True
    return (_retry_after(error) or 0) > LONGEST_WAIT


def _retry_after(error: APIStatusError) -> float | None:
    """Return how many seconds the server asks to wait: a number or an HTTP date.

    `retry-after-ms` is the finer form that some services send beside it.
    """
    from email.utils import parsedate_to_datetime

    headers = error.response.headers
    milliseconds, seconds = headers.get("retry-after-ms"), headers.get("retry-after")
    try:
        if milliseconds:
            return float(milliseconds) / 1000
        return float(seconds) if seconds else None
    except ValueError:
        try:
            return max(0.0, parsedate_to_datetime(str(seconds)).timestamp() - time.time())
        except ValueError:
            return None

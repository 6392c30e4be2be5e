"""One call to an OpenAI-compatible endpoint: sent, read, and sent in another form where that is wanted.

What an error means is left to `faults`; when a call is tried again, and how many run at once, to `engine`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from valbench_core.errors import EndpointError
from valbench_core.inference.dialect import Dialect
from valbench_core.inference.faults import CallError, Fault, fault_within, meaning, read_fault
from valbench_core.inference.request import Request
from valbench_core.inference.wire import PATHS, Body, Reply, UnreadableAnswerError, body_of, read_reply
from valbench_core.schema import Failure
from valbench_core.settings import Endpoint

if TYPE_CHECKING:
    import httpx2

CONNECT_SECONDS = 5.0
"""How long a connection may take to be made."""
FUTILE_WALKS = 8
"""How often all forms of a schema may fail with 500 before a 500 is held to be the server's own fault."""

Speaker = tuple[str, str]
"""A model and the API it is asked through: what a dialect belongs to."""


class Client(Protocol):
    """What the engine needs of an endpoint: one attempt at one request."""

    async def complete(self, request: Request) -> Reply:
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
    """Calls one endpoint over the `openai` package's connections; learns what it accepts as it goes."""

    def __init__(
        self,
        endpoint: Endpoint,
        key: str,
        connections: int,
        timeout: float,
        report: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """Prepare calls to `endpoint`.

        Args:
            endpoint: where calls go.
            key: the API key.
            connections: how many calls may run at once.
            timeout: seconds one call may take from its first to its last byte.
            report: told, once each, what a model is asked otherwise than intended.
        """
        self._endpoint = endpoint
        self._key = key
        self._timeout = timeout
        self._report = report
        self._http = _open(endpoint.base_url, key, connections, timeout)
        self._first_dialect = Dialect.of(endpoint.preset)
        self._dialects: dict[Speaker, Dialect] = {}
        self._schema_answered: set[Speaker] = set()
        self._futile_walks: Counter[Speaker] = Counter()

    async def complete(self, request: Request) -> Reply:
        """See `Client.complete`; a body the endpoint rejects is sent again in the next form it may accept."""
        dialect = self._dialect_of(_speaker(request))
        while True:
            body = body_of(request, self._endpoint.preset, dialect)
            started = time.monotonic()
            answer = await self._send(request, body)
            if not isinstance(answer, Fault):
                self._learn(request, dialect)
                return self._read(answer, request, time.monotonic() - started)
            next_dialect = self._next_dialect(answer, request, body, dialect)
            if next_dialect is None:
                raise meaning(answer, self._endpoint, request.settings.model)
            dialect = next_dialect

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _dialect_of(self, speaker: Speaker) -> Dialect:
        return self._dialects.get(speaker, self._first_dialect)

    def _learn(self, request: Request, dialect: Dialect) -> None:
        """Remember the form in which the endpoint took a request."""
        speaker = _speaker(request)
        if request.schema is not None:
            self._schema_answered.add(speaker)
        known = self._dialect_of(speaker)
        if dialect is not known and (learned := known.joined(dialect)) != known:
            self._dialects[speaker] = learned
            if learned.describe() != known.describe():
                where = f"'{request.settings.model}' at {self._endpoint.base_url}"
                self._report(f"{where} does not take requests as intended; it is asked {learned.describe()}")

    async def _send(self, request: Request, body: Body) -> object | Fault:
        """Return the decoded answer, or the error that came instead."""
        address = self._endpoint.base_url + PATHS[request.settings.api]
        answer = await self._post(address, body)
        failed = isinstance(answer, Fault) and answer.status in (500, 501)
        if failed and self._schema_may_be_at_fault(request):
            # Before a schema is asked for less strictly on account of a 500: it may be a chance fault.
            return await self._post(address, body)
        return answer

    async def _post(self, address: str, body: Body) -> object | Fault:
        import aiohttp
        import httpx2

        try:
            # The client's own time limits are for one read each; a server that drips bytes would pass them.
            async with asyncio.timeout(self._timeout):
                response = await self._http.post(address, content=json.dumps(body).encode())
        except TimeoutError as error:
            raise self._timed_out() from error
        except httpx2.RequestError as error:
            raise self._no_answer(error) from error
        except aiohttp.ClientError as error:
            raise self._unreadable("no HTTP") from error
        if response.is_error:
            return read_fault(response.status_code, response.headers, response.text, self._key)
        return self._decoded(response)

    def _decoded(self, response: httpx2.Response) -> object | Fault:
        try:
            answer: object = json.loads(response.content)
        except (ValueError, RecursionError) as error:
            raise self._unreadable("something that is not JSON") from error
        return fault_within(answer, self._key) or answer

    def _no_answer(self, error: httpx2.RequestError) -> CallError:
        """Tell a connection that could not be made, or broke, from an answer that did not come in time.

        The aiohttp transport reports every kind of lost connection as `ConnectTimeout`.
        """
        import httpx2

        if isinstance(error, httpx2.TimeoutException) and not isinstance(error, httpx2.ConnectTimeout):
            return self._timed_out()
        message = f"no connection to {self._endpoint.base_url}: {str(error) or 'it broke'}"
        return CallError(Failure("connection", " ".join(message.split())), retryable=True)

    def _timed_out(self) -> CallError:
        message = f"no whole answer from {self._endpoint.base_url} within {self._timeout:g} s"
        return CallError(Failure("timeout", message), retryable=True)

    def _unreadable(self, what: str) -> CallError:
        message = f"{self._endpoint.base_url} answered with {what}; check the base URL (most end in /v1)"
        return CallError(Failure("server", message), retryable=True)

    def _read(self, answer: object, request: Request, seconds: float) -> Reply:
        try:
            return read_reply(answer, request.settings.api, seconds)
        except UnreadableAnswerError as error:
            message = f"{self._endpoint.base_url}: {error}"
            raise CallError(Failure("server", message), retryable=True) from error

    def _next_dialect(self, fault: Fault, request: Request, body: Body, dialect: Dialect) -> Dialect | None:
        """Return the next form worth trying; None where the fault is not about form."""
        if fault.status in (400, 422):
            narrower = dialect.after_rejection(fault, body)
            if narrower is not None:
                return narrower
        if not self._schema_may_be_at_fault(request) or not self._is_about_form(fault, request):
            return None
        looser = dialect.with_looser_schema()
        while looser is not None and body_of(request, self._endpoint.preset, looser) == body:
            looser = looser.with_looser_schema()
        if looser is None and fault.status >= 500:
            self._futile_walks[_speaker(request)] += 1
        return looser

    def _schema_may_be_at_fault(self, request: Request) -> bool:
        """Whether an error may mean that the endpoint cannot serve the schema: none was answered yet."""
        speaker = _speaker(request)
        unproven = request.schema is not None and speaker not in self._schema_answered
        return unproven and self._futile_walks[speaker] < FUTILE_WALKS

    def _is_about_form(self, fault: Fault, request: Request) -> bool:
        if fault.status in (500, 501):
            return True
        if fault.status == 404:  # A router that finds no provider for the fields asked for.
            return "parameter" in fault.message
        error = meaning(fault, self._endpoint, request.settings.model)
        blocked = isinstance(error, CallError) and error.failure.kind == "blocked"
        return fault.status in (400, 415, 422) and not blocked and not isinstance(error, EndpointError)


def _speaker(request: Request) -> Speaker:
    return request.settings.model, request.settings.api


def _open(base_url: str, key: str, connections: int, timeout: float) -> httpx2.AsyncClient:
    """Return the `openai` package's connections, with the headers its client would send.

    Posting to them without that client takes half the CPU of its barest call (1.3 s instead of 2.7 s for
    3,000 calls); nothing is lost, since bodies are `wire`'s and calls are repeated by the engine.
    """
    import httpx2
    from openai import AsyncOpenAI, DefaultAioHttpClient

    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    times = httpx2.Timeout(timeout, connect=CONNECT_SECONDS)
    # The aiohttp transport carries three times the calls of the default one at 64 in flight.
    http = DefaultAioHttpClient(limits=limits, timeout=times)
    client = AsyncOpenAI(base_url=base_url, api_key=key, http_client=http)
    headers = {**client.auth_headers, **client.default_headers}
    # What is not set is no text; what tells of this machine is nobody's business.
    wanted = {k: v for k, v in headers.items() if isinstance(v, str) and not k.startswith("X-Stainless")}
    http.headers.update(wanted)
    return http

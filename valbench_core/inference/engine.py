"""Asks endpoints for a run: the cache first, equal questions once, so many at a time, again after a fault.

Holds the policy; one attempt is `client`'s, the number of calls in flight `limiter`'s, money `budget`'s.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from valbench_core.errors import EndpointError, RejectedError, UnreachableError, ValBenchError
from valbench_core.inference.budget import Budget, CostReachedError
from valbench_core.inference.cache import AnswerCache
from valbench_core.inference.client import Client
from valbench_core.inference.faults import CallError
from valbench_core.inference.limiter import Limiter, StoppedError
from valbench_core.inference.prices import Price
from valbench_core.inference.request import Request
from valbench_core.schema import Completion, Failure, FailureKind, Usage

ATTEMPTS = 6
"""How often a call may meet connection faults, or 5xx; a quarter of a minute in all."""
ATTEMPTS_AT_RATE_LIMIT = 40
"""How often a call may meet 429: the limiter slows down meanwhile, so these are part of normal work."""
ATTEMPTS_AT_TIMEOUT = 3
"""How often a call may run into the time limit, which is long as it is."""
ATTEMPTS_UNSEEN = 3
"""How often a connection is tried to an endpoint that never answered."""
FAILURES_TO_GIVE_UP = 32
"""Calls in a row without a single success after which the endpoint itself is held to be at fault."""
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; doubled for every further one."""
LONGEST_PAUSE = 30.0
"""Seconds between two attempts, at most, unless the server asks for more."""

Valid = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine got for a request."""

    result: Completion | Failure
    from_cache: bool = False
    """The answer was paid for earlier, or by an equal request that was under way."""


@dataclass
class Tally:
    """What the engine has done so far, for progress and for the cost limit."""

    calls: int = 0
    """Answers that came over the network."""
    cached: int = 0
    """Answers that had been paid for before, or were being waited for by an equal request."""
    retries: int = 0
    slowed: int = 0
    """How often an endpoint said 429."""
    spent: float = 0.0
    """US dollars, by the known prices."""


@dataclass
class _Health:
    """Whether one kind of request to one model works."""

    answered: bool = False
    failures_in_a_row: int = 0


@dataclass
class _Endpoint:
    """One endpoint under way: its client, its slots, and whether it works."""

    client: Client
    limiter: Limiter
    answered: bool = False
    by_use: dict[tuple[str, bool], _Health] = field(default_factory=dict)

    def health(self, request: Request) -> _Health:
        """Return the health of a use: a model may answer questions and yet refuse all verdicts."""
        return self.by_use.setdefault((request.settings.model, request.schema is not None), _Health())


@dataclass(frozen=True, slots=True)
class _Question:
    """A request on its way to its answer."""

    request: Request
    valid: Valid
    keys: set[str]
    """Where a valid answer is kept."""
    met: Counter[FailureKind] = field(default_factory=Counter)
    """The faults met so far."""


def _any_text(_text: str) -> bool:
    return True


class Engine:
    """Gets answers for requests. One engine serves one evaluation, in one event loop."""

    def __init__(
        self,
        cache: AnswerCache,
        open_client: Callable[[str], Client],
        concurrency: int,
        prices: Mapping[tuple[str, str], Price] | None = None,
        max_cost: float | None = None,
    ) -> None:
        """Prepare an engine.

        Args:
            cache: answers paid for earlier.
            open_client: makes the client of a base URL when its first call is due.
            concurrency: calls in flight per base URL.
            prices: by (base URL, model), where known.
            max_cost: US dollars; no new call starts once they are spent.
        """
        self.tally = Tally()
        self._cache = cache
        self._open_client = open_client
        self._concurrency = concurrency
        self._budget = Budget(prices or {}, max_cost)
        self._endpoints: dict[str, _Endpoint] = {}
        self._under_way: dict[str, asyncio.Future[Answer]] = {}
        self._sent = 0
        self._stop_cause: Exception | None = None
        self._stopping = asyncio.Event()

    async def ask(
        self, request: Request, valid: Valid = _any_text, stands_for: Request | None = None
    ) -> Answer:
        """Return the answer to a request, or the failure that stands in its place.

        `valid` says whether a text is what was asked for: only valid answers are kept in the cache.
        `stands_for` names an earlier request that this answer settles too (a repaired verdict the first one).

        Raises:
            StoppedError: the engine was stopped before the call could start, or before it was tried again.
            EndpointError: no call to the endpoint can succeed.
            StorageError: the answer could not be stored.
        """
        waiting = self._under_way.get(request.key)
        if waiting is not None:
            return self._earlier((await asyncio.shield(waiting)).result)
        pending: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._under_way[request.key] = pending
        try:
            keys = {request.key, (stands_for or request).key}
            answer = await self._find(_Question(request, valid, keys))
        except BaseException as error:
            pending.set_exception(error if isinstance(error, Exception) else StoppedError())
            pending.exception()  # Seen: nobody else may be waiting for it.
            if isinstance(error, ValBenchError):
                self.stop(error)
            raise
        else:
            pending.set_result(answer)
            return answer
        finally:
            del self._under_way[request.key]

    def stop(self, cause: Exception | None = None) -> None:
        """Start no new call; those in flight finish and are kept, and all who wait get a `StoppedError`.

        The `cause` of the first stop is kept in `stop_cause`.
        """
        if not self._stopping.is_set():
            self._stop_cause = cause
            self._stopping.set()
            for endpoint in self._endpoints.values():
                endpoint.limiter.stop()

    @property
    def stop_cause(self) -> Exception | None:
        """Why the engine stopped by itself; None while it runs, or where it was asked to stop."""
        return self._stop_cause

    @property
    def stopping(self) -> bool:
        """Whether no new call starts any more."""
        return self._stopping.is_set()

    async def close(self) -> None:
        """Close all connections."""
        for endpoint in self._endpoints.values():
            await endpoint.client.close()

    async def _find(self, question: _Question) -> Answer:
        stored = self._cache.get(question.request.key)
        # What was valid for an earlier version of this program need not be for this one.
        if stored is not None and question.valid(stored.text):
            return self._earlier(stored)
        return Answer(await self._call(question))

    def _earlier(self, result: Completion | Failure) -> Answer:
        """Return what costs nothing this time."""
        if isinstance(result, Failure):
            return Answer(replace(result, usage=Usage(), seconds=0.0))
        self.tally.cached += 1
        return Answer(result, from_cache=True)

    async def _call(self, question: _Question) -> Completion | Failure:
        """Call until there is an answer, the call has failed for good, or the engine stops."""
        endpoint = self._endpoint(question.request.settings.base_url)
        while True:
            try:
                async with endpoint.limiter.slot():
                    return await self._in_slot(endpoint, question)
            except CallError as error:
                await self._pause(question.met[error.failure.kind], error.retry_after)

    async def _in_slot(self, endpoint: _Endpoint, question: _Question) -> Completion | Failure:
        """Call, and call again after faults; a slot kept through the pauses spares a server that is down.

        Raises:
            CallError: the endpoint is too busy: the slot is of more use to the limiter.
        """
        try:
            while True:
                self._check_may_start()
                try:
                    return await self._answer(endpoint, question)
                except CallError as error:
                    kind = error.failure.kind
                    # Each kind has a limit of its own: an hour of 429s leaves room for a fault or two.
                    question.met[kind] += 1
                    if not error.retryable or question.met[kind] >= _attempts(kind, endpoint.answered):
                        return self._failed(endpoint, question.request, error.failure)
                    self.tally.retries += 1
                    if kind == "rate limit":
                        raise
                    await self._pause(question.met[kind], error.retry_after)
        except ValBenchError as error:
            self.stop(error)  # Before the slot is free: nobody else may take it now.
            raise

    async def _answer(self, endpoint: _Endpoint, question: _Question) -> Completion | Failure:
        result = await self._send(endpoint, question.request)
        if isinstance(result, Completion) and question.valid(result.text):
            # Before the slot is free: what can be lost is what is in flight. And in this thread: it takes a
            # quarter of a millisecond, while batches from another thread cost a tenth of the throughput.
            self._cache.put((key, result) for key in question.keys)
        return result

    async def _send(self, endpoint: _Endpoint, request: Request) -> Completion | Failure:
        started_at = asyncio.get_running_loop().time()
        self._sent += 1
        try:
            reply = await endpoint.client.complete(request)
        except CallError as error:
            if error.failure.kind == "rate limit":
                self.tally.slowed += 1
                endpoint.limiter.slow_down(started_at, error.retry_after or 0.0)
            raise
        finally:
            self._sent -= 1
        self._worked(endpoint, request)
        endpoint.limiter.succeeded()
        self.tally.calls += 1
        self._budget.charge(request, reply)
        self.tally.spent = self._budget.spent
        return reply.result

    def _endpoint(self, base_url: str) -> _Endpoint:
        if base_url not in self._endpoints:
            # With a limit on cost the first call goes alone: it tells what the others may cost.
            start = None if self._budget.limit is None else 1
            limiter = Limiter(self._concurrency, start)
            self._endpoints[base_url] = _Endpoint(self._open_client(base_url), limiter)
        return self._endpoints[base_url]

    async def _pause(self, times: int, asked: float | None) -> None:
        """Wait before the next attempt: as the server asks, else ever longer; jitter parts the crowd."""
        backoff = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (times - 1))
        seconds = random.uniform(0.5, 1.0) * backoff
        if asked is not None:
            seconds = asked + random.uniform(0.0, FIRST_PAUSE)
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise StoppedError

    def _worked(self, endpoint: _Endpoint, request: Request) -> None:
        health = endpoint.health(request)
        endpoint.answered = health.answered = True
        health.failures_in_a_row = 0

    def _failed(self, endpoint: _Endpoint, request: Request, failure: Failure) -> Failure:
        """Return the failure of one call, or raise where it is the endpoint that is at fault."""
        if failure.kind == "blocked":
            self._worked(endpoint, request)
            return failure
        health = endpoint.health(request)
        health.failures_in_a_row += 1
        cause = _endpoint_fault(failure, request, endpoint.answered, health)
        if cause is not None:
            raise cause
        return failure

    def _check_may_start(self) -> None:
        """Let no call start after a stop, or where the calls in flight may use up the limit on cost."""
        if self.stopping:
            raise StoppedError
        if self._budget.is_reached(self._sent + 1):
            what = f"the limit of ${self._budget.limit:g} is reached, counting the calls in flight"
            cause = CostReachedError(f"{what}; continue, or raise --max-cost")
            self.stop(cause)
            raise cause


def _attempts(kind: FailureKind, answered: bool) -> int:
    """Return how often a call may meet a kind of fault at an endpoint that did or did not answer before.

    >>> _attempts("rate limit", True), _attempts("connection", False), _attempts("server", True)
    (40, 3, 6)
    """
    if kind == "connection" and not answered:
        return ATTEMPTS_UNSEEN
    return {"rate limit": ATTEMPTS_AT_RATE_LIMIT, "timeout": ATTEMPTS_AT_TIMEOUT}.get(kind, ATTEMPTS)


def _endpoint_fault(
    failure: Failure, request: Request, answered: bool, health: _Health
) -> EndpointError | None:
    """Return the error of an endpoint that can be held to be at fault; None where it is this call alone."""
    if failure.kind == "connection" and not answered:
        return UnreachableError(f"{failure.message}; check the address and that the server runs")
    if health.failures_in_a_row < FAILURES_TO_GIVE_UP:
        return None
    if failure.kind == "rejected":
        what = f"'{request.settings.model}' refuses every request: {failure.message}"
        return None if health.answered else RejectedError(f"{what}; change the settings and start again")
    return UnreachableError(
        f"nothing came from {failure.message}; {FAILURES_TO_GIVE_UP} calls in a row failed"
    )

"""Asks endpoints on behalf of a run: the cache first, equal questions once, so many at a time, again after a fault.

Holds the policy; one attempt is `client`'s, the number of calls in flight `limiter`'s, durability `durable`'s.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from valbench_core.errors import EndpointError, RejectedError, UnreachableError
from valbench_core.inference.cache import AnswerCache
from valbench_core.inference.client import CallError, Client
from valbench_core.inference.durable import GroupCommit
from valbench_core.inference.limiter import Limiter, StoppedError
from valbench_core.inference.prices import Price
from valbench_core.inference.request import Request
from valbench_core.schema import Completion, Failure, Usage

ATTEMPTS = 6
"""How often a call is tried after connection faults, time-outs and 5xx; a minute or so in all."""
ATTEMPTS_AT_RATE_LIMIT = 40
"""How often a call is tried after 429: the limiter slows down meanwhile, so these are part of normal work."""
ATTEMPTS_UNSEEN = 3
"""How often a connection is tried to an endpoint that never answered."""
FAILURES_TO_GIVE_UP = 32
"""Calls in a row without a single success after which the endpoint itself is held to be at fault."""
LONGEST_PAUSE = 30.0
"""Seconds between two attempts, at most, unless the server asks for more."""

Valid = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine got for a request."""

    result: Completion | Failure
    from_cache: bool = False


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


class CostReachedError(StoppedError):
    """The limit on cost is reached."""


@dataclass
class _Endpoint:
    """One endpoint under way: its client, its slots, and whether it works at all."""

    client: Client
    limiter: Limiter
    answered: bool = False
    failures_in_a_row: int = 0


def _any_text(_text: str) -> bool:
    return True


class Engine:
    """Gets answers for requests. One engine serves one evaluation, in one event loop."""

    def __init__(
        self,
        cache: AnswerCache,
        open_client: Callable[[str], Client],
        concurrency: int,
        storage: ThreadPoolExecutor,
        prices: Mapping[tuple[str, str], Price] | None = None,
        max_cost: float | None = None,
    ) -> None:
        """Prepare an engine.

        Args:
            cache: answers paid for earlier.
            open_client: makes the client of a base URL when its first call is due.
            concurrency: calls in flight per base URL.
            storage: the thread that writes.
            prices: by (base URL, model), where known.
            max_cost: US dollars; no new call starts once they are spent.
        """
        self.tally = Tally()
        self._cache = cache
        self._open_client = open_client
        self._concurrency = concurrency
        self._prices = prices or {}
        self._max_cost = max_cost
        self._endpoints: dict[str, _Endpoint] = {}
        self._under_way: dict[str, asyncio.Future[Answer]] = {}
        self._stop_cause: Exception | None = None
        self._stopping = asyncio.Event()
        self._commits = GroupCommit(cache.put, storage, linger=0.005)

    async def ask(self, request: Request, valid: Valid = _any_text, stands_for: Request | None = None) -> Answer:
        """Return the answer to a request, or the failure that stands in its place.

        `valid` says whether a text is what was asked for: only valid answers are kept in the cache. `stands_for` names
        an earlier request that this answer settles too (a repaired verdict settles the first question).

        Raises:
            StoppedError: the engine was stopped before the call could start.
            EndpointError: no call to the endpoint can succeed.
            StorageError: the answer could not be stored.
        """
        key = request.key
        waiting = self._under_way.get(key)
        if waiting is not None:
            answer = await asyncio.shield(waiting)
            self.tally.cached += 1
            return Answer(answer.result, from_cache=True)
        stored = self._cache.get(key)
        if stored is not None:
            self.tally.cached += 1
            return Answer(stored, from_cache=True)
        pending: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._under_way[key] = pending
        try:
            answer = Answer(await self._call(request, valid, stands_for))
        except BaseException as error:
            pending.set_exception(error if isinstance(error, Exception) else StoppedError())
            pending.exception()  # Seen: nobody else may be waiting for it.
            raise
        else:
            pending.set_result(answer)
            return answer
        finally:
            del self._under_way[key]

    def stop(self, cause: Exception | None = None) -> None:
        """Start no new call; those in flight finish and are kept. The first cause given is raised to all who wait."""
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

    async def _call(self, request: Request, valid: Valid, stands_for: Request | None) -> Completion | Failure:
        """Try a request until it is answered, has failed for good, or the engine stops."""
        endpoint = self._endpoint(request.settings.base_url)
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._attempt(endpoint, request, valid, stands_for)
            except EndpointError as error:
                self.stop(error)
                raise
            except CallError as error:
                if not error.retryable or attempt >= self._attempts(endpoint, error):
                    return self._failed(endpoint, request, error.failure)
                self.tally.retries += 1
                await self._pause(attempt, error)

    async def _attempt(
        self, endpoint: _Endpoint, request: Request, valid: Valid, stands_for: Request | None
    ) -> Completion | Failure:
        if self._stopping.is_set():
            raise StoppedError
        async with endpoint.limiter.slot() as started_at:
            self._check_cost()
            try:
                result = await endpoint.client.complete(request)
            except CallError as error:
                if error.failure.kind == "rate limit":
                    self.tally.slowed += 1
                    endpoint.limiter.slow_down(started_at, error.retry_after or 0.0)
                raise
            endpoint.answered = True
            endpoint.failures_in_a_row = 0
            endpoint.limiter.succeeded()
            self.tally.calls += 1
            if isinstance(result, Failure):
                return result
            self._charge(request, result.usage)
            if valid(result.text):
                # The slot is held until the answer is durable: what can be lost is what is in flight.
                for settled in {request.key, (stands_for or request).key}:
                    await self._commits.submit((settled, result))
            return result

    def _endpoint(self, base_url: str) -> _Endpoint:
        if base_url not in self._endpoints:
            self._endpoints[base_url] = _Endpoint(self._open_client(base_url), Limiter(self._concurrency))
        return self._endpoints[base_url]

    def _attempts(self, endpoint: _Endpoint, error: CallError) -> int:
        if error.failure.kind == "rate limit":
            return ATTEMPTS_AT_RATE_LIMIT
        if error.failure.kind == "connection" and not endpoint.answered:
            return ATTEMPTS_UNSEEN
        return ATTEMPTS

    async def _pause(self, attempt: int, error: CallError) -> None:
        """Wait before the next attempt: as long as the server asks, else ever longer; jitter parts the crowd."""
        backoff = min(LONGEST_PAUSE, 0.5 * 2 ** min(attempt - 1, 10))
        seconds = random.uniform(0.5, 1.0) * backoff  # noqa: S311 - not for secrets
        if error.retry_after is not None:
            seconds = error.retry_after + random.uniform(0.0, 0.25)  # noqa: S311
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise StoppedError

    def _failed(self, endpoint: _Endpoint, request: Request, failure: Failure) -> Failure:
        """Count a call that failed for good; stop everything where the endpoint itself is at fault."""
        endpoint.failures_in_a_row += 1
        if failure.kind == "connection" and not endpoint.answered:
            cause: EndpointError = UnreachableError(f"{failure.message}; check the address and that the server runs")
        elif endpoint.failures_in_a_row < FAILURES_TO_GIVE_UP:
            return failure
        elif failure.kind in ("connection", "timeout", "server", "rate limit"):
            cause = UnreachableError(f"{request.settings.base_url} stopped answering ({failure.message}); resume the run later")
        elif failure.kind == "rejected" and not endpoint.answered:
            cause = RejectedError(f"every request is refused: {failure.message}; change the settings and start again")
        else:
            return failure
        self.stop(cause)
        raise cause

    def _charge(self, request: Request, usage: Usage) -> None:
        price = self._prices.get((request.settings.base_url, request.settings.model))
        if price is not None:
            self.tally.spent += price.cost(usage)

    def _check_cost(self) -> None:
        """Stop before the limit is passed, counting each call in flight at the mean cost so far."""
        if self._max_cost is None:
            return
        in_flight = sum(other.limiter.in_use for other in self._endpoints.values())
        mean = self.tally.spent / self.tally.calls if self.tally.calls else 0.0
        if self.tally.spent + in_flight * mean >= self._max_cost and self.tally.spent > 0:
            cause = CostReachedError(f"the limit of ${self._max_cost:g} is reached (${self.tally.spent:.4f} spent)")
            self.stop(cause)
            raise cause

"""How many calls may be in flight to one endpoint: less after a 429, more again while all goes well.

What a call is, and whether it is tried again, is left to `engine`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class StoppedError(Exception):
    """No new call may start: the run is being stopped."""


class Limiter:
    """Slots for calls to one endpoint, first come first served.

    A 429 halves the number of slots, once for all the calls that were in flight together; as many good
    answers in a row as there are slots open one more, up to the number the user allowed. While the endpoint
    asked to wait, no slot is given.
    """

    def __init__(self, most: int, start: int | None = None) -> None:
        """Allow `most` calls at once; only `start` of them until the first good answer."""
        self.most = most
        self.slots = most if start is None else start
        self.in_use = 0
        self._opened = start is None
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._successes = 0
        self._resume_at = 0.0
        self._slowed_at = 0.0
        self._wake_up: asyncio.TimerHandle | None = None
        self._stopped = False

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one slot.

        Raises:
            StoppedError: `stop` was called before a slot was free.
        """
        await self._take()
        try:
            yield
        finally:
            self.in_use -= 1
            self._hand_out()

    def stop(self) -> None:
        """Give no more slots; the calls in flight keep theirs."""
        self._stopped = True
        if self._wake_up is not None:
            self._wake_up.cancel()
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(StoppedError())
        self._waiting.clear()

    def slow_down(self, started_at: float, pause: float) -> None:
        """Halve the slots after a 429 to a call that started at `started_at`, and wait `pause` seconds."""
        now = asyncio.get_running_loop().time()
        self._resume_at = max(self._resume_at, now + pause)
        self._successes = 0
        # The calls that were in flight together are all refused together: that is one sign, not many.
        if started_at >= self._slowed_at:
            self.slots = max(1, self.slots // 2)
            self._slowed_at = now

    def succeeded(self) -> None:
        """Count a good answer; enough of them in a row open one more slot, the first of all opens all."""
        if not self._opened:
            self._opened = True
            self.slots = self.most
        elif self.slots < self.most:
            self._successes += 1
            if self._successes >= self.slots:
                self._successes = 0
                self.slots += 1

    async def _take(self) -> None:
        if self._stopped:
            raise StoppedError
        loop = asyncio.get_running_loop()
        if not self._waiting and self.in_use < self.slots and self._resume_at <= loop.time():
            self.in_use += 1
            return
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiting.append(waiter)
        self._hand_out()
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self.in_use -= 1
                self._hand_out()
            raise

    def _hand_out(self) -> None:
        """Give free slots to those who wait; during a pause, come back when it is over."""
        loop = asyncio.get_running_loop()
        if self._waiting and self._resume_at > loop.time():
            if self._wake_up is None:
                self._wake_up = loop.call_at(self._resume_at, self._end_pause)
            return
        while self._waiting and self.in_use < self.slots:
            waiter = self._waiting.popleft()
            if not waiter.done():
                self.in_use += 1
                waiter.set_result(None)

    def _end_pause(self) -> None:
        self._wake_up = None
        self._hand_out()

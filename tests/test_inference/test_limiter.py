"""Slots: how many, for whom, and when."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.test_inference.asking import run
from valbench_core.inference import Limiter, StoppedError


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def take(limiter: Limiter, slots: int) -> AsyncExitStack:
    stack = AsyncExitStack()
    for _ in range(slots):
        await stack.enter_async_context(limiter.slot())
    return stack


def test_no_more_calls_than_slots_run_at_once_and_the_first_come_is_first_served() -> None:
    async def check() -> None:
        limiter, order, most = Limiter(2), [], 0

        async def call(number: int) -> None:
            nonlocal most
            async with limiter.slot():
                order.append(number)
                most = max(most, limiter.in_use)
                await asyncio.sleep(0)

        await asyncio.gather(*(call(number) for number in range(6)))
        assert (order, most, limiter.in_use) == ([0, 1, 2, 3, 4, 5], 2, 0)

    run(check())


def test_calls_refused_together_halve_the_slots_once() -> None:
    async def check() -> None:
        limiter = Limiter(16)
        started = asyncio.get_running_loop().time()
        for _ in range(16):
            limiter.slow_down(started, 0.0)
            started -= 1
        assert limiter.slots == 8

    run(check())


def test_refusals_of_later_calls_halve_the_slots_again_down_to_one() -> None:
    async def check() -> None:
        limiter, seen = Limiter(6), []
        for _ in range(4):
            limiter.slow_down(asyncio.get_running_loop().time(), 0.0)
            seen.append(limiter.slots)
        assert seen == [3, 1, 1, 1]

    run(check())


def test_good_answers_open_the_slots_again_one_by_one_and_no_further() -> None:
    async def check() -> None:
        limiter = Limiter(4)
        limiter.slow_down(asyncio.get_running_loop().time(), 0.0)
        seen = []
        for _ in range(2 + 3 + 4 + 4):
            limiter.succeeded()
            seen.append(limiter.slots)
        assert seen == [2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4]

    run(check())


def test_while_the_endpoint_asked_to_wait_no_slot_is_given() -> None:
    async def check() -> None:
        loop, limiter = asyncio.get_running_loop(), Limiter(4)
        limiter.slow_down(loop.time(), 0.03)
        until = loop.time() + 0.03
        times = []

        async def call() -> None:
            async with limiter.slot():
                times.append(loop.time())

        await asyncio.gather(call(), call(), call())
        assert min(times) >= until - 0.002

    run(check())


def test_until_the_first_good_answer_only_the_start_is_open() -> None:
    limiter = Limiter(8, 1)
    assert limiter.slots == 1
    limiter.succeeded()
    assert limiter.slots == 8


def test_a_stop_turns_away_those_who_wait_and_leaves_those_in_flight() -> None:
    async def check() -> None:
        limiter = Limiter(1)
        held = await take(limiter, 1)
        waiting = asyncio.create_task(take(limiter, 1))
        await settle()
        limiter.stop()
        with pytest.raises(StoppedError):
            await waiting
        with pytest.raises(StoppedError):
            await take(limiter, 1)
        await held.aclose()
        assert limiter.in_use == 0

    run(check())


def test_a_cancelled_waiter_leaves_its_slot_to_the_next() -> None:
    async def check() -> None:
        limiter = Limiter(1)
        held = await take(limiter, 1)
        first, second = (asyncio.create_task(take(limiter, 1)) for _ in range(2))
        await settle()
        await held.aclose()
        first.cancel()  # The slot was handed to it, but it never ran.
        await settle()
        assert second.done()
        assert limiter.in_use == 1

    run(check())

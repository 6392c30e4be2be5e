"""Short ways to make requests, clients and engines for the tests of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, TypeVar

from tests.scripted_server import Call, Reply, Script
from valbench_core.inference import ModelSettings, OpenAIClient, Request
from valbench_core.settings import endpoint

Result = TypeVar("Result")

SCHEMA = {"type": "object", "properties": {"alignment_score": {"type": "integer"}}}


def request_to(
    url: str, question: str = "Why?", schema: dict[str, Any] | None = None, **settings: Any
) -> Request:
    chosen = ModelSettings(**{"model": "m", "base_url": url, **settings})
    return Request(chosen, ({"role": "user", "content": question},), schema)


def client_of(url: str, timeout: float = 5.0, report: Callable[[str], None] = print) -> OpenAIClient:
    return OpenAIClient(endpoint(url), "sk-secret-key", 8, timeout, report)


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine; a test that hangs ends with a `TimeoutError` instead."""

    async def bounded() -> Result:
        async with asyncio.timeout(20):
            return await coroutine

    return asyncio.run(bounded())


def one_after_the_other(replies: Sequence[Reply]) -> Script:
    """A script that gives each reply once and repeats the last."""
    rest: Iterator[Reply] = iter(replies)
    last = replies[-1]

    def script(_call: Call) -> Reply:
        return next(rest, last)

    return script

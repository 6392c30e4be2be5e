"""What the tests of asking share: a scripted server, a cache, and no long pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.scripted_server import Script, ScriptedServer
from valbench_core.inference import AnswerCache, engine

Serve = Callable[..., ScriptedServer]


@pytest.fixture
def serve() -> Iterator[Callable[[Script], ScriptedServer]]:
    """Starts a server that answers by a script."""
    with ExitStack() as stack:
        yield lambda script, latency=0.0: stack.enter_context(ScriptedServer(script, latency))


@pytest.fixture
def reports() -> list[str]:
    """What the cache reported."""
    return []


@pytest.fixture
def cache(tmp_path: Path, reports: list[str]) -> Iterator[AnswerCache]:
    opened = AnswerCache(tmp_path / "cache", reports.append)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "FIRST_PAUSE", 0.002)
    monkeypatch.setattr(engine, "LONGEST_PAUSE", 0.01)

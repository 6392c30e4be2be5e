"""Time of a page's script on the server, in one process and without a browser.

What is measured is `ScriptRunner._run_script`: from the start of the script to its last message, without what
AppTest adds around it. Which pages are opened is left to `bench_pages`.
"""

# ruff: noqa: TID251 (it is Streamlit that is measured)
from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

APP = Path(__file__).parents[2] / "app.py"
HOME = "pages/results/overview.py"
PATIENCE = 600

Seconds = tuple[float, float]
"""Of one run of a script: on the clock, and of the processor."""

Query = Mapping[str, str | list[str]]

Act = Callable[[AppTest, int], None]
"""What somebody does on the page before it runs again; the number tells one repeat from the next."""


@dataclass(frozen=True)
class View:
    """A state of a page to be timed."""

    name: str
    script: str
    query: Query = field(default_factory=dict)
    act: Act | None = None
    most: float = 3.0
    """How many times as long it may take on many pairs as on few."""


@dataclass(frozen=True)
class Times:
    """Seconds that a page's script took."""

    first: float
    """With nothing in any cache."""
    rerun: float
    """Median of the runs after that."""
    cpu: float
    """Median of the processor's time for them: the same on a machine that others use, too."""


def times(view: View, run: str, repeats: int) -> Times:
    """Open a view of a run with empty caches, then run it again, after each thing done there.

    Raises:
        SystemExit: the page raised something: its time would mean nothing.
    """
    st.cache_data.clear()
    st.cache_resource.clear()
    with _timed() as seconds:
        app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
        if view.script != HOME:
            _ran(app, view, run).switch_page(view.script)
            st.cache_data.clear()
            st.cache_resource.clear()
            seconds.clear()
        _ran(app, view, run)
        first = sum(wall for wall, _ in seconds)
        found = [_again(app, view, number, seconds) for number in range(repeats)]
    return Times(first, *(median(kind) for kind in zip(*found, strict=True)))


def _ran(app: AppTest, view: View, run: str) -> AppTest:
    for name, value in {"run": run, **view.query}.items():
        app.query_params[name] = value
    return _checked(app.run(), view)


def _again(app: AppTest, view: View, number: int, seconds: list[Seconds]) -> Seconds:
    if view.act:
        view.act(app, number)
    seconds.clear()
    _checked(app.run(), view)
    wall, cpu = (sum(kind) for kind in zip(*seconds, strict=True))
    return wall, cpu


def _checked(app: AppTest, view: View) -> AppTest:
    if app.exception:
        raise SystemExit(f"{view.name}: the page raised {app.exception[0].message}")
    return app


@contextmanager
def _timed() -> Iterator[list[Seconds]]:
    """Yield the list to which the time of every script run is added."""
    seconds: list[Seconds] = []
    run_script = ScriptRunner._run_script

    def timed(runner: ScriptRunner, *arguments: Any) -> None:
        started, started_cpu = time.perf_counter(), time.thread_time()
        run_script(runner, *arguments)
        seconds.append((time.perf_counter() - started, time.thread_time() - started_cpu))

    # A server compiles a page once; AppTest would do so at every run, and hide the difference looked for.
    cache = ScriptCache()
    compilers = [(module, module.ScriptCache) for module in (app_test, local_script_runner)]
    ScriptRunner._run_script = timed  # type: ignore[method-assign, assignment]
    for module, _ in compilers:
        module.ScriptCache = lambda: cache  # type: ignore[attr-defined]
    try:
        yield seconds
    finally:
        ScriptRunner._run_script = run_script  # type: ignore[method-assign]
        for module, original in compilers:
            module.ScriptCache = original  # type: ignore[attr-defined]


def use_workspace(root: Path) -> None:
    """Have the pages show this workspace."""
    os.environ["VALBENCH_HOME"] = str(root)
    logging.getLogger("streamlit").setLevel(logging.ERROR)


def typed(key: str, words: Sequence[str]) -> Act:
    """Return how somebody types into a field, other words each time."""

    def act(app: AppTest, number: int) -> None:
        app.text_input(key=key).set_value(words[number % len(words)])

    return act

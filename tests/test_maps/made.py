"""Pairs, runs and maps for the tests of this folder, made with an encoder that needs no weights."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from tests.fake_encoder import FakeEncoder
from valbench_core.embedding import FoundEncoder
from valbench_core.maps import PairMap
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.making import make_map
from valbench_core.maps.opening import open_map
from valbench_core.runs import RunFile, RunReader, Workspace
from valbench_core.schema import Pair

ISSUES = MapAsk()
"""The usual map."""
TOPICS = ("a tax on carbon and fuel", "uniforms in public schools")


def stand_in(model: str | None = None, *, download: bool = True, quick: bool = False) -> FoundEncoder:
    """In the place of `locate_encoder`: vectors belong to the model's name."""
    name = model or "stand-in"
    made = FakeEncoder(name, name * 8)
    loading = partial(FakeEncoder, name, made.fingerprint)
    return FoundEncoder(name, "configured", made.fingerprint, made.identity, made.meaning, loading)


def pairs(n: int, **fields: Any) -> list[Pair]:
    """Return pairs of two topics in turn; `fields` are alike in all of them."""
    made = (
        Pair(
            id=f"pair-{number:02}",
            for_question=f"Explain why rule {number} should stand.",
            against_question=f"Explain why rule {number} should fall.",
            issue_description=f"Whether {TOPICS[number % 2]} should follow rule {number}",
        )
        for number in range(n)
    )
    return [replace(pair, **fields) for pair in made]


def new_run(workspace: Workspace, of: list[Pair], name: str = "mine") -> RunFile:
    """Return a run of pairs that nobody has answered."""
    return RunFile.create(workspace.path_of(name), {}, of, model="m")


def made(workspace: Workspace, run: RunReader, ask: MapAsk = ISSUES, **options: Any) -> PairMap:
    """Make a map of a run under its usual judgement."""
    return make_map(workspace, run, run.find_judgement(), ask, **options)


def opened(workspace: Workspace, run: RunReader, ask: MapAsk = ISSUES) -> PairMap | None:
    """Open the stored map of a run under its usual judgement."""
    return open_map(workspace, run, run.find_judgement(), ask)

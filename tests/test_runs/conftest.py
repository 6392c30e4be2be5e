"""A run of four pairs whose fates can be told at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_runs.made import V3, answer, failure, made_pair, verdict
from valbench_core.runs import Judgement, RunFile, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def run(workspace: Workspace) -> Iterator[RunFile]:
    """A run of the pairs p0 … p3, of which nothing is done."""
    pairs = [made_pair(i) for i in range(4)]
    with RunFile.create(workspace.path_of("toy"), {"seed": 1}, pairs, [1, 2, 1, 0.5], model="m") as file:
        yield file


@pytest.fixture
def judgement(run: RunFile) -> Judgement:
    """The judgement of the run, with p0 judged, p1 unjudged, p2 failed and p3 half asked."""
    judgement = run.add_judgement(V3)
    run.write([answer("p0", "for"), answer("p0", "against"), answer("p1", "for"), answer("p1", "against")])
    run.write([answer("p2", "for"), failure("p2", "against"), answer("p3", "against")])
    run.write_verdicts(judgement, [verdict("p0", -2), verdict("p1", None)])
    return judgement

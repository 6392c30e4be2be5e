"""A workspace with a run, and maps that are made without weights: each takes a process all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.run_builder import build_run
from tests.test_maps.made import stand_in
from valbench_core.maps import opening
from valbench_core.runs import RunReader, Workspace


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps are made with the stand-in."""
    monkeypatch.setattr(opening, "locate_encoder", stand_in)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def full(workspace: Workspace) -> Iterator[RunReader]:
    """A run of 24 pairs, with every outcome among them."""
    with RunReader.open_readonly(build_run(workspace, "full")) as run:
        yield run

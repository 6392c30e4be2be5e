"""A workspace, an audit of one run in it, and run files that cannot be written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.made_audits import MadeAudit, made_audit
from valbench_core.runs import Workspace, database


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def audit(workspace: Workspace) -> MadeAudit:
    """A uniform draw over one run of 24 pairs, 21 of them judged; nothing is labelled yet."""
    return made_audit(workspace)


@pytest.fixture
def make_readonly(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Make a file such that nobody can write it, whoever runs the tests."""
    opened = database._opened

    def make(path: Path) -> None:
        def only_to_read(asked: Path, options: str) -> sqlite3.Connection:
            return opened(asked, "mode=ro" if asked == path else options)

        monkeypatch.setattr(database, "_opened", only_to_read)

    return make

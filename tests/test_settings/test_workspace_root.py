"""Where things are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from valbench_core.settings import workspace_root


def test_the_folder_given_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALBENCH_HOME", "/elsewhere")
    assert workspace_root(tmp_path / "mine") == tmp_path / "mine"


def test_then_comes_the_one_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VALBENCH_HOME", str(tmp_path / "env"))
    assert workspace_root() == tmp_path / "env"


def test_else_it_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VALBENCH_HOME", raising=False)
    assert workspace_root().name == "valbench-explorer"

"""The dashboard's script without a browser: a workspace with runs of each shape, and a way to open pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.run_builder import build_run
from valbench_core.runs import Workspace

APP = Path(__file__).parents[2] / "app.py"

OpenPage = Callable[..., AppTest]


@pytest.fixture
def empty_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace the app shows, without any run."""
    monkeypatch.setenv("VALBENCH_HOME", str(tmp_path))
    monkeypatch.delenv("VALBENCH_READ_ONLY", raising=False)
    st.cache_data.clear()
    st.cache_resource.clear()
    return Workspace(tmp_path)


@pytest.fixture
def workspace(empty_workspace: Workspace) -> Workspace:
    """The workspace the app shows, with a run of each shape."""
    for shape in ("answers", "failed", "partial"):
        build_run(empty_workspace, shape, shape)
    build_run(empty_workspace, "v1", "full", protocol="v1")
    build_run(empty_workspace, "full", "full")
    return empty_workspace


@pytest.fixture
def open_page() -> OpenPage:
    """Open a page by its script with these query parameters, and check that it raised nothing."""

    def open_page(script: str = "pages/results/overview.py", **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=30)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if script != "pages/results/overview.py":
            app.switch_page(script)
            for name, value in query.items():
                app.query_params[name] = value
            app.run()
        assert not app.exception, app.exception
        return app

    return open_page


def words(app: AppTest) -> str:
    """Return all texts of the page, one after the other."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.text,
        app.markdown,
        app.caption,
        app.info,
        app.warning,
        app.error,
    )
    return "\n".join(str(element.value) for kind in kinds for element in kind)

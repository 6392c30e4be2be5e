"""A server and a page for the tests here; where no Chromium is installed they say so and skip themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.run_builder import build_run
from valbench_core.runs import Workspace

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'"
)

from tests.browser.dashboard import chromium, chromium_path, new_page, served  # noqa: E402

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mine = [item for item in items if HERE in item.path.parents]
    for item in mine:
        item.add_marker(pytest.mark.browser)
        if chromium_path() is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="package")
def browser() -> Iterator[object]:
    """A Chromium for all tests here; not beyond them, for while it is open asyncio runs nothing else."""
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser) -> Iterator[object]:
    found = new_page(browser)
    yield found
    found.close()


@pytest.fixture(scope="session")
def workspace(tmp_path_factory) -> Workspace:
    """A workspace with a run of each shape."""
    made = Workspace(tmp_path_factory.mktemp("workspace"))
    for shape in ("answers", "failed", "partial"):
        build_run(made, shape, shape)
    build_run(made, "v1", "full", protocol="v1")
    build_run(made, "full", "full", n=60)
    return made


@pytest.fixture(scope="session")
def dashboard(workspace, tmp_path_factory) -> Iterator[str]:
    """Address of a server of that workspace, shared by the tests that change nothing."""
    with served(workspace.root, tmp_path_factory.mktemp("server") / "log") as url:
        yield url


@pytest.fixture
def cold_dashboard(workspace, tmp_path) -> Iterator[str]:
    """Address of a server that nobody has opened yet."""
    with served(workspace.root, tmp_path / "log") as url:
        yield url

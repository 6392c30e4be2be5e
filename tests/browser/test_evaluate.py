"""Starting, stopping and continuing an evaluation from the page, against a scripted endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests.browser.dashboard import PATIENCE, free_port, opened, served, settled  # noqa: E402
from tests.scripted_server import ScriptedServer  # noqa: E402
from valbench_core.runs import Workspace, holder  # noqa: E402

KEY = "sk-typed-in-the-page"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Workspace, str]]:
    """An empty workspace and the address of its server."""
    workspace = Workspace(tmp_path / "home")
    with served(workspace.root, tmp_path / "log") as url:
        yield workspace, url


def test_an_evaluation_runs_in_a_process_of_its_own_with_the_key_in_its_environment_only(own, page):
    workspace, url = own
    with ScriptedServer() as endpoint:
        set_up(page, url, endpoint.url, name="mine")
        start(page)
        expect(page.get_by_text("Done.", exact=True)).to_be_visible(timeout=PATIENCE)
    assert workspace.names() == ["mine"]
    assert {call.headers.get("Authorization") for call in endpoint.calls if call.body} == {f"Bearer {KEY}"}
    assert not any(KEY.encode() in file.read_bytes() for file in workspace.root.rglob("*") if file.is_file())


def test_an_endpoint_that_does_not_answer_is_said_in_the_page(own, page):
    workspace, url = own
    set_up(page, url, f"http://127.0.0.1:{free_port()}/v1", name="mine")
    start(page)
    expect(page.get_by_text("It could not be done as asked.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile("^valbench: ")).first).to_be_visible()
    assert workspace.names() == []


def test_a_run_can_be_stopped_and_resumed(own, page):
    workspace, url = own
    with ScriptedServer(latency=0.5) as endpoint:
        set_up(page, url, endpoint.url, name="mine")
        start(page)
        page.get_by_role("button", name="Stop").click(timeout=PATIENCE)
        expect(page.get_by_text("Stopped; everything so far is saved.", exact=True)).to_be_visible(
            timeout=PATIENCE
        )
        assert holder(workspace.path_of("mine")) is None
        endpoint.latency = 0
        settled(page).get_by_role("tab", name="All runs").click()
        page.get_by_role("combobox", name="Manage a run").click()
        page.get_by_role("option").filter(has_text="mine").click()
        page.get_by_role("button", name="Resume").last.click()
        expect(page.get_by_role("tab", name="All runs", selected=True)).to_be_visible()
        expect(page.get_by_text("Done.", exact=True)).to_be_visible(timeout=PATIENCE)
    assert workspace.summaries()[0].state == "finished"


def set_up(page: Page, url: str, endpoint: str, name: str) -> None:
    # All of the page in sight: a list of choices closes when the page scrolls.
    page.set_viewport_size({"width": 1280, "height": 2400})
    opened(page, f"{url}/evaluate")
    # The list of choices draws only what is in sight: typing brings up the last one.
    choice = page.get_by_role("combobox", name="Endpoint")
    choice.click()
    choice.fill("another")
    page.get_by_role("option").filter(has_text="another address").click()
    fill(page, "Address", endpoint)
    fill(page, "Model", "scripted")
    fill(page, "API key", KEY)
    fill(page, "Judge", "scripted")
    fill(page, "Name of the run", name)


def fill(page: Page, label: str, text: str) -> None:
    box = settled(page).get_by_role("textbox", name=label, exact=True)
    box.fill(text)
    box.press("Enter")
    page.wait_for_timeout(200)
    settled(page)


def start(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()

"""Calibrating from the page: one click, its end, and the way to the pairs of a set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect  # noqa: E402

from tests.browser.dashboard import PATIENCE, opened, served, settled  # noqa: E402
from valbench_core.calibration import calibrations  # noqa: E402
from valbench_core.runs import Workspace  # noqa: E402


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Workspace, str]]:
    """An empty workspace and the address of its server."""
    workspace = Workspace(tmp_path / "home")
    with served(workspace.root, tmp_path / "log") as url:
        yield workspace, url


def test_one_click_calibrates_the_built_in_rules_and_leads_to_a_set(own, page):
    workspace, url = own
    opened(page, f"{url}/calibration")
    page.get_by_role("button", name="Calibrate the built-in rules (no network)").click()
    expect(page.get_by_role("heading", name="Judges calibrated here")).to_be_visible(timeout=PATIENCE)
    assert [one.standing.result for one in calibrations(workspace)] == ["pass"]
    settled(page).get_by_role("button", name="No pair misjudged: read the set").first.click()
    expect(page.get_by_role("heading", name="Pairs", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(settled(page).get_by_text("judge passed calibration").first).to_be_visible(timeout=PATIENCE)
    assert "run=calibration-unaligned-0-" in settled(page).url

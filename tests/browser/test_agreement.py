"""The page Agreement in a real browser: charts are drawn, a pair that flips opens, a panel is shown."""

from __future__ import annotations

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests.browser.dashboard import opened, served, settled  # noqa: E402
from tests.made_judgements import build_judged_run  # noqa: E402
from valbench_core.runs import Workspace  # noqa: E402


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Address of the page on a run judged in both orders, twice, and by three judges."""
    made = Workspace(tmp_path_factory.mktemp("judged"))
    build_judged_run(made, n=60)
    with served(made.root, tmp_path_factory.mktemp("server of judged") / "log") as url:
        yield f"{url}/agreement?run=judged"


def test_a_pair_that_flips_opens_in_the_reader(judged, page: Page):
    opened(page, judged)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(3)
    rows = page.get_by_test_id("stDataFrame").nth(1)
    rows.scroll_into_view_if_needed()
    settled(page)
    box = rows.bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 52)
    expect(page).to_have_url(re.compile(r"/pairs\?.*pair=pair-"))
    expect(page.get_by_text(re.compile(r"^\d+ of 14$"))).to_be_visible()
    settled(page)
    assert page.get_by_test_id("stException").count() == 0


def test_the_mean_of_both_orders_stays_on_other_pages(judged, page: Page):
    opened(page, judged)
    page.get_by_role("button", name="Use the mean of both orders").click()
    expect(page).to_have_url(re.compile("judgement=judge%40v3~both"))
    settled(page)
    page.get_by_role("link", name="Its figures").click()
    expect(page.get_by_text("mean of both orders").first).to_be_visible()
    expect(page).to_have_url(re.compile("judgement=judge%40v3~both"))
    page.go_back()
    expect(page.get_by_role("heading", name="Order of the answers")).to_be_visible()

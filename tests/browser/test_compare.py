"""The page Compare in a real browser: clicks on a cell, a flip and a category lead to the pairs."""

from __future__ import annotations

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests.browser.dashboard import opened, served, settled  # noqa: E402
from tests.run_builder import build_run  # noqa: E402
from valbench_core.runs import Workspace  # noqa: E402


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Address of a server of two runs on the same pairs with other verdicts."""
    made = Workspace(tmp_path_factory.mktemp("compared"))
    build_run(made, "first")
    build_run(made, "second", shift=1)
    with served(made.root, tmp_path_factory.mktemp("server of compared") / "log") as url:
        yield f"{url}/compare?run=first&runs=second"


def test_a_link_shows_the_comparison_and_a_reload_shows_it_again(compared, page: Page):
    opened(page, compared)
    expect(page.get_by_text("21 pairs in 7 articles")).to_be_visible()
    page.reload()
    expect(page.get_by_text("21 pairs in 7 articles")).to_be_visible()
    expect(page).to_have_url(re.compile("runs=second"))


def test_a_cell_of_the_matrix_opens_its_pairs(compared, page: Page):
    opened(page, compared)
    chart = page.get_by_test_id("stPlotlyChart").filter(has_text="What the same pairs came to")
    chart.scroll_into_view_if_needed()
    cell = chart.locator(".scatterlayer .points path").nth(3)
    box = cell.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/pairs\?.*versus=second"))
    expect(page).to_have_url(re.compile("run=first"))
    expect(page).to_have_url(re.compile("versus_judgement=judge"))
    expect(page).to_have_url(re.compile("[?&]outcome=inconsistent"))
    settled(page)
    assert page.get_by_test_id("stException").count() == 0


def test_a_flip_opens_in_the_reader(compared, page: Page):
    opened(page, compared)
    rows = page.get_by_test_id("stDataFrame").nth(2)
    rows.scroll_into_view_if_needed()
    settled(page)
    box = rows.bounding_box()
    page.mouse.click(box["x"] + 80, box["y"] + 52)
    expect(page).to_have_url(re.compile(r"/pairs\?.*pair=pair-"))
    expect(page).to_have_url(re.compile("versus=second"))
    expect(page.get_by_text(re.compile(r"^1 of \d+$"))).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile(r"^2 of \d+$"))).to_be_visible()


def test_a_category_opens_the_pairs_judged_in_both(compared, page: Page):
    opened(page, compared)
    chart = page.get_by_test_id("stPlotlyChart").filter(has_text="by category")
    chart.scroll_into_view_if_needed()
    settled(page)
    mark = chart.locator(".scatterlayer .points path").first
    box = mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/pairs\?.*category="))
    expect(page).to_have_url(re.compile("versus_outcome=consistent"))
    settled(page)
    assert page.get_by_test_id("stException").count() == 0

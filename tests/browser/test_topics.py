"""The page of topics in a real browser: deep links, marks and rows that lead to their pairs, reloads."""

from __future__ import annotations

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests.browser.dashboard import opened, settled  # noqa: E402


def click_mark(page: Page, chart: int, mark: int) -> None:
    """Click a mark of a chart: the layer that takes clicks lies over the marks."""
    plot = settled(page).get_by_test_id("stPlotlyChart").nth(chart)
    plot.scroll_into_view_if_needed()
    point = plot.locator(".scatterlayer .points path.point").nth(mark)
    expect(point).to_be_visible()
    page.wait_for_timeout(500)
    box = point.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_deep_link_on_a_cold_server_shows_its_breakdown(cold_dashboard, page):
    opened(page, f"{cold_dashboard}/topics?run=full&by=issue_scale&metric=REF")
    expect(page.get_by_text("with each step of the issue scale")).to_be_visible()


def test_a_dot_of_the_forest_leads_to_the_pairs_of_its_group(dashboard, page):
    opened(page, f"{dashboard}/topics?run=full&sort=name")
    click_mark(page, 0, 0)
    expect(page).to_have_url(re.compile(r"/pairs\?.*category=Ethics"))
    expect(page.get_by_text(re.compile(r"12 of 60 pairs|11 of 60 pairs"))).to_be_visible()


def test_a_cell_of_the_map_leads_to_its_pairs(dashboard, page):
    opened(page, f"{dashboard}/topics?run=full&by=category_scale")
    click_mark(page, 0, 0)
    expect(page).to_have_url(re.compile(r"/pairs\?.*issue_scale="))
    expect(page).to_have_url(re.compile("category="))


def test_a_mark_of_the_refusals_leads_to_the_pairs_of_that_side(dashboard, page):
    opened(page, f"{dashboard}/topics?run=full&sort=name")
    click_mark(page, 1, 0)
    expect(page).to_have_url(re.compile(r"/pairs\?.*refusal=for"))


def test_a_row_of_the_table_leads_to_the_pairs_of_its_group(dashboard, page):
    opened(page, f"{dashboard}/topics?run=full&sort=name")
    grid = settled(page).get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    grid.click(position={"x": 100, "y": 36 + 16})
    expect(page).to_have_url(re.compile(r"/pairs\?.*category=Ethics"))


def test_choices_stand_in_the_url_and_a_reload_shows_the_same(dashboard, page):
    opened(page, f"{dashboard}/topics?run=full")
    page.get_by_role("combobox", name="By").click()
    page.get_by_role("option", name="article", exact=True).click()
    expect(page).to_have_url(re.compile("by=article"))
    expect(page.get_by_text("Articles are not tested")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Articles are not tested")).to_be_visible()

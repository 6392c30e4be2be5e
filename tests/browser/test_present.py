"""What only a browser shows of presenting and printing: what is hidden, what is larger, what paper gets."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dashboard import opened, settled

CONTROLS = '[class*="st-key-controls"]'


def sheets(page: Page) -> int:
    """Print a page and count its sheets."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


def test_the_switch_hides_controls_enlarges_text_and_is_in_the_url(page: Page, dashboard: str) -> None:
    opened(page, f"{dashboard}/?run=full")
    size = "getComputedStyle(document.documentElement).fontSize"
    assert page.evaluate(size) == "16px"
    page.get_by_text("Present", exact=True).click()
    expect(page.get_by_role("button", name="Handout (HTML)")).to_be_hidden()
    settled(page)
    assert page.evaluate(size) == "20px"
    expect(page).to_have_url(re.compile("present=true"))
    for control in page.locator(f'{CONTROLS}, [data-testid="stDownloadButton"]').all():
        expect(control).to_be_hidden()


def test_a_link_to_a_page_presented_opens_so_and_can_be_ended(page: Page, dashboard: str) -> None:
    opened(page, f"{dashboard}/?run=v1&present=true")
    expect(page.get_by_text("protocol v1").first).to_be_visible()
    expect(page.get_by_test_id("stSidebarNavLink").first).to_be_visible()
    page.get_by_text("Present", exact=True).click()
    expect(page.get_by_role("button", name="Handout (HTML)")).to_be_visible()
    expect(page).to_have_url(re.compile(r"run=v1(&|$)"))


def test_bars_of_the_overview_lead_to_their_pairs(page: Page, dashboard: str) -> None:
    for bar, filtered in ((0, "outcome=consistent"), (-1, "score=2")):
        opened(page, f"{dashboard}/?run=full")
        plot = page.get_by_test_id("stPlotlyChart").nth(0 if bar == 0 else 1)
        mark = plot.locator(".barlayer .point path").nth(bar)
        mark.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        box = mark.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page).to_have_url(re.compile(rf"/pairs\?.*{filtered}"))


def test_presenting_lasts_from_page_to_page(page: Page, dashboard: str) -> None:
    opened(page, f"{dashboard}/?run=full&present=true")
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Pairs").click()
    expect(page.get_by_role("heading", name="Pairs", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/pairs\?.*present=true"))


@pytest.mark.parametrize(
    "path",
    ["compare?run=full&runs=v1&anyway=1", "rationales?run=full", "topics?run=full", "pairs?run=full"],
)
def test_no_control_is_left_in_sight_on_any_page(page: Page, dashboard: str, path: str) -> None:
    opened(page, f"{dashboard}/{path}&present=true")
    main = page.get_by_test_id("stMain")
    for kind in ("stSelectbox", "stMultiSelect", "stTextInput", "stNumberInput", "stButtonGroup"):
        for control in main.get_by_test_id(kind).all():
            expect(control).to_be_hidden()


def test_charts_keep_their_height_on_paper_where_the_browser_draws_them_anew(
    page: Page, dashboard: str
) -> None:
    opened(page, f"{dashboard}/topics?run=full")
    heights = "[...document.querySelectorAll('.js-plotly-plot')].map(e => Math.round(e._fullLayout.height))"
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length == 2")
    shown = page.evaluate(heights)
    page.emulate_media(media="print")
    page.wait_for_timeout(1_000)
    assert page.evaluate(heights) == shown


@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("path", ["/?run=full", "/pairs?run=full&pair=pair-5"])
def test_a_page_prints_whole_and_no_chart_is_wider_than_a_sheet(browser, dashboard: str, path, width) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    opened(page, dashboard + path)
    assert sheets(page) >= 2
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    for chart in page.locator(".js-plotly-plot .main-svg").all():
        assert chart.evaluate("e => e.getBoundingClientRect().width") <= 703  # A4 less the margins
    page.close()

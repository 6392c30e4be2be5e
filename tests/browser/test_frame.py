"""What only a browser shows of the frame: deep links on a cold server, the URL, themes, what leaves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dashboard import opened, settled
from tests.test_charts.contrast import contrast

PAGES = {
    "/": "Overview",
    "/overview": "Overview",
    "/topics": "Topics",
    "/compare": "Compare",
    "/pairs": "Pairs",
    "/rationales": "Rationales",
    "/clusters": "Clusters",
    "/calibration": "Calibration",
    "/agreement": "Agreement",
    "/audit": "Audit",
    "/evaluate": "Evaluate",
}


@pytest.mark.parametrize("path", list(PAGES)[1:])
def test_a_deep_link_opens_its_page_on_a_cold_server(page: Page, cold_dashboard: str, path: str) -> None:
    opened(page, f"{cold_dashboard}{path}?run=full")
    expect(page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page).to_have_url(re.compile(rf"{path}\?.*run=full"))


def test_every_page_has_its_place_in_the_menu(page: Page, dashboard: str) -> None:
    opened(page, dashboard)
    menu = page.get_by_test_id("stSidebarNavLink")
    expect(menu).to_have_text([re.compile(name) for name in dict.fromkeys(PAGES.values())])


def test_a_link_to_an_unknown_run_says_so_and_stays_as_it_is_after_a_reload(
    page: Page, dashboard: str
) -> None:
    opened(page, f"{dashboard}/overview?run=nowhere")
    expect(page.get_by_text("there is no run 'nowhere'")).to_be_visible()
    settled(page).reload()
    expect(page.get_by_text("there is no run 'nowhere'")).to_be_visible()
    expect(page).to_have_url(re.compile("run=nowhere"))


def test_another_run_chosen_after_an_unknown_one_is_in_the_url(page: Page, dashboard: str) -> None:
    opened(page, f"{dashboard}/overview?run=nowhere")
    choose_run(page, "v1")
    expect(page.get_by_test_id("stMetric").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"run=v1(&|$)"))


def test_the_run_shown_is_in_the_url_and_stays_on_the_next_page(page: Page, dashboard: str) -> None:
    opened(page, dashboard)
    expect(page).to_have_url(re.compile(r"run=\w+"))
    choose_run(page, "partial")
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Pairs").click()
    expect(page.get_by_role("heading", name="Pairs", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/pairs\?.*run=partial"))


def test_another_run_comes_with_its_own_judgement_in_the_url(page: Page, dashboard: str) -> None:
    opened(page, f"{dashboard}/?run=v1&judgement=judge%40v1")
    choose_run(page, "full")
    expect(page).to_have_url(re.compile(r"judgement=judge(%40|@)v3"))
    page.reload()
    expect(page.get_by_test_id("stMetric").first).to_be_visible()


def test_a_count_leads_to_the_pairs_behind_it(page: Page, dashboard: str) -> None:
    opened(page, f"{dashboard}/?run=full")
    page.get_by_role("link", name="2 failed").click()
    expect(page.get_by_text("2 of 60 pairs")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/pairs\?.*outcome=failed"))


@pytest.mark.parametrize(
    ("scheme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(16, 20, 26)")]
)
def test_the_theme_follows_the_system(browser, dashboard: str, scheme: str, background: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    opened(page, dashboard)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_narrow_screen(browser, dashboard: str, path: str) -> None:
    page = browser.new_page(viewport={"width": 400, "height": 800})
    opened(page, f"{dashboard}{path}?run=full")
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.close()


def test_no_request_leaves_the_machine_whatever_models_say(page: Page, dashboard: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (*(f"{path}?run=full" for path in PAGES), "/pairs?run=full&pair=pair-5"):
        opened(page, dashboard + path)
    ours = (dashboard, dashboard.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert page.title() != "taken"


def choose_run(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("combobox").first.click()
    page.get_by_role("option", name=name, exact=True).click()
    settled(page)


FILL = """selector => {
    const text = document.querySelector(selector)
    const fill = text ? getComputedStyle(text).fill : ""
    return fill.startsWith("rgb") ? fill : null
}"""


@pytest.mark.parametrize(("scheme", "background"), [("light", "#ffffff"), ("dark", "#10141a")])
def test_texts_of_charts_can_be_read_in_both_themes(
    browser, dashboard: str, scheme: str, background: str
) -> None:
    page = browser.new_page(color_scheme=scheme)
    opened(page, f"{dashboard}/?run=full")
    for text in (
        ".xtick text",
        ".ytick text",
        ".xtitle",
        ".gtitle",
        ".gtitle-subtitle",
        ".bartext",
        ".legendtext",
    ):
        # Waited for: a chart that is being drawn anew takes its texts out of the page for a moment.
        colour = page.wait_for_function(FILL, arg=text).json_value()
        assert contrast(hexadecimal(colour), background) >= 4.5, text
    page.close()


def hexadecimal(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])

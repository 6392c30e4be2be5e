"""The page of pairs in a real browser: what links show, what clicks open, and that model text stays text."""

from __future__ import annotations

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests.browser.dashboard import opened, settled  # noqa: E402
from tests.run_builder import HOSTILE  # noqa: E402


def main_text(page: Page) -> str:
    return settled(page).get_by_test_id("stMain").inner_text()


def test_a_deep_link_on_a_cold_server_shows_its_pair(cold_dashboard, page):
    opened(page, f"{cold_dashboard}/pairs?run=full&pair=pair-7")
    expect(page.get_by_text("Whether rule 7 should stand", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_link_to_an_unknown_pair_says_so(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&pair=nobody")
    expect(page.get_by_text("This run has no such pair")).to_be_visible()


def test_filters_stand_in_the_url_and_a_reload_shows_the_same_list(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full")
    page.get_by_role("textbox", name="Search").fill("rule 7")
    page.get_by_role("textbox", name="Search").press("Enter")
    expect(page.get_by_text(re.compile("1 of 60 pairs"))).to_be_visible()
    page.get_by_role("combobox", name="Outcome").click()
    page.get_by_role("option", name="consistent", exact=True).click()
    expect(page).to_have_url(re.compile("outcome=consistent"))
    expect(page).to_have_url(re.compile("q=rule"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    before = main_text(page)
    page.reload()
    expect(page.get_by_text(re.compile("1 of 60 pairs"))).to_be_visible()
    assert main_text(page) == before


def test_a_link_may_name_an_outcome_by_its_key(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&outcome=both_refused%7Cfailed")
    expect(page.get_by_text(re.compile("9 of 60 pairs"))).to_be_visible()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("issue_scale=4..5", "24 of 60 pairs"),
        ("text=rule%207", "1 of 60 pairs"),
        ("id=pair-3&id=pair-4", "2 of 60 pairs"),
        ("page=99", "This list has 3 pages; the first is shown."),
        ("sort=zzz", "A list cannot be sorted like this; it is shown as in the subset:"),
    ],
)
def test_a_link_may_say_what_conditions_say_and_what_is_in_vain_is_said(dashboard, page, query, said):
    opened(page, f"{dashboard}/pairs?run=full&{query}")
    expect(page.get_by_text(said)).to_be_visible()


def test_a_list_that_gets_shorter_does_not_complain_of_its_page(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&page=3")
    page.get_by_role("combobox", name="Category").click()
    page.get_by_role("option", name="Politics", exact=True).click()
    expect(page.get_by_text("12 of 60 pairs")).to_be_visible()
    expect(settled(page).get_by_text("the first is shown")).to_have_count(0)


def test_a_row_opens_its_pair_and_the_list_comes_back_where_it_was(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&page=2")
    click_row(page, 1)
    expect(page.get_by_text("27 of 60")).to_be_visible()
    expect(page).to_have_url(re.compile("pair=pair-26"))
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("28 of 60")).to_be_visible()
    expect(page).to_have_url(re.compile("pair=pair-27"))
    page.get_by_role("button", name="All pairs").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page).not_to_have_url(re.compile("pair="))
    click_row(page, 1)
    expect(page).to_have_url(re.compile("pair=pair-26"))


def click_row(page: Page, row: int) -> None:
    grid = settled(page).get_by_test_id("stDataFrame")
    expect(grid).to_be_visible()
    page.wait_for_timeout(500)
    grid.click(position={"x": 100, "y": 36 * (row + 1) + 16})


def test_filters_stay_while_a_pair_is_read(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&outcome=consistent&category=Politics&pair=pair-15")
    expect(page.get_by_text(re.compile(r"of \d+$"))).to_be_visible()
    page.get_by_role("button", name="Next").click()
    settled(page)
    expect(page).to_have_url(re.compile("outcome=consistent"))
    expect(page).to_have_url(re.compile("category=Politics"))


def test_model_text_is_shown_as_it_is_and_asks_for_nothing(dashboard, page):
    elsewhere: list[str] = []
    page.on(
        "request", lambda request: elsewhere.append(request.url) if dashboard not in request.url else None
    )
    opened(page, f"{dashboard}/pairs?run=full&pair=pair-5")
    assert HOSTILE in main_text(page).replace("\n", " ")
    expect(page.get_by_test_id("stMain").locator("img, script")).to_have_count(0)
    expect(page.get_by_role("link", name="link", exact=True)).to_have_count(0)
    assert page.title() != "taken"
    assert [url for url in elsewhere if not url.startswith(("data:", "blob:"))] == []

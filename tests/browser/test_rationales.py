"""The page of rationales in a real browser: what clicks open, what links show, model text as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests import run_builder  # noqa: E402
from tests.browser.dashboard import opened, served, settled  # noqa: E402
from tests.run_builder import build_run, make_verdict  # noqa: E402
from valbench_core.runs import Workspace  # noqa: E402


@pytest.fixture(scope="module")
def wordy(tmp_path_factory) -> Iterator[str]:
    """Address of a server whose run has a word for consistent pairs, and one for the others."""

    def verdict(number, protocol):
        made = make_verdict(number, protocol)
        return replace(made, central_issue="Whether to keep" if made.score > 0 else "Whether to ban")

    workspace = Workspace(tmp_path_factory.mktemp("wordy"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_builder, "make_verdict", verdict)
        build_run(workspace, "wordy", n=60)
    with served(workspace.root, tmp_path_factory.mktemp("server") / "log") as url:
        yield url


def test_a_deep_link_on_a_cold_server_shows_its_verdicts(cold_dashboard, page):
    opened(page, f"{cold_dashboard}/rationales?run=full&outcome=inconsistent&q=rule")
    expect(page.get_by_text("14 of 57 verdicts")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_search_stands_in_the_url_and_a_reload_shows_the_same(dashboard, page):
    opened(page, f"{dashboard}/rationales?run=full")
    page.get_by_role("textbox", name="Search the verdicts").fill("nothingofthekind")
    page.get_by_role("textbox", name="Search the verdicts").press("Enter")
    expect(page.get_by_text("None of the 57 verdicts")).to_be_visible()
    expect(page).to_have_url(re.compile("q=nothingofthekind"))
    page.reload()
    expect(page.get_by_text("None of the 57 verdicts")).to_be_visible()


def test_a_row_opens_its_pair_in_the_reader(dashboard, page):
    opened(page, f"{dashboard}/rationales?run=full&outcome=inconsistent")
    click_row(page, 0)
    expect(page).to_have_url(re.compile(r"/pairs\?.*pair=pair-8"))
    expect(page).to_have_url(re.compile("outcome=inconsistent"))
    expect(page).to_have_url(re.compile("run=full"))
    expect(page.get_by_text("Whether rule 8 should stand", exact=True)).to_be_visible()


def test_a_rule_leads_to_its_pairs(dashboard, page):
    opened(page, f"{dashboard}/rationales?run=full")
    page.get_by_test_id("stMain").get_by_role("link", name="15 pairs").click()
    expect(page).to_have_url(re.compile("contradiction=refusal_with_position"))
    expect(page.get_by_text("15 of 60 pairs")).to_be_visible()


def test_a_mark_of_the_chart_of_flags_leads_to_its_pairs(dashboard, page):
    opened(page, f"{dashboard}/rationales?run=full")
    click_mark(page, "Flags the judge set", ".scatterlayer .points path", 0)
    expect(page).to_have_url(re.compile(r"/pairs\?.*refusal=for"))
    expect(page.get_by_text("8 of 60 pairs")).to_be_visible()


def test_a_word_leads_to_pairs_of_its_outcome(wordy, page):
    opened(page, f"{wordy}/rationales?run=wordy")
    page.get_by_role("radio", name="Central issue and positions").click()
    expect(settled(page)).to_have_url(re.compile("words=verdicts"))
    click_mark(page, "Words typical of each outcome", ".barlayer .point path", 0)
    expect(page).to_have_url(re.compile(r"/pairs\?.*outcome=inconsistent"))
    expect(page).to_have_url(re.compile("q=%22ban%22"))
    expect(page.get_by_text("14 of 60 pairs")).to_be_visible()


def test_model_text_is_shown_as_it_is_and_asks_for_nothing(dashboard, page):
    elsewhere: list[str] = []
    page.on(
        "request", lambda request: elsewhere.append(request.url) if dashboard not in request.url else None
    )
    opened(page, f"{dashboard}/rationales?run=full")
    shown = page.get_by_test_id("stText").filter(has_text="<script>document.title='taken'</script>")
    expect(shown.first).to_be_visible()
    expect(page.get_by_test_id("stMain").locator("img, script")).to_have_count(0)
    assert page.title() != "taken"
    assert [url for url in elsewhere if not url.startswith(("data:", "blob:"))] == []


def click_row(page: Page, row: int) -> None:
    grid = settled(page).get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible()
    page.wait_for_timeout(500)
    grid.click(position={"x": 100, "y": 36 * (row + 1) + 16})


def click_mark(page: Page, title: str, marks: str, number: int) -> None:
    chart = settled(page).get_by_test_id("stPlotlyChart").filter(has_text=title)
    chart.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = chart.locator(marks).nth(number).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

"""What only a browser shows of a handout: charts that zoom, no request, texts as texts, sheets of paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dashboard import opened
from tests.browser.test_present import sheets
from tests.commands import valbench
from tests.run_builder import HOSTILE

PLOT = "document.getElementById('chart-topics')"
WIDTHS = "charts => charts.map(chart => chart.getBoundingClientRect().width)"


@pytest.fixture(scope="module")
def file(workspace, tmp_path_factory) -> Path:
    """A handout on disk."""
    target = tmp_path_factory.mktemp("handout") / "full.html"
    run = workspace.path_of("full")
    assert valbench("export", run, "--format", "html", target, "--pairs", "pair-0,pair-4,pair-9").status == 0
    return target


@pytest.fixture
def seen(page: Page) -> list[str]:
    """What a page asks for, beginning with the file itself, and what its console says."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen


@pytest.fixture
def handout(page: Page, file: Path, seen: list[str]) -> Page:
    """The handout, opened as a file."""
    page.goto(file.as_uri())
    expect(page.locator("html.drawn")).to_be_attached()
    return page


def test_charts_are_drawn_and_nothing_is_asked_for_or_complained_of(handout: Page, file, seen) -> None:
    expect(handout.locator(".chart .main-svg").first).to_be_visible()
    expect(handout.locator(".chart .bartext").first).to_be_visible()
    handout.locator("#chart-outcomes .nsewdrag").first.hover()
    handout.wait_for_timeout(500)
    assert seen == [file.as_uri()]


def test_a_chart_zooms(handout: Page) -> None:
    plot = handout.locator("#chart-topics")
    plot.scroll_into_view_if_needed()
    axis = "e => e._fullLayout.xaxis.range.map(Number)"
    before = plot.evaluate(axis)
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box
    handout.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2)
    handout.mouse.down()
    handout.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.8, steps=5)
    handout.mouse.up()
    handout.wait_for_function(
        "r => document.getElementById('chart-topics')._fullLayout.xaxis.range[0] > r", arg=5
    )
    after = plot.evaluate(axis)
    assert after[1] - after[0] < 0.5 * (before[1] - before[0])


def test_texts_of_models_are_plain_and_do_nothing(handout: Page) -> None:
    expect(handout.get_by_text(HOSTILE, exact=False).first).to_be_visible()
    assert handout.title() != "taken"
    assert handout.locator(".pair a, .pair img, .pair script, header a:not([href^='#'])").count() == 0


def test_the_policy_stops_a_script_that_got_in_all_the_same(handout: Page) -> None:
    handout.evaluate(
        """() => {
            const script = document.createElement("script")
            script.textContent = "document.title = 'taken'"
            document.body.append(script)
        }"""
    )
    assert handout.title() != "taken"


def test_without_scripts_everything_but_the_charts_is_read(browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_text("57 pairs in 19 articles").first).to_be_visible()
    page.get_by_text("Data of the chart “Consistency by category”").click()
    expect(page.get_by_role("cell", name="57").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_prints_on_several_sheets_and_no_chart_is_wider_than_a_sheet(browser, file: Path, scheme) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    expect(page.locator("html.drawn")).to_be_attached()
    assert sheets(page) > 2
    widths = page.locator(".chart .main-svg").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().width)"
    )
    assert max(widths) <= 680  # A4 less the margins of the style
    page.close()


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_is_wider_than_the_screen(browser, file: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(file.as_uri())
    expect(page.locator("html.drawn")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_overview_gives_it_out(page: Page, dashboard: str, tmp_path: Path) -> None:
    opened(page, f"{dashboard}/?run=full")
    with page.expect_download() as download:
        page.get_by_role("button", name="Handout (HTML)").click()
    download.value.save_as(tmp_path / "given.html")
    assert download.value.suggested_filename == "full.html"
    assert re.search(r"<h1>Does <bdi>org/&lt;b&gt;model", (tmp_path / "given.html").read_text())

"""Runs, links and the browser's history: one step back undoes one click, and shows what was left."""

from __future__ import annotations

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests.browser.dashboard import opened, served, settled  # noqa: E402
from tests.browser.test_frame import choose_run  # noqa: E402
from tests.browser.test_rationales import click_mark, click_row  # noqa: E402
from tests.made_audits import made_audit  # noqa: E402
from tests.run_builder import add_judgement, build_run  # noqa: E402
from valbench_core.runs import Workspace  # noqa: E402

PAGES = ("overview", "topics", "compare", "pairs", "rationales", "clusters", "evaluate")


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Address of a server of two runs on the same pairs with other verdicts."""
    made = Workspace(tmp_path_factory.mktemp("compared"))
    build_run(made, "first", n=60)
    add_judgement(build_run(made, "second", n=60, shift=1), "other", "v3")
    with served(made.root, tmp_path_factory.mktemp("server of compared") / "log") as url:
        yield url


@pytest.mark.parametrize("path", PAGES)
def test_a_run_without_judgement_can_be_chosen_after_one_that_has_some(page: Page, dashboard, path):
    opened(page, f"{dashboard}/{path}?run=full&judgement=judge%40v3")
    choose_run(page, "answers")
    expect(page).to_have_url(re.compile(r"run=answers(&|$)"))
    expect(page).not_to_have_url(re.compile("judgement="))
    assert "This link cannot be shown" not in settled(page).get_by_test_id("stMain").inner_text()
    choose_run(page, "full")
    expect(page).to_have_url(re.compile(r"judgement=judge(%40|@)v3"))


def test_a_click_on_a_chart_is_one_step_of_the_history(page: Page, compared):
    start = f"{compared}/topics?metric=REF&by=issue_scale&run=first&judgement=judge%40v3"
    opened(page, start)
    click_mark(page, "REF by issue scale", ".scatterlayer .points path", 0)
    expect(page).to_have_url(re.compile(r"/pairs\?.*issue_scale="))
    expect(settled(page).get_by_text("of 60 pairs")).to_be_visible()
    back(page, "Topics")
    expect(page).to_have_url(re.compile(r"/topics\?.*metric=REF"))
    expect(page).not_to_have_url(re.compile("issue_scale=|outcome="))
    expect(page.get_by_text("REF by issue scale").first).to_be_visible()


def test_back_from_a_cell_of_the_matrix_shows_the_comparison_that_was_left(page: Page, compared):
    opened(page, f"{compared}/compare?runs=second&run=first&judgement=judge%40v3")
    expect(settled(page).get_by_role("heading", name="Pairs that flip")).to_be_visible()
    click_mark(page, "What the same pairs came to", ".scatterlayer .points path", 3)
    expect(page).to_have_url(re.compile(r"/pairs\?"))
    expect(page).to_have_url(re.compile("versus=second"))
    settled(page)
    back(page, "Compare")
    expect(page).to_have_url(re.compile(r"/compare\?.*runs=second"))
    expect(page).to_have_url(re.compile("run=first"))
    expect(page.get_by_role("heading", name="Pairs that flip")).to_be_visible()


def test_three_steps_back_after_a_row_show_pages_and_no_error(page: Page, compared):
    opened(page, f"{compared}/?run=first")
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Topics").click()
    expect(settled(page).get_by_role("heading", name="Topics", exact=True)).to_be_visible()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Rationales").click()
    expect(settled(page).get_by_role("heading", name="Rationales", exact=True)).to_be_visible()
    click_row(page, 0)
    expect(page).to_have_url(re.compile(r"/pairs\?.*pair=pair-"))
    settled(page)
    for title in ("Rationales", "Topics", "Overview"):
        back(page, title)


def test_another_run_s_row_opens_the_pair_there(page: Page, compared):
    opened(page, f"{compared}/pairs?pair=pair-7&q=rule&run=first&judgement=judge%40v3")
    grid = settled(page).get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    grid.click(position={"x": 80, "y": 36 * 2 + 16})
    expect(page).to_have_url(re.compile(r"run=second"))
    expect(page).to_have_url(re.compile(r"pair=pair-7"))
    expect(page).not_to_have_url(re.compile(r"q=rule"))
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile("run=first"))
    assert settled(page).get_by_test_id("stException").count() == 0


def test_back_after_labelling_leads_where_one_was_and_keeps_run_and_draw(page: Page, tmp_path):
    made_audit(Workspace(tmp_path), ("labelled", "newest"), draw_id="1f00c0de")
    with served(tmp_path, tmp_path / "log") as url:
        opened(page, f"{url}/audit?run=labelled")
        page.get_by_role("textbox", name="Your name").fill("Ada")
        page.get_by_test_id("stMain").get_by_role("button", name="Label", exact=True).click()
        blind = re.compile(r"/audit\?view=label&draw=1f00c0de&auditor=Ada$")
        expect(page).to_have_url(blind)
        settled(page).get_by_test_id("stSidebarNavLink").filter(has_text="Pairs").click()
        expect(settled(page)).to_have_url(re.compile(r"/pairs\?run=labelled&judgement="))
        back(page, "Audit")
        expect(page).to_have_url(blind)
        expect(page.get_by_role("button", name="Save and next")).to_be_visible()
        back(page, "Audit")
        expect(page).to_have_url(re.compile(r"/audit\?run=labelled"))
        expect(page.get_by_text("Checks labelled: judge@v3")).to_be_visible()


def back(page: Page, title: str) -> None:
    """Go one step back and expect a page, without an error."""
    page.go_back(wait_until="commit")
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    assert settled(page).get_by_test_id("stException").count() == 0

"""The page of pairs in a real browser: what links show, what clicks open, and that model text stays text."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Locator, Page, expect  # noqa: E402

from tests.browser.dashboard import PATIENCE, opened, settled  # noqa: E402
from tests.run_builder import HOSTILE, make_pair  # noqa: E402
from valbench_core.judging import Judged  # noqa: E402
from valbench_core.runs import JudgementSpec, RunFile, VerdictRow, Workspace  # noqa: E402
from valbench_core.schema import SIDES, Completion, Response, Verdict  # noqa: E402


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
    pick(page, "Outcome", "consistent", "1 of 60 pairs")
    expect(page).to_have_url(re.compile("outcome=consistent"))
    expect(page).to_have_url(re.compile("q=rule"))
    before = main_text(page)
    page.reload()
    expect(page.get_by_text(re.compile("1 of 60 pairs"))).to_be_visible()
    assert main_text(page) == before


def test_filters_picked_one_after_the_other_keep_their_newest_counts_and_go_back(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full")
    pick(page, "Outcome", "consistent", "14 of 60 pairs")
    pick(page, "Outcome", "both refused", "21 of 60 pairs")
    pick(page, "Category", "Politics", "4 of 60 pairs")
    expect(chip(page, "consistent (3)")).to_be_visible()
    expect(page).to_have_url(re.compile(r"outcome=consistent&outcome=both\+refused&category=Politics"))
    page.go_back()
    expect(page.get_by_text("21 of 60 pairs")).to_be_visible()
    expect(chip(page, "consistent (14)")).to_be_visible()


def test_a_filter_under_more_filters_is_counted_and_kept_by_a_reload(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full")
    page.get_by_text("More filters").click()
    # A list that is opened while the fold still unrolls is closed by it.
    page.wait_for_timeout(1000)
    pick(page, "Refusal", "both sides", "7 of 60 pairs")
    expect(page.get_by_text("More filters (1 in use)")).to_be_visible()
    expect(page.get_by_role("combobox", name="Refusal")).to_be_visible()
    page.reload()
    expect(page.get_by_text("7 of 60 pairs")).to_be_visible()
    expect(page.get_by_text("More filters (1 in use)")).to_be_visible()


def pick(page: Page, name: str, option: str, then: str) -> None:
    settled(page).get_by_role("combobox", name=name).click()
    page.get_by_role("option", name=re.compile(rf"^{option} \(")).click()
    expect(page.get_by_text(then)).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(settled(page).get_by_role("option")).to_have_count(0)


def chip(page: Page, words: str) -> Locator:
    return page.get_by_test_id("stMultiSelect").get_by_text(words, exact=True)


def test_arrow_keys_walk_through_ten_pairs_of_the_filtered_list(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&refusal=neither&score=2|-2|0&pair=pair-5")
    expect(page.get_by_text(re.compile(r"^1 of \d+$"))).to_be_visible()
    seen = []
    for place in range(2, 12):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_text(re.compile(rf"^{place} of \d+$"))).to_be_visible()
        seen.append(re.search(r"pair=(pair-\d+)", page.url)[1])
    assert len(set(seen)) == 10
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(f"pair={seen[-2]}(&|$)"))


def test_arrow_keys_move_the_cursor_while_one_types(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&pair=pair-9")
    page.get_by_text("Filters and order").click()
    search = page.get_by_role("textbox", name="Search")
    search.fill("rule")
    search.press("ArrowLeft")
    page.wait_for_timeout(500)
    expect(page.get_by_text("10 of 60")).to_be_visible()


def test_the_same_pair_is_opened_in_another_run(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&pair=pair-9")
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    grid.click(position={"x": 60, "y": 36 * 2 + 16})
    expect(page).to_have_url(re.compile("run=v1"))
    expect(page.get_by_text("by judge, protocol v1", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("pair=pair-9"))


def test_link_and_markdown_of_a_pair_can_be_copied_and_its_record_saved(dashboard, page):
    opened(page, f"{dashboard}/pairs?run=full&pair=pair-9")
    page.get_by_role("button", name="Share").click()
    expect(
        page.get_by_text(f"{dashboard}/pairs?run=full&judgement=judge%40v3&pair=pair-9").first
    ).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as JSON").click()
    record = json.loads(Path(download.value.path()).read_text())
    assert (record["pair"]["id"], record["outcome"]) == ("pair-9", "consistent")


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
    page.get_by_role("option", name=re.compile("^Politics")).click()
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
    elsewhere = requests_elsewhere(page, dashboard)
    opened(page, f"{dashboard}/pairs?run=full&pair=pair-5")
    assert HOSTILE in main_text(page).replace("\n", " ")
    check_nothing_came_alive(page, elsewhere)


def test_texts_of_every_kind_and_length_break_nothing(workspace, dashboard, page):
    text = f"{TABLE}\n$$\\frac{{1}}{{2}}$$\n{RIGHT_TO_LEFT}\n{HOSTILE}\n" + "<b>x</b> " * 11_000
    build_odd_run(workspace, text)
    elsewhere = requests_elsewhere(page, dashboard)
    opened(page, f"{dashboard}/pairs?run=odd&pair=pair-0")
    toggle = page.get_by_text(f"Show all {len(text):,} characters").first
    assert TABLE in main_text(page)
    assert RIGHT_TO_LEFT in main_text(page)
    toggle.click()
    shown = page.get_by_test_id("stText").filter(has_text="<b>x</b> <b>x</b>").first
    expect(shown).to_have_text(re.compile(r"(<b>x</b> ){10000}"))
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth")
    check_nothing_came_alive(page, elsewhere)


TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"
RIGHT_TO_LEFT = "\u202eright to left\u202c \u200fאב\u200f"


MARKUP = "img, script, b, .katex, table:not([data-testid='stDataFrame'] *)"
"""Elements that only markup of a text could make: the grids of lists hold a table for screen readers."""


def build_odd_run(workspace: Workspace, text: str) -> None:
    pair = make_pair(0)
    with closing(RunFile.create(workspace.path_of("odd"), {}, [pair], model="m")) as run:
        judgement = run.add_judgement(JudgementSpec("judge", "v3", made_by_run=True))
        answers = [Response(pair.id, side, Completion(text, text)) for side in SIDES]
        verdict = Verdict(1, central_issue=text, for_positions=text, points_of_alignment=text)
        rows = [VerdictRow(pair.id, Judged(verdict, text), answers[0].text_hash, answers[1].text_hash)]
        run.write(answers, rows, judgement)


def requests_elsewhere(page: Page, dashboard: str) -> list[str]:
    ours = (dashboard, dashboard.replace("http", "ws"), "data:", "blob:")
    asked: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(ours) else asked.append(request.url))
    return asked


def check_nothing_came_alive(page: Page, elsewhere: list[str]) -> None:
    expect(page.get_by_test_id("stMain").locator(MARKUP)).to_have_count(0)
    expect(page.get_by_role("link", name="link", exact=True)).to_have_count(0)
    assert page.title() != "taken"
    assert elsewhere == []

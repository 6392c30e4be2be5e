"""What an audit says in a real browser: charts drawn, clicks that lead to pairs, files taken out and in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests.browser.dashboard import opened, served, settled  # noqa: E402
from tests.labelled_runs import labelled, one_lower  # noqa: E402
from tests.run_builder import JUDGE, MODEL, build_run  # noqa: E402
from valbench_core.runs import RunReader, Workspace  # noqa: E402


@pytest.fixture(scope="module")
def audit(tmp_path_factory) -> Iterator[tuple[str, Workspace]]:
    """Address and workspace of a run that two auditors labelled; they differ on one pair."""
    made = Workspace(tmp_path_factory.mktemp("audit"))
    build_run(made, "full")
    lower = {"pair-9": one_lower}
    labelled(made, "full", {"Ada": lower | {"pair-17": one_lower}, "Bo": lower})
    with served(made.root, tmp_path_factory.mktemp("server of audit") / "log") as url:
        yield f"{url}/audit?run=full", made


def chart_about(page: Page, words: str):
    found = page.get_by_test_id("stPlotlyChart").filter(has_text=words)
    found.scroll_into_view_if_needed()
    settled(page)
    return found


def click(page: Page, mark) -> None:
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_its_charts_are_drawn(audit, page: Page):
    opened(page, f"{audit[0]}&view=result")
    for words in ("As judged, and corrected", "Scores by hand and by the judge", "Another score than people"):
        expect(chart_about(page, words).locator(".scatterlayer .points path").first).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


def test_a_cell_of_the_confusion_leads_to_its_pairs(audit, page: Page):
    opened(page, f"{audit[0]}&view=result")
    cells = chart_about(page, "Scores by hand and by the judge").locator(".scatterlayer .points path")
    # By hand 1, by the judge 2: rows and columns go from −2 to 2.
    click(page, cells.nth(3 * 5 + 4))
    expect(page).to_have_url(re.compile(r"/pairs\?.*id=pair-9"))
    # Pair 17, on which the auditors differ, waits to be settled by somebody who does not know the verdict.
    expect(page.get_by_text(re.compile(r"^1 of 24 pairs"))).to_be_visible()
    settled(page)
    assert page.get_by_test_id("stException").count() == 0


def test_a_category_leads_to_the_pairs_where_people_and_judge_differ(audit, page: Page):
    opened(page, f"{audit[0]}&view=result")
    dots = chart_about(page, "Another score than people").locator(".scatterlayer .points path")
    places = dots.evaluate_all("marks => marks.map(mark => mark.getBoundingClientRect().x)")
    # The farthest to the right: the category of pair 17 alone, which waits, and beneath it that of pair 9.
    waiting, differing = sorted(range(len(places)), key=places.__getitem__)[-2:]
    click(page, dots.nth(waiting))
    expect(page.get_by_text("These pairs wait to be settled")).to_be_visible()
    click(page, dots.nth(differing))
    expect(page).to_have_url(re.compile(r"/pairs\?.*id=pair-9"))


def test_a_pair_of_the_list_opens_in_the_reader(audit, page: Page):
    opened(page, f"{audit[0]}&view=result")
    rows = page.get_by_test_id("stDataFrame").filter(visible=True).nth(5)
    rows.scroll_into_view_if_needed()
    settled(page)
    box = rows.bounding_box()
    page.mouse.click(box["x"] + 80, box["y"] + 52)
    expect(page).to_have_url(re.compile(r"/pairs\?.*pair=pair-9"))
    expect(page.get_by_text("Labelled by hand (2)")).to_be_visible()


def test_labels_are_downloaded_and_taken_in_again(audit, page: Page, tmp_path: Path):
    url, made = audit
    opened(page, f"{url}&view=exchange")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Labels (CSV)").click()
    path = tmp_path / "labels.csv"
    caught.value.save_as(path)
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert {row["author"] for row in rows} >= {"Ada", "Bo"}
    page.locator('input[type="file"]').set_input_files(path)
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_text("No label was added.")).to_be_visible()
    with RunReader.open_readonly(made.path_of("full")) as run:
        assert len(run.labels()) == len(rows)


def test_a_disagreement_is_settled_blind_and_listed(audit, page: Page):
    url, made = audit
    opened(page, f"{url}&view=result")
    page.get_by_role("button", name="Settle them").click()
    page.get_by_role("textbox", name="Your name").fill("Cleo")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("1: mostly aligned")).to_be_visible()
    shown = settled(page).content() + page.title() + page.url
    for name in ("full:", "run=", "judgement", f"{JUDGE}@", MODEL, escape(MODEL), "consistent"):
        assert name not in shown
    page.get_by_text("1: mostly aligned").click()
    page.get_by_test_id("stForm").get_by_text("no", exact=True).click()
    page.get_by_role("button", name="Settle", exact=True).click()
    expect(page.get_by_text("There is nothing to settle.")).to_be_visible()
    with RunReader.open_readonly(made.path_of("full")) as run:
        last = run.labels()[-1]
    assert (last.kind, last.author, last.verdict.score) == ("adjudication", "Cleo", 1)
    assert last.blind
    assert last.seconds > 0
    page.get_by_role("button", name="What it says").click()
    expect(page.get_by_text("0 pairs to settle, 1 pair settled")).to_be_visible()

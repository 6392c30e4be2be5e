"""The map of pairs in a real browser: pointing, clicking, drawing, groups picked out, reloads, steps back."""

from __future__ import annotations

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Locator, Page, expect  # noqa: E402

from tests.browser.dashboard import PATIENCE, opened, served, settled  # noqa: E402
from tests.made_maps import store_map  # noqa: E402
from tests.run_builder import HOSTILE, build_run  # noqa: E402
from valbench_core.runs import Workspace  # noqa: E402

WHERE = """(graph, [trace, mark]) => {
    const { xaxis, yaxis } = graph._fullLayout, marks = graph._fullData[trace]
    const box = graph.getBoundingClientRect()
    return [
        box.left + xaxis._offset + xaxis.l2p(marks.x[mark]),
        box.top + yaxis._offset + yaxis.l2p(marks.y[mark]),
    ]
}"""
"""Where on the screen a mark of the map lies."""
SEEN = "graph => graph._fullLayout.xaxis.range.map(end => end.toFixed(3)).join()"
"""Which part of the map is seen."""
PALEST = "graph => Math.min(...graph._fullData.slice(1).map(trace => trace.marker.opacity ?? 1))"


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """Address of a server of a run with a map of its pairs."""
    made = Workspace(tmp_path_factory.mktemp("mapped"))
    store_map(made, build_run(made, "full", n=60))
    with served(made.root, tmp_path_factory.mktemp("server of mapped") / "log") as url:
        yield f"{url}/clusters?run=full&judgement=judge%40v3"


def the_map(page: Page) -> Locator:
    graph = page.locator(".st-key-map-of-pairs .js-plotly-plot")
    settled(page)
    # While the page changes, the graph that was stands beside the one that comes.
    expect(graph).to_have_count(1, timeout=PATIENCE)
    expect(graph.locator(".gtitle")).to_be_visible(timeout=PATIENCE)
    graph.scroll_into_view_if_needed()
    # The component looks for the map four times a second.
    page.wait_for_timeout(600)
    return graph


def place_of(graph: Locator, trace: int, mark: int) -> tuple[float, float]:
    x, y = graph.evaluate(WHERE, [trace, mark])
    return x, y


def point_at(page: Page, trace: int, mark: int) -> None:
    x, y = place_of(the_map(page), trace, mark)
    page.mouse.move(x - 20, y - 20)
    page.mouse.move(x, y, steps=5)


def draw_around_all(page: Page, tool: str) -> None:
    graph = the_map(page)
    graph.locator(f'[data-title="{tool}"]').last.click()
    box = graph.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    left, top = box["x"] + 3, box["y"] + 3
    right, low = left + box["width"] - 6, top + box["height"] - 6
    page.mouse.move(left, top)
    page.mouse.down()
    corners = [(right, low)] if tool == "Box Select" else [(right, top), (right, low), (left, low)]
    for x, y in corners:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()


def test_a_mark_opens_its_pair_and_one_step_back_shows_the_map(page: Page, mapped):
    opened(page, f"{mapped}&show=all")
    point_at(page, 1, 0)
    page.mouse.click(*place_of(the_map(page), 1, 0))
    expect(page).to_have_url(re.compile(r"/pairs\?.*pair=pair-"))
    expect(
        settled(page).get_by_text("of 60 in the list").or_(page.get_by_text("of 60")).first
    ).to_be_visible()
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile(r"/clusters\?.*show=all"))
    the_map(page)
    assert page.get_by_test_id("stException").count() == 0


@pytest.mark.parametrize("tool", ["Lasso Select", "Box Select"])
def test_drawing_on_the_map_lists_the_pairs_within_and_leads_to_them(page: Page, mapped, tool):
    opened(page, mapped)
    shown = re.search(r"(\d+) divergent", page.locator(".gtitle-subtitle").text_content())[1]
    draw_around_all(page, tool)
    expect(page.get_by_role("heading", name="In the area drawn")).to_be_visible()
    expect(page).to_have_url(re.compile("area="))
    expect(page.get_by_text(f"{shown} pairs of those shown")).to_be_visible()
    settled(page).get_by_role("link", name="Read these pairs").click()
    expect(page.get_by_text(f"{shown} of 60 pairs")).to_be_visible()


def test_a_row_of_the_groups_picks_its_group_out_on_the_map(page: Page, mapped):
    opened(page, f"{mapped}&show=all")
    assert the_map(page).evaluate(PALEST) > 0.5
    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 80, "y": 36 + 16})
    expect(page).to_have_url(re.compile("group="))
    page.wait_for_function(f"() => ({PALEST})(document.querySelector('.js-plotly-plot')) < 0.2")


def test_a_reload_shows_the_same_map(page: Page, mapped):
    opened(page, f"{mapped}&show=all&colour=outcome&group=1&near=pair-7&level=1")
    before = the_map(page).locator(".gtitle-subtitle, .legendtext").all_text_contents()
    page.reload()
    assert the_map(page).locator(".gtitle-subtitle, .legendtext").all_text_contents() == before
    expect(page.get_by_role("heading", name="Nearest to one pair")).to_be_visible()


def test_pointing_at_a_mark_shows_its_issue_as_text(page: Page, mapped):
    opened(page, f"{mapped}&show=all&near=pair-0")
    graph = the_map(page)
    ring = graph.evaluate("graph => graph._fullData.length - 1")
    x, y = place_of(graph, ring, 0)
    page.mouse.move(x - 20, y - 20)
    page.mouse.move(x, y, steps=5)
    card = page.locator(".card")
    expect(card).to_contain_text("Whether rule 0 should stand")
    expect(card).to_contain_text(HOSTILE[:40])
    assert card.locator("script, img, a").count() == 0
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_the_part_seen_stays_when_colours_change(page: Page, mapped):
    opened(page, f"{mapped}&show=all")
    graph = the_map(page)
    whole = graph.evaluate(SEEN)
    graph.locator('[data-title="Zoom in"]').last.click()
    page.wait_for_timeout(1_000)
    part = graph.evaluate(SEEN)
    assert part != whole
    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option", name="outcome").click()
    expect(page).to_have_url(re.compile("colour=outcome"))
    expect(page.locator(".legendtext").filter(has_text="consistent").first).to_be_visible()
    assert the_map(page).evaluate(SEEN) == part


def seen_on(page: Page) -> list[float]:
    return [float(end) for end in the_map(page).evaluate(SEEN).split(",")]


def test_the_part_seen_stays_after_a_pair_was_read_and_a_reload(page: Page, mapped):
    opened(page, f"{mapped}&show=all")
    the_map(page).locator('[data-title="Zoom in"]').last.click()
    expect(page).to_have_url(re.compile("part="))
    part = seen_on(page)
    inside = the_map(page).evaluate(
        """graph => {
            const { xaxis, yaxis } = graph._fullLayout
            const within = (value, [low, high]) => value > low && value < high
            for (const [trace, { x, y }] of graph._fullData.entries())
                for (let mark = 0; trace && mark < x.length; mark++)
                    if (within(x[mark], xaxis.range) && within(y[mark], yaxis.range)) return [trace, mark]
        }"""
    )
    point_at(page, *inside)
    page.mouse.click(*place_of(the_map(page), *inside))
    expect(page).to_have_url(re.compile(r"/pairs\?.*pair=pair-"))
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile(r"/clusters\?.*part="))
    assert seen_on(page) == pytest.approx(part, abs=0.05)
    page.reload()
    assert seen_on(page) == pytest.approx(part, abs=0.05)


def test_a_step_back_after_zooming_shows_the_whole_map(page: Page, mapped):
    opened(page, f"{mapped}&show=all")
    whole = seen_on(page)
    the_map(page).locator('[data-title="Zoom in"]').last.click()
    expect(page).to_have_url(re.compile("part="))
    page.go_back(wait_until="commit")
    expect(page).not_to_have_url(re.compile("part="))
    assert seen_on(page) == pytest.approx(whole, abs=0.05)

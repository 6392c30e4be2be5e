"""The page of clusters on every shape of run: the map, what is picked out on it, links that ask in vain."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import data
from pages.parts.chart import INK
from pages.parts.clusters.export import as_page
from pages.parts.clusters.lines import NEAREST, lines_near
from pages.parts.clusters.onward import lists_of, pairs_of, reader_of
from pages.parts.clusters.picture import PAPER, draw, dress
from pages.parts.clusters.view import View
from pages.parts.links import CLUSTERS
from tests.made_maps import store_map
from tests.run_builder import HOSTILE, build_run
from tests.screens.conftest import words
from valbench_core.clusters.areas import box_text
from valbench_core.maps import PairMap
from valbench_core.maps.asking import MapAsk
from valbench_core.schema import Outcome

SHAPES = ("full", "v1", "partial", "failed", "answers")
EVERYWHERE = box_text((-11, 11), (-11, 11))
DIVERGENT = Outcome.INCONSISTENT.value


@pytest.fixture
def mapped(workspace):
    """The workspace, with a map for each of its runs that differs in its pairs; the map of `full`."""
    for run in ("partial", "failed", "answers", "v1"):
        store_map(workspace, workspace.path_of(run))
    return store_map(workspace, workspace.path_of("full"))


def figure(app: AppTest) -> dict:
    return json.loads(app.get("plotly_chart")[0].proto.spec)


def subtitle(app: AppTest) -> str:
    return figure(app)["layout"]["title"]["subtitle"]["text"]


def legend(app: AppTest) -> list[str]:
    return [trace["name"] for trace in figure(app)["data"] if trace.get("showlegend") is not False]


def listed(app: AppTest) -> list[str]:
    """Return the issues of the list beneath the map."""
    return next(list(table.value["issue"]) for table in app.dataframe if "issue" in table.value)


def divergent(run: str = "full") -> list[str]:
    table = data.table(data.find(run))
    return [str(pair) for pair in table["pair_id"][table["outcome"] == DIVERGENT]]


def viewed(run: str = "full", versus: str = "", **changed) -> View:
    """Return what the page would show, made without the page."""
    shown = data.find(run)
    pair_map = changed.get("pair_map") or data.stored_map(shown, MapAsk())
    table = data.table(shown)
    values = {
        "run": shown,
        "ask": MapAsk(),
        "pair_map": pair_map,
        "level": pair_map.usual,
        "colour": "group",
        "show": "divergent",
        "filters": None,
        "shown": (table["outcome"] == DIVERGENT).to_numpy().nonzero()[0],
        "group": "",
        "area": "",
        "near": "",
        "q": "",
        "versus": data.beside(shown, versus) if versus else None,
    }
    return View(**values | changed)


def viewed_on(pair_map: PairMap, ask: MapAsk, **changed) -> View:
    """Return what the page would show on another map."""
    return viewed(pair_map=pair_map, ask=ask, level=pair_map.usual, **changed)


@pytest.mark.parametrize("run", SHAPES)
def test_it_opens_on_every_shape_of_run(mapped, open_page, run):
    app = open_page(CLUSTERS, run=run)
    assert app.title[0].value == "Clusters"
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.parametrize("run", SHAPES)
def test_it_opens_where_there_is_no_map_yet(workspace, open_page, run):
    app = open_page(CLUSTERS, run=run)
    assert not app.get("plotly_chart")
    assert "no map of these pairs yet" in words(app)


def test_without_runs_it_says_how_to_get_one(empty_workspace, open_page):
    assert "valbench demo" in [code.value for code in open_page(CLUSTERS).code]


def test_divergent_pairs_are_shown_first_and_the_figure_says_how_many_of_how_many(mapped, open_page):
    app = open_page(CLUSTERS, run="full")
    loose = mapped.levels[mapped.usual].groups[-1].size
    groups = len(mapped.levels[mapped.usual].groups) - 1
    n = len(divergent())
    told = f"{n} divergent pairs of 24; {groups} groups; {loose} of all pairs ungrouped"
    assert subtitle(app).endswith(told)
    assert any(name.startswith("not shown") for name in legend(app))


@pytest.mark.parametrize("colour", ["group", "outcome", "score", "category"])
def test_every_colouring_counts_all_pairs_shown_in_its_legend(mapped, open_page, colour):
    names = legend(open_page(CLUSTERS, run="full", show="all", colour=colour))
    assert sum(int(name.rpartition("(")[2].rstrip(")")) for name in names) == 24


def test_choices_stand_in_the_url_and_the_usual_ones_do_not(mapped, open_page):
    app = open_page(CLUSTERS, run="full")
    app.selectbox(key="clusters show").select("all").run()
    app.selectbox(key="clusters colour").select("outcome").run()
    app.select_slider(key="clusters level").set_value(0).run()
    query = app.query_params
    assert (query["show"], query["colour"], query["level"]) == ("all", "outcome", "1")
    app.selectbox(key="clusters show").select("divergent").run()
    assert "show" not in app.query_params


def test_what_a_link_asks_for_in_vain_is_said(mapped, open_page):
    app = open_page(
        CLUSTERS,
        run="full",
        map="dreams",
        level="9",
        colour="taste",
        show="nobody",
        group="77",
        area="here",
        near="pair-99",
        versus="nowhere",
    )
    assert len(app.warning) == 8
    assert {"dreams", "9", "taste", "nobody", "77", "pair-99"} <= {text.value for text in app.text}


def test_colours_by_run_need_another_run(mapped, open_page):
    app = open_page(CLUSTERS, run="full", colour="runs")
    assert [text.value for text in app.text if text.value == "runs"]


def test_a_level_left_takes_its_group_along(mapped, open_page):
    app = open_page(CLUSTERS, run="full", group="2")
    app.select_slider(key="clusters level").set_value(0).run()
    assert "group" not in app.query_params


def test_an_area_lists_the_pairs_shown_within_it(mapped, open_page):
    app = open_page(CLUSTERS, run="full", area=EVERYWHERE)
    assert len(listed(app)) == len(divergent())
    assert "In the area drawn" in words(app)
    assert figure(app)["layout"]["shapes"]


def test_an_area_without_pairs_says_so(mapped, open_page):
    app = open_page(CLUSTERS, run="full", area=box_text((50, 51), (50, 51)))
    assert "No pair that is shown lies here." in words(app)


def test_a_search_rings_and_lists_what_it_finds_among_the_pairs_shown(mapped, open_page):
    app = open_page(CLUSTERS, run="full", show="all", q='"rule 7"')
    assert len(listed(app)) == 1
    assert "found by the search (1)" in legend(app)


def test_a_pair_picked_out_is_ringed_and_its_neighbours_are_listed(mapped, open_page):
    app = open_page(CLUSTERS, run="full", near="pair-7")
    place = mapped.pair_ids.index("pair-7")
    expected = [mapped.pair_ids[at] for at in mapped.neighbours[place]]
    rows = {row.id: row.issue_description for row in data.pair_rows(data.find("full"), range(24))}
    assert listed(app) == [rows[pair] for pair in expected]
    assert "the pair picked out (1)" in legend(app)


def test_a_group_in_the_url_stands_out(mapped, open_page):
    app = open_page(CLUSTERS, run="full", show="all", group="1")
    opacities = {trace["marker"].get("opacity") for trace in figure(app)["data"]}
    assert min(value for value in opacities if value) < 0.2


def test_filters_of_pairs_narrow_what_is_shown(mapped, open_page):
    app = open_page(CLUSTERS, run="full", show="filtered", category="Politics")
    table = data.table(data.find("full"))
    assert f"{(table['category'] == 'Politics').sum()} filtered pairs of 24;" in subtitle(app)


def test_where_no_pair_is_divergent_all_are_offered(empty_workspace, open_page):
    build_run(empty_workspace, "quiet", n=2)
    store_map(empty_workspace, empty_workspace.path_of("quiet"))
    app = open_page(CLUSTERS, run="quiet", show="divergent")
    assert any("all 2 pairs are on the map" in info.value for info in app.info)
    next(button for button in app.button if button.label == "Show all pairs").click().run()
    assert "2 pairs of 2;" in subtitle(app)


def test_without_verdicts_all_pairs_are_shown_at_once(mapped, open_page):
    assert "24 pairs of 24;" in subtitle(open_page(CLUSTERS, run="answers"))


def test_beside_another_run_either_run_s_divergent_pairs_are_shown_by_run(workspace, open_page):
    build_run(workspace, "other", shift=1)
    store_map(workspace, workspace.path_of("full"))
    app = open_page(CLUSTERS, run="full", versus="other")
    either = {*divergent(), *divergent("other")} & {*map(str, data.table(data.find("full"))["pair_id"])}
    assert "divergent in either run" in subtitle(app)
    assert any(name.startswith("divergent only in") for name in legend(app))
    assert sum(int(n.rpartition("(")[2][:-1]) for n in legend(app) if not n.startswith("not shown")) <= len(
        either
    )


def test_where_no_pair_is_judged_in_both_runs_that_is_what_is_said(mapped, open_page):
    app = open_page(CLUSTERS, run="full", versus="failed")
    assert "No pair on the map is judged both in this run and in failed" in words(app)
    assert "no divergent pair" not in words(app)


def test_runs_that_agree_on_no_divergence_are_said_to_be_judged(empty_workspace, open_page):
    for name in ("quiet", "still"):
        build_run(empty_workspace, name, n=4)
    store_map(empty_workspace, empty_workspace.path_of("quiet"))
    assert not divergent("quiet")
    app = open_page(CLUSTERS, run="quiet", versus="still", show="divergent")
    assert "judged both in this run and in still is divergent in either" in words(app)


def test_runs_judged_in_different_ways_stand_beside_each_other_only_if_insisted_on(mapped, open_page):
    app = open_page(CLUSTERS, run="full", versus="v1")
    text = words(app)
    assert "judged in different ways" in text
    assert "protocol (full: v3, v1: v1)" in text
    assert "divergent in either" not in subtitle(app)
    app.toggle(key="anyway").set_value(True).run()
    assert app.query_params["anyway"] == "1"
    assert "divergent in either" in subtitle(app)


def test_the_other_run_goes_with_its_judge_and_its_mark(workspace, open_page, monkeypatch):
    build_run(workspace, "other", shift=1)
    store_map(workspace, workspace.path_of("full"))
    monkeypatch.setattr(data.Run, "illustrative", property(lambda run: run.name == "other"))
    text = words(open_page(CLUSTERS, run="full", versus="other"))
    assert "other: org/<b>model</b> · judged by judge, protocol v3" in text
    assert "illustrative" in text


def test_of_several_groups_in_a_link_the_first_is_picked_out_and_the_others_are_said(mapped, open_page):
    app = open_page(CLUSTERS, run="full", group=["1", "2"])
    assert "One group is picked out at a time" in words(app)
    assert "2" in [text.value for text in app.text]


def test_a_map_of_some_pairs_says_in_words_of_which(workspace, open_page):
    conditions = ("outcome=inconsistent", "category=Politics|Ethics")
    few = store_map(workspace, workspace.path_of("full"), 1, ask=MapAsk(where=conditions[:1]))
    app = open_page(CLUSTERS, run="full", fit=conditions[0])
    assert f"{len(few)} divergent pairs of {len(few)};" in subtitle(app)
    assert "Outcome: inconsistent (divergent)" in [text.value for text in app.text]
    text = words(open_page(CLUSTERS, run="full", fit=list(conditions)))
    assert "Category: Politics or Ethics" in text


def test_on_a_map_of_some_pairs_one_searches_and_filters_as_on_any_other(workspace, open_page):
    store_map(workspace, workspace.path_of("full"), 1, ask=MapAsk(where=("category=Politics|Ethics",)))
    fit = "category=Politics|Ethics"
    app = open_page(CLUSTERS, run="full", fit=fit, show="all", q='"rule 7" | "rule 6"', outcome="consistent")
    assert app.text_input(key="clusters search").value
    assert any(name.startswith("found by the search") for name in legend(app))
    app = open_page(CLUSTERS, run="full", fit=fit, show="filtered", category="Politics")
    table = data.table(data.find("full"))
    assert f"{(table['category'] == 'Politics').sum()} filtered pairs of " in subtitle(app)


def test_a_link_has_the_server_read_no_file_of_ids(workspace, open_page, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("pair-7")
    app = open_page(CLUSTERS, run="full", fit=f"id=@{secret}")
    assert "a link names the pairs themselves" in words(app)
    assert "For exploring only" not in words(app)


@pytest.mark.parametrize(
    ("narrowed", "named"),
    [({"q": "rule"}, "Search"), ({"versus": "other", "flip": "here"}, "Flips between the two runs")],
)
def test_what_no_map_can_be_fitted_by_is_named_in_place_of_the_button(workspace, open_page, narrowed, named):
    build_run(workspace, "other", shift=1)
    store_map(workspace, workspace.path_of("full"))
    app = open_page(CLUSTERS, run="full", show="filtered", category="Politics", **narrowed)
    assert f"Take away first: {named}." in words(app)
    assert "Show a map of these pairs only" not in [button.label for button in app.button]


def test_filters_reset_leave_the_map_and_what_is_picked_out(mapped, open_page):
    app = open_page(CLUSTERS, run="full", show="filtered", category="Politics", level="1", group="1")
    next(button for button in app.button if button.label == "Reset filters").click().run()
    assert "category" not in app.query_params
    assert (app.query_params["level"], app.query_params["group"]) == ("1", "1")


def test_a_map_of_answers_is_another_map(mapped, workspace, open_page):
    app = open_page(CLUSTERS, run="full", map="answers")
    assert not app.get("plotly_chart")
    store_map(workspace, workspace.path_of("full"), ask=MapAsk("answers"))
    assert len(open_page(CLUSTERS, run="full", map="answers").get("plotly_chart")) == 1


def test_how_the_map_was_made_is_said(mapped, open_page):
    text = words(open_page(CLUSTERS, run="full"))
    assert mapped.encoder.meaning in text
    assert mapped.grouping in text
    assert mapped.layout in text


# What the page's parts are made of


def test_lines_are_fetched_for_the_marks_seen_nearest_to_the_pointer_only(workspace):
    build_run(workspace, "many", n=400)
    store_map(workspace, workspace.path_of("many"))
    view = viewed("many", show="all", shown=range(400))
    drawn = draw(view)
    at = {"x": 0.0, "y": 9.0, "view": {"x": [-11, 11], "y": [11, -2]}}
    lines = lines_near(view, drawn.picture.marks, drawn.ordinals, at)
    assert len(lines) == NEAREST
    for mark in lines:
        trace, number = map(int, mark.split(":"))
        row = drawn.picture.marks[trace][number]
        assert view.pair_map.positions[view.places[drawn.ordinals[row]]][1] >= -2


def test_a_line_is_the_pair_s_issue_outcome_and_category_as_they_are(mapped):
    view = viewed(show="all", shown=range(24))
    drawn = draw(view)
    at = {"x": 0.0, "y": 0.0, "view": {"x": [-11, 11], "y": [-11, 11]}}
    lines = lines_near(view, drawn.picture.marks, drawn.ordinals, at).values()
    assert len(lines) == 24
    hostile = next(line for line in lines if HOSTILE in line[0])
    assert len(hostile) == 3


def test_a_pair_is_opened_in_the_list_of_what_is_shown(mapped):
    first = divergent()[0]
    assert reader_of(viewed(), first).outcome == (DIVERGENT,)
    consistent = next(pair for pair in mapped.pair_ids if pair not in divergent())
    assert reader_of(viewed(), consistent).query() == {"pair": consistent}


def test_a_pair_found_is_opened_among_those_found(mapped):
    found = viewed(show="all", shown=range(24), area=EVERYWHERE, q="rule")
    link = reader_of(found, "pair-7", area=True, q=True)
    assert (link.area, link.q, link.pair) == ((EVERYWHERE,), "rule", "pair-7")
    assert not reader_of(found, "pair-7").area


def test_the_list_of_a_map_of_some_pairs_holds_these_pairs_only(workspace):
    ask = MapAsk(where=("outcome=consistent|inconsistent",))
    few = store_map(workspace, workspace.path_of("full"), 1, ask=ask)
    view = viewed_on(few, ask, show="all")
    (link,) = lists_of(view).values()
    assert (link.fit, link.outcome, link.group) == (ask.where, ("consistent", "inconsistent"), ())
    # Outcomes narrow the list already: its groups say which pairs are on the map.
    (link,) = lists_of(viewed_on(few, ask, show="divergent")).values()
    assert (link.outcome, link.level) == ((DIVERGENT,), "1")
    assert link.group == tuple(group.id for group in few.levels[0].groups)


def test_a_group_of_a_map_of_some_pairs_can_be_narrowed_too(workspace):
    ask = MapAsk(where=("outcome=consistent|inconsistent",))
    view = viewed_on(store_map(workspace, workspace.path_of("full"), 1, ask=ask), ask)
    link = pairs_of(view, "1", outcome=DIVERGENT)
    assert (link.fit, link.group, link.outcome) == (ask.where, ("1",), (DIVERGENT,))


def test_of_two_runs_each_has_its_own_list_of_divergent_pairs(mapped):
    lists = lists_of(viewed(versus="v1"))
    assert [link.outcome or link.versus_outcome for link in lists.values()] == [(DIVERGENT,), (DIVERGENT,)]
    assert {link.versus for link in lists.values()} == {"v1"}


def test_the_map_is_taken_away_as_a_page_that_needs_nothing_else(mapped):
    drawn = draw(viewed(near="pair-7", area=EVERYWHERE))
    dress(drawn.picture.chart.figure, INK, PAPER)
    page = as_page(drawn)
    assert "Divergent pairs by meaning" in page
    assert re.search(r"\bfull(\\u003cbr|: \d)", page)
    assert not re.search("<(script|link)[^>]* (src|href)=", page)
    # After the library, which has colours of its own.
    assert not re.search(f"{INK}|{PAPER}", page[page.rindex("Divergent pairs") - 20_000 :])

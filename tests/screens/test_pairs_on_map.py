"""Lists of pairs by the groups and areas of a map: offered where it is stored, and said in words."""

from __future__ import annotations

import pytest

from pages.parts import data
from pages.parts.links import CLUSTERS
from tests.made_maps import store_map
from tests.run_builder import build_run
from tests.screens.conftest import words
from valbench_core.clusters.areas import box_text
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.names import rename
from valbench_core.runs import RunFile

PAIRS = "pages/read/pairs.py"
EVERYWHERE = box_text((-11, 11), (-11, 11))


@pytest.fixture
def pair_map(workspace):
    """The map of the pairs of the run `full`, stored."""
    return store_map(workspace, workspace.path_of("full"))


def of_group(pair_map, group: str, level: int) -> list[str]:
    code = pair_map.levels[level].code_of(group)
    codes = pair_map.levels[level].codes
    return sorted(pair for pair, its in zip(pair_map.pair_ids, codes, strict=True) if its == code)


def listed(app) -> list[str]:
    return sorted(app.dataframe[0].value["issue"])


def issues(pairs: list[str]) -> list[str]:
    run = data.find("full")
    ordinals = [place for place, pair in enumerate(data.table(run)["pair_id"]) if pair in pairs]
    return sorted(row.issue_description for row in data.pair_rows(run, ordinals))


def test_a_link_lists_the_pairs_of_a_group_of_the_usual_level(workspace, pair_map, open_page):
    app = open_page(PAIRS, run="full", group="1")
    assert listed(app) == issues(of_group(pair_map, "1", pair_map.usual))
    assert "Group on the map:" in words(app)
    assert "topic 0 · rule · word 0" in words(app)


def test_a_link_may_name_another_level_and_several_groups(workspace, pair_map, open_page):
    app = open_page(PAIRS, run="full", group=["1", "ungrouped"], level="1")
    expected = of_group(pair_map, "1", 0) + of_group(pair_map, "ungrouped", 0)
    assert listed(app) == issues(expected)
    assert f"{len(expected)} of 24 pairs" in words(app)


def test_groups_are_offered_by_name_with_their_counts(workspace, pair_map, open_page):
    app = open_page(PAIRS, run="full", level="1")
    sizes = {group.size for group in pair_map.levels[0].groups}
    offered = app.multiselect(key="group").options
    assert {int(option.rsplit("(", 1)[1].rstrip(")")) for option in offered} == sizes
    assert any(option.startswith("Ungrouped") for option in offered)


def test_a_group_goes_by_the_name_that_somebody_gave_it(workspace, pair_map, open_page):
    with RunFile.open(workspace.path_of("full")) as run:
        rename(run, pair_map, pair_map.usual, "1", "[Rules](http://127.0.0.1:9/) of 2")
        rename(run, pair_map, pair_map.usual, "2", "1")
    app = open_page(PAIRS, run="full", group="1")
    assert "[Rules](http://127.0.0.1:9/) of 2" in [text.value for text in app.text]
    app.multiselect(key="group").set_value(["1", "2"]).run()
    assert app.query_params["group"] == ["1", "2"]


def test_a_link_lists_the_pairs_within_an_area(workspace, pair_map, open_page):
    lower = [pair for pair, (_, y) in zip(pair_map.pair_ids, pair_map.positions, strict=True) if y < 0]
    app = open_page(PAIRS, run="full", area=box_text((-11, 11), (-11, 0)))
    assert listed(app) == issues(lower)
    assert "Within an area of the map" in words(app)
    assert app.multiselect(key="area").options == ["within 4 corners around 0.0, −5.5"]
    app.multiselect(key="area").set_value([]).run()
    assert "area" not in app.query_params
    assert len(app.dataframe[0].value) == 24


def test_next_and_previous_go_through_the_pairs_of_the_group(workspace, pair_map, open_page):
    members = of_group(pair_map, "2", pair_map.usual)
    first = next(pair for pair in data.table(data.find("full"))["pair_id"] if pair in members)
    app = open_page(PAIRS, run="full", group="2", pair=first)
    assert f"1 of {len(members)}" in words(app)


def test_the_reader_leads_to_the_place_of_the_pair_on_the_map(workspace, pair_map, open_page):
    app = open_page(PAIRS, run="full", group="2", level="1", pair="pair-7")
    queries = [link.proto.query_string for link in app.get("page_link") if CLUSTERS_PATH in link.proto.page]
    assert any("near=pair-7" in query and "level=1" in query for query in queries)


CLUSTERS_PATH = CLUSTERS.rsplit("/", 1)[1].removesuffix(".py")


@pytest.mark.parametrize("asked", [{"group": "1"}, {"area": EVERYWHERE}, {"group": "1", "map": "questions"}])
def test_a_link_to_a_map_that_is_not_stored_says_so(workspace, open_page, asked):
    if "map" in asked:
        store_map(workspace, workspace.path_of("full"))
    app = open_page(PAIRS, run="full", **asked)
    assert "There is no such map of this run's pairs" in words(app)
    assert not [box for box in app.multiselect if box.key in ("group", "area")]


def test_what_a_map_does_not_have_is_said(workspace, pair_map, open_page):
    app = open_page(PAIRS, run="full", group="77", level="9", area="1,2;3", map="dreams")
    for said in ("Group on the map: no pair of this run", "77", "2 levels", "9", "not understood", "dreams"):
        assert said in words(app)
    assert len(app.dataframe[0].value) == 24


def test_a_map_fitted_on_the_filtered_pairs_is_one_of_its_own(workspace, open_page):
    ask = MapAsk(where=("outcome=consistent|inconsistent",))
    few = store_map(workspace, workspace.path_of("full"), 1, ask=ask)
    app = open_page(PAIRS, run="full", group="1", fit="outcome=consistent|inconsistent")
    assert listed(app) == issues(of_group(few, "1", 0))
    assert "no such map" in words(open_page(PAIRS, run="full", group="1", fit="outcome=consistent"))


def test_a_group_of_the_filtered_pairs_can_be_narrowed_further(workspace, open_page):
    fit = "outcome=consistent|inconsistent"
    few = store_map(workspace, workspace.path_of("full"), 1, ask=MapAsk(where=(fit,)))
    app = open_page(PAIRS, run="full", group="1", fit=fit, category="Politics")
    table = data.table(data.find("full")).set_index("pair_id")
    members = [pair for pair in of_group(few, "1", 0) if table["category"][pair] == "Politics"]
    assert members
    assert listed(app) == issues(members)


def test_filters_reset_leave_nothing_of_the_map_behind(workspace, pair_map, open_page):
    store_map(workspace, workspace.path_of("full"), ask=MapAsk("answers"))
    app = open_page(PAIRS, run="full", group="1", level="1", map="answers")
    next(button for button in app.button if button.label == "Reset filters").click().run()
    assert not {"group", "level", "map", "fit"} & set(app.query_params)


@pytest.mark.parametrize(("groups", "label"), [(["1"], "Show these pairs"), (["1", "2"], "Show the first")])
def test_the_link_to_the_map_promises_what_it_picks_out(workspace, pair_map, open_page, groups, label):
    app = open_page(PAIRS, run="full", group=groups)
    link = next(link.proto for link in app.get("page_link") if CLUSTERS_PATH in link.proto.page)
    assert link.label == f"{label} on the map"


def test_runs_on_the_same_pairs_share_a_map_and_a_damaged_one_is_named(workspace, pair_map, open_page):
    build_run(workspace, "other", "full", shift=3)
    assert len(open_page(PAIRS, run="other", group="1").dataframe[0].value) < 24
    for file in (workspace.embeddings / "maps").iterdir():
        file.write_bytes(b"no map at all")
        file.rename(file.with_stem(file.stem + "-moved")).rename(file)
    assert "cannot be opened" in words(open_page(PAIRS, run="other", group="1"))


def test_without_a_map_the_pages_look_for_nothing(workspace, open_page, monkeypatch):
    monkeypatch.setattr("valbench_core.maps.opening.open_map", lambda *_: pytest.fail("looked for a map"))
    assert "24 pairs" in words(open_page(PAIRS, run="full"))


def test_figures_of_groups_outlive_a_change_that_leaves_verdicts_alone(workspace, pair_map, monkeypatch):
    run = data.find("full")
    before = data.map_test(run, MapAsk(), 0), data.map_figures(run, MapAsk(), 0)
    with RunFile.open(run.path) as file:
        rename(file, pair_map, 0, "1", "Rules")
    later = data.find("full")
    monkeypatch.setattr("pages.parts.data.maps.group_test", lambda *_: pytest.fail("tested again"))
    assert (data.map_test(later, MapAsk(), 0), data.map_figures(later, MapAsk(), 0)) == before
    assert data.map_names(later, pair_map, 0)["1"].text == "Rules"

"""The groups of a map on the page of clusters: table, order, tests, the group highlighted, names."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import data
from pages.parts.clusters import figures, groups
from pages.parts.clusters.view import View
from tests.made_maps import store_map
from tests.run_builder import build_run
from tests.screens.conftest import words
from valbench_core.maps import UNGROUPED, MapGroup
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.names import NamingRecord, keep_record, rename
from valbench_core.maps.opening import map_store
from valbench_core.runs import RunFile

CLUSTERS = "pages/explore/clusters.py"
SHAPES = ("full", "v1", "partial", "failed", "answers")


@pytest.fixture
def large(empty_workspace):
    """A run whose groups are large enough to be tested, and its map of two levels."""
    path = build_run(empty_workspace, "large", n=120)
    return path, store_map(empty_workspace, path)


def group_table(app: AppTest) -> pd.DataFrame:
    return next(
        table.value for table in app.dataframe if "group" in table.value and "issue" not in table.value
    )


def names_in(app: AppTest) -> list[str]:
    return list(group_table(app)["group"])


def button(app: AppTest, label: str):
    return next(one for one in app.button if one.label == label)


def has_button(app: AppTest, label: str) -> bool:
    return any(one.label == label for one in app.button)


@pytest.mark.parametrize("run", SHAPES)
def test_every_shape_of_run_shows_its_groups(workspace, open_page, run):
    pair_map = store_map(workspace, workspace.path_of(run))
    app = open_page(CLUSTERS, run=run)
    assert len(group_table(app)) == len(pair_map.levels[pair_map.usual].groups)


@pytest.mark.parametrize("run", ["failed", "answers"])
def test_without_a_verdict_groups_have_counts_and_no_figures(workspace, open_page, run):
    store_map(workspace, workspace.path_of(run))
    app = open_page(CLUSTERS, run=run, group="1")
    assert list(group_table(app)) == ["group", "shown", "pairs"]
    assert "Typical contradiction" not in words(app)


def test_groups_stand_with_share_interval_and_p_and_family_and_its_size_are_said(large, open_page):
    app = open_page(CLUSTERS, run="large", level="1")
    table = group_table(app)
    assert {"divergent", "p", "p_corrected", "difference", "judged"} <= set(table)
    assert table["divergent"].str.contains("[", regex=False).all()
    assert "4 tests, corrected by Benjamini–Hochberg" in words(app)
    assert "4 tested groups" in words(app)


def test_p_is_written_as_everywhere_else(large, open_page):
    values = group_table(open_page(CLUSTERS, run="large", level="1"))["p"].dropna()
    assert values.str.fullmatch(r"< 0\.001|\d\.\d{3}").all()


def test_the_central_pairs_of_a_group_do_not_repeat_its_name(large, open_page):
    app = open_page(CLUSTERS, run="large", group="1")
    assert "group" not in next(table.value for table in app.dataframe if "issue" in table.value)
    assert "Typical words" not in words(app)


def test_the_pairs_shown_add_up_and_figures_rest_on_all_judged_pairs(large, open_page):
    divergent, everything = (
        group_table(open_page(CLUSTERS, run="large", show=show)) for show in ("divergent", "all")
    )
    table = data.table(data.find("large"))
    assert divergent["shown"].sum() == (table["outcome"] == "inconsistent").sum()
    assert everything["shown"].sum() == len(table)
    assert divergent["divergent"].equals(everything["divergent"])


def test_the_ungrouped_are_a_row_and_counted(large, open_page):
    app = open_page(CLUSTERS, run="large")
    loose = group_table(app).set_index("group").loc["Ungrouped", "pairs"]
    assert f"{loose} pairs of 120 are near no group" in words(app)


@pytest.mark.parametrize(("order", "key"), [("p", "p"), ("name", "group")])
def test_orders_put_the_groups_in_order(large, open_page, order, key):
    values = group_table(open_page(CLUSTERS, run="large", order=order))[key].dropna().to_list()
    assert values == sorted(values, key=lambda value: value.casefold() if order == "name" else value)


def test_the_most_divergent_groups_come_first_when_asked(large, open_page):
    shares = group_table(open_page(CLUSTERS, run="large", order="divergent"))["divergent"]
    numbers = [float(share.split()[0]) for share in shares]
    assert numbers == sorted(numbers, reverse=True)


def test_an_order_that_there_is_not_is_said(large, open_page):
    app = open_page(CLUSTERS, run="large", order="colour")
    assert "no such order" in words(app)
    assert "colour" in [text.value for text in app.text]


def test_an_order_chosen_stands_in_the_url(large, open_page):
    app = open_page(CLUSTERS, run="large")
    app.selectbox(key="order of groups").select("name").run()
    assert "name" in app.query_params["order"]


def test_the_page_stands_before_the_groups_are_tested(large, open_page, monkeypatch):
    def too_early(*_: object) -> None:
        raise AssertionError("tested before the end of the page")

    monkeypatch.setattr(groups, "add_tests", lambda view, place: None)
    monkeypatch.setattr(groups, "test_of", too_early)
    app = open_page(CLUSTERS, run="large")
    assert group_table(app)["divergent"].notna().all()
    assert "are being compared" in words(app)


def test_beside_another_run_groups_have_counts_of_both_and_no_test(large, empty_workspace, open_page):
    build_run(empty_workspace, "other", n=120, shift=3)
    app = open_page(CLUSTERS, run="large", versus="other")
    table = group_table(app)
    assert {"diverges_both", "diverges_here", "diverges_there", "in_both"} <= set(table)
    assert "p" not in table
    kinds = data.divergences(data.find("large"), data.find("other")).counts()
    assert table["diverges_here"].sum() == kinds["here"]


def test_an_exploring_map_has_counts_only_and_says_why(large, empty_workspace, open_page):
    store_map(empty_workspace, large[0], ask=MapAsk("answers"))
    app = open_page(CLUSTERS, run="large", map="answers", group="1")
    assert list(group_table(app)) == ["group", "divergent_pairs", "judged", "shown", "pairs"]
    assert "so they depend on how the pairs came out" in words(app)
    assert not app.metric
    button(app, "Back to the map of issues").click().run()
    assert "map" not in app.query_params


# The group highlighted


def test_a_group_is_shown_with_its_figures_central_pairs_and_contradictions(large, open_page):
    app = open_page(CLUSTERS, run="large", group="2")
    pair_map = large[1]
    shown = words(app)
    assert " · ".join(pair_map.levels[pair_map.usual].groups[1].terms) in shown
    assert "What it is about" in shown
    assert "Typical contradiction" in shown
    assert len(app.metric) == 4


def test_the_figures_of_a_group_are_those_of_the_table(large, open_page):
    app = open_page(CLUSTERS, run="large", group="1")
    share = group_table(app)["divergent"].iloc[0]
    assert f"**{share} %** of its pairs are divergent" in words(app)


def test_a_group_without_divergent_pairs_says_so(large, open_page, monkeypatch):
    monkeypatch.setattr(data, "typical_pairs", lambda *_: ())
    assert "does not contradict itself" in words(open_page(CLUSTERS, run="large", group="1"))


def test_a_highlight_can_be_taken_back(large, open_page):
    app = open_page(CLUSTERS, run="large", group="1")
    button(app, "No highlight").click().run()
    assert "group" not in app.query_params


@pytest.mark.parametrize(
    ("rows", "cells", "highlighted", "group"),
    [
        ([], [(1, "group")], "", "b"),
        ([0], [(1, "group")], "a", "b"),
        ([0], [(0, "group")], "a", ""),
        ([1], [], "a", "b"),
        ([], [(0, "group")], "a", ""),
        ([1], [(0, "group")], "a", "b"),
    ],
)
def test_a_click_highlights_and_once_more_takes_it_back(monkeypatch, rows, cells, highlighted, group):
    picked = []
    state = {"table": SimpleNamespace(selection=SimpleNamespace(rows=rows, cells=cells))}
    monkeypatch.setattr(groups.st, "session_state", state)
    monkeypatch.setattr(groups, "pick", lambda key, value: picked.append(value))
    groups._choose("table", ["a", "b"], highlighted)
    assert picked == [group]


# Export


def test_the_export_has_every_metric_with_interval_n_and_p(large, open_page):
    run = data.find("large")
    pair_map = data.stored_map(run, MapAsk())
    table = figures.export(_view(run, pair_map))
    assert list(table["size"]) == [group.size for group in pair_map.levels[1].groups]
    for key in ("PAC", "VPREF", "REF", "NINF", "inconsistent"):
        assert {key, f"{key} low", f"{key} high", f"{key} n"} <= set(table)
    assert {"id", "name", "terms", "p", "p corrected"} <= set(table)
    assert set(table["run"]) == {"large"}
    assert set(table["judgement"]) == {run.judgement_name}
    assert set(table["illustrative"]) == {run.illustrative}


def _view(run, pair_map):
    nothing = data.table(run).index.to_numpy()[:0]
    return View(run, MapAsk(), pair_map, 1, "group", "all", None, nothing, "", "", "", "", None)


# Names


def test_a_name_given_by_hand_is_shown_and_kept(large, open_page):
    app = open_page(CLUSTERS, run="large", group="1")
    next(one for one in app.text_input if one.label == "Name").set_value("Rules of <b>old</b>")
    button(app, "Save the name").click().run()
    assert names_in(app)[0] == "Rules of <b>old</b>"
    assert "Named by hand." in words(app)
    button(app, "Back to its terms").click().run()
    assert names_in(app)[0] == "topic 0 · rule · word 0"


def test_a_name_that_another_group_has_is_refused_in_one_line(large, open_page):
    app = open_page(CLUSTERS, run="large", group="1")
    taken = names_in(app)[1]
    next(one for one in app.text_input if one.label == "Name").set_value(taken)
    button(app, "Save the name").click().run()
    assert "give group 1 another one" in words(app)
    assert not app.exception


def test_a_name_of_one_level_is_not_that_of_another(large, open_page):
    with closing(RunFile.open(large[0])) as run:
        rename(run, large[1], 0, "1", "Coarse")
    assert "Coarse" not in names_in(open_page(CLUSTERS, run="large", level="2"))
    assert "Coarse" in names_in(open_page(CLUSTERS, run="large", level="1"))


def test_a_read_only_server_offers_no_names_and_says_so(large, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(CLUSTERS, run="large", group="1")
    assert not has_button(app, "Save the name")
    assert "names stay as they are" in words(app)
    assert "Who named what" in words(app)


def test_a_run_file_that_cannot_be_written_offers_no_names(large, open_page, monkeypatch):
    monkeypatch.setattr(data, "can_change", lambda run: False)
    app = open_page(CLUSTERS, run="large")
    assert "The file of this run cannot be written" in words(app)


def record(group: str, name: str | None, problem: str = "") -> NamingRecord:
    return NamingRecord(
        group,
        ("topic", "rule"),
        f"MESSAGE about {group}",
        name,
        problem,
        "namer-1",
        "http://127.0.0.1:9/v1",
        "2026-11-21T10:00:00Z",
    )


def test_the_audit_shows_what_a_model_saw_and_what_it_failed_at(large, open_page):
    with closing(RunFile.open(large[0])) as run:
        keep_record(run, large[1], 1, record("1", "Old rules"))
        keep_record(run, large[1], 1, record("2", None, "the name is empty"))
    app = open_page(CLUSTERS, run="large", group="1")
    audit = next(table.value for table in app.dataframe if "model_name" in table.value)
    assert audit.set_index("group").loc["Old rules", "by"] == "namer-1"
    assert "the name is empty" in set(audit["problem"])
    next(one for one in app.selectbox if one.label == "What a model saw").select_index(0).run()
    assert "MESSAGE about 1" in [code.value for code in app.code]


def test_a_models_name_can_be_undone_for_the_terms(large, open_page):
    with closing(RunFile.open(large[0])) as run:
        keep_record(run, large[1], 1, record("1", "Old rules"))
    app = open_page(CLUSTERS, run="large", group="1")
    assert names_in(app)[0] == "Old rules"
    button(app, "Back to its terms").click().run()
    assert names_in(app)[0] == "topic 0 · rule · word 0"
    audit = next(table.value for table in app.dataframe if "model_name" in table.value)
    assert list(audit.loc[audit["model_name"] == "Old rules", "problem"]) == ["taken back by hand"]


def test_groups_for_which_no_name_came_are_told_where_names_are(large, open_page):
    log = data.workspace().logs / "maps" / "large.log"
    log.parent.mkdir(parents=True)
    command = data.making_command(data.find("large"), MapAsk(), 1).removeprefix("valbench ")
    log.write_text(
        f"$ valbench {command} --name-model gpt\n"
        "no name for group 3 (topic 2): cut off\n$ ended with exit status 0\n"
    )
    told = "no name for group 3 (topic 2): cut off"
    assert told in [code.value for code in open_page(CLUSTERS, run="large").code]
    assert told not in [code.value for code in open_page(CLUSTERS, run="large", level="1").code]


def test_where_all_pairs_are_ungrouped_there_is_nothing_to_name(empty_workspace, open_page):
    path = build_run(empty_workspace, "small", n=8)
    pair_map = store_map(empty_workspace, path, 1)
    level = replace(pair_map.levels[0], groups=(MapGroup(UNGROUPED, 8, ()),), codes=np.zeros(8, np.int32))
    map_store(empty_workspace).save(replace(pair_map, levels=(level,)))
    app = open_page(CLUSTERS, run="small", group=UNGROUPED)
    assert names_in(app) == ["Ungrouped"]
    assert "Who named what" not in words(app)

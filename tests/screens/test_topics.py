"""The page of topics on every shape of run: breakdowns, metrics, orders, tests, links that ask in vain."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from urllib.parse import quote

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import data
from pages.parts.id_links import IN_ADDRESS
from pages.parts.topics.links import pairs_of
from tests.run_builder import build_run
from tests.screens.conftest import words
from valbench_core.pairs import Condition

TOPICS = "pages/results/topics.py"
SHAPES = ("full", "v1", "partial", "failed", "answers")
BREAKDOWNS = ("category", "issue_scale", "article", "category_scale")


def tables(app: AppTest) -> list[pd.DataFrame]:
    return [table.value for table in app.dataframe]


def charts(app: AppTest) -> list[str]:
    return [chart.proto.spec for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("run", SHAPES)
def test_it_opens_on_every_shape_of_run(workspace, open_page, run):
    assert open_page(TOPICS, run=run).title[0].value == "Topics"


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_every_breakdown_opens_under_both_protocols(workspace, open_page, by):
    for run in ("full", "v1"):
        app = open_page(TOPICS, run=run, by=by)
        assert len(charts(app)) == 2
        assert "What differs from the rest" in words(app)


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_a_share_of_outcomes_is_shown_by_every_breakdown(workspace, open_page, by):
    app = open_page(TOPICS, run="full", by=by, metric="both_refused")
    assert not app.warning
    assert app.selectbox(key="topics metric").value == "both_refused"


def test_what_the_overview_worked_out_is_not_worked_out_again(workspace, open_page, monkeypatch):
    open_page(run="full")

    def again(*_: object) -> None:
        raise AssertionError("worked out again")

    # The package's `figures` is the function of that name, not its module.
    for module, name in (("figures", "summarise"), ("figures", "summarise_by"), ("topics", "summarise_by")):
        monkeypatch.setattr(import_module(f"pages.parts.data.{module}"), name, again)
    assert len(charts(open_page(TOPICS, run="full"))) == 2


def test_without_runs_it_says_how_to_get_one(empty_workspace, open_page):
    assert "valbench demo" in [code.value for code in open_page(TOPICS).code]


@pytest.mark.parametrize(("run", "command"), [("answers", "valbench judge"), ("failed", "valbench retry")])
def test_where_nothing_is_judged_it_says_so_and_names_the_command(workspace, open_page, run, command):
    app = open_page(TOPICS, run=run)
    assert "nothing to break down" in words(app)
    assert any(code.value.startswith(command) for code in app.code)
    assert not app.dataframe


def test_the_figures_of_a_category_are_those_of_its_pairs(workspace, open_page):
    metrics, outcomes, _ = tables(open_page(TOPICS, run="full", sort="name"))
    # Ethics has the pairs 3, 8, 13, 18 and 23, of the verdicts' values 75, 0, 50, 25 and 75; by hand: 45.
    ethics = metrics.set_index("group").loc["Ethics"]
    assert (ethics["pairs"], ethics["articles"]) == (5, 5)
    assert ethics["PAC"].startswith("45.0 [")
    assert len(outcomes.columns) == 3 + 6


def test_what_a_link_asks_for_in_vain_is_said(workspace, open_page):
    app = open_page(TOPICS, run="full", by="colour", metric="FAME", sort="zzz", page="9")
    assert len(app.warning) == 4
    assert {"colour", "FAME", "zzz", "9"} <= {text.value for text in app.text}


def test_choices_stand_in_the_url(workspace, open_page):
    app = open_page(TOPICS, run="full")
    app.selectbox(key="topics by").select("issue_scale").run()
    app.selectbox(key="topics metric").select("REF").run()
    assert (app.query_params["by"], app.query_params["metric"]) == ("issue_scale", "REF")


def test_an_order_that_another_breakdown_lacks_is_given_up_with_it(workspace, open_page):
    app = open_page(TOPICS, run="full", sort="p")
    app.selectbox(key="topics by").select("article").run()
    assert not app.warning
    assert "sort" not in app.query_params


def test_orders_put_the_groups_in_order(workspace, open_page):
    by_name = tables(open_page(TOPICS, run="full", sort="name"))[0]["group"].to_list()
    assert by_name == sorted(by_name)
    lowest = tables(open_page(TOPICS, run="full", sort="lowest"))[0]["PAC"].to_list()
    assert [float(text.split()[0]) for text in lowest] == sorted(float(text.split()[0]) for text in lowest)


def test_tests_state_family_size_and_both_p(empty_workspace, open_page):
    build_run(empty_workspace, "large", n=60)
    app = open_page(TOPICS, run="large")
    assert "Family: PAC by category, 5 tests, 9,999 draws" in words(app)
    assert {"p", "p_corrected"} <= set(tables(app)[-1].columns)


def test_too_few_articles_are_said_and_not_tested(workspace, open_page):
    app = open_page(TOPICS, run="partial")
    assert "Nothing is tested" in words(app)
    assert set(tables(app)[-1]["why"]) == {"too few articles"}


def test_the_issue_scale_gets_one_trend(empty_workspace, open_page):
    build_run(empty_workspace, "large", n=60)
    assert "with each step of the issue scale" in words(open_page(TOPICS, run="large", by="issue_scale"))


def test_articles_and_cells_are_not_tested_and_it_is_said_why(workspace, open_page):
    assert "Articles are not tested" in words(open_page(TOPICS, run="full", by="article"))
    assert "Cells are not tested" in words(open_page(TOPICS, run="full", by="category_scale"))


def test_articles_come_by_pages_and_say_that_pairs_are_their_units(empty_workspace, open_page):
    build_run(empty_workspace, "large", n=240)
    first = open_page(TOPICS, run="large", by="article")
    second = open_page(TOPICS, run="large", by="article", page="2")
    assert [len(tables(app)[0]) for app in (first, second)] == [50, 29]
    assert not set(tables(first)[0]["group"]) & set(tables(second)[0]["group"])
    assert "pairs are taken as independent units" in words(first).replace("\n", " ")


def test_under_v1_value_preference_is_said_not_to_be_asked_for(workspace, open_page):
    assert "does not ask the judge" in words(open_page(TOPICS, run="v1", metric="VPREF"))


def test_ids_of_an_article_are_escaped_and_no_more_than_a_link_can_hold(monkeypatch) -> None:
    ids = [f"a|{number}" for number in range(5000)]
    monkeypatch.setattr(data, "article_pairs", lambda run, key: ids)
    n = SimpleNamespace(judged=500, asked=500)
    group = SimpleNamespace(group="u", parts=("u",), summary=SimpleNamespace(n=n))
    link = pairs_of(None, "article", group)
    named = Condition.parse(f"id={link.id}").values
    assert named == tuple(ids[: len(named)])
    assert IN_ADDRESS - 20 < len(quote("|".join(named))) <= IN_ADDRESS

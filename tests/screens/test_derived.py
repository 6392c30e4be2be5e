"""Every page under a derived judgement: both orders, repeats, panels; and what is said of pairs left out."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.pair.markdown import markdown_of
from tests.made_judgements import BOTH, PANEL, REPEATS, SECOND, build_judged_run, judge_again
from tests.run_builder import JUDGE, build_run
from tests.screens.conftest import OpenPage, words
from valbench_core.runs import RunFile, RunReader, Workspace

PAGES = (
    "pages/results/overview.py",
    "pages/results/topics.py",
    "pages/results/compare.py",
    "pages/read/pairs.py",
    "pages/read/rationales.py",
    "pages/explore/clusters.py",
    "pages/judge/agreement.py",
    "pages/evaluate/runs.py",
)


@pytest.fixture
def judged(empty_workspace: Workspace) -> Workspace:
    """A run judged in several ways, and one whose swapped order is half done."""
    build_judged_run(empty_workspace)
    half = build_run(empty_workspace, "half")
    with closing(RunFile.open(half)) as run:
        spec = run.judgements()[0].spec
    swapped = replace(spec, order="swapped", made_by_run=False)
    judge_again(half, swapped, dict.fromkeys(range(12), False))
    return empty_workspace


@pytest.mark.parametrize("script", PAGES)
@pytest.mark.parametrize("judgement", [BOTH, REPEATS, PANEL])
def test_every_page_opens_under_a_derived_judgement(
    judged: Workspace, open_page: OpenPage, script: str, judgement: str
):
    app = open_page(script, run="judged", judgement=judgement)
    assert not app.error
    assert app.sidebar.selectbox(key="judgement").value == judgement


@pytest.mark.parametrize("script", PAGES)
def test_every_page_opens_where_one_order_is_half_done(judged: Workspace, open_page: OpenPage, script: str):
    app = open_page(script, run="half", judgement=BOTH)
    assert not app.error


def test_the_sidebar_offers_what_can_be_combined_and_says_what_it_is(judged: Workspace, open_page: OpenPage):
    app = open_page(run="judged", judgement=BOTH)
    offered = app.sidebar.selectbox(key="judgement").options
    assert offered[5:] == [BOTH, REPEATS, PANEL]
    said = " ".join(text.value for text in app.sidebar.text)
    assert f"{JUDGE}, mean of both orders" in said


def test_a_panel_that_is_not_on_offer_is_shown_where_a_link_names_it(judged: Workspace, open_page: OpenPage):
    pair = f"panel:{JUDGE}@v3+{SECOND}@v3"
    app = open_page(run="judged", judgement=pair)
    assert app.sidebar.selectbox(key="judgement").value == pair


def test_a_panel_of_a_judge_that_is_gone_is_named(judged: Workspace, open_page: OpenPage):
    app = open_page(run="judged", judgement=f"panel:{JUDGE}@v3+gone@v3")
    assert "'gone@v3', which is not there" in words(app)


def test_the_overview_says_how_many_pairs_are_left_out(judged: Workspace, open_page: OpenPage):
    app = open_page(run="half", judgement=BOTH)
    # Of the 22 answered pairs one is unjudged in normal order; swapped, twelve are not judged yet.
    assert "13 pairs judged in some of the 2 judgements" in words(app)
    assert "--swapped" in " ".join(block.value for block in app.code)


def test_rationales_lead_to_the_judgements_that_have_words(judged: Workspace, open_page: OpenPage):
    app = open_page("pages/read/rationales.py", run="judged", judgement=BOTH)
    assert "no one verdict stands" in words(app)
    app.button(key=f"rationales of {JUDGE}@v3~swapped in judged").click().run()
    assert app.sidebar.selectbox(key="judgement").value == f"{JUDGE}@v3~swapped"
    assert not app.exception


def test_a_pair_shows_what_each_order_said(judged: Workspace, open_page: OpenPage):
    app = open_page("pages/read/pairs.py", run="judged", judgement=BOTH, pair="pair-9")
    # Turn 9 of the verdicts is +2; in swapped order its contrary.
    assert combined_score(app) == "0"
    assert "mean of both orders" in words(app)


def test_lists_go_by_half_steps(judged: Workspace, open_page: OpenPage):
    app = open_page("pages/read/pairs.py", run="judged", judgement=BOTH, score="-0.5")
    assert "meets these filters" not in words(app)
    assert "no pair of this run has" not in words(app)


@pytest.mark.parametrize("text", ["positions", "rationale"])
def test_a_map_of_verdicts_takes_one_judgement(judged: Workspace, open_page: OpenPage, text: str):
    app = open_page("pages/explore/clusters.py", run="judged", judgement=BOTH, map=text)
    assert "no one verdict" in words(app)


def test_a_pair_under_both_orders_is_copied_with_both_verdicts(judged: Workspace):
    with RunReader.open_readonly(judged.path_of("judged")) as run:
        judgement = run.find_judgement(BOTH)
        text = markdown_of(run.pair_detail("pair-9", judgement), judgement, "judged", "http://127.0.0.1/")
    assert text.count("#### One judgement") == 2
    assert "Combined: s = 0." in text


def combined_score(app: AppTest) -> str:
    return next(metric.value for metric in app.metric if metric.label == "Combined score (s)")

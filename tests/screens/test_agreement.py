"""The page Agreement: order, repeats and several judges; what it says where something is missing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.agreement import starting
from tests.made_judgements import BOTH, PANEL, SECOND, THIRD, build_judged_run, judge_again
from tests.run_builder import JUDGE, add_judgement, build_run
from tests.screens.conftest import OpenPage, words
from valbench_core.judging import RULES_JUDGE
from valbench_core.runs import JudgementSpec, RunFile, Workspace

PAGE = "pages/judge/agreement.py"
PAIRS = 58
JUDGED = PAIRS - 3
"""Two pairs failed, one is unjudged."""


@pytest.fixture
def judged(empty_workspace: Workspace) -> Workspace:
    """A run judged in both orders, twice, and by three judges."""
    build_judged_run(empty_workspace, n=PAIRS)
    return empty_workspace


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The arguments of the processes that the page would have started."""
    calls: list[Sequence[str]] = []
    monkeypatch.setattr(starting, "launch", lambda run, arguments, keys=None: calls.append(arguments))
    return calls


def commands(app: AppTest) -> str:
    return "\n".join(block.value for block in app.code)


def metric(app: AppTest, label: str, nth: int = 0) -> str:
    return str([one for one in app.metric if one.label == label][nth].value)


@pytest.mark.parametrize("run", ["answers", "failed", "partial", "full", "v1"])
def test_the_page_opens_on_every_run(workspace: Workspace, open_page: OpenPage, run: str):
    app = open_page(PAGE, run=run)
    assert app.title[0].value == "Agreement"
    assert not app.error or run == "failed"


def test_an_empty_workspace_is_welcomed(empty_workspace: Workspace, open_page: OpenPage):
    assert "There is no run here yet" in words(open_page(PAGE))


def test_a_run_without_judgement_can_be_judged(workspace: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="answers")
    assert "Nothing is judged yet" in words(app)
    assert "valbench judge answers" in commands(app)


def test_a_run_that_failed_has_nothing_to_compare(workspace: Workspace, open_page: OpenPage):
    assert "there is nothing to compare" in words(open_page(PAGE, run="failed"))


def test_one_judgement_alone_says_what_is_missing_and_how_to_get_it(
    workspace: Workspace, open_page: OpenPage
):
    app = open_page(PAGE, run="full")
    said = words(app)
    assert "Only one order is judged" in said
    assert "This judge was asked once" in said
    assert "There is one judgement under protocol v3" in said
    assert "--swapped" in commands(app)
    assert "--replicate 1" in commands(app)


def test_order_shows_how_often_scores_flip_beside_a_repeat(judged: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="judged")
    # In swapped order the verdict differs on every third pair, in the repeat on one: two of those are lost.
    changed = float(metric(app, "Score changes").removesuffix(" %"))
    repeated = float(metric(app, "Score changes", 1).removesuffix(" %"))
    assert 0 < repeated < changed < 100 / 3 + 5
    assert repeated == pytest.approx(100 / JUDGED, abs=0.1)
    assert "A same-order repeat: **1.8 %" in words(app)


def test_a_judge_whom_order_leaves_cold_is_said_to_be(empty_workspace: Workspace, open_page: OpenPage):
    path = build_run(empty_workspace, "calm")
    judge_again(path, _like(path, order="swapped"), dict.fromkeys(range(24), False))
    app = open_page(PAGE, run="calm")
    assert metric(app, "Score changes") == "0.0 %"
    assert "Every pair gets the same score in both orders" in words(app)


def test_pairs_judged_in_one_order_only_are_counted(empty_workspace: Workspace, open_page: OpenPage):
    path = build_run(empty_workspace, "half")
    judge_again(path, _like(path, order="swapped"), dict.fromkeys(range(12), False))
    app = open_page(PAGE, run="half")
    assert "13 pairs judged in one order only" in words(app)
    assert "--swapped" in commands(app)


def test_a_button_has_all_pages_show_the_mean_of_both_orders(judged: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="judged")
    app.button(key="use both of judged").click().run()
    assert not app.exception
    assert app.sidebar.selectbox(key="judgement").value == BOTH
    assert "All pages show it now" in words(app)


def test_a_button_has_all_pages_show_a_panel_of_the_judges_chosen(judged: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="judged", judges=[f"{JUDGE}@v3", f"{THIRD}@v3"])
    app.button(key="use panel of judged").click().run()
    assert not app.exception
    assert app.sidebar.selectbox(key="judgement").value == f"panel:{JUDGE}@v3+{THIRD}@v3"


def test_under_a_panel_it_is_said_which_judgement_order_and_repeats_are_of(
    judged: Workspace, open_page: OpenPage
):
    usual, under_panel = (open_page(PAGE, run="judged", judgement=name) for name in (f"{JUDGE}@v3", PANEL))
    assert metric(usual, "Score changes") == metric(under_panel, "Score changes")
    choice = under_panel.selectbox(key="of")
    assert choice.value == f"{JUDGE}@v3"
    assert "Only one order is judged" not in words(under_panel)
    choice.select(f"{SECOND}@v3").run()
    assert under_panel.query_params["of"] == f"{SECOND}@v3"
    assert "Only one order is judged" in words(under_panel)


def test_a_judgement_that_a_panel_does_not_combine_is_said(judged: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="judged", judgement=PANEL, of="gone@v3")
    assert "gone@v3" in [text.value for text in app.text]
    assert app.selectbox(key="of").value == f"{JUDGE}@v3"


def test_under_the_mean_of_both_orders_it_is_said_what_it_combines(judged: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="judged", judgement=BOTH)
    assert f"this is about {JUDGE}@v3 and those beside it" in words(app)


def test_of_two_judges_it_is_said_what_both_judged(judged: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="judged", judges=[f"{JUDGE}@v3", f"{SECOND}@v3"])
    assert f"**{JUDGED} pairs** judged by both" in words(app)


def test_the_swapped_judgement_and_the_normal_one_are_told_apart_whichever_is_shown(
    judged: Workspace, open_page: OpenPage
):
    shifts = [
        metric(open_page(PAGE, run="judged", judgement=name), "Shift of consistency (PAC)")
        for name in (f"{JUDGE}@v3", f"{JUDGE}@v3~swapped")
    ]
    assert shifts[0] == shifts[1]


def test_judges_of_another_protocol_are_left_out_and_named(judged: Workspace, open_page: OpenPage):
    add_judgement(judged.path_of("judged"), "old-judge", "v1")
    app = open_page(PAGE, run="judged")
    assert "old-judge@v1" in [text.value for text in app.text]
    assert "old-judge@v1" not in app.multiselect(key="judges").options


def test_the_judges_compared_are_one_of_each_unless_chosen(judged: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="judged")
    assert app.multiselect(key="judges").value == [f"{JUDGE}@v3", f"{SECOND}@v3", f"{THIRD}@v3"]


def test_a_judgement_that_is_not_there_is_said(judged: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="judged", judges=[f"{JUDGE}@v3", "gone@v3"])
    assert "gone@v3" in words(app)
    assert "Choose two judgements or more" in words(app)


def test_the_rule_judge_can_be_asked_in_the_other_order(
    empty_workspace: Workspace, open_page: OpenPage, started: list[Sequence[str]]
):
    path = build_run(empty_workspace, "ruled", "answers")
    judge_again(path, JudgementSpec(RULES_JUDGE, "v3"), dict.fromkeys(range(24), False))
    app = open_page(PAGE, run="ruled")
    assert "no calls, no cost" in words(app)
    app.button(key=f"judge order of ruled as {RULES_JUDGE}@v3").click().run()
    assert started == [["judge", "ruled", "--judge-model", RULES_JUDGE, "--swapped"]]


def test_a_judge_with_settings_of_its_own_is_not_asked_by_a_button(workspace: Workspace, open_page: OpenPage):
    app = open_page(PAGE, run="full")
    assert "another prompt than today's" in words(app)
    assert not [button for button in app.button if button.label == "Judge the other order"]


def test_a_read_only_server_shows_commands_and_starts_nothing(
    empty_workspace: Workspace, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
):
    path = build_run(empty_workspace, "ruled", "answers")
    judge_again(path, JudgementSpec(RULES_JUDGE, "v3"), dict.fromkeys(range(24), False))
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(PAGE, run="ruled")
    assert "--swapped" in commands(app)
    assert not [button for button in app.button if "udge" in button.label]


def _like(path, **changes) -> JudgementSpec:
    """Return the first judgement's configuration, changed."""
    with closing(RunFile.open(path)) as run:
        return replace(run.judgements()[0].spec, made_by_run=False, **changes)

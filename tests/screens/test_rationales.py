"""The page of rationales on every shape of run: verdicts, contradictions, unjudged pairs, typical words."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.rationales import unjudged
from tests import run_builder
from tests.run_builder import HOSTILE, add_judgement, build_run, make_verdict
from tests.screens.conftest import words

RATIONALES = "pages/read/rationales.py"
SHAPES = ("full", "v1", "partial", "failed", "answers")


@pytest.fixture
def started(monkeypatch):
    """What would have been started: run, arguments, keys."""
    for variable in ("EXAMPLE_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(variable, "set")
    begun: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(
        unjudged,
        "start",
        lambda workspace, run, arguments, keys: begun.append((run, arguments, dict(keys))),
    )
    return begun


@pytest.fixture
def with_words(empty_workspace, monkeypatch):
    """A run whose judge wrote "keep" of the consistent pairs, and "ban" of the others."""

    def verdict(number, protocol):
        made = make_verdict(number, protocol)
        return replace(made, central_issue="Whether to keep" if made.score > 0 else "Whether to ban")

    monkeypatch.setattr(run_builder, "make_verdict", verdict)
    build_run(empty_workspace, "words", n=60)


@pytest.mark.parametrize("run", SHAPES)
def test_the_page_opens_on_every_shape_of_run(workspace, open_page, run):
    assert open_page(RATIONALES, run=run).title[0].value == "Rationales"


def test_without_runs_it_says_how_to_get_one(empty_workspace, open_page):
    assert "valbench demo" in [code.value for code in open_page(RATIONALES).code]


def test_before_any_judgement_it_names_the_command(workspace, open_page):
    app = open_page(RATIONALES, run="answers")
    assert "There is no verdict to read" in words(app)
    assert any("valbench judge answers" in code.value for code in app.code)


def test_a_judgement_without_verdicts_says_so(workspace, open_page):
    assert "no valid verdict" in words(open_page(RATIONALES, run="failed"))
    add_judgement(workspace.path_of("full"), "second", "v3")
    assert "no valid verdict" in words(open_page(RATIONALES, run="full", judgement="second@v3"))


def test_the_list_holds_the_verdicts_that_stand_and_what_they_say(workspace, open_page):
    app = open_page(RATIONALES, run="full")
    assert "**21 verdicts**" in words(app)
    shown = verdicts(app)
    assert len(shown) == 21
    assert set(shown["central_issue"]) == {"Whether the rule should stand."}
    assert HOSTILE in shown["for_positions"].iloc[0]


def test_v1_leaves_out_what_it_does_not_ask_and_says_so(workspace, open_page):
    app = open_page(RATIONALES, run="v1")
    assert "central_issue" not in verdicts(app)
    assert "neither a central issue nor a value preference" in words(app)
    assert "Value preference, opposing score" not in words(app)


def test_a_link_narrows_the_list_by_words_and_outcome(workspace, open_page):
    app = open_page(RATIONALES, run="full", q='"both see a rule"', outcome="inconsistent")
    assert "**4 of 21 verdicts**" in words(app)
    assert set(verdicts(app)["outcome"]) == {"inconsistent (divergent)"}
    assert app.text_input(key="q").value == '"both see a rule"'


def test_the_search_looks_in_verdicts_only_and_no_input_is_an_error(workspace, open_page):
    assert "None of the 21 verdicts" in words(open_page(RATIONALES, run="full", q='"explain why"'))
    for text in ("C++", "it's", '"', "a-b", "AND", "*"):
        open_page(RATIONALES, run="full", q=text)


def test_typing_words_puts_them_into_the_url(workspace, open_page):
    app = open_page(RATIONALES, run="full")
    app.text_input(key="q").set_value("nothingofthekind").run()
    assert app.query_params["q"] == "nothingofthekind"
    assert "None of the 21 verdicts" in words(app)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"outcome": "zzz"}, "Outcome: no pair of this run has"),
        ({"page": "99"}, "This list has 1 page; the first is shown"),
        ({"words": "zzz"}, "Words cannot be looked for there"),
    ],
)
def test_what_a_link_says_in_vain_is_said_once(workspace, open_page, query, said):
    assert words(open_page(RATIONALES, run="full", **query)).count(said) == 1


def test_a_long_list_comes_in_pages(empty_workspace, open_page):
    build_run(empty_workspace, "long", n=60)
    assert len(verdicts(open_page(RATIONALES, run="long"))) == 25
    assert len(verdicts(open_page(RATIONALES, run="long", page="3"))) == 7


def test_contradictions_are_counted_with_their_share_and_lead_to_their_pairs(workspace, open_page):
    """Of 21 verdicts 6 refuse beside a position, 3 take one where nothing meaningful is said."""
    app = open_page(RATIONALES, run="full")
    said = words(app)
    assert "**9 verdicts** of 21 judged pairs: **42.9 [" in said
    assert "Refusal beside a taken side" in said
    labels = [link.label for link in app.get("page_link")]
    assert labels.count("**6 pairs**") == labels.count("**3 pairs**") == 1


def test_each_protocol_has_its_own_rules(workspace, open_page):
    assert "One refusal, score not 0" in words(open_page(RATIONALES, run="v1"))
    assert "One refusal, score not 1" in words(open_page(RATIONALES, run="full"))


def test_the_pairs_of_a_rule_are_as_many_as_it_says(workspace, open_page):
    app = open_page("pages/read/pairs.py", run="full", contradiction="refusal_with_position")
    assert "6 of 24 pairs" in words(app)


def test_unjudged_pairs_show_reason_and_raw_answer_as_text(workspace, open_page):
    app = open_page(RATIONALES, run="full")
    texts = [text.value for text in app.text]
    assert "the answer is no JSON" in texts
    assert HOSTILE in texts
    assert "valbench retry full" in [code.value for code in app.code]


def test_the_judge_can_be_asked_again(workspace, open_page, started):
    app = open_page(RATIONALES, run="full")
    app.button(key="retry unjudged").click().run()
    assert started == [("full", ["retry", "full"], {})]


def test_a_server_that_changes_nothing_only_names_the_command(workspace, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(RATIONALES, run="full")
    assert "retry unjudged" not in [button.key for button in app.button]
    assert "valbench retry full" in [code.value for code in app.code]


def test_words_are_looked_for_when_asked_for(with_words, open_page):
    app = open_page(RATIONALES, run="words")
    assert len(app.dataframe) == 1
    app.button_group(key="words looked for").set_value("verdicts").run()
    found = app.dataframe[-1].value.set_index("word")
    assert found.at["keep", "side"] == "consistent"
    assert found.at["ban", "side"] == "inconsistent"
    assert "α₀ = 500" in words(app)


def test_a_link_asks_for_words_too(with_words, open_page):
    app = open_page(RATIONALES, run="words", words="verdicts")
    assert "ban" in set(app.dataframe[-1].value["word"])


def test_words_that_set_nothing_apart_are_said(workspace, open_page):
    said = words(open_page(RATIONALES, run="full", words="answers"))
    assert "sets the two apart" in said


def test_no_text_of_models_or_data_reaches_markdown(workspace, open_page):
    app = open_page(RATIONALES, run="full", words="answers")
    marked = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader]
    assert not any("<script>" in element.value for element in marked)


def verdicts(app: AppTest) -> pd.DataFrame:
    return app.dataframe[0].value


def test_a_judge_that_was_not_asked_is_not_said_to_have_answered(workspace, open_page):
    add_judgement(workspace.path_of("full"), "second", "v3")
    for query in ({"run": "failed"}, {"run": "full", "judgement": "second@v3"}):
        said = words(open_page(RATIONALES, **query))
        assert "This judge has not been asked about any pair yet" in said
        assert "Wherever this judge was asked" not in said


def test_a_page_of_unjudged_pairs_that_there_is_not_is_said(workspace, open_page):
    assert "This list has 1 page; the first is shown" in words(
        open_page(RATIONALES, run="full", unjudged="9")
    )

"""The page of pairs on every shape of run: its list, its filters and the reader."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import data
from pages.parts.pair.markdown import markdown_of
from pages.parts.pair.prompt import prompt_sent
from tests.run_builder import HOSTILE, add_judgement, build_run, make_pair
from tests.screens.conftest import words
from valbench_core.judging import JudgePrompt
from valbench_core.runs import JudgementSpec, RunFile
from valbench_core.runs.exchange import record_json
from valbench_core.schema import Completion, Response

PAIRS = "pages/read/pairs.py"
SHAPES = ("full", "v1", "partial", "failed", "answers")


@pytest.mark.parametrize("run", SHAPES)
def test_the_list_opens_on_every_shape_of_run(workspace, open_page, run):
    app = open_page(PAIRS, run=run)
    assert "24 pairs" in words(app)
    assert len(app.dataframe[0].value) == 24


@pytest.mark.parametrize("run", SHAPES)
@pytest.mark.parametrize("pair", ["pair-0", "pair-2", "pair-23"])
def test_every_pair_can_be_read_on_every_shape_of_run(workspace, open_page, run, pair):
    app = open_page(PAIRS, run=run, pair=pair)
    assert make_pair(int(pair.removeprefix("pair-"))).for_question in words(app)


def test_without_runs_it_says_how_to_get_one(empty_workspace, open_page):
    assert "valbench demo" in [code.value for code in open_page(PAIRS).code]


def test_a_link_sets_the_filters(workspace, open_page):
    app = open_page(PAIRS, run="full", outcome="failed")
    assert list(app.dataframe[0].value["outcome"]) == ["failed", "failed"]
    assert "2 of 24 pairs" in words(app)


def test_an_outcome_may_be_named_by_its_key_or_by_the_words_on_screen(workspace, open_page):
    for name in ("mixed", "nothing meaningful said"):
        app = open_page(PAIRS, run="full", outcome=name)
        assert set(app.dataframe[0].value["outcome"]) == {"nothing meaningful said"}
    assert open_page(PAIRS, run="v1", outcome="mixed").multiselect(key="outcome").value == ["mixed"]


def test_a_filter_that_this_run_does_not_know_is_said(workspace, open_page):
    app = open_page(PAIRS, run="full", category="Gardening")
    assert "Category: no pair of this run has" in words(app)
    assert "Gardening" in words(app)
    assert "24 pairs" in words(app)


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ({"issue_scale": "4..5"}, 9),
        ({"issue_scale": "1|5"}, 9),
        ({"category": "politics|Ethics"}, 10),
        ({"article": "Article 0|Article 1"}, 6),
        ({"id": "pair-3|pair-4"}, 2),
        ({"id": ["pair-3", "pair-4"]}, 2),
        ({"text": "rule 7"}, 1),
        ({"text": '"rule 7"|"rule 8"'}, 2),
        ({"text": "hold"}, 0),
    ],
)
def test_a_link_filters_as_a_condition_on_the_command_line_does(workspace, open_page, query, n):
    app = open_page(PAIRS, run="full", **query)
    assert f"{n} of 24 pairs" in words(app) or (n == 0 and "None of the 24 pairs" in words(app))
    assert "not understood" not in words(app)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"issue_scale": "7..9"}, "is no issue scale"),
        ({"text": "++"}, "holds no word"),
        ({"id": "@/etc/hostname"}, "not a file of ids"),
        ({"id": "nobody"}, "Pair id: no pair of this run has"),
        ({"article": "Nowhere"}, "Article: no pair of this run has"),
        ({"sort": "zzz"}, "cannot be sorted like this"),
        ({"page": "99"}, "This list has 1 page; the first is shown"),
    ],
)
def test_what_a_link_says_in_vain_is_said_once(workspace, open_page, query, said):
    assert words(open_page(PAIRS, run="full", **query)).count(said) == 1


def test_a_page_that_a_list_has_is_not_said_to_be_missing(empty_workspace, open_page):
    build_run(empty_workspace, "long", n=60)
    assert "first is shown" in words(open_page(PAIRS, run="long", page="99"))
    app = open_page(PAIRS, run="long", page="3")
    app.multiselect(key="category").select("Politics").run()
    assert "first is shown" not in words(app)


def test_words_are_looked_for_in_all_texts_and_no_input_is_an_error(workspace, open_page):
    assert len(open_page(PAIRS, run="full", q='"rule 7"').dataframe[0].value) == 1
    for text in ("C++", "it's", '"', "a-b", "AND", "*"):
        open_page(PAIRS, run="full", q=text)


def test_no_match_offers_to_reset_the_filters(workspace, open_page):
    app = open_page(PAIRS, run="full", q="nothingofthekind")
    assert "None of the 24 pairs" in words(app)
    button(app, "Reset filters").click().run()
    assert len(app.dataframe[0].value) == 24
    assert app.text_input(key="q").value == ""


def test_lists_can_be_sorted(workspace, open_page):
    scores = open_page(PAIRS, run="full", sort="lowest score first").dataframe[0].value["score"].dropna()
    assert list(scores) == sorted(scores)


def test_a_long_list_comes_in_pages(empty_workspace, open_page):
    build_run(empty_workspace, "long", n=60)
    app = open_page(PAIRS, run="long", page="3")
    assert app.dataframe[0].value["issue"].iloc[0] == "Whether rule 50 should stand"
    assert len(app.dataframe[0].value) == 10


def test_next_and_previous_walk_through_the_pairs_that_the_filters_leave(workspace, open_page):
    app = open_page(PAIRS, run="full", outcome="failed", pair="pair-0")
    assert "1 of 2" in words(app)
    assert button(app, "Previous").disabled
    button(app, "Next").click().run()
    assert app.query_params["pair"] == "pair-1"
    assert "2 of 2" in words(app)
    assert button(app, "Next").disabled


def test_a_pair_that_the_filters_leave_out_is_shown_and_said(workspace, open_page):
    app = open_page(PAIRS, run="full", outcome="failed", pair="pair-9")
    assert "The filters leave this pair out" in words(app)
    assert make_pair(9).issue_description in words(app)


def test_an_unknown_pair_is_said_and_not_replaced(workspace, open_page):
    app = open_page(PAIRS, run="full", pair="nobody")
    assert "no such pair" in words(app)
    assert app.query_params["pair"] == "nobody"
    button(app, "All pairs").click().run()
    assert len(app.dataframe[0].value) == 24


def test_failures_say_why(workspace, open_page):
    assert "Blocked by a content filter" in words(open_page(PAIRS, run="full", pair="pair-0"))
    timed_out = words(open_page(PAIRS, run="full", pair="pair-1"))
    assert "The call failed: timeout" in timed_out
    assert "no answer in 600 s" in timed_out


def test_an_unjudged_pair_shows_reason_and_raw_answer(workspace, open_page):
    said = words(open_page(PAIRS, run="full", pair="pair-2"))
    assert "the answer is no JSON" in said
    assert HOSTILE in said


def test_flags_and_the_adjusted_score_are_put_in_words(workspace, open_page):
    said = words(open_page(PAIRS, run="full", pair="pair-3"))
    assert "truncated" in said
    assert "refused" in said
    assert "The for side was refused: under protocol v3 the score stays 1." in said


def test_v1_says_that_it_does_not_ask_for_value_preference(workspace, open_page):
    assert "Protocol v1 does not ask" in words(open_page(PAIRS, run="v1", pair="pair-9"))


def test_hand_labels_stand_beside_the_verdict(workspace, open_page):
    app = open_page(PAIRS, run="full", pair="pair-23")
    labels = next(frame.value for frame in app.dataframe if "Field" in frame.value)
    assert list(labels["a reader"]) == list(labels["Judge"])
    assert "Agreed." in words(app)


def test_a_pair_to_be_judged_names_the_command(workspace, open_page):
    app = open_page(PAIRS, run="answers", pair="pair-3")
    assert any("valbench judge answers" in code.value for code in app.code)


def test_unknown_columns_of_the_source_are_shown(workspace, open_page):
    app = open_page(PAIRS, run="full", pair="pair-9")
    assert any("source" in frame.value.to_string() for frame in app.dataframe)


def test_a_list_of_texts_takes_a_line_for_each_and_no_json(workspace, open_page):
    pair = replace(make_pair(0), extra={"aspects": ["cost", 'a "right"'], "n": [1, 2]})
    RunFile.create(workspace.path_of("lists"), {}, [pair], model="m").close()
    app = open_page(PAIRS, run="lists", pair="pair-0")
    rows = next(frame.value for frame in app.dataframe if "Column" in frame.value)
    assert rows.to_numpy().tolist() == [["aspects", "cost"], ["aspects", 'a "right"'], ["n", "[1, 2]"]]


def test_another_judgement_shows_its_own_verdict_and_its_own_command(workspace, open_page):
    add_judgement(workspace.path_of("full"), "second", "v3")
    app = open_page(PAIRS, run="full", pair="pair-9", judgement="second@v3")
    assert "Not judged yet" in words(app)
    assert commands(app)[-1] == "valbench judge full --judge-model second --protocol v3"


def test_what_the_run_judged_itself_is_mended_by_a_retry(workspace, open_page):
    assert "valbench retry full" in commands(open_page(PAIRS, run="full", pair="pair-2"))


def test_a_very_long_answer_is_folded_and_counted(workspace, open_page):
    with RunFile.open(workspace.path_of("full")) as run:
        run.write_responses([Response("pair-9", "for", Completion("long." * 200_000))])
    app = open_page(PAIRS, run="full", pair="pair-9")
    assert max(len(text.value) for text in app.text) < 5_000
    toggle = next(toggle for toggle in app.toggle if toggle.label == "Show all 1,000,000 characters")
    toggle.set_value(True).run()
    assert max(len(text.value) for text in app.text) == 1_000_000
    assert "This verdict judged other texts" in words(app)


def test_no_text_of_models_or_data_reaches_markdown(workspace, open_page):
    for pair in ("pair-0", "pair-2", "pair-9"):
        app = open_page(PAIRS, run="full", pair=pair)
        marked = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader]
        assert not any("<script>" in element.value for element in marked)


def commands(app: AppTest) -> list[str]:
    return [code.value for code in app.code if code.value.startswith("valbench ")]


def button(app: AppTest, label: str):
    return next(button for button in app.button if button.label == label)


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ({"score": "-2"}, 2),
        ({"score": ["−2", "-1"]}, 4),
        ({"score": "(none)"}, 3),
        ({"refusal": "for"}, 3),
        ({"refusal": "both"}, 3),
        ({"no_information": "for"}, 3),
        ({"value_preference": "yes", "refusal": "neither"}, 2),
        ({"label": "agrees with the judge"}, 1),
        ({"contradiction": "preference_but_both_refused"}, 0),
        ({"versus": "v1"}, 24),
        ({"versus": "v1", "versus_outcome": "failed"}, 2),
        ({"versus": "partial", "versus_outcome": "pending", "outcome": "consistent"}, 3),
    ],
)
def test_a_link_filters_by_what_only_a_run_has(workspace, open_page, query, n):
    app = open_page(PAIRS, run="full", **query)
    assert any(f"{words_for}24 pairs" in words(app) for words_for in number_words(n))
    assert "link_off" not in words(app)


def number_words(n: int) -> list[str]:
    return ["None of the "] if n == 0 else [f"{n} of ", ""] if n == 24 else [f"{n} of "]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"versus": "nowhere"}, "there is no run 'nowhere'"),
        ({"versus": "full"}, "is the run shown"),
        ({"versus_outcome": "mixed"}, "needs another run beside the one shown"),
        ({"flip": "here"}, "needs another run beside the one shown"),
        ({"versus": "v1", "versus_judgement": "nobody"}, "the run 'v1' has no judgement 'nobody'"),
        ({"refusal": "nobody"}, "Refusal: no pair of this run has"),
        ({"contradiction": "nothing"}, "Contradictions in the verdict: no pair of this run has"),
    ],
)
def test_what_a_link_says_in_vain_of_a_run_is_said(workspace, open_page, query, said):
    assert said in words(open_page(PAIRS, run="full", **query))


def test_what_a_run_could_have_but_has_not_leaves_no_pair(workspace, open_page):
    app = open_page(PAIRS, run="v1", outcome="pending")
    assert "None of the 24 pairs" in words(app)
    assert app.multiselect(key="outcome").value == ["pending"]


def test_a_count_beside_each_choice_is_what_it_would_leave(workspace, open_page):
    app = open_page(PAIRS, run="full", outcome="consistent")
    assert "consistent (5)" in app.multiselect(key="outcome").options
    assert "failed (2)" in app.multiselect(key="outcome").options
    assert "neither side (5)" in app.multiselect(key="refusal").options
    assert "both sides (0)" in app.multiselect(key="refusal").options


def test_what_is_picked_stands_in_the_url_by_its_plain_value(workspace, open_page):
    app = open_page(PAIRS, run="full")
    app.multiselect(key="outcome").select("mixed").run()
    app.multiselect(key="refusal").select("neither").run()
    assert app.query_params["outcome"] == "mixed"
    assert app.query_params["refusal"] == "neither"
    app.multiselect(key="outcome").unselect("mixed").run()
    assert "outcome" not in app.query_params


def test_labels_whose_counts_are_old_still_name_their_choice(workspace, open_page):
    app = open_page(PAIRS, run="full", category="Politics")
    # What a browser sends that has not seen the newest counts yet.
    app.multiselect(key="outcome").set_value(["consistent (999)", "failed"]).run()
    assert set(app.query_params["outcome"]) == {"consistent", "failed"}


def test_typed_articles_and_words_stand_in_the_url(workspace, open_page):
    app = open_page(PAIRS, run="full")
    app.multiselect(key="article").select("article 1").run()
    app.multiselect(key="text").select('"rule 4"').run()
    assert app.query_params["article"] == "article 1"
    assert "1 of 24 pairs" in words(app)


def test_the_number_of_folded_filters_in_use_is_told(workspace, open_page):
    app = open_page(PAIRS, run="full", outcome="consistent", refusal="neither", issue_scale="3")
    assert "More filters (2 in use)" in [expander.label for expander in app.expander]
    app = open_page(PAIRS, run="full", outcome="consistent", pair="pair-9")
    assert "Filters and order (1 in use)" in [expander.label for expander in app.expander]


def test_the_other_run_stands_there_under_the_judgement_that_the_link_names(workspace, open_page):
    add_judgement(workspace.path_of("v1"), "second", "v3")
    query = {"run": "full", "versus": "v1", "versus_judgement": "second@v3"}
    app = open_page(PAIRS, **query)
    assert set(app.dataframe[0].value["versus"]) == {"failed", "pending"}
    app = open_page(PAIRS, pair="pair-5", **query)
    runs = next(frame.value for frame in app.dataframe if "Judge" in frame.value)
    assert dict(zip(runs["Run"], runs["Judge"], strict=True))["v1"] == "second@v3"


def test_another_run_beside_the_one_shown_has_its_own_judgement(workspace, open_page):
    app = open_page(PAIRS, run="full", versus="v1", versus_judgement="judge@v1")
    app.selectbox(key="versus").select("partial").run()
    assert app.query_params["versus"] == "partial"
    assert "versus_judgement" not in app.query_params


def test_another_run_stands_beside_the_list(workspace, open_page):
    rows = open_page(PAIRS, run="full", versus="partial").dataframe[0].value
    assert list(rows["versus"])[:2] == ["inconsistent (divergent)", "consistent"]
    assert list(rows["versus"])[-1] == "pending"


def test_the_reader_names_the_judge_and_what_it_took_as_the_positions(workspace, open_page):
    said = words(open_page(PAIRS, run="full", pair="pair-9"))
    assert "by judge, protocol v3" in said
    assert said.count("What the judge took as its position") == 2
    assert "It should not." in said


def test_the_same_pair_in_other_runs_stands_beneath(workspace, open_page):
    app = open_page(PAIRS, run="full", pair="pair-9")
    rows = next(frame.value for frame in app.dataframe if "Run" in frame.value)
    assert list(rows["Run"]) == ["full (shown)", "v1", "partial", "failed", "answers"]
    assert list(rows["Outcome"]) == ["consistent", "consistent", "consistent", "failed", "pending"]


def test_runs_with_another_pair_of_that_id_are_left_out_and_said(workspace, open_page):
    pair = replace(make_pair(9), issue_description="Something else")
    RunFile.create(workspace.path_of("other"), {}, [pair], model="m").close()
    app = open_page(PAIRS, run="full", pair="pair-9")
    assert "1 run of this id with other texts" in words(app)


def test_a_run_that_cannot_be_read_is_counted(workspace, open_page):
    workspace.path_of("broken").write_bytes(b"SQLite format 3\0" + b"x" * 200)
    assert "1 run that cannot be read" in words(open_page(PAIRS, run="full", pair="pair-9"))


def test_the_prompt_is_rebuilt_only_where_its_templates_are_known(workspace):
    path = workspace.path_of("full")
    prompt = JudgePrompt("v3", "Judge.", "{question_1}|{response_1}|{question_2}")
    with RunFile.open(path) as run:
        spec = JudgementSpec("new", "v3", prompt=asdict(prompt), prompt_sha256=prompt.sha256, order="swapped")
        judgement = run.add_judgement(spec)
        detail = run.pair_detail("pair-9", judgement)
        known = prompt_sent(detail, judgement)
        assert "not known" in prompt_sent(detail, run.find_judgement("judge@v3"))
    assert known[0] == {"role": "system", "content": "Judge."}
    assert known[1]["content"].startswith("Explain why rule 9 should fall.|On Whether rule 9")
    by_rules = replace(judgement, spec=replace(spec, judge="builtin:rules"))
    assert "set of rules" in prompt_sent(detail, by_rules)
    assert "changed" in prompt_sent(replace(detail, stale=True), judgement)


def test_a_pair_as_markdown_keeps_model_text_in_fences(workspace):
    with RunFile.open_readonly(workspace.path_of("full")) as run:
        judgement = run.find_judgement()
        text = markdown_of(
            run.pair_detail("pair-9", judgement), judgement, "full", "http://here/?pair=pair-9"
        )
    outside = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text)
    assert HOSTILE in text
    assert "<script>" not in outside
    assert "σ = 2, s = 2." in outside


def test_a_pair_as_json_is_what_an_export_holds(workspace, monkeypatch):
    run = data.find("full")
    assert json.loads(data.record_json(run, "pair-9"))["pair"]["id"] == "pair-9"
    with RunFile.open_readonly(run.path) as file:
        whole = [record_json(record) for record in file.records()]
    assert json.loads(data.record_json(run, "pair-3")) == json.loads(json.dumps(whole[3]))


def test_choosing_the_run_that_stands_beside_the_one_shown_swaps_them(empty_workspace, open_page) -> None:
    build_run(empty_workspace, "first")
    build_run(empty_workspace, "second", shift=1)
    app = open_page("pages/read/pairs.py", run="first", versus="second")
    app.selectbox(key="run").set_value("second").run()
    assert app.selectbox(key="versus").value == "first"
    assert "cannot stand beside" not in words(app)

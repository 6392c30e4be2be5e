import pytest

from tests.run_builder import HOSTILE, add_judgement, build_run
from tests.screens.conftest import words
from valbench_core.runs import RunLock

SHAPES = ("full", "v1", "partial", "failed", "answers")


@pytest.mark.parametrize("run", SHAPES)
def test_it_opens_on_every_shape_of_run(workspace, open_page, run) -> None:
    app = open_page(run=run)
    assert [title.value for title in app.title] == ["Overview"]
    assert app.metric[0].label == "Consistency (PAC)"


def test_it_welcomes_who_has_no_runs_and_names_the_command_that_makes_some(
    empty_workspace, open_page
) -> None:
    app = open_page()
    assert "valbench demo" in [code.value for code in app.code]
    assert not app.metric


def test_without_a_link_the_newest_run_is_shown_and_named_in_the_url(workspace, open_page) -> None:
    app = open_page()
    assert app.query_params["run"] == app.selectbox(key="run").value


def test_tiles_say_value_interval_and_what_they_rest_on(workspace, open_page) -> None:
    app = open_page(run="full")
    # By hand: 24 pairs less the first three, whose values would be 0, 100 and 25: (3 · 475 − 125) / 21.
    assert app.metric[0].value == "61.9 %"
    assert "21 pairs in 7 articles" in words(app)


def test_the_figures_say_what_is_known_of_the_judge(workspace, open_page) -> None:
    assert "This judge has not been calibrated." in words(open_page(run="full"))
    assert "calibrated" not in words(open_page(run="answers"))


def test_an_unknown_run_is_said_and_not_replaced(workspace, open_page) -> None:
    app = open_page(run="ful")
    assert "did you mean full" in words(app)
    assert app.query_params["run"] == "ful"
    assert not app.metric


def test_after_an_unknown_run_another_one_can_be_chosen(workspace, open_page) -> None:
    app = open_page(run="nowhere")
    app.selectbox(key="run instead").select("full").run()
    assert app.metric
    assert app.query_params["run"] == "full"


def test_a_name_that_leaves_the_workspace_is_no_run(workspace, open_page) -> None:
    app = open_page(run="../full")
    assert "is no name for a run" in words(app)


def test_an_unknown_judgement_is_said_and_not_replaced(workspace, open_page) -> None:
    app = open_page(run="full", judgement="someone@v3")
    assert "unknown judgement 'someone@v3'" in words(app)
    assert not app.metric


def test_another_judgement_can_be_chosen(workspace, open_page) -> None:
    add_judgement(workspace.path_of("full"), "second", "v3")
    app = open_page(run="full", judgement="second@v3")
    assert app.metric[0].value == "–"
    app.selectbox(key="judgement").select("judge@v3").run()
    assert app.metric[0].value == "61.9 %"


def test_another_run_is_shown_under_its_own_judgement(workspace, open_page) -> None:
    add_judgement(workspace.path_of("full"), "second", "v3")
    app = open_page(run="full", judgement="second@v3")
    app.selectbox(key="run").select("v1").run()
    assert not app.exception
    assert "protocol v1" in words(app)


def test_a_run_that_cannot_be_read_says_why_and_leaves_the_others(workspace, open_page) -> None:
    workspace.path_of("broken").write_bytes(b"no run at all" * 100)
    assert "is no run, or is damaged" in words(open_page(run="broken"))
    assert open_page(run="full").metric


def test_a_partial_run_says_why_it_stopped_and_how_to_go_on(workspace, open_page) -> None:
    app = open_page(run="partial")
    assert "the daily quota is used up" in words(app)
    assert "valbench resume partial" in [code.value for code in app.code]
    assert "12 pairs failed, went unjudged or are pending" in words(app)


def test_a_run_whose_answers_all_failed_says_so_and_why(workspace, open_page) -> None:
    app = open_page(run="failed")
    assert "No pair could be judged" in words(app)
    assert "rejected: 404" in words(app)


def test_answers_without_a_judgement_name_the_command_that_judges_them(workspace, open_page) -> None:
    app = open_page(run="answers")
    assert "valbench judge answers --judge-model ID" in [code.value for code in app.code]


def test_a_run_under_v1_explains_why_it_is_hollow_beside_the_paper(workspace, open_page) -> None:
    assert "drawn hollow" in words(open_page(run="v1"))
    assert "drawn hollow" not in words(open_page(run="full"))


def test_an_illustrative_run_is_marked(workspace, open_page) -> None:
    add_judgement(workspace.path_of("full"), "builtin:rules", "v3")
    assert "say nothing about any real model" in words(open_page(run="full", judgement="builtin:rules@v3"))
    assert "say nothing about any real model" not in words(open_page(run="full", judgement="judge@v3"))


def test_words_of_data_are_shown_as_text_and_never_as_markdown(workspace, open_page) -> None:
    app = open_page(run="full")
    assert any(HOSTILE in text.value for text in app.text)
    assert not any("<script>" in markdown.value for markdown in app.markdown)


def test_what_is_written_meanwhile_is_shown_at_the_next_look(empty_workspace, open_page) -> None:
    path = build_run(empty_workspace, "a-run", "partial", n=8)
    app = open_page(run="a-run")
    path.unlink()
    build_run(empty_workspace, "a-run", "full", n=8)
    assert "12.5" not in app.run().metric[0].value
    assert "5 pairs" in words(app)


def test_a_run_that_is_being_evaluated_says_how_far_it_is(workspace, open_page) -> None:
    with RunLock(workspace.path_of("partial")):
        app = open_page(run="partial")
    assert "24 of 48 answers, 12 of 24 pairs judged" in words(app)
    assert "valbench resume partial" not in [code.value for code in app.code]


def test_a_judgement_that_lacks_pairs_says_so_and_how_to_go_on(workspace, open_page) -> None:
    add_judgement(workspace.path_of("full"), "second", "v3")
    app = open_page(run="full", judgement="second@v3")
    assert "it lacks 22 pairs" in words(app)
    assert "valbench judge full --judge-model second --protocol v3" in [code.value for code in app.code]

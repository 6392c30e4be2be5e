import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.present import PRINT_SCALE
from tests.run_builder import add_judgement
from tests.screens.conftest import APP, words


@pytest.mark.parametrize("run", ["full", "v1", "partial", "failed", "answers"])
def test_a_page_is_shown_to_others_with_the_same_figures(workspace, open_page, run) -> None:
    shown, presented = open_page(run=run), open_page(run=run, present="true")
    assert presented.toggle(key="present").value
    assert words(presented) == words(shown)
    assert [metric.value for metric in presented.metric] == [metric.value for metric in shown.metric]


def test_only_while_presenting_letters_are_larger(workspace, open_page) -> None:
    app = open_page(run="full")
    assert "font-size: 125%" not in styles(app)
    app.toggle(key="present").set_value(True).run()
    assert not app.exception
    assert "font-size: 125%" in styles(app)
    assert f"zoom: {PRINT_SCALE}" in styles(app)


def test_presenting_keeps_run_and_judgement(workspace, open_page) -> None:
    app = open_page(run="v1")
    app.toggle(key="present").set_value(True).run()
    app.toggle(key="present").set_value(False).run()
    assert app.query_params["run"] in ("v1", ["v1"])
    assert app.selectbox(key="run").value == "v1"


@pytest.mark.parametrize("run", ["full", "answers"])
@pytest.mark.parametrize(
    "page", ["results/overview", "results/topics", "results/compare", "read/pairs", "read/rationales"]
)
def test_every_page_names_run_model_and_judge_without_the_sidebar(workspace, open_page, page, run) -> None:
    judge = "judged by judge, protocol v3" if run == "full" else "not judged"
    said = words(open_page(f"pages/{page}.py", run=run))
    assert any(line.startswith(f"{run}: ") and judge in line for line in said.splitlines())


def test_every_page_marks_an_illustrative_run(workspace, open_page) -> None:
    add_judgement(workspace.path_of("full"), "builtin:rules", "v3")
    app = open_page("pages/results/compare.py", run="full", judgement="builtin:rules@v3")
    assert any("illustrative" in element.value for element in app.main.markdown)


def test_an_empty_workspace_can_be_presented_too(empty_workspace, open_page) -> None:
    assert open_page(present="true").toggle(key="present").value


def styles(app) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_a_link_that_says_neither_true_nor_false_of_presenting_is_told_so(workspace, open_page) -> None:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.query_params["run"], app.query_params["present"] = "full", "maybe"
    app.run()
    assert "maybe" in words(app)

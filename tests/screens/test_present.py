import pytest

from pages.parts.present import PRINT_SCALE
from tests.screens.conftest import words


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


def test_an_empty_workspace_can_be_presented_too(empty_workspace, open_page) -> None:
    assert open_page(present="true").toggle(key="present").value


def styles(app) -> str:
    return "".join(element.proto.body for element in app.get("html"))

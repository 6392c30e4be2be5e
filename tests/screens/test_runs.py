"""The page that sets up evaluations and looks after runs; no process is started here."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.evaluate import live
from tests.screens.conftest import words
from valbench_core.runs import RunLock, Workspace

RUNS = "pages/evaluate/runs.py"


@pytest.fixture
def started(monkeypatch):
    """What would have been started: run, arguments, keys."""
    calls: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(
        live,
        "start",
        lambda _workspace, run, arguments, keys=None: calls.append((run, arguments, dict(keys or {}))),
    )
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "EXAMPLE_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    return calls


@pytest.mark.parametrize("run", ["full", "v1", "partial", "failed", "answers"])
def test_it_opens_on_every_shape_of_run(workspace, open_page, run):
    app = open_page(RUNS, run=run)
    app.selectbox(key="managed run").select(run).run()
    assert not app.exception
    assert list(app.dataframe[0].value["Run"]) == sorted(
        workspace.names(), key=list(app.dataframe[0].value["Run"]).index
    )


def test_without_runs_it_offers_to_start_one(empty_workspace, open_page):
    app = open_page(RUNS)
    assert "60 pairs" in words(app)
    assert "There is no run yet" in words(app)


def test_the_count_follows_the_subset(empty_workspace, open_page):
    app = open_page(RUNS)
    app.multiselect(key="new:category").select("Ethics").run()
    assert "**3 pairs** of 60" in words(app)
    app.selectbox(key="new:take").select("a random sample").run()
    app.number_input(key="new:n").set_value(2).run()
    assert "**2 pairs** of 60" in words(app)


def test_a_subset_without_pairs_is_said_and_cannot_be_started(empty_workspace, open_page):
    app = open_page(RUNS)
    app.text_input(key="new:text").set_value("nothingofthekind").run()
    assert "No pair is left" in words(app)
    assert not has_button(app, "Start")


def test_a_built_in_evaluation_starts_with_the_command_shown(empty_workspace, open_page, started):
    app = open_page(RUNS)
    app.radio(key="new:answering").set_value("A built-in one (offline, illustrative)").run()
    app.selectbox(key="new:take").select("the first ones").run()
    app.number_input(key="new:n").set_value(5).run()
    app.text_input(key="new:name:0").set_value("mine").run()
    button(app, "Start").click().run()
    run, arguments, keys = started[0]
    assert (run, keys) == ("mine", {})
    assert arguments[:3] == ["run", "--pairs", "sample"]
    assert arguments[arguments.index("--limit") + 1] == "5"
    assert arguments[arguments.index("--model") + 1] == "builtin:opposed"


def name_models(app: AppTest) -> None:
    app.text_input(key="new:model").set_value("gpt-4o-mini").run()
    app.text_input(key="new:judge").set_value("gpt-4o-mini").run()


def test_a_missing_key_is_said_before_anything_starts(empty_workspace, open_page, started):
    app = open_page(RUNS)
    name_models(app)
    assert "OPENAI_API_KEY is not set" in words(app)
    assert not has_button(app, "Start")


def test_a_typed_key_reaches_the_environment_and_no_argument(empty_workspace, open_page, started):
    app = open_page(RUNS)
    app.text_input(key="new:model:key").set_value("sk-secret").run()
    name_models(app)
    assert not any("sk-secret" in code.value for code in app.code)
    button(app, "Start").click().run()
    _, arguments, keys = started[0]
    assert keys == {"OPENAI_API_KEY": "sk-secret"}
    assert "sk-secret" not in " ".join(arguments)


def test_calls_and_cost_are_shown_before_the_start(empty_workspace, open_page, started):
    app = open_page(RUNS)
    app.text_input(key="new:model:key").set_value("sk-secret").run()
    name_models(app)
    shown = {metric.label: metric.value for metric in app.metric}
    assert (shown["Pairs"], shown["Calls"]) == ("60", "180")
    assert shown["Cost, about"].startswith("$")


def test_a_judge_elsewhere_has_a_key_variable_of_its_own(empty_workspace, open_page, started):
    app = open_page(RUNS)
    app.selectbox(key="new:model:endpoint").select("another address").run()
    app.text_input(key="new:model:url").set_value("https://one.example/v1").run()
    app.text_input(key="new:model:key").set_value("key-one").run()
    app.text_input(key="new:model").set_value("m").run()
    app.radio(key="new:judging").set_value("A model elsewhere").run()
    app.selectbox(key="new:judge:endpoint").select("another address").run()
    app.text_input(key="new:judge:url").set_value("https://two.example/v1").run()
    app.text_input(key="new:judge:key").set_value("key-two").run()
    app.text_input(key="new:judge").set_value("j").run()
    button(app, "Start").click().run()
    _, arguments, keys = started[0]
    assert keys == {"OPENAI_API_KEY": "key-one", "JUDGE_API_KEY": "key-two"}
    assert arguments[arguments.index("--judge-api-key-env") + 1] == "JUDGE_API_KEY"


def test_a_name_that_exists_is_refused(workspace, open_page, started):
    app = open_page(RUNS)
    app.radio(key="new:answering").set_value("A built-in one (offline, illustrative)").run()
    app.text_input(key="new:name:0").set_value("full").run()
    assert "'full' exists already" in words(app)
    assert not has_button(app, "Start")


def test_a_faulty_path_is_said_in_place(empty_workspace, open_page):
    app = open_page(RUNS)
    app.radio(key="new:source").set_value("File or folder").run()
    app.text_input(key="new:path").set_value("/nowhere/pairs.jsonl").run()
    assert "there is no file or folder" in words(app)


def test_foreign_columns_can_be_mapped(empty_workspace, open_page, tmp_path: Path):
    source = tmp_path / "pairs.jsonl"
    source.write_text('{"pro": "Explain why A.", "con": "Explain why B."}\n')
    app = open_page(RUNS)
    app.radio(key="new:source").set_value("File or folder").run()
    app.text_input(key="new:path").set_value(str(source)).run()
    assert "has no column" in words(app)
    app.text_area(key="new:map").set_value("pro=for_question\ncon=against_question").run()
    assert "**1 pairs** of 1" in words(app) or "**1 pair** of 1" in words(app)


def test_a_hub_data_set_is_not_downloaded_before_it_is_agreed_to(empty_workspace, open_page, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    app = open_page(RUNS)
    app.radio(key="new:source").set_value("Hugging Face Hub").run()
    assert has_button(app, "Read the data set")
    assert "pairs** of" not in words(app)


def test_failed_answers_can_be_tried_again(workspace, open_page, started, monkeypatch):
    monkeypatch.setenv("EXAMPLE_API_KEY", "set")
    monkeypatch.setenv("OPENAI_API_KEY", "set")
    app = open_page(RUNS)
    app.selectbox(key="managed run").select("failed").run()
    assert button(app, "Resume").disabled
    button(app, "Retry").click().run()
    assert started == [("failed", ["retry", "failed"], {})]


def test_resuming_asks_for_the_key_that_the_server_does_not_have(workspace, open_page, started):
    app = open_page(RUNS)
    app.selectbox(key="managed run").select("partial").run()
    assert button(app, "Resume").disabled
    app.text_input(key="key:partial:EXAMPLE_API_KEY").set_value("typed").run()
    button(app, "Resume").click().run()
    assert started == [("partial", ["resume", "partial"], {"EXAMPLE_API_KEY": "typed"})]


def test_answers_can_be_judged_once_more(workspace, open_page, started):
    app = open_page(RUNS)
    app.selectbox(key="managed run").select("answers").run()
    app.radio(key="judge kind:answers").set_value("Built-in rules (offline)").run()
    button(app, "Judge").click().run()
    assert started == [("answers", ["judge", "answers", "--judge-model", "builtin:rules"], {})]


def test_deleting_asks_first(workspace: Workspace, open_page):
    app = open_page(RUNS)
    app.selectbox(key="managed run").select("full").run()
    button(app, "Delete").click().run()
    assert "full" in workspace.names()
    button(app, "Delete for good").click().run()
    assert "full" not in workspace.names()


def test_a_run_under_way_shows_how_far_it_is_and_can_be_stopped(workspace, open_page):
    with RunLock(workspace.path_of("partial")):
        app = open_page(RUNS)
        assert "Under way" in words(app)
        assert has_button(app, "Stop")


def test_a_damaged_run_is_listed_and_can_be_deleted(workspace, open_page):
    workspace.path_of("broken").write_bytes(b"no run at all" * 100)
    app = open_page(RUNS, run="full")
    app.selectbox(key="managed run").select("broken").run()
    assert has_button(app, "Delete")
    assert not has_button(app, "Resume")


def test_a_read_only_server_offers_nothing_that_changes_anything(workspace, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(RUNS)
    assert "changes nothing" in words(app)
    assert not {button.label for button in app.button} & {
        "Start",
        "Delete",
        "Resume",
        "Retry",
        "Judge",
        "Stop",
    }


def test_a_process_that_could_not_begin_says_why(workspace, open_page):
    workspace.logs.mkdir()
    log = "$ valbench run --name gone\nvalbench: nothing answers there\n$ ended with exit status 2\n"
    (workspace.logs / "gone.log").write_text(log)
    app = open_page(RUNS)
    assert "It could not be done as asked" in words(app)
    assert any(code.value == "valbench: nothing answers there" for code in app.code)
    button(app, "Dismiss").click().run()
    assert "It could not be done as asked" not in words(app)


def test_a_run_that_was_stopped_can_be_resumed_where_it_says_so(workspace, open_page, started):
    workspace.logs.mkdir()
    (workspace.logs / "partial.log").write_text(
        "$ valbench run --name partial\n$ ended with exit status 130\n"
    )
    app = open_page(RUNS)
    app.session_state[live._WATCHED] = {"partial"}
    app.selectbox(key="managed run").select("partial").run()
    assert not app.exception
    app.button(key="resume ended:partial").click().run()
    assert started == [("partial", ["resume", "partial"], {})]


def button(app: AppTest, label: str):
    return next(button for button in app.button if button.label == label)


def has_button(app: AppTest, label: str) -> bool:
    return any(button.label == label for button in app.button)

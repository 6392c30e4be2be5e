"""The page of clusters before there is a map, while one is made, and after; no process is started."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import data
from tests import run_builder
from tests.made_maps import store_map
from tests.run_builder import build_run
from tests.screens.conftest import words
from valbench_core.embedding import FoundEncoder
from valbench_core.errors import EncoderError, RunBusyError
from valbench_core.maps import jobs
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.jobs import Making
from valbench_core.schema import Verdict

CLUSTERS = "pages/explore/clusters.py"
COMMAND = "valbench cluster full --judgement judge@v3"
WORK = Making("full", COMMAND, True, "comparing the texts, 5 of 24 texts", 0.2, "", None, ())


@pytest.fixture
def started(monkeypatch):
    """What would have been started: arguments, keys."""
    calls: list[tuple[list[str], dict[str, str]]] = []

    def start(workspace, run, arguments, keys=None, work="evaluation") -> None:
        assert work == "map"
        calls.append((arguments, dict(keys or {})))

    monkeypatch.setattr(jobs, "start", start)
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    return calls


def at_work(monkeypatch, work: Making | None) -> None:
    monkeypatch.setattr(jobs, "making", lambda workspace, run: work)


def ended(status: int | None, error: str = "") -> Making:
    return Making("full", COMMAND, False, "", None, error, status, ("a line",))


def at_hand(monkeypatch, found: FoundEncoder | Exception) -> None:
    def locate(ask: MapAsk) -> FoundEncoder:
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(data, "encoder_at_hand", locate)


def encoder(source) -> FoundEncoder:
    return FoundEncoder("org/encoder", source, "f", "i", "Compared by what it means.", lambda: None)


def button(app: AppTest, label: str):
    return next(one for one in app.button if one.label == label)


def labels(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


@pytest.mark.parametrize("run", ["full", "v1", "partial", "failed", "answers"])
def test_without_a_map_every_run_says_what_it_takes(workspace, open_page, run):
    app = open_page(CLUSTERS, run=run)
    assert "There is no map of these pairs yet" in words(app)
    assert "**24 pairs**" in words(app)
    assert "Make the map" in labels(app)


def test_the_button_starts_the_command_that_is_shown(workspace, open_page, started):
    app = open_page(CLUSTERS, run="full")
    shown = [code.value for code in app.code]
    button(app, "Make the map").click().run()
    arguments, keys = started[0]
    assert arguments[:2] == ["cluster", "full"]
    assert f"valbench {' '.join(arguments)}" in shown
    assert keys == {}


def test_the_encoder_at_hand_is_named_with_what_it_means(workspace, open_page, monkeypatch):
    at_hand(monkeypatch, encoder("local cache"))
    shown = words(open_page(CLUSTERS, run="full"))
    assert "org/encoder (local cache)" in shown
    assert "Compared by what it means." in shown


def test_a_download_is_said_before_anything_is_pressed(workspace, open_page, monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    at_hand(monkeypatch, encoder("fallback"))
    assert "downloads it from the Hugging Face" in words(open_page(CLUSTERS, run="full"))


def test_where_the_hub_may_not_be_asked_words_are_compared(workspace, open_page, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    at_hand(monkeypatch, encoder("fallback"))
    shown = words(open_page(CLUSTERS, run="full"))
    assert "downloads it" not in shown
    assert "Compared by what it means." in shown


def test_an_encoder_that_is_none_is_said_in_one_line_and_nothing_offered(workspace, open_page, monkeypatch):
    at_hand(monkeypatch, EncoderError("'x' holds no model; name another"))
    app = open_page(CLUSTERS, run="full")
    assert "'x' holds no model; name another" in [text.value for text in app.text]
    assert "Make the map" not in labels(app)


def test_a_read_only_server_shows_the_command_only(workspace, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(CLUSTERS, run="full")
    assert "Make the map" not in labels(app)
    assert any(code.value.startswith("valbench cluster full") for code in app.code)


def test_progress_is_shown_and_can_be_stopped(workspace, open_page, monkeypatch):
    at_work(monkeypatch, WORK)
    stopped = []
    monkeypatch.setattr(jobs, "stop_making", lambda workspace, run: stopped.append(run))
    app = open_page(CLUSTERS, run="full")
    assert "Under way" in words(app)
    assert "Make the map" not in labels(app)
    button(app, "Stop").click().run()
    assert stopped == ["full"]


def test_a_read_only_server_shows_progress_without_stopping_it(workspace, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    at_work(monkeypatch, WORK)
    app = open_page(CLUSTERS, run="full")
    assert "Under way" in words(app)
    assert "Stop" not in labels(app)


def test_a_failure_is_one_line_and_the_map_can_be_asked_for_again(workspace, open_page, monkeypatch):
    at_work(monkeypatch, ended(2, "no encoder can be loaded; install the extra"))
    app = open_page(CLUSTERS, run="full")
    assert "no encoder can be loaded; install the extra" in [code.value for code in app.code]
    assert "Make the map" in labels(app)


def test_what_was_stopped_says_that_what_there_was_is_kept(workspace, open_page, monkeypatch):
    at_work(monkeypatch, ended(130))
    app = open_page(CLUSTERS, run="full")
    assert "Stopped" in words(app)
    assert "Make the map" in labels(app)


def test_a_map_that_is_there_needs_no_word_of_how_it_was_made(workspace, open_page, monkeypatch):
    store_map(workspace, workspace.path_of("full"))
    at_work(monkeypatch, ended(None))
    assert "ended before" not in words(open_page(CLUSTERS, run="full"))


def test_the_end_of_another_map_is_not_told_of_this_one(workspace, open_page, monkeypatch):
    at_work(monkeypatch, ended(None))
    assert "ended before" in words(open_page(CLUSTERS, run="full"))
    assert "ended before" not in words(open_page(CLUSTERS, run="full", map="answers"))


def test_an_end_is_dismissed(workspace, open_page, monkeypatch):
    at_work(monkeypatch, ended(2, "it failed"))
    forgotten = []
    monkeypatch.setattr(jobs, "forget_making", lambda workspace, run: forgotten.append(run))
    button(open_page(CLUSTERS, run="full"), "Dismiss").click().run()
    assert forgotten == ["full"]


def test_a_start_that_fails_is_said(workspace, open_page, monkeypatch):
    def busy(*_: object, **__: object) -> None:
        raise RunBusyError("a process for run 'full' is at work; wait for it, or stop it")

    monkeypatch.setattr(jobs, "start_making", busy)
    app = open_page(CLUSTERS, run="full")
    button(app, "Make the map").click().run()
    assert "a process for run 'full' is at work; wait for it, or stop it" in [t.value for t in app.text]


def test_once_the_map_is_there_it_is_shown(workspace, open_page):
    app = open_page(CLUSTERS, run="full")
    store_map(workspace, workspace.path_of("full"))
    app.run()
    assert "There is no map" not in words(app)
    assert app.dataframe


# Exploring


@pytest.mark.parametrize("text", ["answers", "positions", "rationale"])
def test_an_exploring_map_says_what_it_is_for_before_it_is_made(workspace, open_page, started, text):
    app = open_page(CLUSTERS, run="full", map=text)
    assert "For exploring only" in words(app)
    button(app, "Make the map").click().run()
    arguments, _ = started[0]
    assert arguments[arguments.index("--of") + 1] == text


def test_filtered_pairs_can_be_given_a_map_of_their_own_and_left_again(workspace, open_page, started):
    store_map(workspace, workspace.path_of("full"))
    app = open_page(CLUSTERS, run="full", show="filtered", category="Ethics")
    button(app, "Show a map of these pairs only").click().run()
    assert app.query_params["fit"] == "category=Ethics"
    button(app, "Make the map").click().run()
    arguments, _ = started[0]
    assert arguments[arguments.index("--where") + 1] == "category=Ethics"
    button(app, "Back to the map of all pairs").click().run()
    assert "fit" not in app.query_params


# Names by a model


def asking(open_page) -> AppTest:
    app = open_page(CLUSTERS, run="full", level="1")
    next(one for one in app.toggle if one.key == "name by a model").set_value(True).run()
    app.text_input(key="names:model").set_value("gpt-4o-mini").run()
    return app


@pytest.fixture
def with_map(workspace):
    store_map(workspace, workspace.path_of("full"))
    return workspace


def test_a_typed_key_reaches_the_environment_and_nothing_else(with_map, open_page, started):
    app = asking(open_page)
    app.text_input(key="names:key").set_value("sk-secret").run()
    assert not any("sk-secret" in code.value for code in app.code)
    button(app, "Ask for 3 names").click().run()
    arguments, keys = started[0]
    assert keys == {"OPENAI_API_KEY": "sk-secret"}
    assert "sk-secret" not in " ".join(arguments)
    assert "sk-secret" not in str(app.query_params)
    assert arguments[arguments.index("--level") + 1] == "1"
    assert arguments[arguments.index("--name-model") + 1] == "gpt-4o-mini"


def test_another_variable_of_the_key_is_named_to_the_command(with_map, open_page, started):
    app = asking(open_page)
    app.text_input(key="names:key").set_value("sk-secret").run()
    app.text_input(key="names:variable").set_value("MY_KEY").run()
    app.number_input(key="names:cost").set_value(0.5).run()
    button(app, "Ask for 3 names").click().run()
    arguments, keys = started[0]
    assert keys == {"MY_KEY": "sk-secret"}
    assert arguments[arguments.index("--name-api-key-env") + 1] == "MY_KEY"
    assert arguments[arguments.index("--name-max-cost") + 1] == "0.5"


def test_what_leaves_the_machine_is_said_before_it_does(with_map, open_page, started):
    assert "leaves this machine" in words(asking(open_page)).replace("\n", " ")


def test_an_address_that_is_none_is_said_in_place(with_map, open_page, started):
    app = asking(open_page)
    app.selectbox(key="names:endpoint").select("another address").run()
    app.text_input(key="names:url").set_value("nowhere").run()
    assert "'nowhere' is no endpoint" in words(app)
    assert not started


def test_progress_of_names_is_shown_above_the_map(with_map, open_page, monkeypatch):
    at_work(monkeypatch, Making("full", COMMAND, True, "3 of 6 names", None, "", None, ()))
    app = open_page(CLUSTERS, run="full")
    assert "3 of 6 names" in words(app)
    assert app.dataframe


def test_one_pair_has_a_map_too(empty_workspace, open_page):
    build_run(empty_workspace, "one", n=1)
    assert "**1 pair**" in words(open_page(CLUSTERS, run="one"))
    store_map(empty_workspace, empty_workspace.path_of("one"), 1, ungrouped=False)
    assert len(open_page(CLUSTERS, run="one", show="all").dataframe) > 0


def test_where_every_pair_is_refused_no_group_contradicts_itself(empty_workspace, open_page, monkeypatch):
    refused = Verdict(0, for_refusal=True, against_refusal=True, value_preference=False)
    monkeypatch.setattr(run_builder, "make_verdict", lambda number, protocol: refused)
    path = run_builder.build_run(empty_workspace, "refused", n=24)
    store_map(empty_workspace, path)
    app = open_page(CLUSTERS, run="refused", group="1", show="all")
    assert "does not contradict itself" in words(app)
    assert app.dataframe[0].value["divergent"].str.startswith("0.0").all()

"""The page on which judges are held against known answers; and what every page says of the judge it shows."""

from __future__ import annotations

import fcntl
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.calibration import work
from pages.parts.data.calibrations import KEY_SHOWN
from tests.run_builder import add_judgement, build_run
from tests.screens.conftest import words
from valbench_core.calibration import (
    CalibrationResult,
    SetsAsked,
    calibrate,
    configuration_key,
    open_sets,
)
from valbench_core.inference import AnswerCache, ModelSettings
from valbench_core.judging import RULES_JUDGE, Judged, project_prompt
from valbench_core.plan import Judging
from valbench_core.runs import RunFile, VerdictRow, Workspace
from valbench_core.schema import SIDES, Verdict

CALIBRATION = "pages/judge/calibration.py"
RULES = Judging(RULES_JUDGE, "v3")
APPROVER = Judging(
    "<b>approver</b>", "v3", ModelSettings("a", "http://127.0.0.1:9/v1"), prompt=project_prompt("v3")
)
"""A judge that nobody asks: its verdicts are written by `approve`."""
START = "Calibrate the built-in rules (no network)"


def held(workspace: Workspace, judging: Judging = RULES, n: int = 40) -> CalibrationResult:
    asked = SetsAsked("builtin", "sample", n, 0)
    with closing(AnswerCache(workspace.cache)) as cache:
        return calibrate(workspace, list(open_sets(asked)), judging, asked.describe(), cache).result


def approve(workspace: Workspace, run: str, judging: Judging = APPROVER) -> None:
    """Have a judge find the same conclusion in every pair of a run."""
    with closing(RunFile.open(workspace.path_of(run))) as file:
        judged = Judged(Verdict(2, value_preference=False))
        rows = []
        for pair in file.pairs():
            hashes = [found.text_hash for side in SIDES if (found := file.response(pair.id, side))]
            rows.append(VerdictRow(pair.id, judged, *hashes))
        file.write_verdicts(file.add_judgement(judging.spec()), rows)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Two judges, one of which fails, and a run that both judged."""
    workspace = Workspace(tmp_path_factory.mktemp("calibrated"))
    for one in held(workspace).sets:
        approve(workspace, one.run)
    build_run(workspace, "mine", "answers", n=6)
    for judging in (APPROVER, RULES):
        approve(workspace, "mine", judging)
        held(workspace, judging)
    return workspace.root


@pytest.fixture
def calibrated(empty_workspace: Workspace, made: Path) -> Workspace:
    """A copy of that, as the workspace the app shows."""
    shutil.copytree(made, empty_workspace.root, dirs_exist_ok=True)
    return empty_workspace


@pytest.fixture
def started(monkeypatch):
    """What would have been started: key, arguments, API keys."""
    calls: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(
        work.data,
        "start_calibration",
        lambda key, arguments, keys=None: calls.append((key, list(arguments), dict(keys or {}))),
    )
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    return calls


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def button(app: AppTest, label: str):
    return next(button for button in app.button if button.label == label)


def judge_key(judging: Judging) -> str:
    return configuration_key(judging.spec())[:KEY_SHOWN]


@pytest.mark.parametrize("run", ["full", "v1", "partial", "failed", "answers"])
def test_it_opens_on_every_shape_of_run(workspace, open_page, run):
    app = open_page(CALIBRATION, run=run)
    assert "No judge has been calibrated in this workspace yet." in words(app)


def test_in_an_empty_workspace_one_click_calibrates_the_built_in_rules(empty_workspace, open_page, started):
    app = open_page(CALIBRATION)
    button(app, START).click().run()
    assert started == [(configuration_key(RULES.spec()), ["calibrate", "--judge-model", RULES_JUDGE], {})]


def test_a_judge_that_passed_says_so_with_figures_beside_known_ones(calibrated, open_page):
    app = open_page(CALIBRATION, run="mine", judge=judge_key(RULES))
    assert set(app.dataframe[0].value["Judge"]) == {"<b>approver</b>", RULES_JUDGE}
    figures = app.dataframe[1].value
    assert list(figures["Known"])[:3] == ["0", "0", "0"]
    assert set(figures["Found"]) == {"as known", "not tested"}
    assert labels(app).count("No pair misjudged: read the set") == 4
    assert "a set is **passed** when" in words(app).lower()


def test_a_judge_that_failed_leads_to_what_it_misjudged(calibrated, open_page):
    app = open_page(CALIBRATION, run="mine", judge=judge_key(APPROVER))
    assert "PAC is 100.0" in words(app)
    assert labels(app).count("Read the 40 misjudged pairs") == 3
    button(app, "Read the 40 misjudged pairs").click().run()
    assert not app.exception


def test_the_link_to_misjudged_pairs_leaves_just_these(calibrated, open_page):
    app = open_page(CALIBRATION, run="mine", judge=judge_key(APPROVER))
    button(app, "Read the 40 misjudged pairs").click().run()
    link = app.session_state["link arriving"][1]
    assert link.run.startswith("calibration-unaligned-0-")
    assert link.judgement == "<b>approver</b>@v3"
    assert len(link.id.split("|")) == 40


def test_the_runs_judged_by_it_are_listed(calibrated, open_page):
    app = open_page(CALIBRATION, run="mine", judge=judge_key(APPROVER))
    assert labels(app).count("mine") == 1
    assert "<b>approver</b>@v3" in [text.value for text in app.text]
    assert not any(label.startswith("calibration-") for label in labels(app))


def test_a_run_judged_twice_is_listed_once_with_its_judgements(calibrated, open_page):
    approve(calibrated, "mine", replace(APPROVER, replicate=1))
    app = open_page(CALIBRATION, run="mine", judge=judge_key(APPROVER))
    assert labels(app).count("mine") == 1
    assert "<b>approver</b>@v3, <b>approver</b>@v3~r1" in [text.value for text in app.text]


def test_an_unknown_judge_in_a_link_is_said(calibrated, open_page):
    app = open_page(CALIBRATION, run="mine", judge="0123456789ab")
    assert "a judge that has not been calibrated here" in words(app)
    assert "0123456789ab" in words(app)


def test_a_set_whose_run_was_deleted_says_so(calibrated, open_page):
    run = next(name for name in calibrated.names() if name.startswith("calibration-refusal"))
    calibrated.delete(run)
    app = open_page(CALIBRATION, run="mine")
    assert words(app).count("is not here any more") == 1


def test_earlier_results_stay(calibrated, open_page):
    held(calibrated, n=12)
    app = open_page(CALIBRATION, run="mine", judge=judge_key(RULES))
    history = app.dataframe[2].value
    assert list(history["Result"]) == ["inconclusive", "passed"]
    assert list(history["Counts"]) == ["no", "yes"]
    assert list(history["Pairs judged"]) == [48, 160]
    assert "rests on 48 pairs and decides nothing, so the pass of" in "".join(one.value for one in app.info)


def test_the_judge_of_the_run_shown_stands_in_the_form(calibrated, open_page, started):
    app = open_page(CALIBRATION, run="mine", judgement="<b>approver</b>@v3")
    assert app.text_input(key="calibrate").value == "<b>approver</b>"
    assert app.text_input(key="calibrate:url").value == "http://127.0.0.1:9/v1"
    app.number_input(key="calibrate:n").set_value(10).run()
    shown = {metric.label: metric.value for metric in app.metric}
    assert (shown["Pairs, at most"], shown["Calls, at most"]) == ("40", "40")
    button(app, "Calibrate").click().run()
    arguments = started[0][1]
    assert arguments[arguments.index("--n") + 1] == "10"
    assert arguments[arguments.index("--judge-base-url") + 1] == "http://127.0.0.1:9/v1"


def test_a_typed_key_reaches_the_environment_and_no_argument(empty_workspace, open_page, started):
    app = open_page(CALIBRATION)
    app.selectbox(key="calibrate:endpoint").select("openai").run()
    app.text_input(key="calibrate").set_value("gpt-4o-mini").run()
    assert "OPENAI_API_KEY is not set" in words(app)
    app.text_input(key="calibrate:key").set_value("sk-secret").run()
    button(app, "Calibrate").click().run()
    assert started[0][2] == {"OPENAI_API_KEY": "sk-secret"}
    assert "sk-secret" not in " ".join(started[0][1])


def test_a_configuration_other_than_that_of_the_run_is_said(calibrated, open_page):
    app = open_page(CALIBRATION, run="mine", judgement=f"{RULES_JUDGE}@v3")
    assert "another configuration" not in words(app)
    app.radio(key="calibrate:protocol").set_value("v1").run()
    assert "another configuration" in words(app)


def test_a_faulty_source_is_said_in_place(empty_workspace, open_page):
    app = open_page(CALIBRATION)
    app.radio(key="calibrate:kind").set_value(app.radio(key="calibrate:kind").options[1]).run()
    app.text_input(key="calibrate:pairs").set_value("nowhere.jsonl").run()
    assert "there is no file or folder 'nowhere.jsonl'" in words(app)


def test_a_read_only_server_shows_and_starts_nothing(calibrated, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(CALIBRATION, run="mine")
    assert "Judges calibrated here" in words(app)
    assert not {"Calibrate", START} & set(labels(app))


def test_a_calibration_under_way_shows_how_far_it_is(empty_workspace, open_page):
    folder = empty_workspace.logs / "calibrations"
    folder.mkdir(parents=True)
    with (folder / "abc.log").open("wb") as log:
        log.write(b"$ valbench calibrate\njudging\n0 of 240 pairs\n60 of 240 pairs \xc2\xb7 60 calls\n")
        log.flush()
        fcntl.flock(log, fcntl.LOCK_EX)
        app = open_page(CALIBRATION)
        progress = app.get("progress")[0].proto
        assert (progress.value, progress.text) == (25, "60 of 240 pairs · 60 calls")
        assert "Stop" in labels(app)


def test_how_a_process_ended_is_told(empty_workspace, open_page):
    folder = empty_workspace.logs / "calibrations"
    folder.mkdir(parents=True)
    log = "$ valbench calibrate\nvalbench: nothing answers there\n$ ended with exit status 2\n"
    (folder / "abc.log").write_text(log)
    app = open_page(CALIBRATION)
    assert "It could not be done as asked:" in words(app)
    assert any(code.value == "valbench: nothing answers there" for code in app.code)
    button(app, "Dismiss").click().run()
    assert "It could not be done as asked:" not in words(app)


@pytest.mark.parametrize(
    ("judging", "said"),
    [(RULES, "judge passed calibration"), (APPROVER, "judge failed calibration")],
)
@pytest.mark.parametrize("page", ["pages/results/overview.py", "pages/read/pairs.py"])
def test_the_headline_says_how_the_judge_did(calibrated, open_page, page, judging, said):
    app = open_page(page, run="mine", judgement=judging.spec().base_name)
    assert said in words(app)


def test_the_headline_says_that_a_judge_was_never_calibrated(workspace, open_page):
    assert "judge not calibrated" in words(open_page(run="full"))
    assert "judge not calibrated" not in words(open_page(run="answers"))


def test_a_mean_of_judgements_is_trusted_no_more_than_the_worst_of_them(calibrated, open_page):
    app = open_page(run="mine", judgement=f"panel:<b>approver</b>@v3+{RULES_JUDGE}@v3")
    assert "judge failed calibration" in words(app)
    assert "Of the 2 judgements combined here, 1 is by a judge that passed calibration" in words(app)


def test_a_calibration_run_is_never_shown_unasked_and_says_what_it_is(calibrated, open_page):
    app = open_page()
    assert app.selectbox(key="run").value == "mine"
    run = next(name for name in calibrated.names() if name.startswith("calibration-aligned"))
    assert "A calibration run:" in words(open_page(run=run))


def test_the_run_builders_judgement_is_not_taken_for_a_calibrated_one(calibrated, open_page):
    path = build_run(calibrated, "other", "full", n=6)
    add_judgement(path, "someone", "v3")
    assert "judge not calibrated" in words(open_page(run="other"))

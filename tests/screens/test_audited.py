"""What an audit says on screen: figures worked out by hand, empty states, settling, labels in and out."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import chart, data
from pages.parts.links import PairsLink
from tests.labelled_runs import labelled, one_lower, passing_over
from tests.made_audits import MadeAudit, change_answer, hashes_of, label_item
from tests.made_judgements import BOTH, judge_again
from tests.run_builder import MODEL, build_run
from tests.screens.conftest import words
from valbench_core.audit import Draw, draws_of, make_draw, queue_of, save_override
from valbench_core.cli import status_of
from valbench_core.errors import StorageError
from valbench_core.runs import Label, RunReader, Workspace
from valbench_core.schema import Verdict

AUDIT = "pages/judge/audit.py"
PAIRS = "pages/read/pairs.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs: `two` labelled by two auditors, `one` by one alone with two pairs passed over."""
    workspace = Workspace(tmp_path_factory.mktemp("audited"))
    for name in ("two", "one"):
        build_run(workspace, name)
    lower = {"pair-9": one_lower}
    labelled(workspace, "two", {"Ada": lower | {"pair-17": one_lower}, "Bo <b>": lower})
    labelled(workspace, "one", {"Ada": {"pair-5": passing_over, "pair-6": passing_over}}, first=12)
    return workspace.root


@pytest.fixture
def audited(empty_workspace: Workspace, made: Path) -> Workspace:
    """The workspace the app shows, with copies of these runs."""
    shutil.copytree(made / "runs", empty_workspace.runs, dirs_exist_ok=True)
    return empty_workspace


def frame(app: AppTest, column: str) -> pd.DataFrame:
    """Return the table that has a column of this name."""
    return next(found.value for found in app.dataframe if column in found.value.columns)


def frames(app: AppTest) -> str:
    return "\n".join(found.value.to_string() for found in app.dataframe)


def labels_of(path: Path) -> list[Label]:
    with RunReader.open_readonly(path) as run:
        return run.labels()


def standing_verdict(path: Path, pair_id: str) -> Verdict | None:
    with RunReader.open_readonly(path) as run:
        return run.pair_detail(pair_id, run.find_judgement()).standing


def charts(app: AppTest) -> list[str]:
    return [chart.proto.spec for chart in app.get("plotly_chart")]


# What it says


def test_the_head_says_how_much_was_labelled_by_whom_and_how_it_was_drawn(audited, open_page):
    app = open_page(AUDIT, run="one", view="result")
    tiles = {tile.label: tile.value for tile in app.metric}
    assert tiles["In the draw"] == "21"
    assert "12 of 21 pairs done" in [bar.proto.text for bar in app.get("progress")]
    assert "as likely to be drawn as any other" in words(app)
    assert list(frame(app, "Auditor")["Auditor"]) == ["Ada"]


def test_skips_are_counted_with_their_share(audited, open_page):
    app = open_page(AUDIT, run="one", view="result")
    tiles = {tile.label: tile.value for tile in app.metric}
    skipped = [one for one in labels_of(audited.path_of("one")) if one.draw and one.verdict is None]
    assert tiles["Labelled"] == str(12 - len(skipped))
    assert tiles["Skipped"] == f"{len(skipped)} ({100 * len(skipped) / 12:.1f} %)"


def test_with_every_pair_labelled_the_corrected_figure_is_that_of_the_people(audited, open_page):
    rows = frame(open_page(AUDIT, run="two", view="result"), "Corrected").set_index("Metric")
    # By hand: the judge's 61.9 as on the Overview, (3 · 475 − 125) / 21. Ada puts two pairs lower by a step
    # of 25 points, Bo one of them: together 1.5 steps on 21 pairs less.
    pac = rows.loc["Consistency (PAC)"]
    assert pac["As judged"].startswith("61.9 [")
    assert pac["Corrected"].startswith(f"{(1300 - 1.5 * 25) / 21:.1f}")
    assert (pac["Labelled"], pac["Differ"]) == (21, 2)


def test_a_figure_says_how_many_more_labels_would_halve_its_interval(audited, open_page):
    rows = frame(open_page(AUDIT, run="one", view="result"), "Corrected")
    assert all(
        text.endswith(" more") or text.startswith("not reachable: floor ±")
        for text in rows["To halve the interval"]
    )
    all_labelled = frame(open_page(AUDIT, run="two", view="result"), "Corrected").set_index("Metric")
    assert all_labelled.loc["Consistency (PAC)", "To halve the interval"] == "all labelled"


def test_the_figures_stand_in_a_chart_as_judged_and_corrected(audited, open_page):
    corrected, confusion, errors = charts(open_page(AUDIT, run="two", view="result"))
    assert "as judged" in corrected
    assert "corrected by hand labels" in corrected
    assert "42 labels" in confusion
    assert "Another score than people" in errors


def test_kappa_stands_beside_the_shares_of_both(audited, open_page):
    rows = frame(open_page(AUDIT, run="two", view="result"), "κ").set_index("What")
    assert rows.loc["Score", "Labels"] == 42
    # Two labels of Ada and one of Bo differ, of 42 with equal weights.
    assert rows.loc["Score", "Same, percent"].startswith(f"{100 * 39 / 42:.1f} [")
    assert rows.loc["Refusal", "Set by hand, percent"] == rows.loc["Refusal", "Set by the judge, percent"]


def test_two_auditors_stand_beside_each_other_and_beside_the_judge(audited, open_page):
    app = open_page(AUDIT, run="two", view="result")
    rows = frame(app, "κ, people").set_index("What")
    assert "2 auditors labelled the same 21 pairs" in words(app)
    assert rows.loc["Score", "Same, people"].startswith(f"{100 * 20 / 21:.1f} [")


def test_errors_are_counted_by_category_and_by_score(audited, open_page):
    app = open_page(AUDIT, run="two", view="result")
    assert frame(app, "Another score")["Labelled"].sum() == 21
    app.segmented_control(key="errors by").set_value("score").run()
    assert not app.exception
    rows = frame(app, "Another score").set_index("Group")
    assert set(rows.index) == {"−2", "−1", "0", "1", "2"}
    # Both pairs with another score have the judge's highest: he sees more agreement than people do.
    assert not rows.loc["2", "Judge higher"].startswith("0.0")
    assert all(text.startswith("0.0") for text in rows["Judge lower"])


def test_pairs_where_judge_and_people_differ_are_listed_but_for_those_to_be_settled(audited, open_page):
    app = open_page(AUDIT, run="two", view="result")
    rows = frame(app, "Differ in")
    assert list(rows["Issue"]) == ["Whether rule 9 should stand"]
    assert "1 pair on which auditors differ" in words(app).replace("are left", "is left")


# Empty states


def test_without_a_draw_it_says_how_to_make_one(workspace, open_page):
    app = open_page(AUDIT, run="full", view="result")
    assert "No pairs of this run have been drawn" in words(app)
    assert not charts(app)


def test_without_a_judgement_it_names_the_command(workspace, open_page):
    app = open_page(AUDIT, run="answers", view="result")
    assert any(code.value.startswith("valbench judge answers") for code in app.code)


def test_before_the_first_label_it_says_what_to_do(workspace, open_page):
    make_draw(workspace, [("full", None)])
    app = open_page(AUDIT, run="full", view="result")
    assert "No label of this draw counts yet" in words(app)
    assert not charts(app)


def test_a_draw_that_the_run_lacks_is_said_and_the_newest_shown(audited, open_page):
    app = open_page(AUDIT, run="one", view="result", draw="00000000")
    assert "no such draw" in words(app)
    assert "00000000" in [text.value for text in app.text]
    assert charts(app)


def test_a_draw_without_labels_does_not_hide_one_that_has_some(audited, open_page):
    newest = make_draw(audited, [("one", None)], at="2099-01-01T00:00:00+00:00")
    app = open_page(AUDIT, run="one", view="result")
    assert app.selectbox(key="draw shown").value != newest.id
    assert charts(app)


def test_of_several_draws_another_than_that_of_the_link_can_be_chosen(audited, open_page):
    newest = make_draw(audited, [("one", None)], at="2099-01-01T00:00:00+00:00")
    app = open_page(AUDIT, run="one", view="result", draw=newest.id)
    assert "No label of this draw counts yet" in words(app)
    assert "Another draw of this run has labels" in words(app)
    other = next(name for name in app.selectbox(key="draw shown").options if newest.id not in name)
    app.selectbox(key="draw shown").select(other.split(" · ")[0]).run()
    assert not app.exception
    assert app.query_params["draw"] == other.split(" · ")[0]
    assert charts(app)


def test_one_auditor_alone_has_nobody_to_be_held_against(audited, open_page):
    said = words(open_page(AUDIT, run="one", view="result"))
    assert "No pair was labelled by two auditors" in said
    assert "no pair was labelled by two auditors" in said


def test_where_everything_is_refused_kappa_is_undefined_and_says_why(empty_workspace, open_page):
    with closing(sqlite3.connect(build_run(empty_workspace, "refusing", n=12))) as file:
        file.execute(
            "UPDATE verdict SET score = 2, for_refusal = 1, against_refusal = 1, for_no_information = 0,"
            " against_no_information = 0, value_preference = 0 WHERE score IS NOT NULL"
        )
        file.commit()
    labelled(empty_workspace, "refusing", {"Ada": {}})
    app = open_page(AUDIT, run="refusing", view="result")
    assert list(frame(app, "κ")["κ"]) == ["undefined"] * 4
    assert "nan" not in f"{words(app)} {frames(app)}".lower().split()
    assert "chance" in words(app)


def test_under_v1_value_preference_is_left_out(workspace, open_page):
    labelled(workspace, "v1", {"Ada": {}}, first=8)
    app = open_page(AUDIT, run="v1", view="result")
    assert "Value preference (VPREF)" not in list(frame(app, "Corrected")["Metric"])
    assert "nan" not in frames(app).lower().split()


def test_a_partial_run_can_be_audited(workspace, open_page):
    labelled(workspace, "partial", {"Ada": {}}, first=5)
    assert charts(open_page(AUDIT, run="partial", view="result"))


def test_labels_are_held_against_another_judgement_where_that_is_shown(audited, open_page):
    with RunReader.open_readonly(audited.path_of("two")) as run:
        spec = replace(run.judgements()[0].spec, judge="second", made_by_run=False)
    judge_again(audited.path_of("two"), spec, {number: number == 4 for number in range(24)})
    app = open_page(AUDIT, run="two", view="result", judgement="second@v3")
    assert "made under another judgement" in words(app)
    assert frame(app, "Corrected")["Labelled"].iloc[0] == 21
    next(found for found in app.button if found.label == "Show the judgement that it checks").click().run()
    assert app.query_params["judgement"] == "judge@v3"
    assert "made under another judgement" not in words(app)


def test_a_derived_judgement_can_be_audited(audited, open_page):
    with RunReader.open_readonly(audited.path_of("two")) as run:
        spec = replace(run.judgements()[0].spec, order="swapped", made_by_run=False)
    judge_again(audited.path_of("two"), spec, {number: number == 7 for number in range(24)})
    app = open_page(AUDIT, run="two", view="result", judgement=BOTH)
    assert frame(app, "Corrected")["Labelled"].iloc[0] == 21
    assert len(charts(app)) == 3


def test_a_draw_whose_judgement_is_gone_still_speaks_of_the_one_shown(audited, open_page):
    path = audited.path_of("two")
    with RunReader.open_readonly(path) as run:
        first = run.judgements()[0]
        spec = replace(first.spec, judge="second", made_by_run=False)
    judge_again(path, spec, dict.fromkeys(range(24), False))
    with closing(sqlite3.connect(path)) as file:
        file.execute("DELETE FROM verdict WHERE judgement = ?", (first.id,))
        file.execute("DELETE FROM judgement WHERE id = ?", (first.id,))
        file.execute("UPDATE revision SET n = n + 1")
        file.commit()
    app = open_page(AUDIT, run="two", view="result")
    assert "which this run no longer has" in words(app)
    assert frame(app, "Corrected")["Labelled"].iloc[0] == 21


def test_no_name_or_note_of_people_is_taken_for_markup(audited, open_page):
    app = open_page(AUDIT, run="two", view="result")
    assert "Bo <b>" in list(frame(app, "Auditor")["Auditor"])
    assert all("<b>" not in element.value for element in (*app.markdown, *app.caption))


# Settling


def settle_key(app: AppTest, what: str) -> str:
    widgets = (*app.text_input, *app.radio, *app.checkbox, *app.text_area, *app.selectbox)
    return next(widget.key for widget in widgets if str(widget.key).startswith(what))


@pytest.fixture
def settling(audited, open_page) -> Callable[..., AppTest]:
    """Open the view in which pairs are settled."""

    def settling(**query: str) -> AppTest:
        return open_page(AUDIT, draw=draw_of(audited).id, view="settle", **{"auditor": "Cleo", **query})

    return settling


def draw_of(workspace: Workspace) -> Draw:
    with RunReader.open_readonly(workspace.path_of("two")) as run:
        return draws_of(run)[0]


def settled(app: AppTest, score: int | None = 1, *, knows: bool = False) -> AppTest:
    """Fill the form in and send it."""
    if score is not None:
        app.radio(key=settle_key(app, "score:settle:")).set_value(score)
        app.radio(key=settle_key(app, "preference:settle:")).set_value("yes")
    app.text_area(key=settle_key(app, "settle note:")).set_value("Both have a point.")
    app.checkbox(key=settle_key(app, "settle seen:")).set_value(knows)
    next(button for button in app.button if button.label == "Settle").click().run()
    assert not app.exception, app.exception
    return app


def test_what_the_audit_says_tells_how_many_wait_and_leads_to_where_they_are_settled(audited, open_page):
    app = open_page(AUDIT, run="two", view="result")
    assert "**1 pair** to settle" in words(app)
    assert not [button for button in app.button if button.label == "Settle"]
    next(button for button in app.button if button.label == "Settle them").click().run()
    assert (app.query_params["view"], app.query_params["draw"]) == ("settle", draw_of(audited).id)
    assert "Who settles?" in words(app)


def test_settling_shows_what_each_auditor_said_and_nothing_of_run_judge_or_verdict(settling):
    app = settling(run="two", judgement="judge@v3")
    said = frame(app, "Field")
    assert list(said.columns) == ["Field", "Auditor 1: Ada", "Auditor 2: Bo <b>"]
    assert list(said.iloc[0])[1:] == ["1", "2"]
    assert "First refused" in list(said["Field"])
    assert not {"run", "judgement"} & set(app.query_params)
    assert not app.sidebar.selectbox
    for name in ("two:", "judge@", MODEL, "judged by", "κ", "What the judge took as its position"):
        assert name not in words(app)


def test_settling_adds_an_adjudication_that_counts_from_then_on(audited, settling, open_page):
    app = settled(settling())
    assert "There is nothing to settle." in [found.value for found in app.success]
    last = labels_of(audited.path_of("two"))[-1]
    assert (last.kind, last.author, last.blind, last.pair_id) == ("adjudication", "Cleo", True, "pair-17")
    assert (last.note, last.order, last.draw) == ("Both have a point.", "normal", draw_of(audited).id)
    assert last.seconds >= 0
    app = open_page(AUDIT, run="two", view="result")
    rows = frame(app, "Settled as")
    assert (rows["Settled as"].iloc[0], rows["By"].iloc[0]) == ("1", "Cleo")
    # By hand: pairs 9 and 17 are both a step of 25 points lower now.
    corrected = frame(app, "Corrected")["Corrected"].iloc[0]
    assert corrected.startswith(f"{(1300 - 2 * 25) / 21:.1f}")


def test_what_is_missing_in_the_form_is_said_and_nothing_is_kept(audited, settling):
    before = labels_of(audited.path_of("two"))
    app = settled(settling(), score=None)
    assert "Still missing: a score" in words(app)
    assert app.text_area(key=settle_key(app, "settle note:")).value == "Both have a point."
    assert labels_of(audited.path_of("two")) == before


def test_an_error_while_settling_keeps_what_was_typed_and_names_no_run(audited, settling, monkeypatch):
    path = audited.path_of("two")

    def full(*arguments, **fields):
        raise StorageError(f"no space left to write '{path}'; free some space, try again")

    app = settling()
    monkeypatch.setattr("pages.parts.data.audit.adjudicate", full)
    app = settled(app)
    assert "no space left to write the run's file" in words(app)
    assert app.text_area(key=settle_key(app, "settle note:")).value == "Both have a point."


def test_a_pair_settled_by_somebody_else_meanwhile_is_said(audited, settling):
    mine, theirs = settling(), settling(auditor="Dora")
    settled(theirs)
    mine.run()
    assert "does not wait any more" in words(mine)
    assert [label.author for label in labels_of(audited.path_of("two"))][-1] == "Dora"


def test_settling_with_the_verdict_known_is_kept_but_does_not_count(audited, settling):
    app = settled(settling(), knows=True)
    assert not labels_of(audited.path_of("two"))[-1].blind
    assert "1 pair to settle" in words(app)


def test_who_has_seen_the_verdict_on_a_pair_is_not_asked_to_settle_it(audited, settling):
    queue = queue_of(audited, draw_of(audited))
    item = next(item for item in queue.items if item.pair_id == "pair-17")
    data.reveal(queue, item, "Ada")
    assert "whose verdict you have seen" in words(settling(auditor="Ada"))
    assert "1 pair to settle" in words(settling())


def test_no_click_leads_to_pairs_that_wait_to_be_settled(audited, open_page, monkeypatch):
    picks: dict[str, Callable[[object], None]] = {}
    show = chart.show
    monkeypatch.setattr(
        chart, "show", lambda picture, key, *, pick=None: picks.update({key: pick}) or show(picture, key)
    )
    followed: list[PairsLink] = []
    monkeypatch.setattr("pages.parts.audited.links.follow", followed.append)
    open_page(AUDIT, run="two", view="result")
    # By hand 1, by the judge 2: both labels of pair 9 and one of pair 17, which waits.
    picks["confusion"]((1, 2))
    with RunReader.open_readonly(audited.path_of("two")) as run:
        categories = [run.pair_detail(name, None).pair.category for name in ("pair-9", "pair-17")]
    for category in categories:
        picks["errors by category"](category)
    assert [link.id for link in followed] == ["pair-9", "pair-9"]


# Labels in and out


def test_downloads_are_offered_and_the_commands_stand_there(audited, open_page):
    app = open_page(AUDIT, run="two", view="exchange")
    labels = [button.label for button in app.get("download_button")]
    assert labels[:2] == ["Labels (CSV)", "Labels (JSON lines)"]
    assert len(labels) == 6
    assert any("valbench import labels.csv --as labels" in code.value for code in app.code)


def test_the_commands_that_stand_there_do_what_they_say(audited, open_page, tmp_path, monkeypatch):
    (commands,) = [code.value for code in open_page(AUDIT, run="two", view="exchange").code]
    monkeypatch.chdir(tmp_path)
    for command in commands.splitlines():
        assert status_of(shlex.split(command)[1:]) == 0
    assert {"labels.csv", "tasks.csv", "tasks.json"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("kind", ["tasks-csv", "tasks-jsonl", "label-studio", "label-studio-config"])
def test_tasks_tell_neither_verdict_nor_model(audited, kind):
    run = data.find("two")
    made = data.label_file(run, data.audit_draws(run)[0], kind, 5).decode()
    assert run.facts.model not in made
    assert "judge@v3" not in made
    assert made.strip()


def test_labels_go_out_and_come_back_without_a_second_copy(audited, open_page):
    run = data.find("two")
    app = open_page(AUDIT, run="two", view="exchange")
    file = data.label_file(run, None, "labels-csv")
    said = words(upload(app, "labels.csv", file))
    assert "No label was added" in said
    assert "Here already" in said
    assert len(labels_of(run.path)) == 43


def test_conflicts_unknown_pairs_and_refused_lines_are_listed_and_nothing_is_overwritten(audited, open_page):
    run = data.find("two")
    before = labels_of(run.path)
    table = pd.read_csv(pd.io.common.BytesIO(data.label_file(run, None, "labels-csv")), dtype=str)
    mine = table[table["author"] == "Ada"].head(4).reset_index(drop=True)
    mine.loc[0, "score"] = "-2" if mine.loc[0, "score"] != "-2" else "2"
    mine.loc[1, "pair_id"] = "elsewhere"
    mine.loc[2, "score"] = "7"
    mine.loc[3, "author"] = "Dee"
    app = upload(open_page(AUDIT, run="two", view="exchange"), "more.csv", mine.to_csv(index=False).encode())
    said = words(app)
    assert "1 label added" in "".join(element.value for element in app.success)
    assert "In audits: all count in a draw." in said
    assert {expander.label.split(":")[0].split(" (")[0] for expander in app.expander} >= {
        "Conflicts",
        "Pairs that this run does not have",
        "Lines refused",
    }
    assert "elsewhere" in said
    after = labels_of(run.path)
    assert after[: len(before)] == before
    assert [one.author for one in after[len(before) :]] == ["Dee"]


def test_tasks_are_those_of_the_draw_chosen_and_a_draw_that_is_not_there_is_said(audited, open_page):
    newest = make_draw(audited, [("one", None)], at="2099-01-01T00:00:00+00:00")
    app = open_page(AUDIT, run="one", view="exchange", draw="deadbeef")
    assert "deadbeef" in [text.value for text in app.text]
    app.selectbox(key="draw shown").select(newest.id).run()
    assert not app.exception
    assert f"--draw {newest.id}" in "".join(code.value for code in app.code)


def test_a_file_that_is_no_labels_changes_nothing_and_says_why(audited, open_page):
    before = labels_of(audited.path_of("two"))
    app = upload(open_page(AUDIT, run="two", view="exchange"), "odd.json", b"{nonsense")
    assert "Nothing was taken in" in words(app)
    # By the name that people know it by, not by where the server put it.
    assert any("'odd.json'" in text.value for text in app.text)
    assert labels_of(audited.path_of("two")) == before


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    next(button for button in app.button if button.label == "Take in").click().run()
    assert not app.exception, app.exception
    return app


def test_a_run_without_a_draw_has_labels_to_take_out_and_no_tasks(workspace, open_page):
    app = open_page(AUDIT, run="full", view="exchange")
    assert len(app.get("download_button")) == 2
    assert "this run has no draw yet" in words(app)


def test_a_read_only_server_takes_nothing_in_and_settles_nothing(audited, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(AUDIT, run="two", view="exchange")
    assert not app.file_uploader
    assert "changes nothing" in words(app)
    app = open_page(AUDIT, run="two", view="result")
    assert "nothing can be settled" in words(app)
    assert charts(app)
    assert "nothing can be settled" in words(open_page(AUDIT, draw=draw_of(audited).id, view="settle"))


# The pair


def test_the_history_of_a_pair_says_what_counts_and_what_does_not(audited, open_page):
    path = audited.path_of("two")
    queue = queue_of(audited, data.audit_draws(data.find("two"))[0])
    again = next(item for item in queue.items if item.pair_id == "pair-23")
    label_item(MadeAudit(audited, queue.draw, queue), again, "Ada", one_lower)
    with RunReader.open_readonly(path) as run:
        hashes = hashes_of(run, "pair-23")
    save_override(path, "pair-23", "Eve", Verdict(1, value_preference=False), "v3", note="No.", **hashes)
    rows = frame(open_page(PAIRS, run="two", pair="pair-23"), "Counts in the audit")
    assert list(zip(rows["By"], rows["Kind"], rows["Verdict hidden"], strict=True)) == [
        ("a reader", "label", "no"),
        ("Ada", "label", "yes"),
        ("Bo <b>", "label", "yes"),
        ("Ada", "label", "yes"),
        ("Eve", "override", "no"),
    ]
    counts = list(rows["Counts in the audit"])
    assert counts[0].startswith("no: made outside any draw")
    assert counts[1].startswith("no: replaced by a later one")
    assert counts[2:4] == ["yes", "yes"]
    assert counts[4].startswith("no: made after the verdict was seen")


def test_a_label_beyond_a_gap_is_said_not_to_count_yet(audited, open_page):
    queue = queue_of(audited, data.audit_draws(data.find("one"))[0])
    item = queue.item(14)
    label_item(MadeAudit(audited, queue.draw, queue), item)
    rows = frame(open_page(PAIRS, run="one", pair=item.pair_id), "Counts in the audit")
    assert list(rows["Counts in the audit"])[-1].startswith("no: not until the pairs before it")


def test_a_label_on_an_answer_that_changed_since_is_shown_as_stale(audited, open_page):
    change_answer(audited.path_of("two"), "pair-9")
    rows = frame(open_page(PAIRS, run="two", pair="pair-9"), "Counts in the audit")
    assert set(rows["Counts in the audit"]) == {"no: on an answer that has changed since"}


def corrected(app: AppTest, reason: str) -> AppTest:
    """Lower the score by hand, give a reason, and send."""
    app.text_input(key=settle_key(app, "override author:")).set_value("Eve")
    app.radio(key=settle_key(app, "score:override:")).set_value(-1)
    app.text_area(key=settle_key(app, "override reason:")).set_value(reason)
    next(button for button in app.button if button.label == "Keep the correction").click().run()
    assert not app.exception, app.exception
    return app


def test_a_correction_is_kept_as_an_override_and_the_verdict_stays(audited, open_page):
    path = audited.path_of("two")
    verdict = standing_verdict(path, "pair-9")
    app = corrected(open_page(PAIRS, run="two", pair="pair-9"), "They <b>differ</b>.")
    last = labels_of(path)[-1]
    assert (last.kind, last.blind, last.author, last.inclusion) == ("override", False, "Eve", None)
    assert (last.verdict.score, last.note) == (-1, "They <b>differ</b>.")
    assert last.order == "normal"
    assert last.seconds >= 0
    assert standing_verdict(path, "pair-9") == verdict
    assert "Eve (override)" in frame(app, "Field").columns
    assert any("They <b>differ</b>." in text.value for text in app.text)


def test_a_correction_counts_in_no_figure(audited, open_page):
    def figures() -> tuple[str, str]:
        app = open_page(AUDIT, run="two", view="result")
        return frame(app, "Corrected").to_string(), frame(app, "κ").to_string()

    before = figures()
    corrected(open_page(PAIRS, run="two", pair="pair-9"), "They differ.")
    assert figures() == before


def test_a_correction_without_a_reason_is_not_kept(audited, open_page):
    before = labels_of(audited.path_of("two"))
    app = corrected(open_page(PAIRS, run="two", pair="pair-9"), " ")
    assert "Still missing: a reason" in words(app)
    assert labels_of(audited.path_of("two")) == before


def test_a_read_only_server_offers_no_correction(audited, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(PAIRS, run="two", pair="pair-9")
    assert "verdicts cannot be corrected here" in words(app)
    assert "Correct the verdict by hand" not in [expander.label for expander in app.expander]

"""The Audit page without a browser: draws, labelling by clicks, undo, overrides, and what cannot be done."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import data
from tests.made_audits import MadeAudit, add_swapped, change_answer, label_next, made_audit
from tests.run_builder import add_judgement, make_pair
from tests.screens.conftest import APP, words
from valbench_core.audit import WITHDRAWN, Item, draws_of, make_draw
from valbench_core.errors import StorageError
from valbench_core.runs import Label, RunFile, RunReader, Workspace
from valbench_core.schema import Completion, Response

AUDIT = "pages/judge/audit.py"
DRAW = "1f00c0de"
OPPOSING, CONFLICT, NEITHER, MOSTLY, SAME = "opposing", "conflict", "**0**", "mostly", "same conclusion"


@pytest.fixture
def audit(empty_workspace) -> MadeAudit:
    """A draw over one run."""
    return made_audit(empty_workspace, ("toy",), draw_id=DRAW)


def button(app: AppTest, label: str):
    return next(found for found in app.button if label in found.label)


def checkbox(app: AppTest, label: str):
    return next(found for found in app.checkbox if label in found.label)


def note(app: AppTest):
    return next(found for found in app.text_input if found.label == "Reason or note")


def begun(open_page, auditor: str = "Ada", **query: str) -> AppTest:
    return open_page(AUDIT, draw=DRAW, auditor=auditor, view="label", **query)


def label(app: AppTest, score: str) -> AppTest:
    button(app, score).click().run()
    return save(app)


def save(app: AppTest) -> AppTest:
    button(app, "Save and next").click().run()
    assert not app.exception
    return app


def labels(workspace: Workspace, run: str = "toy") -> list[Label]:
    with RunReader.open_readonly(workspace.path_of(run)) as file:
        return [label for label in file.labels() if label.draw is not None]


def issue_of(item: Item) -> str:
    return make_pair(int(item.pair_id.removeprefix("pair-"))).issue_description


# Draws


@pytest.mark.parametrize("run", ["full", "v1", "partial", "failed", "answers"])
@pytest.mark.parametrize("view", ["label", "result", "exchange"])
def test_the_page_opens_on_every_shape_of_run(workspace, open_page, run, view):
    assert "Audit" in words(open_page(AUDIT, run=run, view=view))


def test_without_runs_it_says_how_to_get_one(empty_workspace, open_page):
    assert "valbench demo" in [code.value for code in open_page(AUDIT).code]


def test_an_unknown_view_is_said(workspace, open_page):
    assert "The link asks for:" in words(open_page(AUDIT, run="full", view="nonsense"))


@pytest.mark.parametrize(("run", "pairs"), [("full", 21), ("v1", 21), ("partial", 12)])
def test_a_draw_is_made_of_the_run_shown(workspace, open_page, run, pairs):
    app = open_page(AUDIT, run=run)
    button(app, "Make this draw").click().run()
    assert f"Made a draw of {pairs} pairs" in "\n".join(found.value for found in app.success)
    assert f"0 of {pairs} pairs labelled" in progress(app)
    with RunReader.open_readonly(workspace.path_of(run)) as file:
        (draw,) = draws_of(file)
    assert (draw.sampling, draw.shuffle_sides, draw.seed) == ("uniform", True, 0)


@pytest.mark.parametrize(("run", "said"), [("failed", "nothing to draw"), ("answers", "has no judgement")])
def test_a_run_without_verdicts_cannot_be_drawn_from(workspace, open_page, run, said):
    app = open_page(AUDIT, run=run)
    button(app, "Make this draw").click().run()
    assert "This draw cannot be made" in words(app)
    assert said in words(app)


def test_a_draw_spans_runs_and_may_be_restricted(workspace, open_page):
    add_judgement(workspace.path_of("partial"), "other", "v3")
    app = open_page(AUDIT, run="full")
    app.multiselect(key="draw runs:full").select("partial").run()
    assert [box.label for box in app.selectbox if "Judgement to check" in box.label] == [
        "Judgement to check of partial"
    ]
    app.multiselect(key="draw category:full").select("Ethics").run()
    app.multiselect(key="draw issue_scale:full").select("4").run()
    app.checkbox(key="draw shuffle").uncheck().run()
    app.number_input(key="draw seed").set_value(5).run()
    button(app, "Make this draw").click().run()
    with RunReader.open_readonly(workspace.path_of("partial")) as file:
        (draw,) = draws_of(file)
    assert [run.run for run in draw.runs] == ["full", "partial"]
    assert draw.where == ("category=Ethics", "issue_scale=4")
    assert (draw.seed, draw.shuffle_sides) == (5, False)
    assert "Only pairs with category=Ethics, issue_scale=4" in words(app)


def test_judgements_of_two_protocols_make_no_draw(workspace, open_page):
    app = open_page(AUDIT, run="full")
    app.multiselect(key="draw runs:full").select("v1").run()
    button(app, "Make this draw").click().run()
    assert "one draw needs judgements of one protocol" in words(app)


def test_signs_of_doubt_are_counted_before_a_draw_is_made(workspace, open_page):
    add_swapped(workspace.path_of("full"), ["pair-5", "pair-9"])
    app = open_page(AUDIT, run="full")
    app.radio(key="draw sampling").set_value("doubt").run()
    found = re.search(r"Signs of doubt are there on (\d+) pairs", words(app))
    assert found
    assert int(found[1]) >= 2


def test_a_draw_shows_who_has_labelled_how_many(audit, open_page):
    label_next(audit, "Ada", 3)
    label_next(audit, "Bo", 1, lambda verdict: None)
    app = open_page(AUDIT, run="toy")
    table = app.dataframe[0].value
    assert table.to_dict("list") == {"Who": ["Ada", "Bo"], "Labelled": [3, 0], "Skipped": [0, 1]}
    assert "3 of 21 pairs labelled" in progress(app)


def test_the_name_typed_goes_on_to_label_under(audit, open_page):
    app = open_page(AUDIT, run="toy")
    next(found for found in app.text_input if found.label == "Your name").input("Ada").run()
    next(found for found in app.button if found.label == "Label").click().run()
    assert app.query_params["auditor"] == "Ada"
    assert "0 of 21 pairs labelled by you" in words(app)


def test_a_read_only_server_offers_neither_draws_nor_labels(audit, open_page, monkeypatch):
    monkeypatch.setenv("VALBENCH_READ_ONLY", "1")
    app = open_page(AUDIT, run="toy")
    assert "changes nothing" in words(app)
    assert not [found for found in app.button if "draw" in found.label.lower() or found.label == "Label"]
    app = begun(open_page)
    assert "nothing can be labelled here" in words(app)
    assert not [found for found in app.button if "Save" in found.label]


def test_a_draw_says_that_the_judgement_it_checks_was_deleted(audit, open_page):
    add_swapped(audit.paths[0], [])
    with closing(sqlite3.connect(audit.paths[0])) as file:
        file.execute("DELETE FROM judgement WHERE name = 'judge@v3'")
        file.commit()
    app = open_page(AUDIT, run="toy")
    assert "has been deleted" in words(app)
    assert "toy: judge@v3" in words(app)


# Labelling


def test_a_label_is_saved_and_the_next_pair_comes(audit, open_page, empty_workspace):
    app = begun(open_page)
    first, second = audit.queue.item(0), audit.queue.item(1)
    assert issue_of(first) in words(app)
    checkbox(app, "First refused").check().run()
    checkbox(app, "Value preference").check().run()
    note(app).input("A note.").run()
    app.selectbox(key=next(box.key for box in app.selectbox if box.label == "Problem with the pair")).select(
        "different issues"
    ).run()
    label(app, CONFLICT)
    assert issue_of(second) in words(app)
    (saved,) = labels(empty_workspace)
    assert (saved.pair_id, saved.author, saved.kind, saved.blind) == (first.pair_id, "Ada", "label", True)
    assert (saved.verdict.score, saved.verdict.for_refusal, saved.verdict.value_preference) == (
        -1,
        True,
        True,
    )
    assert not saved.verdict.against_refusal
    assert (saved.note, saved.pair_problem, saved.draw) == ("A note.", "different issues", DRAW)
    assert "1 of 21 pairs labelled by you" in words(app)
    assert not checkbox(app, "First refused").value
    assert note(app).value == ""


def test_what_is_shown_first_is_kept_by_side(empty_workspace, open_page):
    audit = made_audit(empty_workspace, ("toy",), draw_id=DRAW, shuffle_sides=True)
    place = next(item.position for item in audit.queue.items if item.order == "swapped")
    label_next(audit, n=place)
    app = begun(open_page)
    pair = make_pair(int(audit.queue.item(place).pair_id.removeprefix("pair-")))
    assert words(app).index(pair.against_question) < words(app).index(pair.for_question)
    checkbox(app, "First refused").check().run()
    checkbox(app, "Second lacks information").check().run()
    label(app, MOSTLY)
    saved = labels(empty_workspace)[-1]
    assert (saved.order, saved.pair_id) == ("swapped", pair.id)
    assert (saved.verdict.for_refusal, saved.verdict.against_refusal) == (False, True)
    assert (saved.verdict.for_no_information, saved.verdict.against_no_information) == (True, False)


def test_protocol_v1_asks_for_no_value_preference(empty_workspace, open_page):
    made_audit(empty_workspace, ("toy",), draw_id=DRAW, protocol="v1")
    app = begun(open_page)
    assert not [found for found in app.checkbox if "Value preference" in found.label]
    label(app, NEITHER)
    (saved,) = labels(empty_workspace)
    assert (saved.protocol, saved.verdict.value_preference) == ("v1", None)


def test_a_save_without_a_score_is_refused(audit, open_page, empty_workspace):
    app = save(begun(open_page))
    assert "Choose a score first" in words(app)
    assert labels(empty_workspace) == []


def test_a_pair_is_skipped_and_the_share_shown(audit, open_page, empty_workspace):
    app = begun(open_page)
    button(app, "Skip").click().run()
    label(app, SAME)
    assert "1 skipped (50 % of those seen)" in words(app).replace("50.0", "50")
    assert [label.verdict is None for label in labels(empty_workspace)] == [True, False]


def test_undo_takes_a_label_back_and_fills_its_fields_in(audit, open_page, empty_workspace):
    app = begun(open_page)
    checkbox(app, "Second refused").check().run()
    note(app).input("First thought.").run()
    label(app, OPPOSING)
    button(app, "Undo").click().run()
    assert issue_of(audit.queue.item(0)) in words(app)
    assert checkbox(app, "Second refused").value
    assert note(app).value == "First thought."
    assert "0 of 21 pairs labelled by you" in words(app)
    label(app, SAME)
    notes = [
        (label.verdict.score if label.verdict else None, label.note) for label in labels(empty_workspace)
    ]
    assert notes == [(-2, "First thought."), (None, WITHDRAWN), (2, "First thought.")]


def test_a_label_taken_back_is_said_after_a_reload_and_not_filled_in(audit, open_page):
    app = begun(open_page)
    checkbox(app, "Second refused").check().run()
    label(app, OPPOSING)
    button(app, "Undo").click().run()
    app = begun(open_page)
    assert "You said before" in words(app)
    assert "Second refused" in words(app)
    assert not checkbox(app, "Second refused").value


def test_after_several_steps_back_nothing_is_saved_again_by_one_key(audit, open_page, empty_workspace):
    app = label(label(begun(open_page), OPPOSING), SAME)
    for _ in range(2):
        button(app, "Undo").click().run()
    label(app, MOSTLY)
    assert "You said before, which does not stand any more: 2" in words(app)
    assert "Choose a score first" in words(save(app))
    assert [one.verdict.score for one in labels(empty_workspace) if one.verdict] == [-2, 2, 1]


@pytest.mark.parametrize(
    ("who", "share", "said"), [("Ada", "", "in another window"), ("Bo", "1", "Somebody")]
)
def test_a_pair_labelled_elsewhere_meanwhile_is_said(audit, open_page, who, share, said):
    app = begun(open_page, share=share)
    label_next(audit, who)
    button(app, OPPOSING).click().run()
    assert issue_of(audit.queue.item(1)) in words(app)
    assert said in words(app)
    assert "is the next one" in words(app)
    label(app, SAME)
    assert "is the next one" not in words(app)


def test_undo_with_nothing_labelled_says_so(audit, open_page):
    app = begun(open_page)
    button(app, "Undo").click().run()
    assert "nothing to undo" in words(app)


def test_a_label_after_the_verdict_was_seen_is_an_override_with_a_reason(audit, open_page, empty_workspace):
    app = label(begun(open_page), OPPOSING)
    data.reveal(audit.queue, audit.queue.item(0), "Ada")
    # As if it had been seen in another tab: it is the file that knows.
    app = begun(open_page)
    button(app, "Undo").click().run()
    assert "You have seen the verdict on this pair" in words(app)
    label(app, SAME)
    assert "Say in the note why" in words(app)
    note(app).input("I had misread it.").run()
    save(app)
    assert issue_of(audit.queue.item(1)) in words(app)
    kinds = [(label.kind, label.blind, label.verdict.score) for label in labels(empty_workspace)]
    assert kinds == [("label", True, -2), ("override", False, 2)]
    assert "1 of 21 pairs labelled by you" in words(app)


def test_a_pair_reopened_after_its_verdict_was_seen_may_be_left_as_it_is(audit, open_page, empty_workspace):
    label(begun(open_page), OPPOSING)
    data.reveal(audit.queue, audit.queue.item(0), "Ada")
    app = begun(open_page)
    button(app, "Undo").click().run()
    button(app, "Leave as it is").click().run()
    assert issue_of(audit.queue.item(1)) in words(app)
    assert len(labels(empty_workspace)) == 1


def test_everybody_labels_the_same_pairs_unless_they_share_the_work(audit, open_page):
    label_next(audit, "Bo", 2)
    assert issue_of(audit.queue.item(0)) in words(begun(open_page))
    app = begun(open_page, share="1")
    assert issue_of(audit.queue.item(2)) in words(app)
    assert "2 labelled by anybody" in words(app)
    next(found for found in app.toggle if found.label == "Share the work").set_value(False).run()
    assert issue_of(audit.queue.item(0)) in words(app)
    assert "share" not in app.query_params


def test_the_end_of_the_queue_is_said_and_leads_to_the_result(audit, open_page):
    label_next(audit, "Ada", len(audit.queue))
    app = begun(open_page)
    assert "You have been through all of this draw." in "\n".join(found.value for found in app.success)
    button(app, "What it says").click().run()
    assert app.query_params["view"] == "result"
    assert app.query_params["draw"] == DRAW
    assert not app.exception


def test_undo_works_at_the_end_of_the_queue(audit, open_page):
    label_next(audit, "Ada", len(audit.queue))
    app = begun(open_page)
    button(app, "Undo").click().run()
    assert issue_of(audit.queue.item(len(audit.queue) - 1)) in words(app)


def test_what_a_draw_says_is_shown_under_the_judgement_that_it_checks(empty_workspace, open_page):
    audit = made_audit(empty_workspace, ("toy",), draw_id="0a00c0de")
    add_swapped(audit.paths[0], ["pair-5"])
    made_audit(empty_workspace, ("newest",), draw_id=DRAW)
    draw = make_draw(empty_workspace, [("toy", "judge@v3~swapped")])
    app = in_a_new_tab(draw=draw.id, view="result")
    assert (app.query_params["run"], app.query_params["judgement"]) == ("toy", "judge@v3~swapped")
    app = open_page(AUDIT, draw=draw.id, auditor="Ada", view="label")
    app.segmented_control(key="view of audit").set_value("result").run()
    assert (app.query_params["run"], app.query_params["judgement"]) == ("toy", "judge@v3~swapped")
    app = open_page(AUDIT, run="toy", judgement="judge@v3", draw=draw.id, view="result")
    assert app.query_params["judgement"] == "judge@v3"


def test_a_draw_that_is_labelled_leads_to_what_it_says(audit, open_page):
    label_next(audit, "Ada", 3)
    app = open_page(AUDIT, run="toy")
    kinds = {found.label: found.proto.type for found in app.button}
    assert (kinds["Label"], kinds["What it says"]) == ("primary", "secondary")
    label_next(audit, "Ada", len(audit.queue) - 3)
    app = open_page(AUDIT, run="toy")
    kinds = {found.label: found.proto.type for found in app.button}
    assert (kinds["Label"], kinds["What it says"]) == ("secondary", "primary")
    button(app, "What it says").click().run()
    assert (app.query_params["view"], app.query_params["draw"]) == ("result", DRAW)


def test_draws_of_one_day_are_told_apart_by_id_and_time(audit, open_page):
    app = open_page(AUDIT, run="toy")
    assert f"**Draw {DRAW}** · 2026-11-01 12:00 UTC · 21 pairs" in words(app)


def test_what_the_guideline_leaves_no_room_for_is_told_and_can_be_saved(audit, open_page, empty_workspace):
    app = begun(open_page)
    checkbox(app, "First refused").check().run()
    assert "Meant so?" not in words(app)
    button(app, SAME).click().run()
    assert "one answer refuses, but the score is not 1" in words(app)
    button(app, MOSTLY).click().run()
    assert "Meant so?" not in words(app)
    label(app, OPPOSING)
    (saved,) = labels(empty_workspace)
    assert saved.verdict.score == -2


def test_the_guideline_is_open_until_the_first_label(audit, open_page):
    app = begun(open_page)
    assert "please read it before you begin" in words(app)
    assert not [found for found in app.expander if found.label == "Guideline"]
    label(app, SAME)
    assert "please read it before you begin" not in words(app)
    assert [found for found in app.expander if found.label == "Guideline"]
    app = begun(open_page, auditor="Bo")
    button(app, "Fold it").click().run()
    assert "please read it before you begin" not in words(app)
    assert issue_of(audit.queue.item(0)) in words(app)


def in_a_new_tab(**query: str) -> AppTest:
    """Open the page as if nothing had been shown before it."""
    app = AppTest.from_file(str(APP), default_timeout=30).switch_page(AUDIT)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


# What goes wrong


def test_an_error_on_saving_loses_nothing_typed_and_names_no_run(
    audit, open_page, monkeypatch, empty_workspace
):
    app = begun(open_page)
    path = empty_workspace.path_of("toy")
    checkbox(app, "First lacks information").check().run()
    note(app).input("Typed with care.").run()

    def full(*arguments, **fields):
        raise StorageError(f"no space left to write '{path}'; free some space, try again")

    with monkeypatch.context() as disk:
        disk.setattr("pages.parts.data.audit.save_label", full)
        label(app, MOSTLY)
    assert "This was not saved" in words(app)
    assert "no space left to write the run's file" in words(app)
    assert str(path) not in words(app)
    assert (checkbox(app, "First lacks information").value, note(app).value) == (True, "Typed with care.")
    save(app)
    (saved,) = labels(empty_workspace)
    assert (saved.verdict.score, saved.note) == (1, "Typed with care.")


def test_an_answer_that_changed_is_said_before_anything_is_saved(audit, open_page, empty_workspace):
    app = begun(open_page)
    checkbox(app, "First refused").check().run()
    change_answer(empty_workspace.path_of("toy"), audit.queue.item(0).pair_id)
    save(app)
    assert labels(empty_workspace) == []
    button(app, OPPOSING).click().run()
    change_answer_again(audit, empty_workspace)
    save(app)
    assert labels(empty_workspace) == []
    assert "has changed since it was shown" in words(app)
    assert checkbox(app, "First refused").value


def change_answer_again(audit: MadeAudit, workspace: Workspace) -> None:
    with RunFile.open(workspace.path_of("toy")) as file:
        file.write_responses(
            [Response(audit.queue.item(0).pair_id, "for", Completion("Something new again."))]
        )


@pytest.mark.parametrize("draw", ["deadbeef", "<b>", "../x"])
def test_a_link_to_an_unknown_draw_is_said(audit, open_page, draw):
    app = open_page(AUDIT, draw=draw, auditor="Ada")
    assert "This draw cannot be labelled" in words(app)
    button(app, "All draws").click().run()
    assert "draw" not in app.query_params


def test_a_run_of_the_draw_that_is_gone_is_said_and_the_others_go_on(empty_workspace, open_page):
    audit = made_audit(empty_workspace, ("toy", "gone-run"), draw_id=DRAW)
    empty_workspace.path_of("gone-run").unlink()
    app = begun(open_page)
    assert "1 run of this draw cannot be found" in words(app)
    assert "gone-run" not in words(app)
    mine = next(item for item in audit.queue.items if item.run == "toy")
    assert issue_of(mine) in words(app)
    assert "Runs that cannot be found" in words(open_page(AUDIT, run="toy"))


def test_who_labels_is_asked_where_the_link_does_not_say(audit, open_page):
    label_next(audit, "Bo *bold*")
    app = open_page(AUDIT, draw=DRAW)
    assert "Who labels?" in words(app)
    button(app, "Go on as Bo").click().run()
    assert app.query_params["auditor"] == "Bo *bold*"
    assert "1 of 21 pairs labelled by you" in words(app)


def test_a_name_that_is_none_is_said(audit, open_page):
    assert "This name cannot be used" in words(open_page(AUDIT, draw=DRAW, auditor="x" * 200))


# Blind


def test_nothing_names_the_run_its_judge_or_its_model(audit, open_page):
    app = begun(open_page, run="toy", judgement="judge@v3")
    assert "toy" not in words(app)
    assert "judge@" not in words(app)
    assert not app.sidebar.selectbox
    assert not {"run", "judgement"} & set(app.query_params)


def test_the_run_shown_before_comes_back_on_the_other_views(empty_workspace, open_page):
    made_audit(empty_workspace, ("toy", "other"), draw_id=DRAW)
    for run in ("toy", "other"):
        app = begun(open_page, run=run)
        assert not app.sidebar.selectbox
        app.segmented_control(key="view of audit").set_value("exchange").run()
        assert app.selectbox(key="run").value == run


def progress(app: AppTest) -> str:
    """Return what stands on the bars of the page."""
    return "\n".join(bar.proto.text for bar in app.get("progress"))


def test_a_draw_by_doubt_says_how_many_pairs_show_a_sign_of_it(workspace, open_page):
    made_audit(workspace, ("toy",), sampling="doubt", where=["id=pair-4|pair-5|pair-7|pair-8"])
    said = words(open_page(AUDIT, run="toy"))
    assert "Signs of doubt are there on 1 of the 4 pairs; 50 % of the draw goes by them." in said

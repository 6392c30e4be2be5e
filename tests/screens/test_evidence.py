"""Evidence in the reader: a point is chosen, sentences that bear on it stand out, and all is plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.data import evidence as data_of_evidence
from tests.fake_encoder import FakeEncoder
from tests.run_builder import HOSTILE, make_answer, make_pair
from tests.screens.conftest import words
from valbench_core.errors import EncoderError
from valbench_core.judging import Judged
from valbench_core.runs import Label, RunFile, VerdictRow
from valbench_core.schema import SIDES, Completion, Response, Verdict

PAIRS = "pages/read/pairs.py"
SHOW = "Show what bears on one of the judge's points"


@pytest.fixture(autouse=True)
def loaded(monkeypatch) -> list[str]:
    """A stand-in for the sentence encoder, and when it was loaded."""
    times: list[str] = []

    def find_encoder() -> FakeEncoder:
        times.append("loaded")
        return FakeEncoder()

    monkeypatch.setattr(data_of_evidence, "find_encoder", find_encoder)
    return times


def chooser(app: AppTest):
    return next((box for box in app.selectbox if box.label == SHOW), None)


def write(workspace, answers, alignment: str) -> None:
    """Give pair 9 of the full run other answers and a verdict that makes these points."""
    with RunFile.open(workspace.path_of("full")) as run:
        responses = [
            Response("pair-9", side, Completion(text)) for side, text in zip(SIDES, answers, strict=True)
        ]
        verdict = Verdict(1, value_preference=False, points_of_alignment=alignment)
        row = VerdictRow("pair-9", Judged(verdict, raw="{}"), *(one.text_hash for one in responses))
        run.write(responses, [row], run.find_judgement())


def test_the_points_of_the_verdict_can_be_chosen_and_nothing_is_loaded_before(workspace, open_page, loaded):
    app = open_page(PAIRS, run="full", pair="pair-9")
    options = chooser(app).options
    assert options[:2] == ["Agreement: Both see a rule.", "Opposition: The rule."]
    assert any(option.startswith("Position for: It should.") for option in options)
    assert loaded == []


def test_a_chosen_point_marks_the_nearest_sentences_of_both_answers(workspace, open_page, loaded):
    write(
        workspace,
        ["Zoos are old. The cost is high.", "Ink is blue. The cost is high today."],
        "Cost is high.",
    )
    app = open_page(PAIRS, run="full", pair="pair-9")
    app = chooser(app).select_index(0).run()
    said = words(app)
    assert "For answer: 1 of 2 sentences marked" in said
    assert "Against answer: 1 of 2 sentences marked" in said
    assert sum("strong match" in element.value for element in app.markdown) == 2
    assert [text.value for text in app.text].count("The cost is high.") == 1
    assert FakeEncoder.meaning in said
    assert loaded == ["loaded"]


def test_another_point_costs_no_further_look_at_the_answers(workspace, open_page, monkeypatch):
    asked = []
    whole = data_of_evidence.find_evidence
    monkeypatch.setattr(data_of_evidence, "find_evidence", lambda *all_: asked.append(1) or whole(*all_))
    app = open_page(PAIRS, run="full", pair="pair-9")
    app = chooser(app).select_index(0).run()
    app = chooser(app).select_index(1).run()
    assert not app.exception
    assert asked == [1]


def test_texts_of_models_stay_plain_text(workspace, open_page):
    write(workspace, [f"A rule stands. {HOSTILE}", HOSTILE], f"A rule stands. {HOSTILE}")
    app = open_page(PAIRS, run="full", pair="pair-9")
    app = chooser(app).select_index(0).run()
    assert not app.exception
    marked = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader]
    assert not any("script" in element.value or "127.0.0.1" in element.value for element in marked)


def test_a_very_long_answer_is_said_to_be_compared_in_part(workspace, open_page):
    write(workspace, ["A word. " * 12_500, "x" * 100_000], "A word.")
    app = open_page(PAIRS, run="full", pair="pair-9")
    app = chooser(app).select_index(0).run()
    assert not app.exception
    assert "For answer: 40 of 12,500 sentences marked" in words(app)
    assert "The last 12,200 sentences were not compared." in words(app)


def test_an_encoder_that_cannot_be_used_is_said(workspace, open_page, monkeypatch):
    def find_encoder() -> FakeEncoder:
        raise EncoderError("'no-model' holds no sentence encoder")

    monkeypatch.setattr(data_of_evidence, "find_encoder", find_encoder)
    app = open_page(PAIRS, run="full", pair="pair-9")
    app = chooser(app).select_index(0).run()
    assert not app.exception
    assert "'no-model' holds no sentence encoder" in words(app)


@pytest.mark.parametrize(
    ("run", "pair"), [("full", "pair-0"), ("full", "pair-2"), ("answers", "pair-9"), ("partial", "pair-20")]
)
def test_without_a_valid_verdict_there_is_no_evidence(workspace, open_page, run, pair):
    assert chooser(open_page(PAIRS, run=run, pair=pair)) is None


def test_a_stale_verdict_has_no_evidence(workspace, open_page):
    with RunFile.open(workspace.path_of("full")) as run:
        answer = make_answer(make_pair(9), "for")
        run.write_responses([replace(answer, result=Completion("Another text."))])
    assert chooser(open_page(PAIRS, run="full", pair="pair-9")) is None


def test_a_verdict_that_makes_no_point_has_no_evidence(workspace, open_page):
    write(workspace, ["Zoos are old.", "Ink is blue."], "None.")
    assert chooser(open_page(PAIRS, run="full", pair="pair-9")) is None


def test_points_of_a_hand_label_on_the_same_answers_can_be_chosen(workspace, open_page):
    with RunFile.open(workspace.path_of("full")) as run:
        hashes = [make_answer(make_pair(9), side).text_hash for side in SIDES]
        said = Verdict(1, points_of_alignment="Both hold a rule.")
        for author, (on_for, on_against) in {"a reader": hashes, "of other texts": ["0", "1"]}.items():
            label = Label("pair-9", author, said, "v3", for_hash=on_for, against_hash=on_against)
            run.add_label(label)
    app = open_page(PAIRS, run="full", pair="pair-9")
    assert chooser(app).options.count("Hand label, agreement: Both hold a rule.") == 1


def test_where_nothing_is_near_it_is_said(workspace, open_page):
    write(workspace, ["Zoos are old.", "Ink is blue."], "Nobody knows why.")
    app = open_page(PAIRS, run="full", pair="pair-9")
    app = chooser(app).select_index(0).run()
    assert "No sentence of either answer is near enough" in words(app)


def test_v1_has_evidence_too(workspace, open_page):
    app = open_page(PAIRS, run="v1", pair="pair-9")
    assert not chooser(app).select_index(0).run().exception


def test_where_the_judge_names_no_point_of_agreement_it_is_said(workspace, open_page):
    write(workspace, ["Zoos are old.", "Ink is blue."], "")
    assert "none given" in words(open_page(PAIRS, run="full", pair="pair-9"))

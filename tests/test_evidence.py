"""Sentences, points, and which sentences bear on which point."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.bench_evidence import for_choosing, labels
from tests.fake_encoder import FakeEncoder
from valbench_core.demo import VOICES, spoken_pairs
from valbench_core.embedding import WordEncoder
from valbench_core.evidence import (
    BY_MEANING,
    BY_WORDS,
    SENTENCES_COMPARED,
    find_evidence,
    parts,
    points,
    sentences,
)
from valbench_core.schema import SIDES

ANSWERS = {
    "for": "The dam should stay. It gives clean water. Poets like winter.",
    "against": "- **Cost.** Tearing down the dam is dear.\n- Ink is blue.",
}

texts = st.text(st.sampled_from("ab.?! \n\r\t*-#>|1)(„“。؟é😀\u200f\u2028\x0c"), max_size=200) | st.text(
    max_size=100
)


def cut(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


@given(texts)
def test_nothing_but_white_space_stands_between_sentences(text):
    found = sentences(text)
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in found)
    ends = [0, *(sentence.end for sentence in found)]
    starts = [*(sentence.start for sentence in found), len(text)]
    assert all(not text[end:start].strip() for end, start in zip(ends, starts, strict=True))


def test_list_items_headings_and_blank_lines_end_a_sentence():
    text = "# Title\nFirst line\n\nSecond\n- item\n2. item two\n> quoted"
    assert cut(text) == ["# Title", "First line", "Second", "- item", "2. item two", "> quoted"]


def test_the_heading_of_a_list_item_stays_with_the_sentence_after_it():
    found = [s.text for s in sentences("- **Federalism.** States are bodies. They vote.\n- **Alone.**")]
    assert found == ["- **Federalism.** States are bodies.", "They vote.", "- **Alone.**"]


def test_a_line_that_is_broken_in_the_middle_of_a_sentence_is_not_cut():
    assert cut("One line that\ngoes on here. Another.") == ["One line that\ngoes on here.", "Another."]


def test_other_scripts_have_sentences_too():
    assert cut("这是第一句。这是第二句！") == ["这是第一句。", "这是第二句！"]
    assert cut("هذا أول. وهذا ثان؟ نعم.") == ["هذا أول.", "وهذا ثان؟", "نعم."]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- One.\n- Two.", ["One.", "Two."]),
        ("1) One\n2) Two", ["One", "Two"]),
        ("One; two", ["One", "two"]),
        ("One. Two.", ["One.", "Two."]),
        ("", []),
        ("—", []),
    ],
)
def test_points_come_one_by_one(text, found):
    assert list(points(text)) == found


def test_a_point_that_names_several_things_has_parts():
    assert parts("One holds that zoos teach, the other that they harm.") == (
        "One holds that zoos teach",
        "the other that they harm.",
    )
    assert parts("Both accept the ban.") == ()


def test_the_sentence_that_repeats_a_point_is_marked_strongly_and_others_are_not():
    evidence = find_evidence(FakeEncoder(), ["the dam should stay"], ANSWERS)
    assert [mark.strength for mark in evidence.marks(0, "for")] == ["strong", "none", "none"]
    assert evidence.marks(0, "for")[0].similarity == pytest.approx(1)


def test_each_point_has_marks_of_its_own():
    evidence = find_evidence(FakeEncoder(), ["clean water", "ink is blue"], ANSWERS)
    assert [mark.strength for mark in evidence.marks(0, "for")] == ["none", "strong", "none"]
    assert [mark.strength for mark in evidence.marks(1, "against")][-1] == "strong"


def test_a_sentence_is_near_if_it_is_near_a_part_of_the_point():
    whole = find_evidence(FakeEncoder(), ["They name clean water, and the poets of winter"], ANSWERS)
    assert whole.marks(0, "for")[2].strength == "strong"


def test_an_empty_answer_has_no_marks():
    evidence = find_evidence(FakeEncoder(), ["a point"], {"for": "", "against": " \n "})
    assert [evidence.marks(0, side) for side in SIDES] == [(), ()]


def test_of_a_very_long_answer_the_beginning_is_compared_and_the_rest_counted():
    encoder = FakeEncoder()
    evidence = find_evidence(encoder, ["a point"], {"for": "A word. " * 12_500, "against": "x" * 100_000})
    assert evidence.passed_over("for") == 12_500 - SENTENCES_COMPARED
    assert len(evidence.marks(0, "for")) == 12_500
    assert max(map(len, encoder.encoded)) <= 1_000


def test_the_fallback_has_thresholds_of_its_own():
    assert find_evidence(WordEncoder("test"), ["the dam"], ANSWERS).thresholds == BY_WORDS
    assert find_evidence(FakeEncoder(), ["the dam"], ANSWERS).thresholds == BY_MEANING


def test_the_fallback_finds_words_in_common():
    evidence = find_evidence(WordEncoder("test"), ["Both say that the dam should stay."], ANSWERS)
    nearest = np.argmax([mark.similarity for mark in evidence.marks(0, "for")])
    assert nearest == 0


def test_labelled_sentences_are_sentences_of_the_sample():
    answers = {(voice, pair.pair_id): pair.texts for voice in VOICES for pair in spoken_pairs(voice)}
    for row in labels():
        for side in SIDES:
            assert set(row[side]) <= set(cut(answers[row["voice"], row["pair_id"]][side])), row["point"]


def test_labelled_points_are_points_of_the_sample_and_lie_in_both_halves():
    said = {
        (voice, pair.pair_id): (pair.label.points_of_alignment, pair.label.points_of_opposition)
        for voice in VOICES
        for pair in spoken_pairs(voice)
    }
    rows = labels()
    assert all(row["point"] in said[row["voice"], row["pair_id"]] for row in rows)
    assert 20 <= sum(for_choosing(row["pair_id"]) for row in rows) <= 32


def test_no_text_takes_long():
    for text in ("a" * 100_000, "- x\n" * 25_000, ".?!" * 33_000, "1. a " * 20_000, '("' * 50_000):
        assert re.sub(r"\s", "", "".join(cut(text))) == re.sub(r"\s", "", text)
        points(text)

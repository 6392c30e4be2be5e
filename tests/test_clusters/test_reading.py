"""Texts as a stream of numbers of words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from valbench_core.clusters.reading import WINDOW, read


def read_words(texts, **limits):
    """The words kept of each text."""
    reading = read(texts, **limits)
    parts = [reading.stream[start:end] for start, end in pairwise(reading.ends)]
    return [[reading.written[word] for word in part if word >= 0] for part in parts]


def long_text(name, words=400):
    return " ".join(f"{name}x{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(words))


def test_what_fits_is_read_whole():
    assert read_words(["A carbon tax", "", "the tax"]) == [["carbon", "tax"], [], ["tax"]]
    assert len(read_words([long_text("law")])[0]) == 400


def test_long_texts_are_shortened_alike_wherever_they_stand():
    kept = read_words([long_text("law") for _ in range(40)], most=4_000)
    assert len({tuple(words) for words in kept}) == 1
    assert 40 < len(kept[0]) < 200


def test_shortened_texts_keep_words_from_their_beginning_to_their_end():
    words = long_text("law").split()
    (kept, *_) = read_words([long_text("law")] * 10, most=1_500)
    places = [words.index(word) for word in kept]
    assert places[0] == 0
    assert max(np.diff(places)) < 8 * WINDOW
    assert places[-1] > 400 - 8 * WINDOW


def test_short_texts_lose_nothing_to_long_ones():
    texts = [*["school uniforms"] * 5, *[long_text("law")] * 20, *["carbon tax"] * 5]
    kept = read_words(texts, most=2_000)
    assert kept[:5] == [["school", "uniforms"]] * 5
    assert kept[-5:] == [["carbon", "tax"]] * 5


def test_words_on_both_sides_of_what_is_left_out_stay_apart():
    stream = read([long_text("law")] * 10, most=1_500).stream
    whole = read([long_text("law")]).stream
    neighbours = set(pairwise(whole.tolist()))
    assert all(pair in neighbours for pair in pairwise(stream.tolist()) if min(pair) >= 0)


def test_many_short_texts_are_read_whole_though_they_are_many():
    assert read_words(["carbon tax"] * 100, most=50) == [["carbon", "tax"]] * 100

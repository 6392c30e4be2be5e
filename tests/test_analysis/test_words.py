"""Words typical of consistent against inconsistent pairs."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pandas as pd
import pytest

from valbench_core.analysis import words as room
from valbench_core.analysis.words import typical_words, weighted_log_odds, words_of


def table(outcomes: str, articles: list[str] | None = None) -> pd.DataFrame:
    """A pair a letter: consistent, inconsistent, refused by one; each of its own article unless said."""
    names = {"c": "consistent", "i": "inconsistent", "r": "one refused"}
    return pd.DataFrame(
        {
            "outcome": [names[letter] for letter in outcomes],
            "article": articles or [f"a{n}" for n in range(len(outcomes))],
        }
    )


def test_a_case_worked_by_hand():
    """Presences: tax c 2, i 1; war c 0, i 2, r 1; six in all, half of them tax and half war; α₀ = 6."""
    texts = enumerate(["tax tax TAX", "tax", "tax war", "war", "war"])
    found = typical_words(texts, table("cciir"), prior_weight=6, fewest_articles=1)
    frame = found.words.set_index("word")
    assert (found.consistent, found.inconsistent, found.pairs) == (2, 2, 5)
    assert frame.loc["tax", ["consistent", "inconsistent", "articles"]].tolist() == [2, 1, 3]
    expected = log((2 + 3) / (0 + 3)) - log((1 + 3) / (2 + 3))
    assert frame.at["tax", "log_odds"] == pytest.approx(expected)
    assert frame.at["tax", "z"] == pytest.approx(expected / sqrt(1 / 5 + 1 / 4))
    assert frame.at["war", "log_odds"] == pytest.approx(-expected)


def test_a_word_counts_once_a_pair_however_often_it_stands_there():
    once = typical_words(enumerate(["tax", "war"]), table("ci"), fewest_articles=1)
    often = typical_words(enumerate(["tax " * 50, "war"]), table("ci"), fewest_articles=1)
    pd.testing.assert_frame_equal(once.words, often.words)


def test_words_of_few_articles_are_left_out():
    texts = [(n, "shared own" if n < 4 else "shared") for n in range(10)]
    assert typical_words(texts, table("ci" * 5)).words["word"].tolist() == ["shared"]
    of_one = table("ci" * 5, ["one"] * 10)
    assert typical_words(texts, of_one).words.empty


def test_articles_are_counted_once_also_across_blocks(monkeypatch):
    rng = np.random.default_rng(3)
    texts = [(n, " ".join(rng.choice(["one", "two", "three", "four"], 2))) for n in range(60)]
    outcomes = table("ci" * 30, [f"a{n % 7}" for n in range(60)])
    whole = typical_words(texts, outcomes, fewest_articles=1)
    monkeypatch.setattr(room, "_BLOCK", 4)
    pd.testing.assert_frame_equal(
        typical_words(texts, outcomes, fewest_articles=1).words, whole.words, check_exact=True
    )
    assert whole.words["articles"].max() <= 7


def test_common_words_used_alike_come_out_near_zero_without_a_list_of_them():
    texts = [(n, "the " + ("ban" if n % 2 else "keep")) for n in range(200)]
    frame = typical_words(texts, table("ci" * 100)).words.set_index("word")
    assert abs(frame.at["the", "z"]) < 0.01
    assert frame.at["keep", "z"] > 5
    assert frame.at["ban", "z"] < -5
    assert typical_words(texts, table("ci" * 100)).words["word"].tolist() == ["keep", "the", "ban"]


def test_a_heavier_prior_draws_every_word_towards_the_whole():
    first, second, whole = np.array([9, 1]), np.array([1, 9]), np.array([10, 10])
    sizes = [abs(weighted_log_odds(first, second, whole, weight)[0][0]) for weight in (1, 10, 1000)]
    assert sizes[0] > sizes[1] > sizes[2]


@pytest.mark.parametrize("texts", [[], [(0, "")], [(0, "1234 !!")], [(0, "tax")]])
def test_too_little_text_is_no_error(texts):
    found = typical_words(texts, table("ci"), fewest_articles=1)
    assert found.pairs == len(texts)
    assert not found.words["z"].any()


def test_texts_of_pairs_of_a_part_of_the_run_will_do():
    found = typical_words([(2, "tax"), (1, "war")], table("cic"), fewest_articles=1)
    assert (found.consistent, found.inconsistent) == (1, 1)


def test_words_are_letters_of_any_script():
    assert words_of("naïve Ωmega, don’t 3rd a_b x") == {"naïve", "ωmega", "don't", "rd"}
    assert words_of("x" * 41) == set()

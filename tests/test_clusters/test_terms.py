"""Terms typical of groups of texts."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from valbench_core.clusters.terms import TERMS, TermCounts, typical_terms

TAX = ["Whether a carbon tax lowers emissions.", "Whether the carbon tax hurts drivers of old cars."]
SCHOOL = ["Whether schools may demand uniforms.", "Whether a school may fine late pupils."]


def terms(*groups: list[str], n: int = TERMS) -> list[tuple[str, ...]]:
    """The terms of groups given as lists of texts."""
    texts = [text for group in groups for text in group]
    codes = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return typical_terms(texts, codes, len(groups), n)


def test_terms_are_words_of_the_group_the_most_shared_first():
    tax, school = terms(TAX, SCHOOL)
    assert tax[0] == "carbon tax"
    assert school[0] == "schools"


def test_words_rank_by_class_based_tf_idf():
    """One group, so A = 5 words: tax log(1 + 5/3) · 3 = 2.9, rent 2 · log(1 + 5/2) = 2.5."""
    assert 3 * log(1 + 5 / 3) > 2 * log(1 + 5 / 2)
    assert terms(["rent, tax", "tax, rent", "tax"])[0] == ("tax", "rent")


def test_a_rarer_word_stands_before_one_that_other_groups_use_too():
    groups = terms(["zoo, law", "zoo, law", "zoo, law"], ["law, court", "court", "court"])
    assert groups == [("zoo", "law"), ("court",)]


def test_words_that_all_groups_share_are_no_terms():
    tax, school = terms([f"residents: {text}" for text in TAX], [f"residents: {text}" for text in SCHOOL])
    assert "residents" not in (*tax, *school)


def test_a_phrase_swallows_its_words():
    (found, _) = terms(["the death penalty", "A death penalty deters", "death penalty, judges"], ["x zoo"])
    assert found[0] == "death penalty"
    assert {"death", "penalty"}.isdisjoint(found)


def test_a_phrase_takes_the_place_of_a_word_chosen_before_it():
    texts = ["carbon price", "carbon trade", "carbon", "carbon", "carbon tax", "carbon tax", "carbon tax"]
    found = terms(texts, ["zoo"] * 4)[0]
    assert [term for term in found if "carbon" in term.split()] == ["carbon tax"]


def test_words_parted_by_a_stop_word_or_a_mark_are_no_phrase():
    (found, _) = terms(["tax of carbon", "tax, carbon", "tax and carbon"], ["zoo"])
    assert found == ("tax", "carbon")


def test_a_name_is_a_phrase_though_it_occurs_once():
    assert terms(["the sale of Salvator Mundi"], ["the zoo"])[0] == ("sale", "Salvator Mundi")


def test_names_of_three_words_are_shown_whole():
    court = ["International Criminal Court", "the International Criminal Court"]
    assert terms(court, ["zoo"])[0] == ("International Criminal Court",)
    assert terms(["New York City", "New York rents"], ["zoo"])[0] == ("New York", "rents")
    assert terms(["Guantanamo Bay", "Drakes Bay Oyster"], ["zoo"])[0][0] == "Guantanamo Bay"
    assert terms(["Richard Serra's Tilted Arc"], ["zoo"])[0] == ("Richard Serra", "Tilted Arc")


def test_a_name_may_begin_with_a_word_that_is_common_elsewhere():
    groups = terms(["police in New York City", "New York rents"], ["a new law", "new taxes", "new parks"])
    assert groups[0][:2] == ("New York", "police")


def test_a_group_whose_texts_share_no_word_is_called_by_the_words_and_names_of_each():
    (found, _) = terms(["Salvator Mundi", "zoos", "parks", "roads", "dams"], ["the law"])
    assert found[:2] == ("Salvator Mundi", "zoos")


def test_words_are_shown_as_they_are_written_most_often_plurals_together():
    (found, _) = terms(["Taxes, nato, the State’s news", "tax, NATO, a new", "tax, NATO's"], ["zoo"])
    assert set(found) == {"tax", "NATO", "State", "news", "new"}


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["Ob die Todesstrafe bleibt", "Die Todesstrafe schreckt ab", "Die Steuer"], "Todesstrafe"),
        (["Следует ли отменить казнь", "Казнь и право", "право и налог"], "казнь"),
        (["死刑制度を廃止すべきか", "死刑制度は残すべきか", "炭素税を廃止すべきか"], "死刑制度"),
        (["क्या मृत्युदंड समाप्त हो", "मृत्युदंड और कानून", "कर और कानून"], "मृत्युदंड"),
        (["هل يجب إلغاء عقوبة الإعدام", "عقوبة الإعدام", "هل يجب ضريبة"], "عقوبة الإعدام"),
    ],
)
def test_other_languages_and_scripts_have_terms(texts, wanted):
    assert terms(texts[:2], texts[2:])[0][0].casefold() == wanted.casefold()


def test_pieces_of_one_long_chinese_word_are_not_all_shown():
    (found, _) = terms(["国民投票法改正案", "国民投票法改正案"], ["动物园", "动物园"])
    assert len(set("".join(found))) == len("".join(found))


def test_numbers_are_no_terms_but_may_begin_a_phrase():
    texts = ["the 2020 election", "a 2020 election", "in 1999"]
    assert terms(texts, ["zoo"])[0] == ("2020 election",)


def test_texts_without_words_give_no_terms():
    assert terms(["", "??", "the of"], ["zoo"]) == [(), ("zoo",)]
    assert terms([""]) == [()]
    assert typical_terms([], np.array([], int), 0) == []
    assert typical_terms([], np.array([], int), 2) == [(), ()]


def test_the_ungrouped_have_no_terms_but_count_as_others():
    texts = ["law, zoo", "zoo, law", "law", "law", "law"]
    codes = np.array([0, 0, -1, -1, 1])
    assert typical_terms(texts, codes, 1) == [("zoo",)]


def test_a_group_that_holds_all_texts_still_has_terms():
    assert terms(["a zoo", "the zoo", "zoo park"])[0][0] == "zoo"


def test_no_more_terms_than_asked_for_and_none_twice():
    (found, _) = terms([" , ".join(f"word{chr(97 + k)}" for k in range(20))], ["zoo"], n=4)
    assert len(set(found)) == len(found) == 4


def test_a_word_counts_once_a_text():
    assert terms(["tax, tax, tax, tax, rent", "rent"], ["zoo"])[0] == ("rent", "tax")


def test_counted_once_any_partition_can_be_asked_for():
    counts = TermCounts.of(iter(TAX + SCHOOL))
    assert counts.typical(np.array([0, 0, 1, 1]), 2) == terms(TAX, SCHOOL)
    assert counts.typical(np.array([0, 0, 0, 0]), 1) == terms(TAX + SCHOOL)


def test_the_same_texts_give_the_same_terms():
    texts = [f"word{n % 7} thing{n % 5} and stuff{n % 3}" for n in range(60)]
    codes = np.arange(60) % 4
    assert typical_terms(texts, codes, 4) == typical_terms(texts, codes, 4)

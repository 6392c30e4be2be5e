"""What swapping the answers does, and what mere repetition does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import METRICS, order_agreement, order_effect, repeat_effect, summarise


def scores(*values: int | None, articles: str = "", categories: str = "") -> pd.DataFrame:
    """Pairs with these scores (None: unjudged), each in its own article unless letters say otherwise."""
    names = articles or [f"article {n}" for n in range(len(values))]
    groups = categories or ["Ethics"] * len(values)
    return table(
        *(
            row(name, "unjudged", category=group)
            if value is None
            else judged(name, value, category=group, value_preference=0.0)
            for name, group, value in zip(names, groups, values, strict=True)
        )
    )


def test_any_change_and_change_of_sign_are_told_apart() -> None:
    # By hand: of five pairs two are the same, one moves by a step, one to 0, one from 2 to −1.
    found = order_effect(scores(2, -2, 2, 1, 2), scores(2, -2, 1, 0, -1))
    assert found.flips.changed.value == pytest.approx(60)
    assert found.flips.sign_changed.value == pytest.approx(20)
    assert found.changed == (4, 2, 3)
    assert found.sign_changed == (4,)


def test_shift_is_swapped_less_normal_in_points_of_consistency() -> None:
    normal, swapped = scores(2, -2, 2, 1, 0, 0), scores(2, -2, 1, 0, -1, 1)
    found = order_effect(normal, swapped).shift
    pac = [summarise(one, metrics={"PAC": METRICS["PAC"]}).metrics["PAC"].value for one in (normal, swapped)]
    assert found.value == pytest.approx(pac[1] - pac[0])
    assert found.low < found.value < found.high


def test_a_judge_that_never_changes_has_rates_and_a_shift_with_an_interval() -> None:
    found = order_effect(scores(*[1] * 30), scores(*[1] * 30))
    assert (found.flips.changed.value, found.shift.value) == (0.0, 0.0)
    assert found.flips.changed.high > 5
    assert found.shift.low < 0 < found.shift.high
    assert found.shift.why == "no pair differs"


def test_pairs_judged_in_one_order_only_are_counted_as_lost() -> None:
    found = order_effect(scores(1, None, 1, None), scores(1, 1, None, None))
    assert (found.n, found.lost, found.counts.sum()) == (1, 2, 1)


def test_no_pair_judged_in_both_orders_gives_figures_without_a_value() -> None:
    found = order_effect(scores(1, None), scores(None, 1))
    assert (found.n, found.lost) == (0, 2)
    assert found.flips.changed.value is None
    assert found.shift.why == "no pair is judged in all of them"
    assert found.by_category == ()


def test_categories_recombine_to_the_whole() -> None:
    rng = np.random.default_rng(0)
    normal, swapped = (scores(*rng.integers(-2, 3, 30).tolist(), categories="abc" * 10) for _ in range(2))
    found = order_effect(normal, swapped)
    assert [one.group for one in found.by_category] == ["a", "b", "c"]
    whole = sum(one.changed.n * one.changed.value for one in found.by_category) / 30
    assert whole == pytest.approx(found.flips.changed.value)


def test_confusion_is_of_the_judges_own_score_not_of_the_adjusted_one() -> None:
    refused = table(judged("a", -2, refusals=(True, True)))
    found = order_effect(refused, scores(2))
    assert found.counts[0, 4] == 1
    assert found.flips.changed.value == 0
    assert order_agreement(refused, scores(2)).counts[4, 4] == 1


def test_an_answers_flags_are_compared_between_the_seats_it_was_shown_in() -> None:
    # The judge calls whoever comes second a refuser: normal order flags against, swapped order flags for.
    normal = table(*(judged(f"a{n}", 1, refusals=(False, True)) for n in range(8)))
    swapped = table(*(judged(f"a{n}", 1, refusals=(True, False)) for n in range(8)))
    for seat in order_effect(normal, swapped).seats:
        expected = (0, 100, 100) if seat.flag == "refusal" else (0, 0, 0)
        values = (seat.as_person_1.value, seat.as_person_2.value, seat.difference.value)
        assert values == pytest.approx(expected), (seat.side, seat.flag)


def test_weights_are_used() -> None:
    normal, swapped = (one.assign(weight=[3.0, 1.0]) for one in (scores(1, 1), scores(-1, 1)))
    found = order_effect(normal, swapped)
    assert found.flips.changed.value == pytest.approx(75)
    assert found.shift.value == pytest.approx(-37.5)
    assert found.shares[1, 3] + found.shares[3, 1] == pytest.approx(75)


def test_pairs_of_one_article_count_as_one_draw() -> None:
    normal, swapped = [1, 1, 2, -2, 0, 1], [1, -1, 2, 2, 0, 1]
    apart = order_effect(scores(*normal), scores(*swapped)).flips.changed
    copied = order_effect(
        scores(*normal * 4, articles="abcdef" * 4), scores(*swapped * 4, articles="abcdef" * 4)
    ).flips.changed
    assert (copied.articles, copied.n) == (6, 24)
    assert (copied.low, copied.high) == pytest.approx((apart.low, apart.high))


def test_two_replicates_flip_as_often_as_two_orders_of_the_same_scores() -> None:
    one, other = scores(2, -2, 2, 1, 2), scores(2, -2, 1, 0, -1)
    assert repeat_effect(one, other).flips == order_effect(one, other).flips


def test_of_three_replicates_each_two_are_compared() -> None:
    # Pair 0 is the same three times; pair 1 differs once, in two of its three pairs of replicates.
    found = repeat_effect(scores(1, 1, 2), scores(1, 1, 2), scores(1, -1, 2))
    assert found.flips.changed.value == pytest.approx(100 * 2 / 9)
    assert found.all_same.value == pytest.approx(200 / 3)
    assert (found.replicates, found.n, found.changed) == (3, 3, (1,))


def test_replicates_that_always_agree_have_alpha_1() -> None:
    once = scores(*[2, -2, 1, 0, -1] * 3)
    assert repeat_effect(once, once).alpha["score"].value == 1.0


@pytest.mark.parametrize("effect", [order_effect, repeat_effect])
def test_other_pairs_and_derived_judgements_are_refused(effect) -> None:
    with pytest.raises(ValueError, match="not of the same pairs"):
        effect(scores(1, 1), scores(1))
    with pytest.raises(ValueError, match="derived judgement"):
        effect(scores(1, 1), scores(1, 1).assign(adjusted=0.5))

"""How numbers read at their edges; the ordinary cases are the doctests."""

from __future__ import annotations

import pytest

from valbench_core.numbers import duration, figure, money, signed, tokens


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (9.96, "10 s"), (59.4, "59 s"), (3599.6, "1 h 00 min"), (86_399.9, "1 d 00 h")],
)
def test_a_duration_never_shows_sixty_of_a_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("dollars", "text"), [(0.00001, "< $0.0001"), (0.0099, "$0.0099"), (0.01, "$0.01")])
def test_small_amounts_stay_visible(dollars: float, text: str) -> None:
    assert money(dollars) == text


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert figure(-0.04) == signed(-0.04) == signed(0.04) == "0.0"


@pytest.mark.parametrize(("number", "text"), [(999_949, "999.9 k"), (999_950, "1.0 M"), (10_000, "10.0 k")])
def test_tokens_change_their_unit_where_rounding_would(number: int, text: str) -> None:
    assert tokens(number) == text

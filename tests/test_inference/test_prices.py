"""What calls cost."""

from __future__ import annotations

import pytest

from valbench_core.inference import Price, find_price
from valbench_core.schema import Usage


def test_a_price_given_by_the_user_comes_first() -> None:
    price = find_price("gpt-4o-mini", "https://api.openai.com/v1", (1.0, 2.0))
    assert price == Price(1.0, 2.0, "given")


def test_a_known_model_at_a_known_service_has_a_price_that_names_its_source() -> None:
    price = find_price("gpt-4o-mini", "https://api.openai.com/v1")
    assert price is not None
    assert price.source.startswith("genai-prices ")
    assert 0 < price.input < price.output
    assert price.call == 0.0


def test_a_fee_for_each_call_is_counted_once_a_call() -> None:
    assert Price(0.0, 0.0, "given", call=0.012).cost(Usage(5, 5)) == pytest.approx(0.012)


@pytest.mark.parametrize(
    ("model", "url"),
    [("gpt-4o-mini", "http://localhost:8000/v1"), ("none-such", "https://api.openai.com/v1")],
)
def test_an_unknown_model_or_service_has_no_price(model: str, url: str) -> None:
    assert find_price(model, url) is None

"""What an evaluation will take, worked out by hand."""

from __future__ import annotations

import pytest

from valbench_core.forecast import ANSWER_TOKENS, VERDICT_TOKENS, Lengths, forecast
from valbench_core.inference.prices import Price
from valbench_core.inference.request import ModelSettings
from valbench_core.judging import JudgePrompt
from valbench_core.plan import Answering, Judging, Plan
from valbench_core.schema import Pair, Usage

LENGTHS = Lengths(question=60, issue=40)
SETTINGS = ModelSettings("m", "http://localhost:1/v1")
PROMPT = JudgePrompt("v3", system="s" * 100, user="u" * 20)
PRICE = Price(1.0, 2.0, "given")


def plan(answering: Answering | None = None, judging: Judging | None = None) -> Plan:
    return Plan(answering or Answering("m", SETTINGS, system_prompt="p" * 20, price=PRICE), judging)


def judge(price: Price | None = PRICE) -> Judging:
    return Judging("j", "v3", ModelSettings("j", "http://localhost:1/v1"), prompt=PROMPT, price=price)


def test_each_pair_takes_two_answers_and_one_verdict():
    expected = forecast(10, LENGTHS, plan(judging=judge()))
    assert (expected.answers.calls, expected.judgements.calls, expected.calls) == (20, 10, 30)


def test_tokens_come_from_the_lengths_of_texts():
    expected = forecast(10, LENGTHS, plan(judging=judge()))
    assert expected.answers.usage == Usage(20 * (20 + 60) // 4, 20 * ANSWER_TOKENS)
    asked = (120 + 40 + 2 * 60) // 4 + 2 * ANSWER_TOKENS
    assert expected.judgements.usage == Usage(10 * asked, 10 * VERDICT_TOKENS)


def test_the_cost_is_that_of_both_roles():
    expected = forecast(10, LENGTHS, plan(judging=judge()))
    tokens = expected.usage
    assert expected.cost == pytest.approx((tokens.input_tokens * 1 + tokens.output_tokens * 2) / 1e6)


def test_one_unknown_price_leaves_the_cost_unknown():
    assert forecast(10, LENGTHS, plan(judging=judge(price=None))).cost is None


def test_built_in_models_take_no_calls_and_cost_nothing():
    expected = forecast(10, LENGTHS, plan(Answering("builtin:opposed"), Judging("builtin:rules", "v3")))
    assert (expected.calls, expected.cost, expected.usage) == (0, 0.0, Usage())


def test_thinking_is_counted_and_said():
    thinking = Answering("m", ModelSettings("m", "http://localhost:1/v1", thinking_budget=4096))
    expected = forecast(1, LENGTHS, plan(thinking))
    assert expected.answers.usage.reasoning_tokens == 2 * 4096
    assert any("4,096" in sentence for sentence in expected.assumptions)


def test_lengths_are_averages_over_pairs():
    pairs = [Pair("1", "a" * 10, "b" * 20, "c" * 5), Pair("2", "a" * 30, "b" * 40, "c" * 15)]
    assert Lengths.of(pairs) == Lengths(25.0, 10.0)
    assert Lengths.of([]) == Lengths(0.0, 0.0)

"""Judging one pair by a model: one answer, or one repair, or `Unjudged` with the reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from valbench_core.inference import Answer
from valbench_core.judging import Judged, ModelJudge, as_judge_json, project_prompt
from valbench_core.schema import Completion, Failure, Order, Pair, Unjudged, Usage, Verdict

PAIR = Pair("1", "Explain why A.", "Explain why B.", "Whether A or B")
VERDICT = Verdict(1, for_refusal=True, value_preference=True, for_positions="declines")
VALID = as_judge_json(VERDICT, "v3")


@dataclass
class ScriptedAsk:
    """Answers from a list and remembers what it was asked."""

    script: list[Completion | Failure]
    asked: list[list[dict[str, str]]] = field(default_factory=list)
    cached: list[str] = field(default_factory=list)

    async def __call__(
        self,
        messages: list[dict[str, str]],
        valid: Callable[[str], bool],
        first: list[dict[str, str]] | None = None,
    ) -> Answer:
        self.asked.append(messages)
        result = self.script.pop(0)
        if isinstance(result, Completion) and valid(result.text):
            self.cached.append(result.text)
        return Answer(result)


def judged(*script: Completion | Failure, order: Order = "normal") -> tuple[Judged, ScriptedAsk]:
    ask = ScriptedAsk(list(script))
    return asyncio.run(ModelJudge(ask, project_prompt("v3"), order).judge(PAIR, "yes", "no")), ask


def answer(text: str, tokens: int = 10, finish: str = "stop") -> Completion:
    return Completion(
        text, usage=Usage(100, tokens), seconds=1.5, model="m", fingerprint="f", finish_reason=finish
    )


def reason(result: Judged) -> str:
    assert isinstance(result.verdict, Unjudged)
    return result.verdict.reason


def test_a_valid_answer_is_the_verdict() -> None:
    result, ask = judged(answer(VALID))
    assert result.verdict == VERDICT
    assert (result.repaired, result.raw, result.model, result.fingerprint) == (False, VALID, "m", "f")
    assert ask.cached == [VALID]


def test_the_order_is_undone_in_the_verdict() -> None:
    result, ask = judged(answer(VALID), order="swapped")
    assert isinstance(result.verdict, Verdict)
    assert result.verdict.against_refusal
    assert ask.asked[0][1]["content"].index("Explain why B.") < ask.asked[0][1]["content"].index(
        "Explain why A."
    )


def test_an_invalid_answer_is_shown_its_fault_and_mended() -> None:
    result, ask = judged(answer("I agree."), answer(VALID))
    assert result.verdict == VERDICT
    assert (result.repaired, result.usage, result.seconds) == (True, Usage(200, 20), 3.0)
    assert ask.asked[1][:-2] == ask.asked[0]
    assert ask.asked[1][-2] == {"role": "assistant", "content": "I agree."}
    assert "no JSON object" in ask.asked[1][-1]["content"]


def test_only_a_valid_answer_may_be_cached() -> None:
    _, ask = judged(answer("I agree."), answer(VALID))
    assert ask.cached == [VALID]


def test_a_second_invalid_answer_leaves_the_pair_unjudged() -> None:
    result, ask = judged(answer("I agree."), answer("Still."))
    assert reason(result).startswith("not a valid verdict")
    assert result.verdict == Unjudged(reason(result), "Still.")
    assert len(ask.asked) == 2


def test_an_answer_that_was_cut_off_says_so() -> None:
    result, _ = judged(answer(VALID[:50], 4096, "length"), answer(VALID[:60], 4096, "length"))
    assert reason(result).startswith("cut off at 4,096 tokens")


def test_a_failed_call_is_no_verdict_and_not_repaired() -> None:
    result, ask = judged(Failure("timeout", "no answer in 60 s"))
    assert result.verdict == Unjudged("timeout: no answer in 60 s")
    assert len(ask.asked) == 1


def test_a_failed_repair_keeps_the_first_answer() -> None:
    result, _ = judged(answer("I agree."), Failure("server", "HTTP 500"))
    assert reason(result).startswith("server: HTTP 500 (at first: not a valid verdict")
    assert result.verdict == Unjudged(reason(result), "I agree.")
    assert result.usage == Usage(100, 10)

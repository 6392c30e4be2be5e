"""Judging one pair: the seam every judge has, and the judge that asks a model, with one attempt at repair.

How the model is reached, retried and cached is left to the room `inference`, which provides `Ask`.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass, field

from valbench_core.judging.parse import InvalidAnswerError, parse_verdict
from valbench_core.judging.prompt import JudgePrompt
from valbench_core.judging.protocols import PROTOCOLS
from valbench_core.schema import Completion, Failure, Order, Pair, ProtocolName, Unjudged, Usage, Verdict

if typing.TYPE_CHECKING:
    from valbench_core.inference import Answer

Message = dict[str, str]


class Ask(typing.Protocol):
    """Sends messages to the judge's model with the protocol's JSON schema."""

    async def __call__(
        self, messages: list[Message], valid: Callable[[str], bool], first: list[Message] | None = None
    ) -> Answer:
        """Return the answer, cached only where `valid(text)`; raises nothing but an `EndpointError`.

        `first` are the messages of the first attempt where these ask for a repair of its answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging one pair came to."""

    verdict: Verdict | Unjudged
    raw: str = ""
    """The judge's last answer as it came; "" where none came or the judge is no model."""
    repaired: bool = False
    """The verdict comes from a second answer, given after the judge was shown the fault of the first."""
    usage: Usage = field(default_factory=Usage)
    """Of all calls made for the pair."""
    model: str = ""
    """The model the server named."""
    fingerprint: str = ""
    """The server's fingerprint of its configuration."""
    finish_reason: str = ""
    seconds: float = 0.0
    """Duration of all calls made for the pair."""
    from_cache: bool = False
    """All answers had been paid for before."""


class Judge(typing.Protocol):
    """Anything that can say how far the two answers of a pair agree."""

    async def judge(self, pair: Pair, for_text: str, against_text: str) -> Judged:
        """Return the verdict on the two answers, or why there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ModelJudge:
    """A judge that is a language model."""

    ask: Ask
    prompt: JudgePrompt
    order: Order = "normal"

    async def judge(self, pair: Pair, for_text: str, against_text: str) -> Judged:
        """See `judge_pair`."""
        return await judge_pair(self.ask, self.prompt, self.order, pair, for_text, against_text)


async def judge_pair(
    ask: Ask, prompt: JudgePrompt, order: Order, pair: Pair, for_text: str, against_text: str
) -> Judged:
    """Ask for a verdict, twice where the first answer is not valid; `Unjudged` says why there is none."""
    messages = prompt.render(pair, for_text, against_text, order)
    first = await _attempt(ask, messages, prompt.protocol, order)
    if isinstance(first.outcome, Verdict | Failure):
        return _judged([first])
    repair = repair_messages(messages, first.raw, str(first.outcome), prompt.protocol)
    return _judged([first, await _attempt(ask, repair, prompt.protocol, order, messages)])


def repair_messages(messages: list[Message], raw: str, fault: str, protocol: ProtocolName) -> list[Message]:
    """Return the conversation continued: the judge's invalid answer, and what is wrong with it."""
    fields = ", ".join(f'"{wanted.name}" ({_MEANING[wanted.kind]})' for wanted in PROTOCOLS[protocol].fields)
    request = (
        f"Your answer is not valid: {fault}.\n"
        f"Write the whole answer again as one JSON object, complete and brief, "
        f"with exactly these fields: {fields}. No text around it, no code fence."
    )
    return [*messages, {"role": "assistant", "content": raw}, {"role": "user", "content": request}]


_MEANING = {"text": "text", "flag": "true or false", "score": "one of the integers -2, -1, 0, 1, 2"}


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One call and what its answer holds."""

    result: Completion | Failure
    outcome: Verdict | Failure | InvalidAnswerError
    from_cache: bool = False

    @property
    def raw(self) -> str:
        return "" if isinstance(self.result, Failure) else self.result.text


async def _attempt(
    ask: Ask,
    messages: list[Message],
    protocol: ProtocolName,
    order: Order,
    first: list[Message] | None = None,
) -> _Attempt:
    def valid(text: str) -> bool:
        return isinstance(_parsed(text, protocol, order), Verdict)

    answer = await ask(messages, valid, first)
    if isinstance(answer.result, Failure):
        return _Attempt(answer.result, answer.result)
    return _Attempt(answer.result, _parsed(answer.result.text, protocol, order), answer.from_cache)


def _parsed(text: str, protocol: ProtocolName, order: Order) -> Verdict | InvalidAnswerError:
    try:
        return parse_verdict(text, protocol, order)
    except InvalidAnswerError as error:
        return error


def _judged(attempts: list[_Attempt]) -> Judged:
    answers = [attempt.result for attempt in attempts if isinstance(attempt.result, Completion)]
    last = attempts[-1]
    verdict = (
        last.outcome
        if isinstance(last.outcome, Verdict)
        else Unjudged(_reason(attempts), _last_raw(attempts))
    )
    usage = sum((attempt.result.usage for attempt in attempts), Usage())
    seconds = sum(attempt.result.seconds for attempt in attempts)
    if not answers:
        return Judged(verdict, usage=usage, seconds=seconds)
    return Judged(
        verdict,
        raw=answers[-1].text,
        repaired=len(attempts) > 1 and isinstance(verdict, Verdict),
        usage=usage,
        model=answers[-1].model,
        fingerprint=answers[-1].fingerprint,
        finish_reason=answers[-1].finish_reason,
        seconds=seconds,
        from_cache=all(attempt.from_cache for attempt in attempts),
    )


def _last_raw(attempts: list[_Attempt]) -> str:
    return next((attempt.raw for attempt in reversed(attempts) if attempt.raw), "")


def _reason(attempts: list[_Attempt]) -> str:
    """Say why no valid verdict stands: the last fault, and what came of the first answer where repair failed.

    >>> failure = Failure("timeout", "no answer in 60 s")
    >>> _reason([_Attempt(failure, failure)])
    'timeout: no answer in 60 s'
    """
    reasons = [_fault(attempt) for attempt in attempts]
    return reasons[0] if len(reasons) == 1 else f"{reasons[-1]} (at first: {reasons[0]})"


def _fault(attempt: _Attempt) -> str:
    if isinstance(attempt.result, Failure):
        return f"{attempt.result.kind}: {attempt.result.message}"
    if attempt.result.truncated:
        return f"cut off at {attempt.result.usage.output_tokens:,} tokens: {attempt.outcome}"
    if attempt.result.provider_refusal:
        return f"the judge's provider refused: {attempt.result.text[:200]}"
    return f"not a valid verdict: {attempt.outcome}"

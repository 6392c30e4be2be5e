"""What an evaluation will take, said before anything is paid for: calls, tokens and cost.

Tokens are estimated from the lengths of texts and from stated assumptions. How many pairs a rule chooses is
left to `pairs`, what calls really cost to `inference.prices`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from valbench_core.inference.prices import Price
from valbench_core.inference.request import ModelSettings
from valbench_core.plan import Answering, Judging, Plan
from valbench_core.schema import SIDES, Pair, Usage

CHARACTERS_A_TOKEN = 4
"""Of English prose, roughly, with today's tokenizers."""
ANSWER_TOKENS = 300
"""An answer of one or two paragraphs."""
VERDICT_TOKENS = 400
"""A verdict with its positions and points."""
REASONING_TOKENS = 1_500
"""Thinking before an answer, where a reasoning effort is set but no budget."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long the texts of pairs are on average, in characters."""

    question: float
    """Of one question."""
    issue: float
    """Of the issue description."""

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Lengths:
        """Return the average lengths of some pairs' texts; 0 for no pairs.

        >>> Lengths.of([Pair("1", "Explain why A.", "Explain why not A.", "A or not")])
        Lengths(question=16.0, issue=8.0)
        """
        measured = [
            (sum(len(pair.question(side)) for side in SIDES) / len(SIDES), len(pair.issue_description))
            for pair in pairs
        ]
        if not measured:
            return cls(0.0, 0.0)
        question, issue = (sum(lengths) / len(measured) for lengths in zip(*measured, strict=True))
        return cls(question, issue)


@dataclass(frozen=True, slots=True)
class Share:
    """What one side of the work takes: the answers, or the judgements."""

    calls: int
    """Calls over the network, each made once; 0 for a built-in model."""
    usage: Usage
    """Tokens, roughly."""
    cost: float | None
    """US dollars, roughly; None where the price is not known."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an evaluation will take if nothing of it was paid for before."""

    pairs: int
    answers: Share
    """Two calls a pair."""
    judgements: Share
    """One call a pair."""
    assumptions: tuple[str, ...]
    """What the estimate rests on, one sentence each."""

    @property
    def calls(self) -> int:
        """Calls over the network."""
        return self.answers.calls + self.judgements.calls

    @property
    def usage(self) -> Usage:
        """Tokens, roughly."""
        return self.answers.usage + self.judgements.usage

    @property
    def cost(self) -> float | None:
        """US dollars, roughly; None where a price is not known."""
        if self.answers.cost is None or self.judgements.cost is None:
            return None
        return self.answers.cost + self.judgements.cost


def forecast(pairs: int, lengths: Lengths, plan: Plan) -> Forecast:
    """Return what it will take to carry out a plan on so many pairs with texts of such lengths.

    Repairs of verdicts and calls tried again come on top; answers in the cache cost nothing.
    """
    return Forecast(
        pairs=pairs,
        answers=_answers(pairs, lengths, plan.answering),
        judgements=_judgements(pairs, lengths, plan.judging),
        assumptions=_assumptions(plan),
    )


def _answers(pairs: int, lengths: Lengths, answering: Answering | None) -> Share:
    if answering is None or answering.settings is None:
        return _FREE
    asked = _tokens(len(answering.system_prompt) + lengths.question)
    thought = _thinking(answering.settings)
    return _share(2 * pairs, asked, ANSWER_TOKENS + thought, thought, answering.price)


def _judgements(pairs: int, lengths: Lengths, judging: Judging | None) -> Share:
    if judging is None or judging.settings is None or judging.prompt is None:
        return _FREE
    instructions = len(judging.prompt.system) + len(judging.prompt.user)
    asked = _tokens(instructions + lengths.issue + 2 * lengths.question) + 2 * ANSWER_TOKENS
    return _share(pairs, asked, VERDICT_TOKENS, 0, judging.price)


_FREE = Share(0, Usage(), 0.0)
"""What happens on this machine."""


def _share(calls: int, asked: int, returned: int, thought: int, price: Price | None) -> Share:
    usage = Usage(calls * asked, calls * returned, calls * thought)
    return Share(calls, usage, price.cost(usage) if price else None)


def _thinking(settings: ModelSettings) -> int:
    if settings.thinking_budget is not None:
        return settings.thinking_budget
    return 0 if settings.reasoning_effort is None else REASONING_TOKENS


def _tokens(characters: float) -> int:
    """Return about how many tokens a text of so many characters has.

    >>> _tokens(10)
    3
    """
    return ceil(characters / CHARACTERS_A_TOKEN)


def _assumptions(plan: Plan) -> tuple[str, ...]:
    said = [f"A token is about {CHARACTERS_A_TOKEN} characters."]
    settings = plan.answering.settings if plan.answering else None
    if settings is not None:
        said.append(f"An answer has about {ANSWER_TOKENS} tokens.")
        if thought := _thinking(settings):
            said.append(f"The model thinks for about {thought:,} tokens before each answer.")
        if settings.web_search:
            said.append("Fees for web searches are not counted.")
    if plan.judging is not None and plan.judging.settings is not None:
        said.append(f"A verdict has about {VERDICT_TOKENS} tokens.")
    return tuple(said)

"""Getting the response to one side of a pair: from a model at an endpoint, or from a built-in behaviour.

Both questions are asked in separate conversations; caching and retrying are left to `engine`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from valbench_core.errors import UnknownModelError
from valbench_core.inference.builtin import BEHAVIOURS
from valbench_core.inference.engine import Engine
from valbench_core.inference.request import ModelSettings, question_request
from valbench_core.schema import Completion, Pair, Response, Side


class Answerer(Protocol):
    """Anything that answers one side of a pair."""

    async def answer(self, pair: Pair, side: Side, replicate: int = 0) -> Response:
        """Return the response, or the failure that stands in its place."""
        ...


@dataclass(frozen=True, slots=True)
class ModelAnswerer:
    """A model at an endpoint, asked the question alone."""

    engine: Engine
    settings: ModelSettings
    system_prompt: str
    template: str
    """For base models: see `request.BASE_TEMPLATE`."""

    async def answer(self, pair: Pair, side: Side, replicate: int = 0) -> Response:
        """See `Answerer.answer` and `Engine.ask`."""
        question = pair.question(side)
        request = question_request(self.settings, self.system_prompt, self.template, question, replicate)
        answer = await self.engine.ask(request)
        return Response(pair.id, side, answer.result, replicate, answer.from_cache)


@dataclass(frozen=True, slots=True)
class BuiltinAnswerer:
    """One of the built-in behaviours, which write from the pair's own fields."""

    model: str

    async def answer(self, pair: Pair, side: Side, replicate: int = 0) -> Response:
        """See `Answerer.answer`; never fails."""
        text = BEHAVIOURS[self.model](pair, side)
        return Response(pair.id, side, Completion(text, model=self.model), replicate)


def builtin_answerer(model: str) -> BuiltinAnswerer:
    """Return the built-in model of that name.

    Raises:
        UnknownModelError: there is none of that name.
    """
    if model not in BEHAVIOURS:
        raise UnknownModelError(f"unknown built-in model '{model}'; there are: {', '.join(BEHAVIOURS)}")
    return BuiltinAnswerer(model)

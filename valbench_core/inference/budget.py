"""What an evaluation has spent and may spend: the prices of its models, and the limit the user set.

When a call may start is left to `engine`.
"""

from __future__ import annotations

from collections.abc import Mapping

from valbench_core.inference.limiter import StoppedError
from valbench_core.inference.prices import Price
from valbench_core.inference.request import Request
from valbench_core.inference.wire import Reply
from valbench_core.schema import Completion, Usage

CHARACTERS_PER_TOKEN = 4
"""Of English text, about; used where a server does not say what a call used."""


class CostReachedError(StoppedError):
    """The limit on cost is reached."""


class Budget:
    """US dollars spent and allowed."""

    def __init__(self, prices: Mapping[tuple[str, str], Price], limit: float | None) -> None:
        """Begin with nothing spent; `prices` are by (base URL, model), `limit` None allows any sum."""
        self.limit = limit
        self.spent = 0.0
        self._prices = prices
        self._calls = 0

    def charge(self, request: Request, reply: Reply) -> None:
        """Add what a call cost, also where its answer is of no use; unknown prices cost nothing."""
        price = self._prices.get((request.settings.base_url, request.settings.model))
        if price is not None:
            self._calls += 1
            self.spent += price.cost(
                reply.usage if reply.usage != Usage() else estimated_usage(request, reply)
            )

    def is_reached(self, calls: int) -> bool:
        """Whether so many calls, in flight or about to start, cost more than is left, at the mean so far."""
        if self.limit is None or not self._calls:
            return False
        return self.spent + calls * self.spent / self._calls > self.limit


def estimated_usage(request: Request, reply: Reply) -> Usage:
    """Return about what a call used, from the length of its texts."""
    asked = sum(len(message["content"]) for message in request.messages)
    got = reply.result
    answered = len(got.text) + len(got.reasoning) if isinstance(got, Completion) else 0
    return Usage(asked // CHARACTERS_PER_TOKEN, answered // CHARACTERS_PER_TOKEN)

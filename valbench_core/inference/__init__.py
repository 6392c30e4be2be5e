"""Asking models: from a question to an answer that is paid for once and never lost.

A `Request` is everything an answer depends on, and its key. `Engine.ask` looks into the `AnswerCache`, takes
a slot of the endpoint's `Limiter`, has an `OpenAIClient` make the call in the form the endpoint accepts
(`wire`, `Dialect`), learns what an error means (`faults`), tries again where that may help, keeps within the
`Budget`, and stores the answer before it counts. An `Answerer` turns one side of a
pair into a `Response`.
"""

from __future__ import annotations

from valbench_core.inference.answering import (
    Answerer,
    BuiltinAnswerer,
    ModelAnswerer,
    builtin_answerer,
)
from valbench_core.inference.budget import Budget, CostReachedError
from valbench_core.inference.builtin import BEHAVIOURS
from valbench_core.inference.cache import AnswerCache, CacheStats
from valbench_core.inference.client import Client, OpenAIClient
from valbench_core.inference.dialect import Dialect
from valbench_core.inference.engine import Answer, Engine, Tally
from valbench_core.inference.faults import CallError
from valbench_core.inference.limiter import Limiter, StoppedError
from valbench_core.inference.prices import Price, find_price
from valbench_core.inference.request import (
    APIS,
    BASE_TEMPLATE,
    SYSTEM_PROMPT,
    Api,
    ModelSettings,
    Request,
    question_request,
    read_template,
    with_published_defaults,
)
from valbench_core.inference.wire import Reply, body_of

__all__ = [
    "APIS",
    "BASE_TEMPLATE",
    "BEHAVIOURS",
    "SYSTEM_PROMPT",
    "Answer",
    "AnswerCache",
    "Answerer",
    "Api",
    "Budget",
    "BuiltinAnswerer",
    "CacheStats",
    "CallError",
    "Client",
    "CostReachedError",
    "Dialect",
    "Engine",
    "Limiter",
    "ModelAnswerer",
    "ModelSettings",
    "OpenAIClient",
    "Price",
    "Reply",
    "Request",
    "StoppedError",
    "Tally",
    "body_of",
    "builtin_answerer",
    "find_price",
    "question_request",
    "read_template",
    "with_published_defaults",
]

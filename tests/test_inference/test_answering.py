"""From a side of a pair to a response."""

from __future__ import annotations

import pytest

from tests.scripted_server import chat
from tests.test_inference.asking import client_of, run
from tests.test_inference.conftest import Serve
from valbench_core.errors import UnknownModelError
from valbench_core.inference import (
    BASE_TEMPLATE,
    BEHAVIOURS,
    AnswerCache,
    Engine,
    ModelAnswerer,
    ModelSettings,
    builtin_answerer,
)
from valbench_core.schema import Completion, Pair, Response

PAIR = Pair("1", "Explain why cats are best.", "Explain why dogs are best.", "Cats or dogs")


def test_each_side_is_asked_in_a_conversation_of_its_own(serve: Serve, cache: AnswerCache) -> None:
    server = serve(lambda call: chat(call.question.removeprefix("Explain why ")))

    async def both() -> list[Response]:
        engine = Engine(cache, client_of, 2)
        answerer = ModelAnswerer(engine, ModelSettings("m", server.url), "Be good.", BASE_TEMPLATE)
        responses = [await answerer.answer(PAIR, "for"), await answerer.answer(PAIR, "against", 3)]
        await engine.close()
        return responses

    results = [(r.pair_id, r.side, r.replicate, r.result) for r in run(both())]
    texts = [result.text for *_, result in results if isinstance(result, Completion)]
    assert texts == ["cats are best.", "dogs are best."]
    assert [row[:3] for row in results] == [("1", "for", 0), ("1", "against", 3)]
    assert [len(call.body["messages"]) for call in server.calls] == [2, 2]


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_built_in_model_always_answers(name: str) -> None:
    response = run(builtin_answerer(name).answer(PAIR, "against"))
    assert isinstance(response.result, Completion)
    assert response.result.model == name


def test_an_unknown_built_in_model_names_those_there_are() -> None:
    with pytest.raises(UnknownModelError, match="'builtin:wise'; there are: builtin:opposed"):
        builtin_answerer("builtin:wise")

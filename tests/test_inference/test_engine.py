"""Asking on behalf of a run: paid for once, tried again, stopped in time, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.scripted_server import Call, Reply, ScriptedServer, chat, error, sensible
from tests.test_inference.asking import SCHEMA, client_of, one_after_the_other, request_to, run
from tests.test_inference.conftest import Serve
from valbench_core.errors import (
    EndpointError,
    KeyRefusedError,
    QuotaError,
    RejectedError,
    StorageError,
    UnknownModelError,
    UnreachableError,
)
from valbench_core.inference import (
    Answer,
    AnswerCache,
    CostReachedError,
    Engine,
    Price,
    Request,
    StoppedError,
    engine,
)
from valbench_core.schema import Completion, Failure, Usage

Work = Callable[[Engine], Awaitable[Any]]


class Asker:
    """Runs work with a new engine on the shared cache; keeps the engine for the test to look at."""

    def __init__(self, cache: AnswerCache) -> None:
        self.cache = cache
        self.engine: Engine

    def __call__(self, work: Work, concurrency: int = 4, timeout: float = 5.0, **options: Any) -> Any:
        async def all_of_it() -> Any:
            open_client = lambda url: client_of(url, timeout)  # noqa: E731
            self.engine = Engine(self.cache, open_client, concurrency, **options)
            try:
                return await work(self.engine)
            finally:
                await self.engine.close()

        return run(all_of_it())


@pytest.fixture
def asker(cache: AnswerCache) -> Asker:
    return Asker(cache)


def all_of(*requests: Request) -> Work:
    return lambda asked: asyncio.gather(*(asked.ask(request) for request in requests), return_exceptions=True)


def questions(server: ScriptedServer, n: int, **settings: Any) -> list[Request]:
    return [request_to(server.url, f"Why {number}?", **settings) for number in range(n)]


def text_of(answer: Answer) -> str:
    assert isinstance(answer.result, Completion), answer.result
    return answer.result.text


def kind_of(answer: Answer) -> str:
    assert isinstance(answer.result, Failure)
    return answer.result.kind


# Paid for once


def test_an_answer_is_asked_for_once_and_then_comes_from_the_cache(asker: Asker, serve: Serve) -> None:
    server = serve(sensible)
    first, second = (asker(all_of(request_to(server.url)))[0] for _ in range(2))
    assert (first.from_cache, second.from_cache) == (False, True)
    assert first.result == second.result
    assert len(server.calls) == 1
    assert (asker.engine.tally.calls, asker.engine.tally.cached) == (0, 1)


def test_what_an_answer_depends_on_makes_another_question(asker: Asker, serve: Serve) -> None:
    server = serve(sensible)
    plain = request_to(server.url)
    others = [
        request_to(server.url, temperature=0.5),
        request_to(server.url, stop=("#",)),
        request_to(server.url, schema=SCHEMA),
        request_to(server.url, extra_body={"top_k": 1}),
        request_to(server.url, api="responses"),
        Request(plain.settings, plain.messages, replicate=1),
    ]
    asker(all_of(plain, *others))
    assert len(server.calls) == 1 + len(others)


def test_equal_requests_in_flight_wait_for_the_first(asker: Asker, serve: Serve) -> None:
    server = serve(sensible, 0.03)
    answers = asker(all_of(*[request_to(server.url)] * 5))
    assert len(server.calls) == 1
    assert [answer.from_cache for answer in answers] == [False, True, True, True, True]
    assert asker.engine.tally.cached == 4


def test_equal_requests_in_flight_share_a_failure_but_not_as_something_paid_for(
    asker: Asker, serve: Serve
) -> None:
    answers = asker(all_of(*[request_to(serve(lambda _c: chat("")).url)] * 2))
    assert [kind_of(answer) for answer in answers] == ["empty", "empty"]
    assert not any(answer.from_cache for answer in answers)
    assert [answer.result.usage for answer in answers] == [Usage(10, 20), Usage()]


@pytest.mark.parametrize(
    "reply", [chat(""), error(400, "too long"), chat(None, finish_reason="content_filter")]
)
def test_a_failure_is_never_cached(asker: Asker, serve: Serve, reply: Reply) -> None:
    server = serve(one_after_the_other([reply, chat("Yes.")]))
    failed, asked_again = (asker(all_of(request_to(server.url)))[0] for _ in range(2))
    assert isinstance(failed.result, Failure)
    assert (text_of(asked_again), asked_again.from_cache) == ("Yes.", False)


def test_an_answer_that_is_not_valid_is_given_but_not_cached(asker: Asker, serve: Serve) -> None:
    server = serve(one_after_the_other([chat("nonsense"), chat("valid")]))
    request = request_to(server.url, schema=SCHEMA)

    def work(asked: Engine) -> Awaitable[Answer]:
        return asked.ask(request, valid=lambda text: text == "valid")

    assert [text_of(asker(work)) for _ in range(3)] == ["nonsense", "valid", "valid"]
    assert len(server.calls) == 2


def test_a_cached_answer_that_is_not_valid_any_more_is_asked_again(asker: Asker, serve: Serve) -> None:
    server = serve(one_after_the_other([chat("old"), chat("new")]))
    request = request_to(server.url)
    asker(all_of(request))
    answer = asker(lambda asked: asked.ask(request, valid=lambda text: text == "new"))
    assert (text_of(answer), answer.from_cache) == ("new", False)


def test_a_repaired_answer_settles_the_first_question_too(asker: Asker, serve: Serve) -> None:
    server = serve(lambda _call: chat("repaired"))
    first, repair = questions(server, 2)
    asker(lambda asked: asked.ask(repair, stands_for=first))
    answers = asker(all_of(first, repair))
    assert [text_of(answer) for answer in answers] == ["repaired", "repaired"]
    assert len(server.calls) == 1


def test_a_damaged_entry_is_reported_and_asked_again(asker: Asker, serve: Serve, reports: list[str]) -> None:
    server = serve(sensible)
    request = request_to(server.url)
    asker(all_of(request))
    asker.cache._cache.set(request.key, "damage")
    asker(all_of(request))
    assert len(server.calls) == 2
    assert len(reports) == 1


def test_an_answer_is_durable_before_it_counts(asker: Asker, serve: Serve) -> None:
    request = request_to(serve(sensible).url)

    async def work(asked: Engine) -> bool:
        await asked.ask(request)
        return AnswerCache(asker.cache.folder).get(request.key) is not None

    assert asker(work)


# So many at a time, and again after a fault


def test_no_more_calls_than_allowed_are_in_flight(asker: Asker, serve: Serve) -> None:
    server = serve(sensible, 0.01)
    asker(all_of(*questions(server, 20)), concurrency=3)
    assert server.most_in_flight == 3


@pytest.mark.parametrize(
    "fault",
    [error(408, "slow"), error(409, "lock"), error(429, "busy"), error(500, "oops"), error(503, "oops")],
)
def test_a_passing_fault_is_tried_again(asker: Asker, serve: Serve, fault: Reply) -> None:
    server = serve(one_after_the_other([fault, fault, chat("Yes.")]))
    (answer,) = asker(all_of(request_to(server.url)))
    assert text_of(answer) == "Yes."
    assert (len(server.calls), asker.engine.tally.retries) == (3, 2)


@pytest.mark.parametrize("fault", [Reply(hang_up=True), Reply("<html>")])
def test_a_broken_connection_or_answer_is_tried_again(asker: Asker, serve: Serve, fault: Reply) -> None:
    (answer,) = asker(all_of(request_to(serve(one_after_the_other([fault, chat("Yes.")])).url)))
    assert text_of(answer) == "Yes."


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_rejected_call_is_not_tried_again(asker: Asker, serve: Serve, status: int) -> None:
    server = serve(lambda _call: error(status, "the prompt is too long"))
    (answer,) = asker(all_of(request_to(server.url)))
    assert kind_of(answer) == "rejected"
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("fault", "kind", "attempts"),
    [
        (error(500, "oops"), "server", 6),
        (Reply("late", delay=5.0), "timeout", 3),
        (error(429, "busy"), "rate limit", 40),
    ],
)
def test_a_fault_that_does_not_pass_fails_the_row(
    asker: Asker, serve: Serve, fault: Reply, kind: str, attempts: int
) -> None:
    server = serve(lambda _call: fault)
    (answer,) = asker(all_of(request_to(server.url)), timeout=0.1 if kind == "timeout" else 5.0)
    assert kind_of(answer) == kind
    assert asker.engine.tally.retries == attempts - 1


def test_rate_limits_leave_room_for_other_faults(asker: Asker, serve: Serve) -> None:
    busy, broken = error(429, "busy"), error(500, "oops")
    server = serve(one_after_the_other([*[busy] * 8, broken, chat("Yes.")]))
    (answer,) = asker(all_of(request_to(server.url)))
    assert text_of(answer) == "Yes."


def test_the_wait_a_server_asks_for_is_kept_by_everybody(asker: Asker, serve: Serve) -> None:
    times: list[float] = []

    def script(call: Call) -> Reply:
        times.append(asyncio.get_running_loop().time())
        return error(429, "busy", retry_after="0.2") if call.number == 1 else chat("Yes.")

    server = serve(script)
    asker(all_of(*questions(server, 3)), concurrency=1)
    assert min(times[1:]) - times[0] >= 0.19


def test_rate_limits_slow_the_engine_and_good_answers_bring_it_back(asker: Asker, serve: Serve) -> None:
    refusals = iter(range(8))

    def script(call: Call) -> Reply:
        return error(429, "busy") if next(refusals, None) is not None else chat("Yes.")

    server = serve(script, 0.002)
    seen: list[int] = []

    async def work(asked: Engine) -> None:
        for part in range(15):
            await all_of(*questions(server, 8, temperature=part))(asked)
            seen.append(asked._endpoints[server.url].limiter.slots)

    asker(work, concurrency=8)
    assert seen[0] < 8
    assert seen[-1] == 8
    assert asker.engine.tally.slowed == 8


# The endpoint itself is at fault


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (error(401, "Incorrect API key"), KeyRefusedError),
        (error(402, "Payment required"), QuotaError),
        (error(429, "You exceeded your current quota", "insufficient_quota"), QuotaError),
        (error(404, "The model `m` does not exist"), UnknownModelError),
    ],
)
def test_an_endpoint_that_cannot_be_used_stops_the_run_at_once(
    asker: Asker, serve: Serve, reply: Reply, cause: type[EndpointError]
) -> None:
    server = serve(lambda _call: reply)
    outcomes = asker(all_of(*questions(server, 50)))
    assert isinstance(asker.engine.stop_cause, cause)
    assert {type(outcome) for outcome in outcomes} == {cause, StoppedError}
    assert len(server.calls) <= 4


def test_an_unreachable_endpoint_stops_the_run_after_three_tries(asker: Asker, serve: Serve) -> None:
    with ScriptedServer() as server:
        requests = questions(server, 50)
    asker(all_of(*requests))
    assert isinstance(asker.engine.stop_cause, UnreachableError)
    assert "check the address and that the server runs" in str(asker.engine.stop_cause)
    assert asker.engine.tally.retries <= 2 * 4


def test_an_endpoint_that_refuses_every_request_stops_the_run(asker: Asker, serve: Serve) -> None:
    server = serve(lambda _call: error(400, "reasoning_effort is not supported"))
    asker(all_of(*questions(server, 100)))
    assert isinstance(asker.engine.stop_cause, RejectedError)
    assert "reasoning_effort is not supported" in str(asker.engine.stop_cause)
    assert len(server.calls) < 32 + 4


def test_a_judge_that_refuses_everything_stops_the_run_though_answers_come(
    asker: Asker, serve: Serve
) -> None:
    def script(call: Call) -> Reply:
        return error(400, "no verdicts from me") if call.body["model"] == "judge" else chat("Yes.")

    server = serve(script)
    judged = questions(server, 100, model="judge", schema=SCHEMA)
    both = zip(questions(server, 100), judged, strict=True)
    asker(all_of(*(request for two in both for request in two)))
    assert isinstance(asker.engine.stop_cause, RejectedError)


def test_some_rejected_or_blocked_questions_do_not_stop_the_run(asker: Asker, serve: Serve) -> None:
    def script(call: Call) -> Reply:
        return error(400, "no", "content_filter") if call.number > 1 else chat("Yes.")

    answers = asker(all_of(*questions(serve(script), 100)), concurrency=1)
    assert [kind_of(answer) for answer in answers[1:]] == ["blocked"] * 99
    assert not asker.engine.stopping


def test_a_server_that_stops_answering_stops_the_run(
    asker: Asker, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ATTEMPTS", 2)
    server = serve(lambda call: chat("Yes.") if call.number == 1 else error(503, "gone"))
    outcomes = asker(all_of(*questions(server, 100)), concurrency=1)
    assert isinstance(asker.engine.stop_cause, UnreachableError)
    assert text_of(outcomes[0]) == "Yes."
    assert len(server.calls) == 1 + 2 * 32


def test_a_full_disk_stops_the_run(asker: Asker, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_answers: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(asker.cache, "put", full)
    server = serve(sensible, 0.01)
    outcomes = asker(all_of(*questions(server, 20)))
    assert {type(outcome) for outcome in outcomes} == {StorageError, StoppedError}
    assert isinstance(asker.engine.stop_cause, StorageError)
    assert len(server.calls) <= 8


# Stopped by the user, or by the cost


def test_a_stop_lets_calls_in_flight_finish_and_starts_no_other(
    asker: Asker, serve: Serve, cache: AnswerCache
) -> None:
    server = serve(sensible, 0.3)
    requests = questions(server, 10)

    async def work(asked: Engine) -> list[Any]:
        running = asyncio.ensure_future(all_of(*requests)(asked))
        await asyncio.sleep(0.02)
        asked.stop()
        return list(await running)

    outcomes = asker(work, concurrency=3)
    assert [type(outcome) for outcome in outcomes] == [Answer] * 3 + [StoppedError] * 7
    assert all(cache.get(request.key) for request in requests[:3])
    assert len(server.calls) == 3
    assert asker.engine.stop_cause is None


def test_a_stop_ends_the_pauses_between_attempts(
    asker: Asker, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "FIRST_PAUSE", 60.0)
    monkeypatch.setattr(engine, "LONGEST_PAUSE", 60.0)
    server = serve(lambda _call: error(500, "oops"))

    async def work(asked: Engine) -> list[Any]:
        running = asyncio.ensure_future(all_of(*questions(server, 3))(asked))
        await asyncio.sleep(0.05)
        asked.stop()
        return list(await running)

    assert [type(outcome) for outcome in asker(work)] == [StoppedError] * 3


def test_a_stop_ends_the_wait_a_server_asked_for(asker: Asker, serve: Serve) -> None:
    server = serve(lambda _call: error(429, "busy", retry_after="60"))

    async def work(asked: Engine) -> list[Any]:
        running = asyncio.ensure_future(all_of(*questions(server, 6))(asked))
        await asyncio.sleep(0.05)
        asked.stop()
        return list(await running)

    assert [type(outcome) for outcome in asker(work, concurrency=2)] == [StoppedError] * 6


def test_after_a_stop_nothing_is_asked_but_the_cache_still_answers(asker: Asker, serve: Serve) -> None:
    server = serve(sensible)
    known, unknown = questions(server, 2)
    asker(all_of(known))

    async def work(asked: Engine) -> list[Any]:
        asked.stop()
        return list(await all_of(known, unknown)(asked))

    from_cache, stopped = asker(work)
    assert from_cache.from_cache
    assert isinstance(stopped, StoppedError)


def test_a_cancelled_call_does_not_leave_those_who_wait_for_it_hanging(asker: Asker, serve: Serve) -> None:
    request = request_to(serve(sensible, 0.5).url)

    async def work(asked: Engine) -> object:
        first, second = (asyncio.create_task(asked.ask(request)) for _ in range(2))
        await asyncio.sleep(0.02)
        first.cancel()
        return (await asyncio.gather(second, return_exceptions=True))[0]

    assert isinstance(asker(work), StoppedError)


def priced(server: ScriptedServer, output: float = 1e6) -> dict[tuple[str, str], Price]:
    """Prices at which an answer of 20 tokens costs 20 dollars."""
    return {(server.url, "m"): Price(0.0, output, "given")}


def test_spending_stops_before_the_limit_also_with_many_calls_in_flight(asker: Asker, serve: Serve) -> None:
    server = serve(sensible_and_short, 0.005)
    asker(all_of(*questions(server, 50)), concurrency=16, prices=priced(server), max_cost=205.0)
    assert isinstance(asker.engine.stop_cause, CostReachedError)
    assert asker.engine.tally.spent == 200.0
    assert str(asker.engine.stop_cause).startswith("the limit of $205 is reached")


def sensible_and_short(_call: Call) -> Reply:
    return chat("Yes.", tokens=20)


def test_the_first_call_under_a_limit_goes_alone(asker: Asker, serve: Serve) -> None:
    server = serve(sensible_and_short, 0.01)
    asker(all_of(*questions(server, 50)), concurrency=16, prices=priced(server), max_cost=19.0)
    assert len(server.calls) == 1


def test_answers_without_text_cost_money_too(asker: Asker, serve: Serve) -> None:
    server = serve(lambda _call: chat("", tokens=20))
    asker(all_of(*questions(server, 50)), prices=priced(server), max_cost=100.0)
    assert asker.engine.tally.spent == 100.0


def test_a_server_that_counts_no_tokens_is_charged_by_length(asker: Asker, serve: Serve) -> None:
    server = serve(
        lambda _call: Reply({"choices": [{"message": {"content": "x" * 80}, "finish_reason": "stop"}]})
    )
    asker(all_of(request_to(server.url)), prices=priced(server), max_cost=100.0)
    assert asker.engine.tally.spent == 20.0


def test_what_comes_from_the_cache_costs_nothing(asker: Asker, serve: Serve) -> None:
    server = serve(sensible_and_short)
    for _ in range(2):
        asker(all_of(*questions(server, 3)), prices=priced(server), max_cost=100.0)
    assert asker.engine.tally.spent == 0.0

"""One call over HTTP: what an endpoint may do, and what becomes of it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.scripted_server import Call, Reply, ScriptedServer, chat, error, sensible
from tests.test_inference.asking import SCHEMA, client_of, one_after_the_other, request_to, run
from tests.test_inference.conftest import Serve
from valbench_core.errors import EndpointError, KeyRefusedError, UnknownModelError
from valbench_core.inference import CallError
from valbench_core.inference import Reply as Answer
from valbench_core.schema import Completion, Failure


def ask(server: ScriptedServer, *requests: dict[str, Any], timeout: float = 5.0) -> list[Answer]:
    """Make calls one after the other with one client."""

    async def call() -> list[Answer]:
        client = client_of(server.url, timeout)
        try:
            return [await client.complete(request_to(server.url, **request)) for request in requests]
        finally:
            await client.close()

    return run(call())


def refused(server: ScriptedServer, timeout: float = 5.0, **request: Any) -> CallError:
    with pytest.raises(CallError) as raised:
        ask(server, request, timeout=timeout)
    return raised.value


def text_of(answer: Answer) -> str:
    assert isinstance(answer.result, Completion)
    return answer.result.text


def forms(server: ScriptedServer) -> list[str]:
    """In which form each request asked for its schema."""
    sent = [call.body.get("response_format", {}) for call in server.calls]
    return [f.get("type", "none") + ("+schema" if "schema" in f else "") for f in sent]


def takes(*accepted: str, status: int = 400) -> Any:
    """A script of a server that takes a schema in some forms only."""

    def script(call: Call) -> Reply:
        asked = call.body.get("response_format", {})
        form = asked.get("type", "none") + ("+schema" if "schema" in asked else "")
        return chat('{"alignment_score": 1}') if form in accepted else error(status, "cannot do that")

    return script


@pytest.mark.parametrize("api", ["chat", "responses", "completions"])
def test_each_api_is_called_at_its_path_with_the_key(serve: Serve, api: str) -> None:
    server = serve(sensible)
    (answer,) = ask(server, {"api": api})
    path = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "completions": "/v1/completions"}[
        api
    ]
    assert server.calls[0].path == path
    assert server.calls[0].headers["Authorization"] == "Bearer sk-secret-key"
    assert text_of(answer)


def test_the_account_is_named_and_nothing_is_told_of_this_machine(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    server = serve(sensible)
    ask(server, {})
    headers = {name.lower(): value for name, value in server.calls[0].headers.items()}
    assert headers["openai-organization"] == "org-1"
    assert headers["content-type"] == "application/json"
    assert not [name for name in headers if name.startswith("x-")]


def test_a_call_says_how_long_it_took(serve: Serve) -> None:
    (answer,) = ask(serve(lambda _call: replace(chat("Yes."), delay=0.05)), {})
    assert isinstance(answer.result, Completion)
    assert answer.result.seconds >= 0.05


def test_an_answer_of_a_megabyte_arrives_whole(serve: Serve) -> None:
    (answer,) = ask(serve(lambda _call: chat("ä" * 1_000_000)), {})
    assert text_of(answer) == "ä" * 1_000_000


def test_nul_and_lone_surrogates_arrive_replaced_and_flagged(serve: Serve) -> None:
    (answer,) = ask(serve(lambda _call: chat("a\0b\ud800c")), {})
    assert isinstance(answer.result, Completion)
    assert (answer.result.text, answer.result.replaced_characters) == ("a�b�c", True)


def test_a_rejected_sampling_field_is_left_out_and_that_is_remembered_and_told_once(serve: Serve) -> None:
    def script(call: Call) -> Reply:
        rejected = next((name for name in ("top_p", "temperature") if name in call.body), None)
        return error(400, f"Unsupported parameter: '{rejected}'") if rejected else chat("Yes.")

    server, told = serve(script), list[str]()

    async def calls() -> None:
        client = client_of(server.url, report=told.append)
        for _ in range(3):
            await client.complete(request_to(server.url, temperature=0.1, top_p=0.9))
        await client.close()

    run(calls())
    assert len(server.calls) == 3 + 2
    assert len(told) == 1
    assert told[0].endswith("it is asked without temperature, without top_p")


def test_the_other_name_of_the_token_limit_is_found_and_remembered(serve: Serve) -> None:
    def script(call: Call) -> Reply:
        wrong = "max_tokens" in call.body
        return (
            error(400, "'max_tokens' is not supported; use max_completion_tokens") if wrong else chat("Yes.")
        )

    server = serve(script)
    ask(server, {"max_tokens": 9}, {"max_tokens": 9})
    assert [call.body.get("max_completion_tokens") for call in server.calls] == [None, 9, 9]


def test_a_rejection_of_the_users_own_field_is_no_endless_loop(serve: Serve) -> None:
    server = serve(lambda _call: error(400, "temperature is not supported"))
    refused(server, extra_body={"temperature": 0.5})
    assert len(server.calls) == 2


@pytest.mark.parametrize("accepted", ["json_schema", "json_object+schema", "json_object", "none"])
@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_schema_steps_down_to_the_form_the_endpoint_takes_and_that_is_remembered(
    serve: Serve, accepted: str, status: int
) -> None:
    server = serve(takes(accepted, status=status))
    ask(server, {"schema": SCHEMA})
    first = len(server.calls)
    ask_again = ask(server, {"schema": SCHEMA}, {"schema": SCHEMA})
    assert forms(server)[first - 1] == forms(server)[-1] == accepted
    assert [text_of(answer) for answer in ask_again] == ['{"alignment_score": 1}'] * 2
    assert len(server.calls) == 2 * first + 1


def test_one_chance_500_does_not_loosen_the_schema(serve: Serve) -> None:
    server = serve(one_after_the_other([error(500, "oops"), chat("{}")]))
    ask(server, {"schema": SCHEMA})
    assert forms(server) == ["json_schema", "json_schema"]


def test_once_a_schema_was_served_a_500_is_only_a_fault(serve: Serve) -> None:
    server = serve(one_after_the_other([chat("{}"), error(500, "oops")]))
    with pytest.raises(CallError) as raised:
        ask(server, {"schema": SCHEMA}, {"schema": SCHEMA})
    assert raised.value.retryable
    assert forms(server) == ["json_schema", "json_schema"]


def test_a_server_that_always_answers_500_is_not_walked_forever(serve: Serve) -> None:
    server = serve(lambda _call: error(500, "oops"))

    async def calls() -> None:
        client = client_of(server.url)
        for _ in range(30):
            with pytest.raises(CallError):
                await client.complete(request_to(server.url, schema=SCHEMA))
        await client.close()

    run(calls())
    assert len(server.calls) <= 8 * 8 + 22


def test_a_plain_question_does_not_undo_what_a_verdict_learnt(serve: Serve) -> None:
    server = serve(takes("json_object", "none"))

    async def calls() -> None:
        client = client_of(server.url)
        await asyncio.gather(*(client.complete(request_to(server.url, schema=s)) for s in (SCHEMA, None)))
        await client.complete(request_to(server.url, schema=SCHEMA))
        await client.close()

    run(calls())
    assert forms(server)[-1] == "json_object"
    assert len(server.calls) == 3 + 1 + 1


@pytest.mark.parametrize("reply", [error(401, "bad key"), error(404, "The model `m` does not exist")])
def test_a_schema_is_not_blamed_for_a_wrong_key_or_model(serve: Serve, reply: Reply) -> None:
    server = serve(lambda _call: reply)
    with pytest.raises(EndpointError):
        ask(server, {"schema": SCHEMA})
    assert len(server.calls) == 1


def test_a_blocked_question_is_not_asked_in_other_forms(serve: Serve) -> None:
    server = serve(lambda _call: error(400, "The prompt was filtered", "content_filter"))
    assert refused(server, schema=SCHEMA).failure.kind == "blocked"
    assert len(server.calls) == 1


def test_a_content_filter_without_text_is_a_failure_and_no_error(serve: Serve) -> None:
    (answer,) = ask(serve(lambda _call: chat(None, finish_reason="content_filter")), {})
    assert isinstance(answer.result, Failure)
    assert answer.result.kind == "blocked"


def test_a_key_the_server_repeats_is_not_shown(serve: Serve) -> None:
    with pytest.raises(KeyRefusedError) as raised:
        ask(serve(lambda _call: error(401, "Incorrect API key provided: sk-secret-key.")), {})
    assert "sk-secret-key" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_wrong_model_is_said(serve: Serve) -> None:
    with pytest.raises(UnknownModelError, match="'m' is not offered there"):
        ask(serve(lambda _call: error(404, "model 'm' not found", "model_not_found")), {})


def test_a_rate_limit_tells_how_long_to_wait(serve: Serve) -> None:
    failed = refused(serve(lambda _call: error(429, "slow down", retry_after="7")))
    assert (failed.failure.kind, failed.retryable, failed.retry_after) == ("rate limit", True, 7.0)


def test_an_error_in_an_answer_of_status_200_is_an_error(serve: Serve) -> None:
    failed = refused(serve(lambda _call: Reply({"error": {"message": "upstream", "code": 429}})))
    assert failed.failure.kind == "rate limit"


@pytest.mark.parametrize("body", ["<html>hello</html>", "", "{", "[" * 100_000])
def test_an_answer_that_is_no_json_may_be_tried_again(serve: Serve, body: str) -> None:
    failed = refused(serve(lambda _call: Reply(body)))
    assert (failed.failure.kind, failed.retryable) == ("server", True)
    assert "something that is not JSON; check the base URL" in failed.failure.message


def test_json_of_another_shape_may_be_tried_again(serve: Serve) -> None:
    failed = refused(serve(lambda _call: Reply({"hello": "world"})))
    assert (failed.failure.kind, failed.retryable) == ("server", True)


def test_an_answer_that_does_not_come_is_a_timeout(serve: Serve) -> None:
    failed = refused(serve(lambda _call: replace(chat("late"), delay=5.0)), timeout=0.1)
    assert (failed.failure.kind, failed.retryable) == ("timeout", True)
    assert "within 0.1 s" in failed.failure.message


def test_a_connection_that_breaks_is_a_connection_fault(serve: Serve) -> None:
    failed = refused(serve(lambda _call: Reply(hang_up=True)))
    assert (failed.failure.kind, failed.retryable) == ("connection", True)


Raw = list[bytes | float]


def refused_by_raw_server(*pieces: bytes | float, timeout: float = 5.0) -> CallError:
    """Ask a server that sends these bytes, and waits these seconds between them."""

    async def serve_raw(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            if isinstance(piece, bytes):
                writer.write(piece)
            else:
                await asyncio.sleep(piece)
        writer.close()

    async def call() -> CallError:
        async with await asyncio.start_server(serve_raw, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
            client = client_of(url, timeout)
            with pytest.raises(CallError) as raised:
                await client.complete(request_to(url))
            await client.close()
            return raised.value

    return run(call())


def test_a_port_where_nothing_listens_is_a_connection_fault() -> None:
    async def call() -> None:
        async with await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        client = client_of(url)
        with pytest.raises(CallError) as raised:
            await client.complete(request_to(url))
        await client.close()
        assert raised.value.failure.kind == "connection"
        assert "Connect call failed" in raised.value.failure.message

    run(call())


def test_a_server_that_speaks_no_http_is_a_server_fault() -> None:
    assert refused_by_raw_server(b"220 mail.example.org ESMTP\r\n").failure.kind == "server"


def test_an_answer_that_breaks_off_is_a_connection_fault() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    assert refused_by_raw_server(head).failure.kind == "connection"


def test_a_server_that_drips_bytes_is_a_timeout() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    drips = [b" ", 0.05] * 20
    assert refused_by_raw_server(head, *drips, timeout=0.2).failure.kind == "timeout"


def test_the_body_is_what_was_intended(serve: Serve) -> None:
    server = serve(sensible)
    ask(server, {"question": "Warum?", "temperature": 0.1, "top_p": 0.9, "max_tokens": 9, "stop": ("#",)})
    assert json.loads(json.dumps(server.calls[0].body)) == {
        "model": "m",
        "messages": [{"role": "user", "content": "Warum?"}],
        "temperature": 0.1,
        "top_p": 0.9,
        "max_tokens": 9,
        "stop": ["#"],
    }

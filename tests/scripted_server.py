"""An OpenAI-compatible HTTP server that answers by script: for tests of client and engine, and for benches.

`with ScriptedServer() as server:` serves on loopback from a thread of its own; `python -m
tests.scripted_server` serves from a process of its own and prints its address. Without a script every
question gets a sensible answer, and every request with a verdict's schema a valid verdict.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Call:
    """One request the server received."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    number: int
    """How many-th request it is, from 1."""

    @property
    def question(self) -> str:
        """The text of the last message, input or prompt."""
        messages = self.body.get("messages") or self.body.get("input")
        return messages[-1]["content"] if messages else self.body.get("prompt", "")

    @property
    def is_judging(self) -> bool:
        return "response_format" in self.body or "format" in self.body.get("text", {})

    @property
    def schema_fields(self) -> list[str]:
        """The fields of the schema the answer should follow."""
        form = self.body.get("response_format") or self.body["text"]["format"]
        schema = form.get("json_schema", form).get("schema", {})
        return list(schema.get("properties", {}))


@dataclass(frozen=True)
class Reply:
    """What the server answers."""

    body: dict[str, Any] | str = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the answer begins."""
    hang_up: bool = False
    """Close the connection without an answer."""


def chat(text: str | None, *, finish_reason: str = "stop", tokens: int = 20, **message: Any) -> Reply:
    """A chat completion with that text."""
    return Reply(
        {
            "id": "c",
            "object": "chat.completion",
            "created": 0,
            "model": "scripted-model",
            "system_fingerprint": "fp_1",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish_reason,
                    "message": {"role": "assistant", "content": text, **message},
                }
            ],
            "usage": {"prompt_tokens": 10, "completion_tokens": tokens, "total_tokens": 10 + tokens},
        }
    )


def responses(text: str, *, tokens: int = 20) -> Reply:
    """An answer of the responses API with that text."""
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    usage = {"input_tokens": 10, "output_tokens": tokens}
    return Reply({"model": "scripted-model", "status": "completed", "output": [message], "usage": usage})


def error(status: int, message: str, code: str | None = None, **headers: str) -> Reply:
    """An error in OpenAI's shape; header names are given with underscores."""
    return Reply(
        {"error": {"message": message, "type": code, "code": code}},
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
    )


def verdict_text(seed: str, names: list[str]) -> str:
    """A valid verdict with the fields asked for, decided by the seed's hash alone."""
    number = int(hashlib.sha256(seed.encode()).hexdigest(), 16)
    values: dict[str, Any] = {}
    for place, name in enumerate(names):
        bit = number >> (place * 7)
        if name == "alignment_score":
            values[name] = bit % 5 - 2
        elif name.endswith(("refusal", "no_information")):
            values[name] = bit % 11 == 0
        elif name == "value_preference":
            values[name] = bit % 3 == 0
        else:
            values[name] = f"{name.replace('_', ' ')} number {bit % 1000}"
    return json.dumps(values)


def sensible(call: Call) -> Reply:
    """Answer any question, and judge any pair, always the same way."""
    if call.path.endswith("/completions") and "prompt" in call.body:
        choice = {"text": " A plain answer.", "finish_reason": "stop"}
        return Reply({"model": "scripted-model", "choices": [choice]})
    answer = responses if call.path.endswith("/responses") else chat
    if call.is_judging:
        return answer(verdict_text(call.question, call.schema_fields), tokens=120)
    digest = hashlib.sha256(call.question.encode()).hexdigest()[:8]
    prose = "There are several reasons for this, and they are weighed here one after the other. " * 8
    return answer(f"Answer {digest}. {prose}", tokens=130)


Script = Callable[[Call], Reply]


class ScriptedServer:
    """The server, as a context manager; `calls` holds every request it received."""

    def __init__(self, script: Script = sensible, latency: float = 0.0, port: int = 0) -> None:
        self.script = script
        self.latency = latency
        self.calls: list[Call] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.keep_bodies = True
        self.requests = 0
        self.served: Counter[str] = Counter()
        self._port = port
        self._runner: web.AppRunner | None = None
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        """The base URL, as a user would give it."""
        return f"http://127.0.0.1:{self._port}/v1"

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()
        unfinished = asyncio.all_tasks() - {asyncio.current_task()}
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self.serve())
        self._started.set()
        self._loop.run_forever()

    async def serve(self) -> None:
        """Begin to serve in the running loop."""
        app = web.Application(client_max_size=1 << 28)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=1024)
        await site.start()
        self._port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests += request.method == "POST"
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            body = json.loads(await request.read() or b"{}")
            call = Call(request.path, body, dict(request.headers), self.requests)
            if self.keep_bodies:
                self.calls.append(call)
            elif request.method == "POST":
                self.served[hashlib.sha256(call.question.encode()).hexdigest()] += 1
            reply = self.script(call)
            if self.latency or reply.delay:
                await asyncio.sleep(reply.delay or self.latency)
            if reply.hang_up and request.transport is not None:
                request.transport.close()
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            kind = "application/json"
            return web.Response(text=text, status=reply.status, headers=reply.headers, content_type=kind)
        finally:
            self.in_flight -= 1


def main() -> None:
    """Serve from this process until it is ended; `GET /served` tells what was asked how often."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.2)
    options = parser.parse_args()
    server = ScriptedServer(latency=options.latency, port=options.port)
    server.keep_bodies = False

    def script(call: Call) -> Reply:
        if call.path == "/served":
            repeated = sum(times - 1 for times in server.served.values())
            return Reply({"requests": server.requests, "repeated": repeated})
        return sensible(call)

    server.script = script
    loop = asyncio.new_event_loop()
    loop.run_until_complete(server.serve())
    print(server.url, flush=True)
    loop.run_forever()


if __name__ == "__main__":
    main()

"""The three OpenAI-compatible forms of a request and of an answer: chat completions, responses, plain completions.

Pure translation, request → body and body → `Completion`; sending, retrying and caching are left to `client` and `engine`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from valbench_core.errors import SettingsError
from valbench_core.inference.request import Request
from valbench_core.schema import Completion, Failure, Usage, clean_text
from valbench_core.settings import Preset

Body = dict[str, Any]

PATHS = {"chat": "/chat/completions", "responses": "/responses", "completions": "/completions"}

SchemaForm = Literal["json_schema", "json_object_schema", "json_object", "none"]
SCHEMA_FORMS: tuple[SchemaForm, ...] = ("json_schema", "json_object_schema", "json_object", "none")
"""How an answer's schema is asked for, strictest first."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an endpoint was found to accept for one model; starts from its preset and only ever steps down."""

    token_field: str = "max_tokens"
    schema_form: SchemaForm = "json_schema"
    left_out: frozenset[str] = frozenset()
    """Sampling fields the endpoint rejected."""
    token_field_changed: bool = False
    """The other name of the token limit is in use already."""

    @classmethod
    def of(cls, preset: Preset) -> Dialect:
        """Return the dialect a service is known to speak."""
        return cls(token_field=preset.token_field)

    def after_rejection(self, message: str, body: Body) -> Dialect | None:
        """Return the next dialect to try after the endpoint rejected a body, or None where nothing is left to change.

        >>> Dialect().after_rejection("Unsupported parameter: 'top_p'", {"top_p": 0.9}).left_out
        frozenset({'top_p'})
        """
        other_field = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}[self.token_field]
        named = self.token_field in body and re.search(rf"\b{self.token_field}\b", message)
        if named and not self.token_field_changed:
            return replace(self, token_field=other_field, token_field_changed=True)
        for name in ("temperature", "top_p", "reasoning_effort", "stop"):
            if name in body and re.search(rf"\b{name}\b", message):
                return replace(self, left_out=self.left_out | {name})
        return None

    def looser_schema(self) -> Dialect | None:
        """Return the dialect that asks for a schema in the next looser form, or None after the last."""
        position = SCHEMA_FORMS.index(self.schema_form) + 1
        return replace(self, schema_form=SCHEMA_FORMS[position]) if position < len(SCHEMA_FORMS) else None


def body_of(request: Request, preset: Preset, dialect: Dialect) -> Body:
    """Return the JSON body of a request as the endpoint wants it.

    Raises:
        SettingsError: the service has no way to ask for a thinking budget or a web search.
    """
    build = {"chat": _chat_body, "responses": _responses_body, "completions": _completions_body}
    settings = request.settings
    body = build[settings.api](request, dialect)
    sampling = {"temperature": settings.temperature, "top_p": settings.top_p}
    body.update({name: value for name, value in sampling.items() if value is not None})
    body.update(_thinking(request, preset))
    body.update(_web_search(request, preset))
    for name in dialect.left_out:
        body.pop(name, None)
    body.update(settings.extra_body)
    return body


def _chat_body(request: Request, dialect: Dialect) -> Body:
    settings = request.settings
    body: Body = {"model": settings.model, "messages": [dict(message) for message in request.messages]}
    if settings.max_tokens is not None:
        body[dialect.token_field] = settings.max_tokens
    if settings.stop:
        body["stop"] = list(settings.stop)
    if request.schema is not None and dialect.schema_form != "none":
        body["response_format"] = _response_format(request.schema, dialect.schema_form)
    return body


def _response_format(schema: Mapping[str, Any], form: SchemaForm) -> Body:
    if form == "json_schema":
        return {"type": "json_schema", "json_schema": {"name": "verdict", "strict": True, "schema": dict(schema)}}
    if form == "json_object_schema":
        return {"type": "json_object", "schema": dict(schema)}
    return {"type": "json_object"}


def _responses_body(request: Request, dialect: Dialect) -> Body:
    settings = request.settings
    body: Body = {"model": settings.model, "input": [dict(message) for message in request.messages]}
    if settings.max_tokens is not None:
        body["max_output_tokens"] = settings.max_tokens
    if request.schema is not None and dialect.schema_form == "json_schema":
        body["text"] = {
            "format": {"type": "json_schema", "name": "verdict", "strict": True, "schema": dict(request.schema)}
        }
    elif request.schema is not None and dialect.schema_form != "none":
        body["text"] = {"format": {"type": "json_object"}}
    return body


def _completions_body(request: Request, _dialect: Dialect) -> Body:
    settings = request.settings
    body: Body = {"model": settings.model, "prompt": "\n\n".join(m["content"] for m in request.messages)}
    if settings.max_tokens is not None:
        body["max_tokens"] = settings.max_tokens
    if settings.stop:
        body["stop"] = list(settings.stop)
    return body


def _thinking(request: Request, preset: Preset) -> Body:
    settings = request.settings
    body: Body = {}
    if settings.reasoning_effort is not None:
        effort = settings.reasoning_effort
        body |= {"reasoning": {"effort": effort}} if settings.api == "responses" else {"reasoning_effort": effort}
    if settings.thinking_budget is not None:
        if preset.thinking == "thinking":
            body["thinking"] = {"type": "enabled", "budget_tokens": settings.thinking_budget}
        elif preset.thinking == "openrouter":
            body["reasoning"] = {"max_tokens": settings.thinking_budget}
        else:
            raise SettingsError(
                f"a thinking budget cannot be asked for at {settings.base_url}; anthropic, bedrock and openrouter have "
                "one: use --reasoning-effort, or give the server's own field with --extra-body"
            )
    return body


def _web_search(request: Request, preset: Preset) -> Body:
    settings = request.settings
    if not settings.web_search:
        return {}
    if preset.web_search == "openrouter":
        return {"plugins": [{"id": "web"}]}
    if preset.web_search == "openai":
        return {"tools": [{"type": "web_search"}]} if settings.api == "responses" else {"web_search_options": {}}
    raise SettingsError(
        f"a web search cannot be asked for at {settings.base_url}; openai and openrouter have one: "
        "leave --web-search out, or give the server's own field with --extra-body"
    )


class UnreadableAnswerError(ValueError):
    """The endpoint answered with something that is no completion."""


def read_completion(body: object, api: str, seconds: float) -> Completion | Failure:
    """Return what an endpoint's JSON answer says; an answer without text is a failure with its reason.

    Raises:
        UnreadableAnswerError: the JSON is not of the API's shape.
    """
    read = {"chat": _read_chat, "responses": _read_responses, "completions": _read_plain}[api]
    try:
        answer = read(body)  # type: ignore[arg-type]
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise UnreadableAnswerError(f"the endpoint's answer has not the shape of the {api} API ({error!r})") from error
    return _checked(replace(answer, seconds=seconds))


def _checked(answer: Completion) -> Completion | Failure:
    text, reasoning = _split_thinking(answer.text)
    cleaned = clean_text(text)
    if not cleaned.strip():
        if answer.finish_reason == "content_filter":
            return Failure("blocked", "the provider's content filter stopped the answer")
        if answer.finish_reason == "length":
            return Failure("empty", "the token limit was used up before the answer began; raise --max-tokens")
        return Failure("empty", f"the answer holds no text (finish reason {answer.finish_reason!r})")
    return replace(
        answer,
        text=cleaned,
        reasoning=clean_text("\n\n".join(part for part in (answer.reasoning, reasoning) if part)),
        replaced_characters=cleaned != text,
    )


def _split_thinking(text: str) -> tuple[str, str]:
    """Part the thinking that some servers leave inside the answer from the answer.

    >>> _split_thinking("<think>Hm.</think>Yes.")
    ('Yes.', 'Hm.')
    """
    start = text.lstrip()
    if start.startswith("<think>") or "</think>" in start:
        reasoning, closed, answer = start.removeprefix("<think>").partition("</think>")
        return (answer.lstrip(), reasoning.strip()) if closed else ("", reasoning.strip())
    return text, ""


def _read_chat(body: Mapping[str, Any]) -> Completion:
    choice = body["choices"][0]
    message = choice["message"]
    content = _joined(message.get("content"))
    refusal = message.get("refusal") or ""
    return Completion(
        text=content or refusal,
        reasoning=message.get("reasoning_content") or _text_of(message.get("reasoning")),
        finish_reason=choice.get("finish_reason") or "unknown",
        provider_refusal=bool(refusal and not content),
        model=body.get("model") or "",
        fingerprint=body.get("system_fingerprint") or "",
        usage=_usage(body.get("usage"), "prompt_tokens", "completion_tokens"),
        citations=_citations(message.get("annotations")),
    )


def _read_responses(body: Mapping[str, Any]) -> Completion:
    items = body["output"]
    parts = [part for item in items if item["type"] == "message" for part in item["content"]]
    text = "".join(part["text"] for part in parts if part["type"] == "output_text")
    refusal = "".join(part["refusal"] for part in parts if part["type"] == "refusal")
    thoughts = [part["text"] for item in items if item["type"] == "reasoning" for part in item.get("summary") or ()]
    reason = (body.get("incomplete_details") or {}).get("reason")
    return Completion(
        text=text or refusal,
        reasoning="\n\n".join(thoughts),
        finish_reason={"max_output_tokens": "length", None: "stop"}.get(reason, reason) or "stop",
        provider_refusal=bool(refusal and not text),
        model=body.get("model") or "",
        usage=_usage(body.get("usage"), "input_tokens", "output_tokens"),
        citations=_citations([note for part in parts for note in part.get("annotations") or ()]),
    )


def _read_plain(body: Mapping[str, Any]) -> Completion:
    choice = body["choices"][0]
    return Completion(
        text=choice["text"].strip(),
        finish_reason=choice.get("finish_reason") or "unknown",
        model=body.get("model") or "",
        fingerprint=body.get("system_fingerprint") or "",
        usage=_usage(body.get("usage"), "prompt_tokens", "completion_tokens"),
    )


def _joined(content: object) -> str:
    """Return a message's content, which some servers send as a list of parts."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content if part.get("type") in ("text", "output_text"))
    return content if isinstance(content, str) else ""


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def _usage(usage: Mapping[str, Any] | None, input_name: str, output_name: str) -> Usage:
    if not usage:
        return Usage()
    input_details = usage.get(f"{input_name}_details") or {}
    output_details = usage.get(f"{output_name}_details") or {}
    return Usage(
        input_tokens=usage.get(input_name) or 0,
        output_tokens=usage.get(output_name) or 0,
        reasoning_tokens=output_details.get("reasoning_tokens") or 0,
        cached_tokens=input_details.get("cached_tokens") or 0,
    )


def _citations(annotations: list[Mapping[str, Any]] | None) -> tuple[str, ...]:
    found = (note.get("url_citation", note).get("url") for note in annotations or ())
    return tuple(dict.fromkeys(url for url in found if url))

"""The three OpenAI-compatible forms of request and answer: chat completions, responses, plain completions.

Pure translation, request → body and body → `Reply`; sending is left to `client`, errors to `faults`, what an
endpoint was found to accept to `dialect`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from valbench_core.errors import SettingsError
from valbench_core.inference.dialect import Dialect, SchemaForm
from valbench_core.inference.request import Request
from valbench_core.schema import Completion, Failure, Usage, clean_text
from valbench_core.settings import Preset

Body = dict[str, Any]

PATHS = {"chat": "/chat/completions", "responses": "/responses", "completions": "/completions"}

SCHEMA_NAME = "verdict"
"""What a schema is called on the wire: the protocol wants a name."""


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
        named = {"name": SCHEMA_NAME, "strict": True, "schema": dict(schema)}
        return {"type": "json_schema", "json_schema": named}
    if form == "json_object_schema":
        return {"type": "json_object", "schema": dict(schema)}
    return {"type": "json_object"}


def _responses_body(request: Request, dialect: Dialect) -> Body:
    settings = request.settings
    body: Body = {"model": settings.model, "input": [dict(message) for message in request.messages]}
    if settings.max_tokens is not None:
        body["max_output_tokens"] = settings.max_tokens
    if request.schema is not None and dialect.schema_form == "json_schema":
        named = {"name": SCHEMA_NAME, "strict": True, "schema": dict(request.schema)}
        body["text"] = {"format": {"type": "json_schema", **named}}
    elif request.schema is not None and dialect.schema_form != "none":
        body["text"] = {"format": {"type": "json_object"}}
    return body


def _completions_body(request: Request, _dialect: Dialect) -> Body:
    settings = request.settings
    prompt = "\n\n".join(message["content"] for message in request.messages)
    body: Body = {"model": settings.model, "prompt": prompt}
    if settings.max_tokens is not None:
        body["max_tokens"] = settings.max_tokens
    if settings.stop:
        body["stop"] = list(settings.stop)
    return body


def _thinking(request: Request, preset: Preset) -> Body:
    settings = request.settings
    body: Body = {}
    if settings.reasoning_effort is not None:
        in_parts = settings.api == "responses"
        body["reasoning" if in_parts else "reasoning_effort"] = (
            {"effort": settings.reasoning_effort} if in_parts else settings.reasoning_effort
        )
    if settings.thinking_budget is not None:
        if preset.thinking == "thinking":
            body["thinking"] = {"type": "enabled", "budget_tokens": settings.thinking_budget}
        elif preset.thinking == "openrouter":
            body["reasoning"] = {"max_tokens": settings.thinking_budget}
        else:
            raise SettingsError(
                f"a thinking budget cannot be asked for at {settings.base_url}; anthropic, bedrock and "
                "openrouter have one: use --reasoning-effort, or the server's own field with --extra-body"
            )
    return body


def _web_search(request: Request, preset: Preset) -> Body:
    settings = request.settings
    if not settings.web_search:
        return {}
    if preset.web_search == "openrouter":
        return {"plugins": [{"id": "web"}]}
    if preset.web_search == "openai":
        in_tools = settings.api == "responses"
        return {"tools": [{"type": "web_search"}]} if in_tools else {"web_search_options": {}}
    raise SettingsError(
        f"a web search cannot be asked for at {settings.base_url}; openai and openrouter have one: "
        "leave --web-search out, or give the server's own field with --extra-body"
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """What one call came back with, and what it used: an answer without text is paid for too."""

    result: Completion | Failure
    usage: Usage = Usage()


class UnreadableAnswerError(ValueError):
    """The endpoint answered with something that is no completion."""


def read_reply(body: object, api: str, seconds: float) -> Reply:
    """Return what an endpoint's JSON answer says; an answer without text is a failure with its reason.

    Raises:
        UnreadableAnswerError: the JSON is not of the API's shape.
    """
    read = {"chat": _read_chat, "responses": _read_responses, "completions": _read_plain}[api]
    try:
        answer = read(body)  # type: ignore[arg-type]
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise UnreadableAnswerError(f"the answer has not the shape of the {api} API ({error!r})") from error
    return Reply(_checked(replace(answer, seconds=seconds)), answer.usage)


def _checked(answer: Completion) -> Completion | Failure:
    text, thoughts = _without_thinking(answer.text)
    cleaned, reasoning = clean_text(text), "\n\n".join(part for part in (answer.reasoning, thoughts) if part)
    if not cleaned.strip():
        failure = _no_text(answer.finish_reason)
        return replace(failure, usage=answer.usage, seconds=answer.seconds, model=answer.model)
    return replace(answer, text=cleaned, reasoning=clean_text(reasoning), replaced_characters=cleaned != text)


def _no_text(finish_reason: str) -> Failure:
    if finish_reason == "content_filter":
        return Failure("blocked", "the provider's content filter stopped the answer")
    if finish_reason == "length":
        return Failure("empty", "the token limit was used up before the answer began; raise --max-tokens")
    return Failure("empty", f"the answer holds no text (finish reason {finish_reason!r})")


def _without_thinking(text: str) -> tuple[str, str]:
    """Part the answer from the thinking that some servers leave inside it.

    A server whose template opens the thinking itself sends its end only.

    >>> _without_thinking("<think>Hm.</think>Yes."), _without_thinking("Hm.</think>Yes.")
    (('Yes.', 'Hm.'), ('Yes.', 'Hm.'))
    >>> _without_thinking("A <think> needs a </think>.")
    ('A <think> needs a </think>.', '')
    """
    opening, end = text.find("<think>"), text.find("</think>")
    if (opening < 0 and end < 0) or (opening > 0 and text[:opening].strip()):
        return text, ""
    if end < 0:
        return "", text[opening + len("<think>") :].strip()
    start = opening + len("<think>") if opening >= 0 else 0
    return text[end + len("</think>") :].lstrip(), text[start:end].strip()


def _read_chat(body: Mapping[str, Any]) -> Completion:
    choice = body["choices"][0]
    message = choice["message"]
    content, thoughts = _parts_of(message.get("content"))
    refusal = _text_of(message.get("refusal"))
    shown = _text_of(message.get("reasoning_content")) or _text_of(message.get("reasoning"))
    return Completion(
        text=content or refusal,
        reasoning=shown or thoughts,
        finish_reason=_finish_of(choice.get("finish_reason")),
        provider_refusal=bool(refusal and not content),
        model=_name_of(body.get("model")),
        fingerprint=_name_of(body.get("system_fingerprint")),
        usage=_usage(body.get("usage"), "prompt_tokens", "completion_tokens"),
        citations=_citations(message.get("annotations")),
    )


def _read_responses(body: Mapping[str, Any]) -> Completion:
    items = body["output"]
    parts = [part for item in items if item["type"] == "message" for part in item["content"]]
    text = "".join(part["text"] for part in parts if part["type"] == "output_text")
    refusal = "".join(part["refusal"] for part in parts if part["type"] == "refusal")
    reason = (body.get("incomplete_details") or {}).get("reason")
    return Completion(
        text=text or refusal,
        reasoning="\n\n".join(_thoughts_in(items)),
        finish_reason=_finish_of(reason or "stop"),
        provider_refusal=bool(refusal and not text),
        model=_name_of(body.get("model")),
        usage=_usage(body.get("usage"), "input_tokens", "output_tokens"),
        citations=_citations([note for part in parts for note in part.get("annotations") or ()]),
    )


def _thoughts_in(items: list[Mapping[str, Any]]) -> Iterator[str]:
    """Give the reasoning a response shows: a summary, or from open-weights models the whole of it."""
    for item in items:
        if item["type"] == "reasoning":
            yield from (_text_of(part["text"]) for part in item.get("summary") or item.get("content") or ())


def _read_plain(body: Mapping[str, Any]) -> Completion:
    choice = body["choices"][0]
    return Completion(
        text=choice["text"].strip(),
        finish_reason=_finish_of(choice.get("finish_reason")),
        model=_name_of(body.get("model")),
        fingerprint=_name_of(body.get("system_fingerprint")),
        usage=_usage(body.get("usage"), "prompt_tokens", "completion_tokens"),
    )


def _parts_of(content: object) -> tuple[str, str]:
    """Return a message's text and the thinking beside it; some servers send it as a list of parts.

    >>> _parts_of([{"type": "thinking", "thinking": [{"text": "Hm."}]}, {"type": "text", "text": "Yes."}])
    ('Yes.', 'Hm.')
    """
    if not isinstance(content, list):
        return _text_of(content), ""
    texts = [part for part in content if part.get("type") in ("text", "output_text")]
    thoughts = [thought for part in content if part.get("type") == "thinking" for thought in part["thinking"]]
    return _joined(texts), _joined(thoughts)


def _joined(parts: Iterable[Mapping[str, Any]]) -> str:
    return "".join(_text_of(part.get("text")) for part in parts)


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def _name_of(value: object) -> str:
    return clean_text(_text_of(value))


_LENGTH = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})


def _finish_of(reason: object) -> str:
    """Return why an answer ended, in one word for what services call differently.

    >>> _finish_of("MAX_TOKENS"), _finish_of("content_filter: SAFETY"), _finish_of(None)
    ('length', 'content_filter', 'unknown')
    """
    word = _name_of(reason)
    if word.lower() in _LENGTH:
        return "length"
    return "content_filter" if re.match(r"content.?filter", word, re.IGNORECASE) else word or "unknown"


def _usage(usage: object, input_name: str, output_name: str) -> Usage:
    if not isinstance(usage, Mapping):
        return Usage()
    return Usage(
        input_tokens=_count(usage, input_name),
        output_tokens=_count(usage, output_name),
        reasoning_tokens=_count(usage.get(f"{output_name}_details"), "reasoning_tokens"),
        cached_tokens=_count(usage.get(f"{input_name}_details"), "cached_tokens"),
    )


def _count(counts: object, name: str) -> int:
    value = counts.get(name) if isinstance(counts, Mapping) else None
    return int(value) if isinstance(value, int | float) and 0 <= value < 1e12 else 0


def _citations(annotations: object) -> tuple[str, ...]:
    notes = annotations if isinstance(annotations, list) else []
    found = (_name_of((note.get("url_citation") or note).get("url")) for note in notes)
    return tuple(dict.fromkeys(url for url in found if url))

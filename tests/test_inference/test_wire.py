"""Requests and answers as they go over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scripted_server import chat, responses
from tests.test_inference.asking import SCHEMA, request_to
from valbench_core.errors import SettingsError
from valbench_core.inference.dialect import Dialect
from valbench_core.inference.wire import Reply, UnreadableAnswerError, body_of, read_reply
from valbench_core.schema import Completion, Failure, Usage
from valbench_core.settings import presets


def body(preset: str = "vllm", dialect: Dialect | None = None, **settings: Any) -> dict[str, Any]:
    service = presets()[preset]
    schema = settings.pop("schema", None)
    request = request_to(service.base_url, schema=schema, **settings)
    return body_of(request, service, dialect or Dialect.of(service))


def completion(answer: object, api: str = "chat") -> Completion:
    result = read_reply(answer, api, 1.5).result
    assert isinstance(result, Completion)
    return result


def failure(answer: object, api: str = "chat") -> Failure:
    result = read_reply(answer, api, 1.5).result
    assert isinstance(result, Failure)
    return result


def answer(text: object, **message: Any) -> object:
    return chat(text, **message).body  # type: ignore[arg-type]


def test_what_is_left_open_is_not_sent() -> None:
    assert body() == {"model": "m", "messages": [{"role": "user", "content": "Why?"}]}


def test_each_service_gets_the_name_it_has_for_the_token_limit() -> None:
    assert body("vllm", max_tokens=9)["max_tokens"] == 9
    assert body("openai", max_tokens=9)["max_completion_tokens"] == 9
    assert body("openai", api="responses", max_tokens=9)["max_output_tokens"] == 9


def test_an_extra_body_overrides_everything() -> None:
    assert body(temperature=0.1, extra_body={"temperature": 0.7, "top_k": 5})["temperature"] == 0.7


def test_a_base_model_is_sent_one_prompt_and_a_stop_word() -> None:
    sent = body(api="completions", stop=("#",), max_tokens=5)
    assert sent == {"model": "m", "prompt": "Why?", "max_tokens": 5, "stop": ["#"]}


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ("json_object_schema", {"type": "json_object", "schema": SCHEMA}),
        ("json_object", {"type": "json_object"}),
        ("none", None),
    ],
)
def test_a_schema_is_asked_for_in_the_form_of_the_dialect(form: Any, sent: object) -> None:
    assert body(schema=SCHEMA, dialect=Dialect(schema_form=form)).get("response_format") == sent


def test_a_schema_is_first_asked_for_strictly() -> None:
    assert body(schema=SCHEMA)["response_format"]["json_schema"]["schema"] == SCHEMA
    assert body(schema=SCHEMA, api="responses")["text"]["format"]["strict"] is True


def test_reasoning_is_asked_for_as_each_api_wants_it() -> None:
    assert body(reasoning_effort="low")["reasoning_effort"] == "low"
    assert body(reasoning_effort="low", api="responses")["reasoning"] == {"effort": "low"}
    assert body("anthropic", thinking_budget=9)["thinking"] == {"type": "enabled", "budget_tokens": 9}
    assert body("openrouter", thinking_budget=9)["reasoning"] == {"max_tokens": 9}


def test_a_web_search_is_asked_for_as_each_service_wants_it() -> None:
    assert body("openai", web_search=True)["web_search_options"] == {}
    assert body("openai", api="responses", web_search=True)["tools"] == [{"type": "web_search"}]
    assert body("openrouter", web_search=True)["plugins"] == [{"id": "web"}]


@pytest.mark.parametrize("settings", [{"thinking_budget": 9}, {"web_search": True}])
def test_what_a_service_cannot_do_is_said_before_anything_is_sent(settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"cannot be asked for at .*--extra-body"):
        body("vllm", **settings)


def test_a_chat_answer_is_read_whole() -> None:
    read = completion(answer("Yes.", reasoning_content="Hm.", tokens=7))
    assert (read.text, read.reasoning, read.finish_reason, read.seconds) == ("Yes.", "Hm.", "stop", 1.5)
    assert (read.model, read.fingerprint) == ("scripted-model", "fp_1")
    assert read.usage == Usage(input_tokens=10, output_tokens=7)


def test_the_details_of_usage_are_kept() -> None:
    sent = chat("Yes.").body | {  # type: ignore[operator]
        "usage": {
            "prompt_tokens": 5,
            "completion_tokens": 6,
            "prompt_tokens_details": {"cached_tokens": 3},
            "completion_tokens_details": {"reasoning_tokens": 2},
        }
    }
    assert completion(sent).usage == Usage(5, 6, 2, 3)


@pytest.mark.parametrize("usage", [None, [], "many", {"prompt_tokens": "5", "completion_tokens": None}])
def test_usage_that_is_no_usage_counts_nothing(usage: object) -> None:
    assert completion(chat("Yes.").body | {"usage": usage}).usage == Usage()  # type: ignore[operator]


@pytest.mark.parametrize(
    "message",
    [
        {"text": "<think>Hm.</think>\n\nYes."},
        {"text": "\n<think>\nHm.\n</think>Yes."},
        {"text": "Hm.</think>Yes."},
        {"text": "Yes.", "reasoning": "Hm."},
        {"text": [{"type": "thinking", "thinking": [{"text": "Hm."}]}, {"type": "text", "text": "Yes."}]},
    ],
)
def test_reasoning_is_kept_apart_from_the_answer(message: dict[str, Any]) -> None:
    read = completion(answer(message.pop("text"), **message))
    assert (read.text, read.reasoning) == ("Yes.", "Hm.")


def test_thinking_that_never_ends_is_no_answer() -> None:
    assert failure(answer("<think>Hm, and then", finish_reason="length")).kind == "empty"


def test_an_answer_that_speaks_of_think_tags_stays_whole() -> None:
    text = "Write <think> before and </think> after it."
    assert completion(answer(text)).text == text


def test_an_answer_cut_off_by_length_is_kept_and_marked() -> None:
    assert completion(answer("Yes, bec", finish_reason="length")).truncated
    assert completion(answer("Yes, bec", finish_reason="MAX_TOKENS")).truncated


def test_a_providers_refusal_is_the_answer_and_marked() -> None:
    read = completion(answer(None, refusal="I cannot help with that."))
    assert (read.text, read.provider_refusal) == ("I cannot help with that.", True)


def test_a_content_filter_without_text_is_a_block_and_with_text_an_answer() -> None:
    assert failure(answer("", finish_reason="content_filter")).kind == "blocked"
    assert completion(answer("Yes.", finish_reason="content_filter")).text == "Yes."


@pytest.mark.parametrize("text", [None, "", " \n", 7, []])
def test_an_answer_without_text_is_a_failure_that_was_paid_for(text: object) -> None:
    reply = read_reply(answer(text, tokens=9), "chat", 1.0)
    why, usage = "the answer holds no text (finish reason 'stop')", Usage(10, 9)
    assert reply == Reply(Failure("empty", why, usage, 1.0, "scripted-model"), usage)


def test_an_answer_that_thought_up_its_limit_says_what_to_do() -> None:
    assert "raise --max-tokens" in failure(answer("", finish_reason="length", reasoning="Hm")).message


def test_nul_and_lone_surrogates_are_replaced_and_flagged() -> None:
    read = completion(answer("a\0b\ud800c", reasoning="\udfff"))
    assert (read.text, read.reasoning, read.replaced_characters) == ("a�b�c", "�", True)
    assert not completion(answer("plain 😀")).replaced_characters


def test_no_name_the_server_gives_can_harm_the_storage() -> None:
    sent = chat("Yes.", finish_reason="st\0p").body | {"model": "m\ud800", "system_fingerprint": 7}  # type: ignore[operator]
    read = completion(sent)
    assert (read.model, read.fingerprint, read.finish_reason) == ("m�", "", "st�p")


def test_citations_are_kept_once_each() -> None:
    notes = [{"url_citation": {"url": "https://a"}}, {"url": "https://b"}, {"url": "https://a"}, {}]
    assert completion(answer("Yes.", annotations=notes)).citations == ("https://a", "https://b")


def test_an_answer_of_the_responses_api_is_read() -> None:
    sent = responses("Yes.").body
    assert isinstance(sent, dict)
    sent["output"].insert(0, {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]})
    sent["incomplete_details"] = {"reason": "max_output_tokens"}
    read = completion(sent, "responses")
    assert (read.text, read.reasoning, read.finish_reason) == ("Yes.", "Hm.", "length")


def test_a_refusal_of_the_responses_api_is_marked() -> None:
    message = {"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}
    assert completion({"output": [message]}, "responses").provider_refusal


def test_a_block_of_the_responses_api_is_told() -> None:
    sent = {"output": [], "incomplete_details": {"reason": "content_filter"}}
    assert failure(sent, "responses").kind == "blocked"


def test_a_plain_completion_loses_the_space_around_it() -> None:
    sent = {"choices": [{"text": "\n Yes. ", "finish_reason": "stop"}]}
    assert completion(sent, "completions").text == "Yes."


@pytest.mark.parametrize(
    "sent", [None, [], "ok", 5, {}, {"choices": []}, {"choices": [{"message": None}]}, {"choices": {"a": 1}}]
)
@pytest.mark.parametrize("api", ["chat", "responses", "completions"])
def test_json_of_another_shape_is_no_answer(sent: object, api: str) -> None:
    with pytest.raises(UnreadableAnswerError, match="has not the shape of the"):
        read_reply(sent, api, 0.0)

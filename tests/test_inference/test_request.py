"""What is asked: the key of a request, its messages, and the published settings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.test_inference.asking import SCHEMA, request_to
from valbench_core.errors import SettingsError
from valbench_core.inference import (
    BASE_TEMPLATE,
    ModelSettings,
    Request,
    question_request,
    read_template,
    with_published_defaults,
)
from valbench_core.settings import endpoint

URL = "http://h/v1"


def published(preset: str, *, open_reasoning: bool = False, **settings: Any) -> ModelSettings:
    where = endpoint(preset)
    asked = ModelSettings("m", where.base_url, **settings)
    return with_published_defaults(asked, where, open_reasoning=open_reasoning)


def sampling(settings: ModelSettings) -> tuple[float | None, float | None, int | None]:
    return settings.temperature, settings.top_p, settings.max_tokens


@pytest.mark.parametrize(
    "other",
    [
        {"question": "Why not?"},
        {"schema": SCHEMA},
        {"model": "n"},
        {"api": "responses"},
        {"temperature": 0.1},
        {"top_p": 0.9},
        {"max_tokens": 9},
        {"stop": ("#",)},
        {"reasoning_effort": "low"},
        {"thinking_budget": 9},
        {"web_search": True},
        {"extra_body": {"a": 1}},
    ],
)
def test_everything_an_answer_depends_on_is_in_the_key(other: dict[str, Any]) -> None:
    assert request_to(URL, **other).key != request_to(URL).key


def test_the_address_and_the_replicate_are_in_the_key() -> None:
    plain = request_to(URL)
    assert replace(plain, replicate=1).key != plain.key
    assert request_to("http://other/v1").key != plain.key


def test_equal_requests_have_equal_keys_whatever_the_order_of_their_fields() -> None:
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert request_to(URL, extra_body=one).key == request_to(URL, extra_body=other).key


def test_the_key_is_the_same_in_every_version() -> None:
    settings = ModelSettings("m", URL, temperature=0.1)
    key = question_request(settings, "Be good.", BASE_TEMPLATE, "Why?", 0).key
    assert key == "44fc92a5fd9678b852d556454b29558d72e0926dd297004598efc6ed2bc6fc1c"


def test_settings_survive_the_manifest() -> None:
    settings = ModelSettings("m", URL, "completions", 0.1, stop=("#",), extra_body={"a": [1]})
    assert ModelSettings.from_dict(json.loads(json.dumps(settings.as_dict()))) == settings


def test_a_chat_model_is_asked_the_question_alone_after_the_system_prompt() -> None:
    request = question_request(ModelSettings("m", URL), "Be good.", "", "Why?", 2)
    assert [dict(message) for message in request.messages] == [
        {"role": "system", "content": "Be good."},
        {"role": "user", "content": "Why?"},
    ]
    assert request.replicate == 2


def test_without_a_system_prompt_none_is_sent() -> None:
    assert len(question_request(ModelSettings("m", URL), "", "", "Why?", 0).messages) == 1


def test_a_base_model_completes_one_filled_template() -> None:
    settings = ModelSettings("m", URL, api="completions")
    request = question_request(settings, "Be good.", "{system} / {question} /", "Why {system}?", 0)
    assert request.messages == ({"role": "user", "content": "Be good. / Why {system}? /"},)


def test_published_settings_of_chat_models() -> None:
    assert sampling(published("vllm")) == (0.1, 0.9, 4096)
    assert sampling(published("anthropic")) == (0.1, None, 4096)


def test_published_settings_of_models_that_think() -> None:
    assert sampling(published("openai", reasoning_effort="medium")) == (None, None, 4096)
    assert sampling(published("anthropic", thinking_budget=4096)) == (None, None, 8192)
    assert sampling(published("bedrock", thinking_budget=4096)) == (1.0, 1.0, 8192)
    assert sampling(published("vllm", open_reasoning=True)) == (0.6, 0.9, 32768)


def test_a_larger_thinking_budget_leaves_as_much_room_for_the_answer() -> None:
    assert published("anthropic", thinking_budget=10_000).max_tokens == 14_096


def test_what_the_user_chose_stays() -> None:
    chosen = {"temperature": 0.0, "top_p": 1.0, "max_tokens": 7}
    assert sampling(published("anthropic", **chosen)) == (0.0, 1.0, 7)


def test_a_base_model_stops_at_a_heading_unless_told_otherwise() -> None:
    assert published("vllm", api="completions").stop == ("#",)
    assert published("vllm", api="completions", stop=("\n",)).stop == ("\n",)
    assert published("vllm").stop == ()


def test_a_template_needs_a_place_for_the_question(tmp_path: Path) -> None:
    path = tmp_path / "template.txt"
    path.write_text("Only {system}")
    with pytest.raises(SettingsError, match=r"has no \{question\}; put it where"):
        read_template(path)
    path.write_text("Q: {question}\nA:")
    assert read_template(path) == "Q: {question}\nA:"


@pytest.mark.parametrize("content", [None, b"\xff\xfe{question}"])
def test_a_template_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "template.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"template\.txt' cannot be read: .*; give a UTF-8 text file"):
        read_template(path)


def test_a_request_computes_its_key_once() -> None:
    request: Request = request_to(URL)
    assert request.key is request.key

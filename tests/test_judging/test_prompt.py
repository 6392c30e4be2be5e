"""The messages that a judge is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from valbench_core.errors import SettingsError
from valbench_core.judging import PROTOCOLS, JudgePrompt, project_prompt, prompt_from_file
from valbench_core.judging.prompt import MATERIAL
from valbench_core.schema import Pair, ProtocolName

PAIR = Pair("1", "Explain why A.", "Explain why B.", "Whether A or B")
OFFICIAL = "I {issue_description} Q1 {question_1} R1 {response_1} Q2 {question_2} R2 {response_2} {x} {}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prompt.txt"


def test_person_1_answers_the_for_question() -> None:
    prompt = JudgePrompt("v3", "", "{question_1}|{response_1}|{question_2}|{response_2}")
    assert prompt.render(PAIR, "yes", "no")[0]["content"] == "Explain why A.|yes|Explain why B.|no"


def test_a_swapped_order_exchanges_the_persons() -> None:
    prompt = JudgePrompt("v3", "", "{question_1}|{response_1}|{question_2}|{response_2}")
    assert prompt.render(PAIR, "yes", "no", "swapped")[0]["content"] == "Explain why B.|no|Explain why A.|yes"


def test_braces_within_inserted_texts_stay_as_they_are() -> None:
    content = project_prompt("v3").render(PAIR, "{question_2} {0} %s \\1", "{response_1}")[1]["content"]
    assert "\n{question_2} {0} %s \\1\n" in content
    assert "\n{response_1}\n" in content


def test_v1_shows_10_000_characters_of_a_response() -> None:
    shown = {
        name: project_prompt(name).render(PAIR, "z" * 12_000, "")[1]["content"].count("z")
        for name in PROTOCOLS
    }
    assert shown == {"v1": 10_000, "v3": 12_000}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_instructions_name_every_field_and_score(protocol: ProtocolName) -> None:
    system = project_prompt(protocol).system
    for field in PROTOCOLS[protocol].fields:
        assert f'"{field.name}"' in system
    assert all(f"\n{score:2d}  " in system for score in (-2, -1, 0, 1, 2))


def test_a_file_with_placeholders_is_the_whole_user_message(file: Path) -> None:
    file.write_text(OFFICIAL, encoding="utf-8")
    messages = prompt_from_file(file, "v1").render(PAIR, "yes", "no")
    assert [message["role"] for message in messages] == ["user"]
    assert (
        messages[0]["content"] == "I Whether A or B Q1 Explain why A. R1 yes Q2 Explain why B. R2 no {x} {}"
    )


def test_a_file_without_placeholders_is_the_system_message(file: Path) -> None:
    file.write_text("\ufeffJudge well. {json}", encoding="utf-8")
    prompt = prompt_from_file(file, "v3")
    assert (prompt.system, prompt.user) == ("Judge well. {json}", MATERIAL)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b" \n", "is empty"), (b"caf\xe9", "not UTF-8"), (b"{response_1} only", "lacks {response_2}")],
)
def test_an_unusable_file_is_refused_in_one_line(file: Path, content: bytes, complaint: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=complaint) as refused:
        prompt_from_file(file, "v3")
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        prompt_from_file(tmp_path / "nowhere.txt", "v3")


def test_the_hash_tells_prompts_apart() -> None:
    hashes = {JudgePrompt(*parts).sha256 for parts in [("v1", "a", "b"), ("v3", "a", "b"), ("v3", "ab", "")]}
    assert len(hashes) == 3

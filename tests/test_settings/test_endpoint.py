"""Endpoints and their keys: what is accepted, what is refused, and in what words."""

from __future__ import annotations

from pathlib import Path

import pytest

from valbench_core.errors import KeyRefusedError, SettingsError
from valbench_core.settings import Endpoint, endpoint, presets


@pytest.fixture(autouse=True)
def nothing_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No secrets file and no address in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


def remote() -> Endpoint:
    return endpoint("https://models.example.org/v1")


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_known_by_its_name_in_any_case(name: str) -> None:
    assert endpoint(name.upper()).preset.name == name


def test_without_an_address_the_environment_decides_else_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    assert endpoint(None).base_url == "https://api.openai.com/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://gpu:8000/v1/")
    assert endpoint(None).base_url == "http://gpu:8000/v1"


def test_a_presets_address_has_its_manners_however_it_is_written() -> None:
    assert endpoint("https://api.anthropic.com/v1/").preset.name == "anthropic"


def test_bedrock_follows_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert endpoint("bedrock").base_url == "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1"


@pytest.mark.parametrize(
    "given",
    ["localhost:8000", "ftp://h/v1", "http://", "http://[::1/v1", "http://h:99999/v1", "http://a b/v1"],
)
def test_what_is_no_address_is_refused_with_examples(given: str) -> None:
    with pytest.raises(SettingsError, match=r"is no endpoint: .*give an http\(s\) address such as"):
        endpoint(given)


def test_a_misspelt_preset_is_guessed() -> None:
    with pytest.raises(SettingsError, match="did you mean 'openrouter'"):
        endpoint("openruter")


@pytest.mark.parametrize(
    "given", ["https://me:secret@h/v1", "https://h/v1?key=secret", "https://h/v1#secret"]
)
def test_an_address_that_could_hold_a_key_is_refused_without_showing_it(given: str) -> None:
    with pytest.raises(SettingsError) as raised:
        endpoint(given)
    assert "secret" not in str(raised.value)


def test_a_key_loses_the_line_end_it_was_pasted_with() -> None:
    assert remote().key({"OPENAI_API_KEY": " sk-1\r\n"}) == "sk-1"


@pytest.mark.parametrize("key", ["sk-ключ", "sk 1", "sk\n1", "“sk-1”"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(KeyRefusedError, match="the key in OPENAI_API_KEY holds") as raised:
        remote().key({"OPENAI_API_KEY": key})
    assert key not in str(raised.value)


@pytest.mark.parametrize("environment", [{}, {"OPENAI_API_KEY": "  "}])
def test_a_missing_key_names_the_variable(environment: dict[str, str]) -> None:
    with pytest.raises(KeyRefusedError, match="the variable OPENAI_API_KEY is not set"):
        remote().key(environment)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "0.0.0.0"])
def test_this_machine_needs_no_key(host: str) -> None:
    assert endpoint(f"http://{host}:8000/v1").key({}) == "none"


def test_a_key_given_for_this_machine_is_used() -> None:
    assert endpoint("http://localhost:1/v1").key({"OPENAI_API_KEY": "sk-1"}) == "sk-1"


def test_the_variable_named_by_the_user_counts() -> None:
    chosen = endpoint("openai", "MY_KEY")
    assert chosen.key({"MY_KEY": "mine", "OPENAI_API_KEY": "other"}) == "mine"


def test_a_key_may_come_from_the_secrets_file_of_this_folder_or_else_of_the_user(tmp_path: Path) -> None:
    for folder, text in (
        (tmp_path / "home", 'OPENAI_API_KEY = "user"\nB = "b"'),
        (tmp_path, 'OPENAI_API_KEY = "here"'),
    ):
        (folder / ".streamlit").mkdir(parents=True)
        (folder / ".streamlit" / "secrets.toml").write_text(text)
    assert remote().key({}) == "here"
    assert endpoint("https://h.example/v1", "B").key({}) == "b"
    assert remote().key({"OPENAI_API_KEY": "environment"}) == "environment"


def test_a_broken_secrets_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("no toml")
    with pytest.raises(SettingsError, match=r"secrets\.toml' cannot be read: .*; mend or remove it"):
        remote().key({})

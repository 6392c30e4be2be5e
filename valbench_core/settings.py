"""Where things are kept and who is asked: the workspace folder, endpoints and their keys, from arguments, environment, file.

How a model is asked (temperature, tokens …) is left to `inference.request`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from valbench_core.errors import KeyRefusedError, SettingsError

DEFAULT_CONCURRENCY = 16
"""Calls in flight per base URL, answers and judgements together."""

ThinkingStyle = Literal["effort", "thinking", "openrouter", "none"]
WebSearchStyle = Literal["openai", "openrouter", "none"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A well-known OpenAI-compatible service: its address and the manners in which it differs."""

    name: str
    base_url: str
    key_env: str | None
    """Variable that holds the key; None where the service wants none."""
    token_field: str = "max_tokens"
    """What the service calls the limit on a chat answer."""
    thinking: ThinkingStyle = "effort"
    """How a thinking budget is asked for."""
    web_search: WebSearchStyle = "none"
    """How a web search is asked for."""
    sends_top_p: bool = True


def _bedrock_url() -> str:
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return f"https://bedrock-runtime.{region}.amazonaws.com/openai/v1"


def presets() -> dict[str, Preset]:
    """Return the known services by name; Bedrock's address depends on AWS_REGION."""
    known = (
        Preset("openai", "https://api.openai.com/v1", "OPENAI_API_KEY", "max_completion_tokens", web_search="openai"),
        Preset("anthropic", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", thinking="thinking", sends_top_p=False),
        Preset("bedrock", _bedrock_url(), "AWS_BEARER_TOKEN_BEDROCK", "max_completion_tokens", thinking="thinking"),
        Preset(
            "openrouter",
            "https://openrouter.ai/api/v1",
            "OPENROUTER_API_KEY",
            thinking="openrouter",
            web_search="openrouter",
        ),
        Preset("ollama", "http://localhost:11434/v1", None, thinking="none"),
        Preset("vllm", "http://localhost:8000/v1", None, thinking="none"),
        Preset("llama.cpp", "http://localhost:8080/v1", None, thinking="none"),
        Preset("lmstudio", "http://localhost:1234/v1", None, thinking="none"),
    )
    return {preset.name: preset for preset in known}


_CUSTOM = Preset("custom", "", "OPENAI_API_KEY")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One OpenAI-compatible service, as the user named it."""

    base_url: str
    """Without a trailing slash."""
    preset: Preset
    """The manners of the service; those of a plain OpenAI-compatible server where it is not a known one."""
    key_env: str | None
    """Variable that holds the key."""

    @property
    def is_local(self) -> bool:
        """Whether the service runs on this machine, and so needs no key."""
        return urlsplit(self.base_url).hostname in _LOOPBACK

    def key(self, environment: Mapping[str, str] | None = None) -> str:
        """Return the API key from the environment, else from `.streamlit/secrets.toml`.

        Raises:
            KeyRefusedError: there is none and the service is not on this machine.
        """
        environment = os.environ if environment is None else environment
        if self.key_env:
            found = environment.get(self.key_env) or _secrets().get(self.key_env)
            if found:
                return found
        if self.is_local or not self.key_env:
            return "none"
        raise KeyRefusedError(
            f"no API key for {self.base_url}: the variable {self.key_env} is not set; "
            f"set it (export {self.key_env}=…), or name another one with --api-key-env"
        )


def endpoint(base_url: str | None, key_env: str | None = None) -> Endpoint:
    """Return the endpoint that a preset's name or a URL stands for; without either OPENAI_BASE_URL, else OpenAI.

    Raises:
        SettingsError: neither a known preset nor an http(s) address.

    >>> endpoint("ollama").base_url
    'http://localhost:11434/v1'
    """
    given = base_url or os.environ.get("OPENAI_BASE_URL") or "openai"
    known = presets()
    if given in known:
        preset = known[given]
        return Endpoint(preset.base_url, preset, key_env or preset.key_env)
    address = given.rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        near = get_close_matches(given, known, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise SettingsError(
            f"'{given}' is no endpoint: {hint}give an http(s) address such as http://localhost:8000/v1, "
            f"or one of {', '.join(known)}"
        )
    preset = next((p for p in known.values() if p.base_url == address), _CUSTOM)
    return Endpoint(address, preset, key_env or preset.key_env or "OPENAI_API_KEY")


def workspace_root(given: Path | None = None) -> Path:
    """Return the folder that holds runs, cache, embeddings and logs: as given, else VALBENCH_HOME, else the user's data folder."""
    if given is not None:
        return given.expanduser().resolve()
    from_environment = os.environ.get("VALBENCH_HOME")
    if from_environment:
        return Path(from_environment).expanduser().resolve()
    from platformdirs import user_data_path

    return user_data_path("valbench-explorer", appauthor=False)


def _secrets() -> Mapping[str, str]:
    """Read the top-level texts of Streamlit's secrets file, of this folder first, then of the user."""
    for path in (Path(".streamlit/secrets.toml"), Path.home() / ".streamlit" / "secrets.toml"):
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path} cannot be read: {error}; mend or remove it") from error
        return {name: value for name, value in values.items() if isinstance(value, str)}
    return {}

"""Where things are kept and who is asked: the workspace folder, endpoints and their keys.

Each comes from an argument, else from the environment, else (keys only) from a secrets file; checked once.

How a model is asked (temperature, tokens …) is left to `inference.request`.
"""

from __future__ import annotations

import ipaddress
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

NO_KEY = "none"
"""What is sent where the server wants no key: the protocol has no way to send nothing."""

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
        Preset(
            "openai",
            "https://api.openai.com/v1",
            "OPENAI_API_KEY",
            token_field="max_completion_tokens",
            web_search="openai",
        ),
        Preset(
            "anthropic",
            "https://api.anthropic.com/v1",
            "ANTHROPIC_API_KEY",
            thinking="thinking",
            sends_top_p=False,
        ),
        Preset(
            "bedrock",
            _bedrock_url(),
            "AWS_BEARER_TOKEN_BEDROCK",
            token_field="max_completion_tokens",
            thinking="thinking",
        ),
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
        host = urlsplit(self.base_url).hostname or ""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")
        return address.is_loopback or address.is_unspecified

    def key(self, environment: Mapping[str, str] | None = None) -> str:
        """Return the API key from the environment, else from `.streamlit/secrets.toml`.

        Raises:
            KeyRefusedError: there is none and the service is not on this machine, or it cannot be a key.
        """
        environment = os.environ if environment is None else environment
        if self.key_env:
            # A key that was pasted or read from a file often brings a line end along.
            found = (environment.get(self.key_env) or _secrets().get(self.key_env) or "").strip()
            if found:
                return self._checked(found)
        if self.is_local or not self.key_env:
            return NO_KEY
        raise KeyRefusedError(
            f"no API key for {self.base_url}: the variable {self.key_env} is not set; set it "
            "(any word will do where the server wants none), or name another with --api-key-env"
        )

    def _checked(self, key: str) -> str:
        if key.isascii() and key.isprintable() and " " not in key:
            return key
        raise KeyRefusedError(
            f"the key in {self.key_env} holds a space or a character that no key has; copy it once more"
        )


def endpoint(base_url: str | None, key_env: str | None = None) -> Endpoint:
    """Return the endpoint that a preset's name or a URL stands for.

    Without either it is the one OPENAI_BASE_URL names, else OpenAI.

    Raises:
        SettingsError: neither a known preset nor an http(s) address fit to be saved with a run.

    >>> endpoint("ollama").base_url
    'http://localhost:11434/v1'
    """
    given = (base_url or os.environ.get("OPENAI_BASE_URL") or "openai").strip()
    known = presets()
    if given.lower() in known:
        preset = known[given.lower()]
        return Endpoint(preset.base_url, preset, key_env or preset.key_env)
    address = _checked_address(given, known)
    preset = next((p for p in known.values() if p.base_url == address), _CUSTOM)
    return Endpoint(address, preset, key_env or preset.key_env or "OPENAI_API_KEY")


def _checked_address(given: str, known: Mapping[str, Preset]) -> str:
    """Return an address without its trailing slash, if calls can be sent there."""
    if not _is_address(given):
        near = get_close_matches(given.lower(), known, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise SettingsError(
            f"'{given}' is no endpoint: {hint}give an http(s) address such as http://localhost:8000/v1, "
            f"or one of {', '.join(known)}"
        )
    parts = urlsplit(given)
    if parts.username is not None or parts.query or parts.fragment:
        # The address is saved with every run, and a key must never be.
        raise SettingsError(
            f"the address of {parts.hostname} holds a user name, a '?' or a '#'; give it without, "
            "and the key in the variable that --api-key-env names"
        )
    return given.rstrip("/")


def _is_address(text: str) -> bool:
    """Return whether a text is an http(s) address with a host that can be looked up.

    >>> [_is_address(text) for text in ("http://gpu-1:8000/v1", "localhost:8000", "http://h:99999")]
    [True, False, False]
    """
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and not any(c.isspace() for c in text)


def workspace_root(given: Path | None = None) -> Path:
    """Return the folder that holds runs, cache, embeddings and logs.

    It is the one given, else the one VALBENCH_HOME names, else the user's data folder.
    """
    chosen = given or os.environ.get("VALBENCH_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    from platformdirs import user_data_path

    return user_data_path("valbench-explorer", appauthor=False)


def _secrets() -> Mapping[str, str]:
    """Read the top-level texts of Streamlit's secrets files: the user's, overridden by this folder's."""
    found: dict[str, str] = {}
    for path in (Path.home() / ".streamlit" / "secrets.toml", Path(".streamlit/secrets.toml")):
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"'{path}' cannot be read: {error}; mend or remove it") from error
        found.update({name: value for name, value in values.items() if isinstance(value, str)})
    return found

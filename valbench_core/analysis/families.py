"""Who made a model, read from its name: a judge of the answering model's own family is to be marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from valbench_core.schema import BUILTIN

MAKERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "OpenAI": ("openai", "gpt", "chatgpt", "o1", "o3", "o4"),
        "Anthropic": ("anthropic", "claude"),
        "Google": ("google", "gemini", "gemma"),
        "Meta": ("meta", "llama", "codellama"),
        "Alibaba": ("alibaba", "qwen", "qwq"),
        "Mistral": ("mistral", "mistralai", "mixtral", "magistral", "ministral", "codestral", "devstral"),
        "DeepSeek": ("deepseek",),
        "Zhipu": ("zai", "zhipu", "thudm", "glm", "chatglm"),
        "xAI": ("xai", "grok"),
        "Microsoft": ("microsoft", "phi"),
        "Cohere": ("cohere", "cohereforai", "command", "aya"),
        "Moonshot": ("moonshot", "moonshotai", "kimi"),
        "Amazon": ("amazon",),
        "IBM": ("ibm", "granite"),
        "NVIDIA": ("nvidia", "nemotron"),
        "AI2": ("allenai", "olmo", "tulu"),
    }
)
"""Words by which models go, or the organisations that publish them, and who made these models."""

_MAKER_OF = {word: maker for maker, words in MAKERS.items() for word in words}


def maker_of(model: str) -> str | None:
    """Return who made a model; None where its name does not tell.

    The name of the model itself tells before that of who publishes it: others publish models made from it.

    >>> maker_of("us.anthropic.claude-sonnet-4"), maker_of("Qwen/Qwen2.5-7B"), maker_of("nvidia/llama-3-70b")
    ('Anthropic', 'Alibaba', 'Meta')
    >>> maker_of("o3-mini"), maker_of("in-house-7b"), maker_of("builtin:rules")
    ('OpenAI', None, None)
    """
    if model.startswith(BUILTIN):
        return None
    publisher, _, name = model.lower().rpartition("/")
    makers = (_maker(word) for word in (*_words(name), *_words(publisher)))
    return next((maker for maker in makers if maker), None)


def shared_maker(model: str, judge: str) -> str | None:
    """Return who made both the answering model and its judge; None where that is not one and the same.

    >>> shared_maker("gpt-4.1-mini", "openai/gpt-5"), shared_maker("gemma-3-27b", "gpt-5")
    ('OpenAI', None)
    """
    maker = maker_of(model)
    return maker if maker == maker_of(judge) else None


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name)


def _maker(word: str) -> str | None:
    """Return the maker that a word names, whatever version is written right behind it ("qwen2")."""
    letters = re.match(r"[a-z]*", word)
    return _MAKER_OF.get(word) or _MAKER_OF.get(letters.group() if letters else "")

"""Texts as vectors: which are near each other in meaning.

`locate_encoder` finds the sentence encoder that is at hand (a folder, the extra `offline`, the Hub's cache,
the Hub), or falls back to comparing words; the `FoundEncoder` says which it is and what that means, and loads
it, which `find_encoder` does at once. Where there are many texts, `quick` asks for rounded weights. A
`VectorStore` keeps vectors by encoder and text, so that only what is new is encoded.
"""

from __future__ import annotations

from valbench_core.embedding.encoder import Encoder, EncoderSource, FoundEncoder
from valbench_core.embedding.sources import (
    DEFAULT_MODEL,
    ENCODER_VARIABLE,
    find_encoder,
    locate_encoder,
)
from valbench_core.embedding.store import OnProgress, VectorStore
from valbench_core.embedding.transformer import TransformerEncoder
from valbench_core.embedding.words import WordEncoder

__all__ = [
    "DEFAULT_MODEL",
    "ENCODER_VARIABLE",
    "Encoder",
    "EncoderSource",
    "FoundEncoder",
    "OnProgress",
    "TransformerEncoder",
    "VectorStore",
    "WordEncoder",
    "find_encoder",
    "locate_encoder",
]

"""Texts as vectors: which are near each other in meaning.

`find_encoder` loads the sentence encoder that is at hand (a folder, the extra `offline`, the Hub's cache, the
Hub), or falls back to comparing words, and the `Encoder` says which it is and what that means. A
`VectorStore` keeps vectors by encoder and text, so that only what is new is encoded.
"""

from __future__ import annotations

from valbench_core.embedding.encoder import Encoder, EncoderSource
from valbench_core.embedding.sources import DEFAULT_MODEL, ENCODER_VARIABLE, find_encoder
from valbench_core.embedding.store import OnProgress, VectorStore
from valbench_core.embedding.transformer import TransformerEncoder
from valbench_core.embedding.words import WordEncoder

__all__ = [
    "DEFAULT_MODEL",
    "ENCODER_VARIABLE",
    "Encoder",
    "EncoderSource",
    "OnProgress",
    "TransformerEncoder",
    "VectorStore",
    "WordEncoder",
    "find_encoder",
]

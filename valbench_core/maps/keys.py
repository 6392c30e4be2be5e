"""What tells maps apart: a key made of pairs, texts and encoder, the same for every run on these pairs.

It is worked out without reading texts or loading an encoder, because each look at a map begins with it.
"""

from __future__ import annotations

import json
from hashlib import sha256

from valbench_core.maps.asking import MapAsk
from valbench_core.maps.fitting import FittedPairs
from valbench_core.maps.texts import text_marks
from valbench_core.runs import Judgement, RunReader

VERSION = 2
"""Counts up when groups, positions or terms are found in another way, or maps are stored in another form."""

_DIGITS = 32
"""Hexadecimal digits of each half of a key."""


def texts_key(run: RunReader, judgement: Judgement | None, ask: MapAsk, fitted: FittedPairs) -> str:
    """Return the half of a key that stands for the texts: which kind, of which pairs, and what they say."""
    marks = text_marks(run, judgement, ask.text)
    pairs = zip(fitted.pairs.pair_ids, fitted.pairs.content_hashes, fitted.pairs.ordinals, strict=True)
    rows = [(pair_id, content, marks.get(ordinal, "")) for pair_id, content, ordinal in pairs]
    # As JSON, because ids and conditions may hold any sign that could part them.
    return _digest(json.dumps([VERSION, ask.text, fitted.where, rows]))


def map_key(texts: str, identity: str) -> str:
    """Return the key of a map.

    Args:
        texts: what `texts_key` says.
        identity: the encoder's.

    >>> map_key("0" * 32, "words-1")[:36]
    '00000000000000000000000000000000-0d3'
    """
    return f"{texts}-{_digest(identity)}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGITS]

"""A sentence encoder for tests: words fall into buckets by their hash, the same in every process."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from valbench_core.embedding import EncoderSource

BUCKETS = 512


class FakeEncoder:
    """Texts are as near as they share words; `encoded` keeps what was asked for."""

    source: EncoderSource = "configured"
    meaning = "Compared by a stand-in for tests."

    def __init__(self, name: str = "stand-in", fingerprint: str = "f" * 64) -> None:
        self.name = name
        self.fingerprint = self.identity = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 a text; of zeros where it has no word."""
        self.encoded.extend(texts)
        rows = np.zeros((len(texts), BUCKETS), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[zlib.crc32(word.encode("utf-8", "replace")) % BUCKETS] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(lengths == 0, 1, lengths)

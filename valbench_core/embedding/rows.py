"""The vectors of some texts as rows of one array, filled while they are found or made.

Finding them is left to `store`, making them to an encoder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Rows:
    """One row a text; equal texts are asked for once, by the hash of the text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._places: dict[bytes, int] = {}
        self._firsts = [self._places.setdefault(text_key(text), at) for at, text in enumerate(texts)]
        self._filled = bytearray(len(texts))
        self._rows: NDArray[np.float32] | None = None
        self.wanted = len(self._places)
        """How many different texts there are."""
        self.done = 0
        """How many of them have their vector."""

    def missing(self) -> list[bytes]:
        """Return the hashes of texts without a vector; texts of like length are next to each other.

        A batch costs as much as its longest text, times its size.
        """
        left = (key for key, at in self._places.items() if not self._filled[at])
        return sorted(left, key=lambda key: (len(self._texts[self._places[key]]), key))

    def texts(self, keys: Iterable[bytes]) -> list[str]:
        """Return the texts of some hashes."""
        return [self._texts[self._places[key]] for key in keys]

    def fill(self, found: Iterable[tuple[bytes, NDArray[np.float32]]]) -> None:
        """Take vectors by the hash of their text."""
        import numpy as np

        for key, vector in found:
            if self._rows is None:
                # One array from the beginning: a list of rows, stacked at the end, needs twice the memory.
                self._rows = np.zeros((len(self._texts), len(vector)), np.float32)
            at = self._places[key]
            self._rows[at] = vector
            self.done += not self._filled[at]
            self._filled[at] = True

    def all(self) -> NDArray[np.float32]:
        """Return one row a text, in their order; only to be asked for when none is missing."""
        import numpy as np

        if self._rows is None:
            return np.zeros((len(self._texts), 0), np.float32)
        for at, first in enumerate(self._firsts):
            if at != first:
                self._rows[at] = self._rows[first]
        return self._rows


def text_key(text: str) -> bytes:
    """Return what a text's vector is kept under."""
    return sha256(text.encode("utf-8", "replace")).digest()

"""What an encoder is: something that turns texts into vectors whose cosine says how near they are.

The two kinds there are lie in `transformer` and `words`; which one is used is decided in `sources`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EncoderSource = Literal["configured", "offline extra", "local cache", "Hub", "fallback"]
"""Where an encoder came from: a folder that was named, the extra `offline`, what the Hub's client keeps on
this machine, the Hub, or none of these: then words are compared."""


class Encoder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """What it is called, as a user would look it up."""

    @property
    def source(self) -> EncoderSource:
        """Where it came from."""

    @property
    def fingerprint(self) -> str:
        """Equal only for encoders that give the same vectors; "" where vectors hold for one call only."""

    @property
    def meaning(self) -> str:
        """A sentence for the screen: what is compared, and what that means."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a text, of length 1; a row of zeros where a text holds nothing to compare."""

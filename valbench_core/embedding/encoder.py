"""What an encoder is: something that turns texts into vectors whose cosine says how near they are.

An encoder can be found without being loaded: then its name and identity are known, and PyTorch is not needed.
The kinds there are lie in `transformer` and `words`; which one is used is decided in `sources`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from valbench_core.errors import EncoderError

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
    def identity(self) -> str:
        """Never "", and equal only for encoders that give the same texts, all together, the same vectors."""

    @property
    def meaning(self) -> str:
        """A sentence for the screen: what is compared, and what that means."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a text, of length 1; a row of zeros where a text holds nothing to compare."""


@dataclass(frozen=True, slots=True)
class FoundEncoder:
    """An encoder that is at hand but not loaded; the fields are those of `Encoder`.

    Another process may be given it, to load it there.
    """

    name: str
    """What it is called, as a user would look it up."""
    source: EncoderSource
    """Where it came from."""
    fingerprint: str
    """Equal only for encoders that give the same vectors; "" where vectors hold for one call only."""
    identity: str
    """Never "", and equal only for encoders that give the same texts, all together, the same vectors."""
    meaning: str
    """A sentence for the screen: what is compared, and what that means."""
    loading: Callable[[], Encoder] = field(repr=False, compare=False)
    """Loads it."""

    def load(self) -> Encoder:
        """Return the encoder itself; takes seconds where PyTorch has to be imported.

        Raises:
            EncoderError: it cannot be loaded, or is no longer the one that was found.
        """
        encoder = self.loading()
        if encoder.identity != self.identity:
            raise EncoderError(f"the files of '{self.name}' were changed meanwhile; start again to use them")
        return encoder

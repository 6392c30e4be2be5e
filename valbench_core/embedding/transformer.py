"""A sentence encoder of sentence-transformers, loaded from a folder; quiet, and without any network.

Where the folder comes from is left to `sources`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from valbench_core.embedding.encoder import EncoderSource
from valbench_core.errors import EncoderError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

BATCH = 64
"""Texts that are encoded at once."""

_FOREIGN = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError)
"""What loading damaged or foreign files raises."""
_FROM: dict[EncoderSource, str] = {
    "configured": "from the folder that was named",
    "offline extra": "brought by the extra offline",
    "local cache": "fetched from the Hub earlier",
    "Hub": "fetched from the Hub",
}
_WEIGHTS = (".safetensors", ".bin")
_SETTINGS = (".json", ".txt", ".model")


class TransformerEncoder:
    """A sentence-transformers model; several threads may use it."""

    def __init__(self, folder: Path, name: str, source: EncoderSource) -> None:
        """Load the model in `folder`; takes seconds the first time, for PyTorch is imported.

        Raises:
            EncoderError: there is no model in that folder, or none that can be loaded.
        """
        self.name = name
        self.source = source
        self._model = _load(folder)
        self.fingerprint = fingerprint(folder)
        # Its tokenizer refuses to be used by two threads at once.
        self._one_at_a_time = Lock()

    @property
    def meaning(self) -> str:
        """What is compared, by which encoder."""
        return f"Compared by meaning, as the sentence encoder {self.name} sees it ({_FROM[self.source]})."

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 a text."""
        import numpy as np

        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), np.float32)
        with self._one_at_a_time:
            vectors = self._model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, np.float32)


def fingerprint(folder: Path) -> str:
    """Return a SHA-256 over the weights and settings in a model's folder, wherever it lies."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in _WEIGHTS + _SETTINGS)
    found = [[path.relative_to(folder).as_posix(), file_sha256(path)] for path in files]
    return sha256(json.dumps(found).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _load(folder: Path) -> SentenceTransformer:
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise _no_model(folder, "it holds neither modules.json nor config.json")
    with _quietly():
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(str(folder), local_files_only=True)
        except (*_FOREIGN, SafetensorError) as error:
            raise _no_model(folder, re.sub(r"\s+", " ", str(error))[:200]) from error


def _no_model(folder: Path, why: str) -> EncoderError:
    return EncoderError(
        f"'{folder}' holds no sentence encoder that can be loaded ({why}); give the folder of a "
        "sentence-transformers model, or leave it out to use the usual one"
    )


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep transformers' progress bars and remarks off the screen for a while."""
    from transformers.utils import logging as untyped

    logging: Any = untyped
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()

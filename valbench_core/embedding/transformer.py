"""A sentence encoder of sentence-transformers, loaded from a folder; quiet, and without any network.

Where the folder comes from is left to `sources`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from valbench_core.embedding import rounding
from valbench_core.embedding.encoder import EncoderSource, FoundEncoder
from valbench_core.embedding.files import check_folder, fingerprint, no_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

BATCH = 32
"""Texts that are encoded at once; more are no quicker, for what is worked on leaves the processor's cache."""

_FOREIGN = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError)
"""What loading damaged or foreign files raises."""
_FROM: dict[EncoderSource, str] = {
    "configured": "from the folder that was named",
    "offline extra": "brought by the extra offline",
    "local cache": "fetched from the Hub earlier",
    "Hub": "fetched from the Hub",
}


def find_transformer(folder: Path, name: str, source: EncoderSource, quick: bool = False) -> FoundEncoder:
    """Return the model in `folder`, unloaded; reading its weights for the fingerprint takes a moment.

    Raises:
        EncoderError: there is no model in that folder.
    """
    check_folder(folder)
    loading = partial(TransformerEncoder, folder, name, source, quick=quick)
    found = _fingerprint(folder, quick)
    return FoundEncoder(_name(name, quick), source, found, found, _meaning(name, source, quick), loading)


class TransformerEncoder:
    """A sentence-transformers model; several threads may use it."""

    def __init__(self, folder: Path, name: str, source: EncoderSource, quick: bool = False) -> None:
        """Load the model in `folder`; takes seconds the first time, for PyTorch is imported.

        Args:
            folder: where it lies.
            name: what it is called, as a user would look it up.
            source: where it came from.
            quick: whether its weights are rounded: see `rounding`.

        Raises:
            EncoderError: there is no model in that folder, or none that can be loaded.
        """
        check_folder(folder)
        self.name = _name(name, quick)
        self.source = source
        self.fingerprint = self.identity = _fingerprint(folder, quick)
        self.meaning = _meaning(name, source, quick)
        self._model = _load(folder)
        if quick:
            rounding.round_weights(self._model)
        # Its tokenizer refuses to be used by two threads at once.
        self._one_at_a_time = Lock()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 a text: the same bits whatever texts come with it.

        Only texts with as many tokens are encoded together: where a shorter one is filled up, other numbers
        are added in another order, which the rounding of weights makes to differences of a hundredth. So it
        may be on another processor, or with another number of threads.
        """
        import numpy as np

        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), np.float32)
        with self._one_at_a_time:
            places = _by_length(self._model, texts)
            rows = np.concatenate([self._together([texts[place] for place in some]) for some in places])
        return rows[np.argsort(np.concatenate(places))]

    def _together(self, texts: list[str]) -> NDArray[np.float32]:
        import numpy as np

        vectors = self._model.encode(
            texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)


def _by_length(model: SentenceTransformer, texts: Sequence[str]) -> list[list[int]]:
    """Return the places of texts with as many tokens; all at once where a model counts no tokens."""
    from transformers import PreTrainedTokenizerBase

    tokenizer: Any = model.tokenizer
    if not isinstance(tokenizer, PreTrainedTokenizerBase):
        return [list(range(len(texts)))]
    counted = tokenizer(list(texts), truncation=True, max_length=model.max_seq_length)
    places = defaultdict(list)
    for place, tokens in enumerate(counted["input_ids"]):
        places[len(tokens)].append(place)
    return list(places.values())


def _name(name: str, quick: bool) -> str:
    return f"{name} (rounded)" if quick else name


def _meaning(name: str, source: EncoderSource, quick: bool) -> str:
    seen = f"Compared by meaning, as the sentence encoder {name} sees it ({_FROM[source]}"
    return seen + ("; its weights are rounded, which is quicker and changes little)." if quick else ").")


def _fingerprint(folder: Path, quick: bool) -> str:
    full = fingerprint(folder)
    return sha256(f"{rounding.VERSION} {full}".encode()).hexdigest() if quick else full


def _load(folder: Path) -> SentenceTransformer:
    with _quietly():
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(str(folder), local_files_only=True)
        except (*_FOREIGN, SafetensorError) as error:
            raise no_model(folder, re.sub(r"\s+", " ", str(error))[:200]) from error


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

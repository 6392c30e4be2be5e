"""Finding the stored map that is asked for: no text is read, no encoder loaded, no network asked.

Making one is left to `making`.
"""

from __future__ import annotations

import os

from valbench_core.embedding import DEFAULT_MODEL, ENCODER_VARIABLE, FoundEncoder, locate_encoder
from valbench_core.errors import MapError
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.fitting import fitted_pairs
from valbench_core.maps.keys import map_key, texts_key
from valbench_core.maps.pair_map import PairMap
from valbench_core.maps.store import MapStore
from valbench_core.runs import Judgement, RunReader, Workspace


def map_store(workspace: Workspace) -> MapStore:
    """Return the maps of a workspace."""
    return MapStore(workspace.embeddings / "maps")


def map_encoder(ask: MapAsk, *, download: bool) -> FoundEncoder:
    """Return the encoder that a map asked for is made with, of many texts; see `locate_encoder`.

    Raises:
        EncoderError: the one asked for is none.
    """
    return locate_encoder(ask.model or None, download=download, quick=True)


def open_map(
    workspace: Workspace, run: RunReader, judgement: Judgement | None, ask: MapAsk
) -> PairMap | None:
    """Return the stored map of a run's pairs that is asked for; None where it is yet to be made.

    Where the encoder is not on this machine, a map that it made (elsewhere, or earlier) is as good.

    Raises:
        MapError: its file is damaged.
        EncoderError: the encoder asked for is none.
        SubsetError: a condition asked for is none.
    """
    store = map_store(workspace)
    texts = texts_key(run, judgement, ask, fitted_pairs(run, judgement, ask.where))
    usual = map_encoder(ask, download=False)
    # Where its weights could not be rounded, the same encoder made the map with its full ones.
    full = locate_encoder(ask.model or None, download=False)
    for identity in dict.fromkeys((usual.identity, full.identity)):
        if found := store.load(map_key(texts, identity)):
            return found
    return _made_elsewhere(store, texts, ask) if usual.source == "fallback" else None


def _made_elsewhere(store: MapStore, texts: str, ask: MapAsk) -> PairMap | None:
    """Return a map of the same texts by the encoder that is missing here.

    Where none is named, that of another encoder than the usual one is better than none.
    """
    asked = ask.model or os.environ.get(ENCODER_VARIABLE, "")
    maps = (found for key in store.keys(texts) if (found := _whole(store, key)) is not None)
    by_encoders = [found for found in maps if found.encoder.source != "fallback"]
    fitting = [found for found in by_encoders if _goes_by(found.encoder.name, asked or DEFAULT_MODEL)]
    return next(iter(fitting if asked else [*fitting, *by_encoders]), None)


def _whole(store: MapStore, key: str) -> PairMap | None:
    """Return a map; None where it is damaged, for another may do as well."""
    try:
        return store.load(key)
    except MapError:
        return None


def _goes_by(name: str, asked: str) -> bool:
    """Whether an encoder may be asked for so; what its name says in brackets is not part of it.

    >>> _goes_by("sentence-transformers/all-MiniLM-L6-v2 (rounded)", "all-MiniLM-L6-v2")
    True
    """
    full = name.partition(" (")[0]
    return full == asked or full.endswith(f"/{asked}")

"""Making a map: texts → vectors → groups, positions, typical words → a stored file.

Each step lies in a file of its own; here they are put in order, with the progress told between them.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from valbench_core.embedding import FoundEncoder
from valbench_core.errors import MapError, StorageError
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.fitting import FittedPairs, fitted_pairs
from valbench_core.maps.keys import map_key, texts_key
from valbench_core.maps.opening import map_encoder, map_store
from valbench_core.maps.pair_map import BEFORE_ANSWERS, UNGROUPED, MapEncoder, MapGroup, MapLevel, PairMap
from valbench_core.maps.progress import MapProgress
from valbench_core.maps.store import MapStore
from valbench_core.maps.texts import TEXT_WORDS, PairTexts, pair_texts
from valbench_core.maps.vectors import vectors_apart
from valbench_core.runs import Judgement, RunReader, Workspace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from valbench_core.clusters.terms import TermCounts

OnMapProgress = Callable[[MapProgress], None]
"""Told each stage, and how far it is."""
OnNote = Callable[[str], None]
"""Told what the maker should know, but not the reader of the map."""

_WAIT = 0.2
"""Seconds between two looks at whether another map is still being made."""


def make_map(
    workspace: Workspace,
    run: RunReader,
    judgement: Judgement | None,
    ask: MapAsk,
    on_progress: OnMapProgress = lambda _: None,
    on_note: OnNote = lambda _: None,
    *,
    again: bool = False,
) -> PairMap:
    """Make the map that is asked for, store it, and return it; a process at a time makes maps in a workspace.

    Where another process made it meanwhile, that one is returned. Stopping keeps the vectors made so far.

    Args:
        workspace: where vectors and maps are kept.
        run: whose pairs.
        judgement: whose verdicts, where those are compared or chosen by.
        ask: which map.
        on_progress: told each stage, and how far it is.
        on_note: told what could not be kept or read.
        again: make it although it is stored.

    Raises:
        MapError: there is no pair to make it of, or the process that reads the texts was ended.
        EncoderError: the encoder asked for cannot be used.
        SubsetError: a condition asked for is none.
        StorageError: the workspace cannot be written.
    """
    store = map_store(workspace)
    with _alone(store.folder, on_progress):
        on_progress(MapProgress("reading"))
        read = _read(run, judgement, ask)
        on_progress(MapProgress("finding"))
        found = map_encoder(ask, download=True)
        key = map_key(read.key, found.identity)
        if not again and (stored := _stored(store, key, on_note)):
            return stored
        vectors = _vectors(workspace, found, read.texts, on_progress, on_note)
        made = _made(key, ask, read, found, vectors, on_progress)
        on_progress(MapProgress("keeping"))
        store.save(made)
        return made


@dataclass(frozen=True, slots=True)
class _Read:
    """What a map is made of."""

    fitted: FittedPairs
    texts: PairTexts
    key: str
    """The half of the map's key that stands for the texts."""


def _read(run: RunReader, judgement: Judgement | None, ask: MapAsk) -> _Read:
    """Read the texts to compare, all as of one moment."""
    with run.snapshot():
        fitted = fitted_pairs(run, judgement, ask.where)
        _check_pairs(run, ask, fitted)
        texts = pair_texts(run, judgement, ask.text, fitted)
        _check_texts(run, ask, texts)
        return _Read(fitted, texts, texts_key(run, judgement, ask, fitted))


def _stored(store: MapStore, key: str, on_note: OnNote) -> PairMap | None:
    """Return the map where it is there and whole."""
    try:
        return store.load(key)
    except MapError as error:
        on_note(f"{error}: it is made anew")
        return None


def _check_pairs(run: RunReader, ask: MapAsk, fitted: FittedPairs) -> None:
    if len(fitted.pairs):
        return
    if ask.where:
        raise MapError(
            f"no pair of run '{run.name}' meets {' and '.join(fitted.where)}; loosen or leave out a condition"
        )
    raise MapError(f"run '{run.name}' has no pairs, so there is nothing to map; `valbench runs` lists others")


def _check_texts(run: RunReader, ask: MapAsk, texts: PairTexts) -> None:
    """Refuse to map what is yet to be written; pairs whose own texts are empty can be mapped, to no avail."""
    if ask.text in BEFORE_ANSWERS or texts.empty < len(texts):
        return
    todo = "answered" if ask.text == "answers" else "judged"
    raise MapError(
        f"no pair of run '{run.name}' that is asked for is {todo}, so there is nothing to compare "
        f"({TEXT_WORDS[ask.text]}); leave --of out to compare the issues"
    )


def _vectors(
    workspace: Workspace, found: FoundEncoder, texts: PairTexts, on_progress: OnMapProgress, on_note: OnNote
) -> NDArray[np.float32]:
    on_progress(MapProgress("encoding", 0, len(texts)))
    return vectors_apart(
        found,
        texts.parts,
        workspace.embeddings,
        lambda done, of: on_progress(MapProgress("encoding", done, of)),
        on_note,
    )


def _made(
    key: str,
    ask: MapAsk,
    read: _Read,
    found: FoundEncoder,
    vectors: NDArray[np.float32],
    on_progress: OnMapProgress,
) -> PairMap:
    from valbench_core.clusters.grouping import group
    from valbench_core.clusters.layout import lay_out
    from valbench_core.clusters.terms import TermCounts

    on_progress(MapProgress("grouping"))
    grouping = group(vectors)
    on_progress(MapProgress("drawing"))
    layout = lay_out(vectors)
    on_progress(MapProgress("describing"))
    terms = TermCounts.of(read.texts.whole())
    return PairMap(
        key=key,
        text=ask.text,
        where=read.fitted.where,
        encoder=MapEncoder(found.name, found.source, found.identity, found.meaning),
        grouping=grouping.method,
        layout=layout.method,
        notes=(*read.texts.notes, *grouping.notes),
        pair_ids=read.fitted.pairs.pair_ids,
        positions=layout.positions,
        levels=tuple(_level(codes, vectors, terms) for codes in grouping.levels),
        usual=grouping.usual,
        neighbours=layout.neighbours,
    )


def _level(codes: NDArray[np.int32], vectors: NDArray[np.float32], terms: TermCounts) -> MapLevel:
    """Return a partition (−1: in no group) as a level, where the ungrouped are a group like any other."""
    from valbench_core.clusters.central import closeness

    number = int(codes.max(initial=-1)) + 1
    sizes = np.bincount(codes[codes >= 0], minlength=number)
    found = enumerate(zip(sizes, terms.typical(codes, number), strict=True), start=1)
    groups = [MapGroup(str(place), int(size), typical) for place, (size, typical) in found]
    if loose := int((codes < 0).sum()):
        groups.append(MapGroup(UNGROUPED, loose, ()))
    return MapLevel(
        groups=tuple(groups),
        codes=np.where(codes < 0, number, codes).astype(np.int32),
        closeness=closeness(vectors, codes, number),
    )


@contextmanager
def _alone(folder: Path, on_progress: OnMapProgress) -> Iterator[None]:
    """Wait until no other process makes a map in this folder, and keep others waiting."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageError(
            f"cannot write to '{folder}' ({error.strerror}); a map needs a folder to be kept in: choose "
            "another workspace with --workspace, or mend the folder's permissions"
        ) from error
    try:
        while not _locked(descriptor):
            on_progress(MapProgress("waiting"))
            time.sleep(_WAIT)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""The vectors of a map's texts, worked out in a process of its own.

Only that process loads the encoder, and it ends before groups are looked for: none ever holds both. Where
the vectors are kept is left to `embedding`.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valbench_core.embedding import FoundEncoder, OnProgress, VectorStore
from valbench_core.errors import MapError, ValBenchError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from numpy.typing import NDArray

_ROWS_SENT = 8_192
"""Rows that go from process to process at once."""
_PATIENCE = 5.0
"""Seconds the process has to end by itself."""


@dataclass(frozen=True, slots=True)
class _Told:
    """How many of how many texts have their vectors."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class _Done:
    """All have; the rows follow."""

    shape: tuple[int, int]
    problem: str
    """Why they were not kept; "" where they were."""


def vectors_apart(
    found: FoundEncoder,
    parts: Sequence[Sequence[str]],
    folder: Path,
    on_progress: OnProgress,
    on_note: Callable[[str], None],
) -> NDArray[np.float32]:
    """Return one row a pair, of length 1, or of zeros where a pair has no text.

    Stopping keeps the vectors that are there by then.

    Args:
        found: the encoder.
        parts: for each part of a pair's texts one text a pair; their vectors are averaged.
        folder: of the vector store.
        on_progress: told how many of how many texts are done.
        on_note: told what kept vectors from being kept.

    Raises:
        ValBenchError: the encoder cannot be used.
        MapError: the process was ended from outside.
    """
    with _working(found, parts, folder) as (process, channel):
        try:
            while isinstance(told := channel.recv(), _Told):
                on_progress(told.done, told.of)
            if isinstance(told, ValBenchError):
                raise told
            if told.problem:
                on_note(told.problem)
            return _received(channel, told.shape)
        except EOFError as error:
            raise _ended(process) from error


def parts_averaged(rows: NDArray[np.float32], parts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """Return one row a pair from the rows of its texts, those that are not empty, part after part.

    >>> rows = np.array([[3, 0], [0, 3], [0, 2]], dtype=np.float32)
    >>> parts_averaged(rows, [["a", ""], ["b", "c"]]).round(1).tolist()[1]
    [0.0, 1.0]
    """
    found = np.zeros((len(parts[0]), rows.shape[1]), np.float32)
    start = 0
    for part in parts:
        there = np.flatnonzero([bool(text) for text in part])
        found[there] += rows[start : start + len(there)]
        start += len(there)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    np.divide(found, lengths, out=found, where=lengths > 0)
    return found


@contextmanager
def _working(
    found: FoundEncoder, parts: Sequence[Sequence[str]], folder: Path
) -> Iterator[tuple[SpawnProcess, Connection[Any, Any]]]:
    """Start the process; end it whatever happens."""
    # Started afresh, not forked: threads of the numeric libraries do not survive a fork.
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there, found, parts, folder), daemon=True)
    try:
        with _ctrl_c_waits():
            process.start()
        # The other end lives in that process alone: so its end is noticed here.
        there.close()
        yield process, here
        process.join(_PATIENCE)
    finally:
        here.close()
        process.terminate()
        process.join(_PATIENCE)
        process.kill()


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Have Ctrl-C wait: a process that is told only half of what to do would end with a traceback.

    The process started meanwhile never gets it; the one that listens ends it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Ctrl-C is the main thread's affair
        return
    asked: list[int] = []
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    # Blocked here it still reaches other threads of this process, which tell this one.
    handler = signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if asked:
        raise KeyboardInterrupt


def _work(
    channel: Connection[Any, Any], found: FoundEncoder, parts: Sequence[Sequence[str]], folder: Path
) -> None:
    """Work out the vectors and send them; ends early where nobody listens any more."""
    # The one that listens ends it, and it tidies up behind itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        _send(channel, found, parts, VectorStore(folder))
    except ValBenchError as error:
        channel.send(error)
    except BrokenPipeError:
        return


def _send(
    channel: Connection[Any, Any], found: FoundEncoder, parts: Sequence[Sequence[str]], store: VectorStore
) -> None:
    texts = [text for part in parts for text in part if text]
    rows = store.vectors(found, texts, lambda done, of: channel.send(_Told(done, of)))
    rows = parts_averaged(rows, parts)
    channel.send(_Done((len(rows), rows.shape[1]), store.problem))
    for start in range(0, len(rows), _ROWS_SENT):
        channel.send_bytes(rows[start : start + _ROWS_SENT].tobytes())


def _received(channel: Connection[Any, Any], shape: tuple[int, int]) -> NDArray[np.float32]:
    rows = np.empty(shape, np.float32)
    for start in range(0, shape[0], _ROWS_SENT):
        block = rows[start : start + _ROWS_SENT]
        block[:] = np.frombuffer(channel.recv_bytes(), np.float32).reshape(block.shape)
    return rows


def _ended(process: SpawnProcess) -> Exception:
    """Return what to raise where the process ended before it had sent everything."""
    process.join(_PATIENCE)
    if process.exitcode is not None and process.exitcode < 0:
        return MapError(
            f"the process that reads the texts was ended from outside (signal {-process.exitcode}; perhaps "
            "memory ran out); what it did is kept: start again to go on"
        )
    return RuntimeError(f"the process that reads the texts failed with exit status {process.exitcode}")

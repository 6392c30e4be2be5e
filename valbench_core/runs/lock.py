"""One evaluating process a run: the lock the kernel frees however it ends, and how others see and stop it."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path
from types import TracebackType

from valbench_core.errors import RunBusyError, RunError, StorageError

_PATIENCE = 0.5
"""Seconds a taker waits: those who only ask (`holder`) hold the lock for an instant."""


def lock_path(run_path: Path) -> Path:
    """Return the lock file of a run file.

    >>> lock_path(Path("runs/gpt-5.2.sqlite")).name
    'gpt-5.2.lock'
    """
    return run_path.with_suffix(".lock")


class RunLock:
    """The right to evaluate a run; a context manager. Take it before creating or continuing the run."""

    def __init__(self, run_path: Path) -> None:
        self._run = run_path
        self._path = lock_path(run_path)
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock and write this process's id into its file.

        Raises:
            RunBusyError: another process has it.
            StorageError: the lock file cannot be written.
        """
        end = time.monotonic() + _PATIENCE
        while self._descriptor is None:
            self._descriptor = self._attempt()
            if self._descriptor is None and time.monotonic() > end:
                raise RunBusyError(self._busy())
            if self._descriptor is None:
                time.sleep(0.02)
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Give the lock back; nothing happens where it is not held."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def _attempt(self) -> int | None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageError(
                f"cannot write '{self._path}' ({error.strerror}); evaluating needs a writable folder"
            ) from error
        if _locked(descriptor, fcntl.LOCK_EX) and self._still_there(descriptor):
            return descriptor
        os.close(descriptor)
        return None

    def _still_there(self, descriptor: int) -> bool:
        """Whether the file locked is the one others will find: a deleted run takes its lock file with it."""
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def _busy(self) -> str:
        name = self._run.stem
        pid = holder(self._run)
        who = f"process {pid}" if pid else "another process"
        return (
            f"run '{name}' is being evaluated by {who}; wait for it, or stop it with `valbench stop {name}`"
        )

    def __enter__(self) -> RunLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def holder(run_path: Path) -> int | None:
    """Return the id of the process that evaluates the run, 0 where it has not said it yet; None for none."""
    try:
        descriptor = os.open(lock_path(run_path), os.O_RDONLY)
    except (FileNotFoundError, PermissionError):
        return None
    try:
        if _locked(descriptor, fcntl.LOCK_SH):
            return None
        said = os.pread(descriptor, 20, 0)
        return int(said) if said.isdigit() else 0
    finally:
        os.close(descriptor)


def stop_run(run_path: Path) -> int:
    """Ask the process that evaluates the run to stop, as Ctrl-C does, and return its id.

    Raises:
        RunError: no process evaluates the run.
    """
    pid = holder(run_path)
    if not pid:
        raise RunError(f"run '{run_path.stem}' is not being evaluated; `valbench runs` shows what is")
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError as error:
        raise RunError(
            f"run '{run_path.stem}' is evaluated on another machine (process {pid}); stop it there"
        ) from error
    except PermissionError as error:
        raise RunError(
            f"process {pid}, which evaluates run '{run_path.stem}', belongs to another user"
        ) from error
    return pid


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

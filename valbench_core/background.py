"""Commands that run in a process of their own: a closed tab or a restarted server stops nothing.

What each process prints goes to `<workspace>/logs/<run>.log`, or to a folder in there for other work than
evaluating, so that a run may be evaluated while a map of its pairs is made. The process holds a lock on that
file until it ends, however it ends, so that any reader can tell whether it lives. What the commands do is
left to `cli`.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, Literal

from valbench_core.errors import RunBusyError, StorageError
from valbench_core.runs import Judgement, RunReader, WorkMode, Workspace, holder, lock_path

Work = Literal["evaluation", "map", "calibration"]
"""What a process is at: evaluating a run, making a map of its pairs, or calibrating a judge, whose key then
stands for the run. One of each a run at a time."""

_FOLDERS: Mapping[Work, str] = {"evaluation": "", "map": "maps", "calibration": "calibrations"}
"""Where in the folder of logs each kind has its own."""
_COMMAND = "$ valbench "
"""Begins the line of a log that says what was started."""
_ENDED = "$ ended with exit status "
"""Begins the line of a log that says how it ended."""
_PROCESS = "$ process "
"""Begins the line of a log that says which process it is."""
_TAIL = 64 * 1024
"""Bytes of a log that are looked at."""
_MINUTE = 60.0
_PATIENCE = 0.2
"""Seconds a starter waits: those who only look (`task`) hold the lock for an instant."""


@dataclass(frozen=True, slots=True)
class Task:
    """The last process that was started for a run."""

    run: str
    command: str
    """What was started, as one would type it."""
    running: bool
    lines: tuple[str, ...]
    """What it printed, of long outputs the end."""
    status: int | None
    """Its exit status; None while it runs, or where the server ended before it did."""


@dataclass(frozen=True, slots=True)
class Live:
    """How far the evaluation of a run is that some process is at, as of now."""

    run: str
    begun: bool
    """Whether the run's file is there yet; before, pairs are being read."""
    retrying: bool
    """Whether what failed is tried again, rather than what was never tried."""
    done: int = 0
    """Answers and verdicts that are there, failed ones included unless they are being retried."""
    left: int = 0
    """Answers and verdicts to come."""
    failed: int = 0
    """Answers that failed."""
    unjudged: int = 0
    a_second: float = 0.0
    """Answers and verdicts that came in a second, over the last minute."""

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1."""
        return self.done / (self.done + self.left) if self.done + self.left else 0.0

    @property
    def seconds_left(self) -> float | None:
        """About how long the rest takes; None while nothing comes."""
        return self.left / self.a_second if self.a_second else None


def arguments_of(*groups: Any) -> list[str]:
    """Return dataclasses of options (`cli.options`) as arguments, without those at their defaults.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Options:
    ...     pairs: str
    ...     where: tuple[str, ...] = ()
    ...     equal: bool = False
    ...     max_cost: float | None = None
    >>> arguments_of(Options("sample", ("category=Ethics", "text~tax"), equal=True))
    ['--pairs', 'sample', '--where', 'category=Ethics', '--where', 'text~tax', '--equal']
    """
    return [
        argument
        for group in groups
        for option in fields(group)
        if option.default is MISSING or getattr(group, option.name) != option.default
        for argument in _written(f"--{option.name.replace('_', '-')}", getattr(group, option.name))
    ]


def command_line(arguments: Sequence[str]) -> str:
    """Return a command as one would type it in a shell.

    >>> command_line(["run", "--where", "text~climate tax"])
    "valbench run --where 'text~climate tax'"
    """
    return shlex.join(["valbench", *arguments])


def start(
    workspace: Workspace,
    run: str,
    arguments: Sequence[str],
    keys: Mapping[str, str] | None = None,
    work: Work = "evaluation",
) -> None:
    """Start `valbench` with these arguments for a run; the process outlives the one that starts it.

    Args:
        workspace: where the run is, and where the process will look for it.
        run: name of the run the command makes, continues or looks at.
        arguments: command and options.
        keys: API keys by the variable that holds them; they reach the process by its environment only.
        work: what the process is at.

    Raises:
        RunBusyError: a process started before for this run and this work still works.
        StorageError: the log cannot be written.
    """
    path = _log(workspace, run, work)
    with _opened(path) as log:
        _take(log.fileno(), run)
        log.truncate(0)
        log.write(f"{_COMMAND}{shlex.join(arguments)}\n".encode())
        log.flush()
        # The lock goes with the open file, which the process inherits as its output.
        process = subprocess.Popen(
            [sys.executable, "-m", "valbench_core", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(keys or {}), "VALBENCH_HOME": str(workspace.root)},
        )
        log.write(f"{_PROCESS}{process.pid}\n".encode())
        # Opened now: by its end, the file of this name may be that of another process.
        end = _opened(path)
    threading.Thread(target=_note_end, args=(process, end), daemon=True).start()


def task(workspace: Workspace, run: str, work: Work = "evaluation") -> Task | None:
    """Return the last process started for a run, None where there was none."""
    try:
        with _log(workspace, run, work).open("rb") as log:
            running = _is_locked(log.fileno())
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL))
            text = log.read().decode("utf-8", "replace")
            log.seek(0)
            first = log.readline().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    return _task(run, first, text, running)


def tasks(workspace: Workspace, work: Work = "evaluation") -> list[Task]:
    """Return the last process of each run, the one that printed last first."""
    logs = sorted((workspace.logs / _FOLDERS[work]).glob("*.log"), key=_modified, reverse=True)
    found = (task(workspace, log.stem, work) for log in logs)
    return [one for one in found if one is not None]


def forget(workspace: Workspace, run: str, work: Work = "evaluation") -> None:
    """Delete what the processes of a run printed.

    Raises:
        StorageError: the folder of logs cannot be written.
    """
    path = _log(workspace, run, work)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot delete '{path}' ({error.strerror}); mend the folder's permissions"
        ) from error


def forget_run(workspace: Workspace, run: str) -> None:
    """Stop what still makes maps for a run that was deleted, and delete what its processes printed.

    Raises:
        StorageError: the folder of logs cannot be written.
    """
    interrupt(workspace, run, "map")
    forget(workspace, run)
    forget(workspace, run, "map")


def interrupt(workspace: Workspace, run: str, work: Work) -> bool:
    """Stop the process started for a run as Ctrl-C would; return whether there was one."""
    try:
        with _log(workspace, run, work).open("rb") as log:
            running = _is_locked(log.fileno())
            lines = log.read(_TAIL).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return False
    found = next((line.removeprefix(_PROCESS) for line in lines if line.startswith(_PROCESS)), "")
    if not running or not found:
        return False
    # It leads a session of its own, whose number is no other's as long as somebody in it holds the lock.
    try:
        os.killpg(int(found), signal.SIGINT)
    except ProcessLookupError:
        return False  # It has ended since.
    return True


def working(workspace: Workspace) -> list[str]:
    """Return the names of the runs that a process is at: evaluating one, or about to make it."""
    evaluated = {name for name in workspace.names() if holder(workspace.path_of(name)) is not None}
    return sorted(evaluated | {task.run for task in tasks(workspace) if task.running})


def live(workspace: Workspace, run: str) -> Live:
    """Return how far the evaluation of a run is.

    Raises:
        RunError: the file cannot be used.
    """
    path = workspace.path_of(run)
    if not path.is_file():
        return Live(run, begun=False, retrying=False)
    with RunReader.open_readonly(path) as file, file.snapshot():
        judgement = _worked_on(file)
        mode: WorkMode = "resume" if file.has_work(judgement) else "retry"
        rest = file.count_work(judgement, mode)
        progress = file.progress(judgement, _seconds_at_work(path))
    lost = progress.failed + progress.unjudged
    return Live(
        run=run,
        begun=True,
        retrying=mode == "retry" and rest.pairs > 0,
        done=progress.answered + progress.judged + (lost if mode == "resume" else 0),
        left=rest.answers + rest.verdicts,
        failed=progress.failed,
        unjudged=progress.unjudged,
        a_second=progress.recent / progress.recent_seconds,
    )


def _worked_on(file: RunReader) -> Judgement | None:
    """Return the judgement that is being filled: the newest one with pairs to judge, else the usual one."""
    unfinished = [judgement for judgement in file.judgements() if file.has_work(judgement)]
    return unfinished[-1] if unfinished else file.find_judgement()


def _seconds_at_work(path: Path) -> float:
    """Return since when the run has been evaluated, a minute at most: its lock file is written then."""
    try:
        begun = lock_path(path).stat().st_mtime
    except FileNotFoundError:
        return _MINUTE
    return min(_MINUTE, max(1.0, time.time() - begun))


def _written(option: str, value: Any) -> Iterator[str]:
    """Yield an option as arguments; a value that begins like an option is joined to its own."""
    if value is True:
        yield option
    elif isinstance(value, tuple):
        for one in value:
            yield from _written(option, one)
    elif value is not False and value is not None:
        text = f"{value:g}" if isinstance(value, float) else str(value)
        yield from (f"{option}={text}",) if text.startswith("-") else (option, text)


def _log(workspace: Workspace, run: str, work: Work = "evaluation") -> Path:
    return workspace.logs / _FOLDERS[work] / f"{run}.log"


def _opened(log: Path) -> BinaryIO:
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        return log.open("ab")
    except OSError as error:
        raise StorageError(
            f"cannot write '{log}' ({error.strerror}); mend the folder's permissions"
        ) from error


def _take(descriptor: int, run: str) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > end:
                raise RunBusyError(
                    f"a process for run '{run}' is at work; wait for it, or stop it"
                ) from error
            time.sleep(0.02)


def _note_end(process: subprocess.Popen[bytes], log: BinaryIO) -> None:
    """Wait for a process, so that it leaves the process table, and write its exit status to its log."""
    with log:
        log.write(f"{_ENDED}{process.wait()}\n".encode())


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _task(run: str, first: str, text: str, running: bool) -> Task:
    lines = [line for line in text.splitlines() if line.strip()]
    status = next((int(line.removeprefix(_ENDED)) for line in lines if line.startswith(_ENDED)), None)
    printed = tuple(line for line in lines if not line.startswith((_COMMAND, _PROCESS, _ENDED)))
    return Task(run, first.strip().removeprefix("$ "), running, printed, status)


def _modified(log: Path) -> float:
    try:
        return log.stat().st_mtime
    except FileNotFoundError:
        return 0.0

"""The folder in which everything is kept, the names of its runs, and the list of them.

Which folder it is, is decided in `settings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import get_close_matches
from itertools import count
from pathlib import Path
from typing import Any, Literal

from valbench_core.errors import RunBusyError, RunError, RunNotFoundError, RunTooNewError, StorageError
from valbench_core.runs.database import is_run_file
from valbench_core.runs.lock import RunLock, holder, lock_path
from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import RunKind
from valbench_core.schema import Order, ProtocolName

SUFFIX = ".sqlite"

RunState = Literal["evaluating", "finished", "stopped", "damaged", "too new", "unreadable"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class JudgementSummary:
    """A judgement as the list of runs shows it."""

    id: str
    """The judgement's name."""
    judge: str
    protocol: ProtocolName
    order: Order
    replicate: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as the list of runs shows it."""

    run: str
    model: str
    state: RunState
    created: str
    illustrative: bool
    n: int
    """Number of pairs."""
    judgements: tuple[JudgementSummary, ...]
    kind: RunKind | None = None
    """None where the file cannot be read."""
    why: str = ""
    """Why it stopped or cannot be read."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values, as `valbench runs --json` prints it."""
        return {**asdict(self), "judgements": [asdict(judgement) for judgement in self.judgements]}


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that holds runs, cache, embeddings and logs."""

    root: Path

    @property
    def runs(self) -> Path:
        """Folder of the run files."""
        return self.root / "runs"

    @property
    def cache(self) -> Path:
        """Folder of answers paid for."""
        return self.root / "cache"

    @property
    def embeddings(self) -> Path:
        """Folder of the vector store."""
        return self.root / "embeddings"

    @property
    def calibrations(self) -> Path:
        """Folder of what is known of judges."""
        return self.root / "calibrations"

    @property
    def logs(self) -> Path:
        """Folder of what detached processes print."""
        return self.root / "logs"

    def names(self) -> list[str]:
        """Return the names of all runs, in alphabetical order."""
        return sorted(path.stem for path in self.runs.glob(f"*{SUFFIX}") if _NAME.fullmatch(path.stem))

    def path_of(self, name: str) -> Path:
        """Return where the run of that name is, or would be.

        Raises:
            RunError: the name holds other characters than a name may.
        """
        if not _NAME.fullmatch(name):
            raise RunError(
                f"'{name}' is no name for a run: use up to 100 of a–z, 0–9, dot, underscore and hyphen, "
                f"beginning with a letter or digit, e.g. '{_slug(name) or 'my-run'}'"
            )
        return self.runs / f"{name}{SUFFIX}"

    def find(self, run: str) -> Path:
        """Return the file of a run, given by name or by path.

        Raises:
            RunNotFoundError: there is none; the message names near ones.
        """
        if _NAME.fullmatch(run) and self.path_of(run).is_file():
            return self.path_of(run)
        if Path(run).is_file():
            return Path(run)
        near = get_close_matches(run, self.names(), n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise RunNotFoundError(
            f"there is no run '{run}': {hint}`valbench runs` lists the runs; a path to a file works too"
        )

    def default_name(self, model: str, now: datetime) -> str:
        """Return a free name made of model and time.

        >>> Workspace(Path("nowhere")).default_name("org/Model:8b", datetime(2026, 11, 20, 19, 5, 9))
        'org-model-8b-20261120-190509'
        """
        base = f"{_slug(model)[:70] or 'run'}-{now:%Y%m%d-%H%M%S}"
        names = (base if n == 1 else f"{base}-{n}" for n in count(1))
        return next(name for name in names if not self.path_of(name).exists())

    def summaries(self) -> list[RunSummary]:
        """Return all runs, newest first, calibrations last; one that cannot be read is listed as such."""
        found = [summary(self.path_of(name)) for name in self.names()]
        return sorted(found, key=lambda run: (run.kind != "calibration", run.created), reverse=True)

    def delete(self, run: str) -> Path:
        """Delete a run with all that belongs to its file, and return where it was.

        Raises:
            RunNotFoundError: there is no such run.
            RunError: it is the path of a file that is no run.
            RunBusyError: a process evaluates it.
            StorageError: the folder cannot be written.
        """
        path = self.find(run)
        if not self._is_run(path):
            raise RunError(f"'{path}' is no run and stays; `valbench runs` lists the runs")
        with RunLock(path):
            self.delete_own(path)
        return path

    def _is_run(self, path: Path) -> bool:
        """Whether a file is a run: among the runs by its name (it may be damaged), else by what it holds."""
        if path.parent.resolve() == self.runs.resolve():
            return path.suffix == SUFFIX and _NAME.fullmatch(path.stem) is not None
        return is_run_file(path)

    def delete_own(self, path: Path) -> None:
        """Delete the files of a run whose lock the caller holds.

        Raises:
            StorageError: the folder cannot be written.
        """
        try:
            for file in _files_of(path):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"cannot delete '{path}' ({error.strerror}); mend the folder's permissions"
            ) from error


def summary(path: Path) -> RunSummary:
    """Return what the list of runs shows of one file; never raises for a file's own faults."""
    try:
        with RunReader.open_readonly(path) as run:
            return _summary(run)
    except RunTooNewError as error:
        return _unreadable(path, "too new", error)
    except (StorageError, RunBusyError) as error:
        return _unreadable(path, "unreadable", error)
    except RunError as error:
        return _unreadable(path, "damaged", error)


def state_of(run: RunReader) -> RunState:
    """Return what a run is at: being evaluated, finished, or stopped with work left."""
    if holder(run.path) is not None:
        return "evaluating"
    judgement = run.find_judgement()
    made_by_run = judgement if judgement and judgement.spec.made_by_run else None
    return "stopped" if run.has_work(made_by_run) else "finished"


def _summary(run: RunReader) -> RunSummary:
    facts, judgements = run.facts, run.judgements()
    state = state_of(run)
    return RunSummary(
        run=run.name,
        model=facts.model,
        state=state,
        created=facts.created,
        illustrative=facts.illustrative or any(j.spec.illustrative for j in judgements),
        n=len(run),
        judgements=tuple(
            JudgementSummary(j.name, j.spec.judge, j.spec.protocol, j.spec.order, j.spec.replicate)
            for j in judgements
        ),
        kind=facts.kind,
        why=(run.stop_reason or "the process ended without saying why") if state == "stopped" else "",
    )


def _unreadable(path: Path, state: RunState, error: Exception) -> RunSummary:
    return RunSummary(path.stem, "", state, "", False, 0, (), why=str(error))


def _files_of(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))
    yield lock_path(path)


def _slug(text: str) -> str:
    """Return a text as a name may read.

    >>> _slug("Org/Model v2 (Test)")
    'org-model-v2-test'
    """
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-._")

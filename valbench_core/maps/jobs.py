"""Maps made in the background: how the app starts and stops the command that makes them, and how far it is.

The command itself is `valbench cluster`, which lies in `cli`; its log is kept by `background`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from valbench_core.background import forget, interrupt, start, task
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.progress import UNNAMED, parse_progress
from valbench_core.runs import Workspace

_BEGINNING = "starting"
_STOPPED = 130
"""Exit status of a command that was stopped."""
_FAULT = "valbench: "
"""Begins the line that says why a command was not carried out."""


@dataclass(frozen=True, slots=True)
class Making:
    """The last process that was started to make a map of a run's pairs, or to name its groups."""

    run: str
    command: str
    """What was started, as one would type it."""
    running: bool
    stage: str
    """What it is at, or was at last, in words."""
    share: float | None
    """How much of the work is done, 0 to 1, about; None where nothing is told yet."""
    error: str
    """Why it failed, in one line; "" while it runs, and where it did not fail or was stopped."""
    status: int | None
    """Its exit status; None while it runs, or where the server ended before it did."""
    lines: tuple[str, ...]
    """What it printed beside its progress, of long outputs the end."""
    missing: tuple[str, ...] = ()
    """Lines that say for which groups no name came; the rest was done."""

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it; what was done by then is kept."""
        return self.status in (_STOPPED, -2)


def making_arguments(
    run: str,
    ask: MapAsk,
    judgement: str | None = None,
    *,
    level: int | None = None,
    further: Sequence[str] = (),
) -> list[str]:
    """Return the command that makes a map, as arguments; the level is given by its place.

    >>> making_arguments("mine", MapAsk("questions", ("outcome=inconsistent",)), level=0)
    ['cluster', 'mine', '--of', 'questions', '--where', 'outcome=inconsistent', '--level', '1']
    """
    return [
        *("cluster", run),
        *(("--judgement", judgement) if judgement else ()),
        *(("--of", ask.text) if ask.text != "issue" else ()),
        *(argument for condition in ask.where for argument in ("--where", condition)),
        *(("--encoder", ask.model) if ask.model else ()),
        *(("--level", str(level + 1)) if level is not None else ()),
        *further,
    ]


def start_making(
    workspace: Workspace,
    run: str,
    ask: MapAsk,
    judgement: str | None = None,
    *,
    level: int | None = None,
    further: Sequence[str] = (),
    keys: Mapping[str, str] | None = None,
) -> None:
    """Start a process that makes a map of a run's pairs, or names its groups; it outlives its starter.

    Args:
        workspace: where the run is.
        run: its name.
        ask: which map.
        judgement: name of the judgement that figures are of.
        level: place of the level that is looked at; None for the usual one.
        further: further arguments, as `--again` or those that name groups.
        keys: API keys by the variable that holds them; they reach the process by its environment only.

    Raises:
        RunBusyError: one started before for this run still works.
        StorageError: its log cannot be written.
    """
    arguments = making_arguments(run, ask, judgement, level=level, further=further)
    start(workspace, run, arguments, keys, "map")


def making(workspace: Workspace, run: str) -> Making | None:
    """Return the last process that made a map for a run; None where there was none."""
    found = task(workspace, run, "map")
    if found is None:
        return None
    told = [progress for progress in map(parse_progress, found.lines) if progress]
    others = tuple(line for line in found.lines if not parse_progress(line))
    failed = not found.running and found.status not in (0, _STOPPED, -2)
    return Making(
        run=run,
        command=found.command,
        running=found.running,
        stage=told[-1].words if told else _BEGINNING,
        share=told[-1].share if told else None,
        error=_why(others, found.status) if failed else "",
        status=found.status,
        missing=tuple(line for line in others if line.startswith(UNNAMED)),
        lines=others,
    )


def stop_making(workspace: Workspace, run: str) -> bool:
    """Stop the process that makes a map for a run, if there is one; the vectors it has are kept."""
    return interrupt(workspace, run, "map")


def forget_making(workspace: Workspace, run: str) -> None:
    """Forget how the last process ended."""
    forget(workspace, run, "map")


def _why(lines: Sequence[str], status: int | None) -> str:
    """Return why a command failed: the last line that says so, else the last line of all.

    Without a status nobody saw its end, which may have been a good one: then only a line that says so counts.
    """
    if status is not None and status < 0:
        return f"it was ended from outside (signal {-status}); what it did is kept: start it again to go on"
    said = [line.removeprefix(_FAULT) for line in lines if line.startswith(_FAULT)]
    unsaid = [""] if status is None else [f"it ended with exit status {status}", *lines]
    return [*unsaid, *said][-1]

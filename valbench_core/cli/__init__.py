"""`valbench …`: the commands, and the one place where an error becomes a line and an exit status."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence

from cyclopts import App, CycloptsError

from valbench_core import __version__
from valbench_core.cli import (
    agreeing,
    auditing,
    calibrating,
    clustering,
    comparing,
    drawing,
    evaluating,
    moving,
    reading,
)
from valbench_core.errors import ValBenchError

__all__ = ["app", "main", "status_of"]

app = App(
    name="valbench",
    help="Does a language model keep one stance when a contested issue is framed from opposite sides?",
    version=__version__,
    version_flags=["--version"],
)

_COMMANDS: tuple[Callable[..., int], ...] = (
    reading.demo,
    evaluating.run,
    evaluating.resume,
    evaluating.retry,
    evaluating.stop,
    evaluating.judge,
    calibrating.calibrate,
    reading.report,
    agreeing.agreement,
    drawing.draw,
    auditing.audit,
    comparing.compare,
    clustering.cluster,
    reading.runs,
    reading.delete,
    reading.serve,
    moving.export,
)
for _command in _COMMANDS:
    app.command(_command)
app.command(moving.import_, name="import")

_cache = App(name="cache", help="Answers paid for, shared by all runs.")
_cache.command(reading.cache_stats, name="stats")
_cache.command(reading.cache_clear, name="clear")
app.command(_cache)


def main(arguments: Sequence[str] | None = None) -> None:
    """Carry out a command line and end the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a dash or an accent shall not end the program.
            stream.reconfigure(errors="replace")
    sys.exit(status_of(sys.argv[1:] if arguments is None else arguments))


def status_of(arguments: Sequence[str]) -> int:
    """Carry out a command line and return its exit status: see `evaluating` for what each means."""
    try:
        status = app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0
        sys.stdout.flush()
    except CycloptsError as error:
        return _refuse(f"{_one_line(error).rstrip('.')}; see valbench --help")
    except ValBenchError as error:
        return _refuse(_one_line(error))
    except KeyboardInterrupt:
        return evaluating.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`valbench runs | head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return int(status)


def _refuse(line: str) -> int:
    print(f"valbench: {line}", file=sys.stderr)
    return evaluating.IMPOSSIBLE


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())

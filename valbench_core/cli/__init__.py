"""`valbench …`: the commands, and the one place where an error becomes a line on standard error and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from valbench_core import __version__
from valbench_core.cli import evaluating, reading
from valbench_core.errors import ValBenchError

__all__ = ["app", "main"]

app = App(
    name="valbench",
    help="How far does a language model keep one stance when a contested issue is framed from opposite sides?",
    version=__version__,
    version_flags=["--version"],
)

for command in (evaluating.run, evaluating.resume, evaluating.retry, evaluating.stop, evaluating.judge):
    app.command(command)
for command in (reading.report, reading.runs, reading.delete, reading.demo, reading.serve):
    app.command(command)



cache = App(name="cache", help="Answers paid for, shared by all runs.")
cache.command(reading.cache_stats, name="stats")
cache.command(reading.cache_clear, name="clear")
app.command(cache)


def main(arguments: Sequence[str] | None = None) -> None:
    """Carry out a command line and end the process with its exit status."""
    sys.exit(status_of(sys.argv[1:] if arguments is None else arguments))


def status_of(arguments: Sequence[str]) -> int:
    """Carry out a command line and return its exit status: 2 where it cannot be done as asked, 130 after Ctrl-C."""
    try:
        return app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except CycloptsError as error:
        return _refuse(f"{_one_line(error)}; see valbench --help")
    except ValBenchError as error:
        return _refuse(_one_line(error))
    except KeyboardInterrupt:
        return evaluating.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`valbench runs | head`): nothing is wrong.
        sys.stderr.close()
        return 0


def _refuse(line: str) -> int:
    print(f"valbench: {line}", file=sys.stderr)
    return evaluating.IMPOSSIBLE


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())

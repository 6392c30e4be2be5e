"""Results carried into runs: every judgement keeps a copy of what the calibration of its judge came to."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from valbench_core.calibration.results import Calibration, configuration_key, find_calibration
from valbench_core.errors import ValBenchError
from valbench_core.runs import Judgement, RunFile, RunReader, Workspace


def copy_result(workspace: Workspace, calibration: Calibration) -> list[str]:
    """Carry the result that counts into all judgements of its configuration; return why runs have no copy."""
    faults = []
    for name in workspace.names():
        path = workspace.path_of(name)
        try:
            _copy_into(path, calibration)
        except ValBenchError as error:
            faults.append(f"{name} has no copy of the result: {error}")
    return faults


def take_result(workspace: Workspace, file: RunFile, judgement: Judgement) -> None:
    """Give a judgement the result of its judge's configuration, where it was calibrated here."""
    known = find_calibration(workspace, judgement.spec)
    if known is not None and judgement.calibration != known.standing.as_dict():
        file.set_calibration(judgement, known.standing.as_dict())


def take_results(workspace: Workspace, path: Path) -> None:
    """Give all judgements of a run that came from elsewhere what is known here of their judges."""
    with closing(RunFile.open(path)) as file:
        for judgement in file.judgements():
            take_result(workspace, file, judgement)


def _copy_into(path: Path, calibration: Calibration) -> None:
    """Write into a run only where it lacks the copy: reading disturbs nobody."""
    result = calibration.standing.as_dict()
    with RunReader.open_readonly(path) as run:
        lacking = [
            judgement
            for judgement in run.judgements()
            if configuration_key(judgement.spec) == calibration.key and judgement.calibration != result
        ]
    if not lacking:
        return
    with closing(RunFile.open(path)) as file:
        for judgement in lacking:
            file.set_calibration(judgement, result)

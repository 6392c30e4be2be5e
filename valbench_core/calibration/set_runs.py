"""The runs that hold the sets: one of kind `calibration` a set, judged by every judge held against it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from valbench_core.analysis import KNOWN_SETS
from valbench_core.calibration.sets import CalibrationSet
from valbench_core.errors import RunExistsError
from valbench_core.plan import Plan
from valbench_core.runs import RunFacts, RunFile, RunReader, Workspace
from valbench_core.runs.run_file import now_text

_KEY = "calibration"
"""In the manifest: which set a run holds."""
_SHOWN = 8
"""Characters of a set's key that its run's name holds."""


def set_path(workspace: Workspace, of: CalibrationSet) -> Path:
    """Return where the run of a set is, or would be."""
    return workspace.path_of(f"calibration-{of.name}-{of.key[:_SHOWN]}")


def make_set_run(path: Path, of: CalibrationSet) -> bool:
    """Make the run of a set, whose lock the caller holds, unless it is there; return whether it was made.

    Raises:
        RunExistsError: another run has its name.
        StorageError: the folder cannot be written.
    """
    if path.exists():
        _check_same(path, of)
        return False
    facts = RunFacts(path.stem, "calibration", of.model, now_text(), True, _manifest(of))
    with RunFile.building(path, facts, of.pairs, of.selection.weights) as run:
        run.write_responses(of.responses)
    return True


def _manifest(of: CalibrationSet) -> dict[str, object]:
    known = KNOWN_SETS[of.name]
    manifest = Plan(answering=None, judging=None).manifest(of.selection)
    note = f"A calibration set ({of.name}): {known.meaning} Its figures say something about the judge only."
    about = {"set": of.name, "key": of.key}
    return {**manifest, "notes": [note, *manifest["notes"]], _KEY: about}


def _check_same(path: Path, of: CalibrationSet) -> None:
    with closing(RunReader.open_readonly(path)) as run:
        about = run.manifest.get(_KEY)
        same = run.facts.kind == "calibration" and isinstance(about, dict) and about.get("key") == of.key
    if not same:
        raise RunExistsError(
            f"run '{path.stem}' exists and holds something else than this calibration set; delete it with "
            f"`valbench delete {path.stem}`, or choose other pairs by --seed"
        )

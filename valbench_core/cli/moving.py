"""The commands that take runs and labels in and give them out: import and export."""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast, get_args

from cyclopts import Group, Parameter

from valbench_core.background import arguments_of, command_line
from valbench_core.cli.options import ForeignOptions, HandoutOptions, RunArgument, Switch, WorkspaceOption
from valbench_core.cli.reading import take_what_is_known
from valbench_core.errors import RunError, SettingsError
from valbench_core.numbers import plural
from valbench_core.runs import RunFile, RunReader, Workspace

if TYPE_CHECKING:
    from valbench_core.audit import Draw
    from valbench_core.runs.importing import Imported

RunImport = Literal["reference", "responses", "run"]
ImportKind = Literal["reference", "responses", "run", "labels"]
RunExport = Literal["jsonl", "parquet", "csv", "dataset"]
LabelsExport = Literal["labels-csv", "labels-jsonl", "tasks-csv", "tasks-jsonl", "label-studio"]
ExportFormat = Literal[RunExport, "html", LabelsExport]


@Parameter(name="*", group=Group("Labels and tasks (--format labels-…, tasks-…, label-studio)", sort_key=2))
@dataclass(frozen=True, kw_only=True)
class TaskOptions:
    """Which labels are written, or which pairs as tasks."""

    draw: str | None = None
    """Only labels of this draw of the run, all where left out; tasks in the order of its queue, that of the
    newest draw where left out."""
    named: Switch = False
    """Let tasks tell run and model, which annotators better do not know."""


def import_(
    path: Annotated[str, Parameter(help="A file or folder; for answers also a Hub id.")],
    /,
    *,
    as_: Annotated[ImportKind, Parameter(name="--as")],
    about: ForeignOptions = ForeignOptions(),
    name: str | None = None,
    where: WorkspaceOption = WorkspaceOption(),
) -> int:
    """Take in results of the benchmark's own code, answers or labels made elsewhere, or an exported run.

    Parameters
    ----------
    as_
        `reference`: pairs, answers and verdicts of the benchmark's own code; `responses`: pairs and answers;
        `run`: a run file or an export of one, which gives the same run; `labels`: labels or filled-in tasks
        (CSV, JSON lines, or Label Studio's JSON), taken into the run that --name names.
    name
        Name of the new run; made of the model (or the file's name) and the time where left out. With
        `--as labels` the run that takes them in.
    """
    _refuse_senseless(as_, about)
    if as_ == "labels":
        return _take_in_labels(path, name, about, where)
    workspace = where.open()
    target = workspace.path_of(name or _default_name(workspace, path, as_, about))
    imported = _take_in(path, target, as_, about)
    take_what_is_known(workspace, target)
    for note in imported.notes:
        print(f"note: {note}", file=sys.stderr)
    look = command_line(["report", target.stem, *arguments_of(where)])
    print(f"imported {plural(imported.pairs, 'pair')} as {target.stem}; see its figures with: {look}")
    return 0


def export(
    run: RunArgument,
    path: Annotated[Path, Parameter(help="A new file; for `dataset` a new folder.")],
    /,
    *,
    kind: Annotated[ExportFormat, Parameter(name="--format")],
    about: HandoutOptions = HandoutOptions(),
    tasks: TaskOptions = TaskOptions(),
    where: WorkspaceOption = WorkspaceOption(),
) -> int:
    """Write a run for other programs, which an import takes back; its labels or tasks; or a handout to read.

    Parameters
    ----------
    kind
        `jsonl`: one pair a line, nested; `parquet` and `csv`: one flat row a pair; `dataset`: a folder that
        `datasets.load_from_disk` opens; `html`: a handout, one file that needs no server and no network;
        `labels-csv`, `labels-jsonl`: one label a row; `tasks-csv`, `tasks-jsonl`, `label-studio`: pairs to be
        labelled elsewhere, the first --n of them, with the labelling screen for Label Studio beside.
    """
    if kind in get_args(LabelsExport):
        return _write_labels(run, path, cast(LabelsExport, kind), about, tasks, where)
    if tasks != TaskOptions():
        raise SettingsError(
            f"--format {kind} writes no tasks; leave --draw and --named out, or use --format tasks-csv"
        )
    if kind == "html":
        return _write_handout(run, path, about, where)
    if about != HandoutOptions():
        raise SettingsError(
            f"--format {kind} writes the whole run; "
            "leave --pairs, --where, --n and --judgement out, or use --format html"
        )
    return _write_run(run, path, cast(RunExport, kind), where)


def _write_run(run: str, path: Path, kind: RunExport, where: WorkspaceOption) -> int:
    from valbench_core.runs.exporting import export_run

    with closing(RunReader.open_readonly(where.open().find(run))) as file:
        pairs = export_run(file, path, kind)
    print(f"wrote {plural(pairs, 'pair')} to {path}")
    return 0


def _write_labels(
    run: str,
    path: Path,
    kind: LabelsExport,
    about: HandoutOptions,
    tasks: TaskOptions,
    where: WorkspaceOption,
) -> int:
    from valbench_core.audit import config_path, draw_in, draws_of, export_labels

    of_labels = kind in ("labels-csv", "labels-jsonl")
    if about != HandoutOptions(n=about.n):
        raise SettingsError(f"--format {kind} knows no --pairs, --where or --judgement; leave them out")
    if of_labels and (about.n is not None or tasks.named):
        raise SettingsError(f"--format {kind} writes labels as they are; leave --n and --named out")
    with closing(RunReader.open_readonly(where.open().find(run))) as file:
        newest = None if of_labels or tasks.draw is not None else next(iter(draws_of(file)), None)
        draw = draw_in(file, tasks.draw).draw if tasks.draw is not None else newest
        rows = export_labels(file, path, kind, draw=draw, n=about.n, named=tasks.named)
    if not of_labels and tasks.draw is None:
        print(f"note: {_about_tasks(run, draw)}", file=sys.stderr)
    print(f"wrote {plural(rows, 'label' if of_labels else 'task')} to {path}")
    if kind == "label-studio":
        print(f"wrote the labelling screen to {config_path(path)}")
    return 0


def _about_tasks(run: str, draw: Draw | None) -> str:
    """Return what people should know of tasks of which they did not say the draw."""
    if draw is None:
        return (
            f"run '{run}' has no draw, so labels of these tasks will be kept and shown but enter no figure; "
            f"for an audit draw pairs first (valbench draw {run}, or the page Audit), then export its tasks"
        )
    about = f"{draw.id} of {draw.created[:10]} ({plural(draw.pairs, 'pair')})"
    return f"the tasks are those of the newest draw, {about}; choose another with --draw"


def _write_handout(run: str, path: Path, about: HandoutOptions, where: WorkspaceOption) -> int:
    from valbench_core.handout import Choice, parse_condition, write_handout
    from valbench_core.pairs.condition import merged

    conditions = merged(map(parse_condition, about.where))
    ids = tuple(name.strip() for text in about.pairs for name in text.split(",") if name.strip())
    with closing(RunReader.open_readonly(where.open().find(run))) as file:
        judgement = file.find_judgement(about.judgement)
        said = write_handout(file, path, judgement, Choice(ids, conditions, about.n))
    print(f"wrote a handout with {plural(len(said.printed), 'pair')} to {path}")
    return 0


def _take_in_labels(path: str, name: str | None, about: ForeignOptions, where: WorkspaceOption) -> int:
    from valbench_core.audit import import_labels

    if name is None:
        raise SettingsError("--as labels takes labels into a run; name it with --name RUN")
    with closing(RunFile.open(where.open().find(name))) as run:
        taken = import_labels(run, Path(path), protocol=about.protocol)
    for line in taken.lines():
        print(line, file=sys.stderr)
    look = command_line(["audit", name, *arguments_of(where)])
    there = f" ({taken.there_already:,} there already)" if taken.there_already else ""
    counted = f": {taken.in_draws}" if taken.in_draws else ""
    print(f"added {plural(taken.added, 'label')} to {name}{there}{counted}; see what they say with: {look}")
    if taken.advice:
        print(f"note: {taken.advice}", file=sys.stderr)
    return 0


def _refuse_senseless(kind: ImportKind, about: ForeignOptions) -> None:
    """Refuse options that say nothing about a kind of import: they would be ignored."""
    untold = ForeignOptions()
    if kind == "labels" and about != ForeignOptions(protocol=about.protocol):
        raise SettingsError(
            "--as labels reads labels alone; leave out all but --protocol, that of rows that do not say"
        )
    if kind == "responses" and (about.protocol or about.judge_model):
        raise SettingsError(
            "--as responses reads no verdicts; leave --protocol and --judge-model out, or use --as reference"
        )
    if kind == "run" and about != untold:
        told = next(
            item.name for item in fields(about) if getattr(about, item.name) != getattr(untold, item.name)
        )
        raise SettingsError(f"--as run takes the run as it is; leave --{told.replace('_', '-')} out")


def _default_name(workspace: Workspace, path: str, kind: RunImport, about: ForeignOptions) -> str:
    """Return the file's name for a run of ours, if it will do; else one that tells model and time."""
    stem = Path(path).stem
    if kind == "run":
        with suppress(RunError):
            return workspace.path_of(stem).stem
    return workspace.default_name(about.model or stem, datetime.now(UTC))


def _take_in(path: str, target: Path, kind: RunImport, about: ForeignOptions) -> Imported:
    from valbench_core.runs.importing import UNKNOWN, import_answers, import_run

    if kind == "run":
        return import_run(Path(path), target)
    return import_answers(
        path,
        target,
        kind,
        maps=about.map,
        split=about.split,
        model=about.model or UNKNOWN,
        judge=about.judge_model or UNKNOWN,
        protocol=about.protocol or "v1",
        keep_no_response=about.keep_no_response,
    )

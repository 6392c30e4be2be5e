"""The commands that take runs in and give them out: import and export."""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from valbench_core.background import arguments_of, command_line
from valbench_core.cli.options import ForeignOptions, HandoutOptions, RunArgument, WorkspaceOption
from valbench_core.errors import RunError, SettingsError
from valbench_core.numbers import plural
from valbench_core.runs import RunReader, Workspace

if TYPE_CHECKING:
    from valbench_core.runs.importing import Imported

ImportKind = Literal["reference", "responses", "run"]
ExportFormat = Literal["jsonl", "parquet", "csv", "dataset", "html"]


def import_(
    path: Annotated[str, Parameter(help="A file or folder; for answers also a Hub id.")],
    /,
    *,
    as_: Annotated[ImportKind, Parameter(name="--as")],
    about: ForeignOptions = ForeignOptions(),
    name: str | None = None,
    where: WorkspaceOption = WorkspaceOption(),
) -> int:
    """Take in results of the benchmark's own code, answers made elsewhere, or what `valbench export` wrote.

    Parameters
    ----------
    as_
        `reference`: pairs, answers and verdicts of the benchmark's own code; `responses`: pairs and answers;
        `run`: a run file or an export of one, which gives the same run.
    name
        Name of the run; made of the model (or the file's name) and the time where left out.
    """
    _refuse_senseless(as_, about)
    workspace = where.open()
    target = workspace.path_of(name or _default_name(workspace, path, as_, about))
    imported = _take_in(path, target, as_, about)
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
    where: WorkspaceOption = WorkspaceOption(),
) -> int:
    """Write a run for other programs, which an import takes back as the same run; or as a handout to read.

    Parameters
    ----------
    kind
        `jsonl`: one pair a line, nested; `parquet` and `csv`: one flat row a pair; `dataset`: a folder that
        `datasets.load_from_disk` opens; `html`: a handout, one file that needs no server and no network.
    """
    if kind == "html":
        return _write_handout(run, path, about, where)
    if about != HandoutOptions():
        raise SettingsError(
            f"--format {kind} writes the whole run; "
            "leave --pairs, --where, --n and --judgement out, or use --format html"
        )
    from valbench_core.runs.exporting import export_run

    with closing(RunReader.open_readonly(where.open().find(run))) as file:
        pairs = export_run(file, path, kind)
    print(f"wrote {plural(pairs, 'pair')} to {path}")
    return 0


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


def _refuse_senseless(kind: ImportKind, about: ForeignOptions) -> None:
    """Refuse options that say nothing about a kind of import: they would be ignored."""
    untold = ForeignOptions()
    if kind == "responses" and (about.protocol or about.judge_model):
        raise SettingsError(
            "--as responses reads no verdicts; leave --protocol and --judge-model out, or use --as reference"
        )
    if kind == "run" and about != untold:
        told = next(
            item.name for item in fields(about) if getattr(about, item.name) != getattr(untold, item.name)
        )
        raise SettingsError(f"--as run takes the run as it is; leave --{told.replace('_', '-')} out")


def _default_name(workspace: Workspace, path: str, kind: ImportKind, about: ForeignOptions) -> str:
    """Return the file's name for a run of ours, if it will do; else one that tells model and time."""
    stem = Path(path).stem
    if kind == "run":
        with suppress(RunError):
            return workspace.path_of(stem).stem
    return workspace.default_name(about.model or stem, datetime.now(UTC))


def _take_in(path: str, target: Path, kind: ImportKind, about: ForeignOptions) -> Imported:
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

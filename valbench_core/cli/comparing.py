"""The command that sets runs against each other."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from valbench_core.cli.options import Switch, WorkspaceOption
from valbench_core.cli.reading import calibration_head
from valbench_core.errors import ComparisonError
from valbench_core.runs import RunReader, tidy_table

if TYPE_CHECKING:
    from valbench_core.analysis import CalibrationHead, Contender, RunTable


def compare(
    *runs: str,
    by: Literal["category"] | None = None,
    anyway: Switch = False,
    judgement: str | None = None,
    detect: float | None = None,
    where: WorkspaceOption = WorkspaceOption(),
    json: Switch = False,
) -> int:
    """Set runs against the first one, on the pairs they share.

    Parameters
    ----------
    runs
        Names of runs, or paths of run files; the first is the baseline.
    by
        Also compare within each group of pairs.
    anyway
        Compare although the judgements differ in more than the texts judged.
    judgement
        Which judgement of each run; any unambiguous beginning of its name.
    detect
        A difference in points: say how many pairs it takes to see it.
    json
        Print JSON.
    """
    from valbench_core.analysis import (
        ComparisonReport,
        check_comparable,
        comparison_text,
    )
    from valbench_core.analysis import compare as set_against
    from valbench_core.analysis import compare_by as set_against_by

    if detect is not None and not 0 < detect <= 100:
        raise ComparisonError(f"--detect '{detect:g}' is no difference: give points above 0, up to 100")
    workspace = where.open()
    paths = [workspace.find(run) for run in runs]
    _check_files(runs, paths)
    found = [_load(path, name, judgement) for path, name in zip(paths, _told_apart(paths), strict=True)]
    contenders, tables = [one.contender for one in found], [one.table for one in found]
    _check_judged(contenders)
    if not anyway:
        check_comparable(contenders)
    comparison = set_against(tables)
    groups = set_against_by(tables, by) if by else ()
    calibrations = {one.contender.run: one.calibration for one in found}
    report = ComparisonReport(tuple(contenders), comparison, groups, detect, calibrations)
    if json:
        print(jsonlib.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        print(comparison_text(report))
    return 0


def _check_judged(contenders: Sequence[Contender]) -> None:
    for contender in contenders:
        if contender.judged_by is None:
            raise ComparisonError(
                f"the run '{contender.run}' has not been judged, so there is nothing to compare; "
                f"judge it with: valbench judge {contender.run} --judge-model ID"
            )


def _check_files(runs: Sequence[str], paths: Sequence[Path]) -> None:
    for place, (run, path) in enumerate(zip(runs, paths, strict=True)):
        if any(path.samefile(other) for other in paths[:place]):
            raise ComparisonError(f"the run '{run}' is given twice; name each run once")


def _told_apart(paths: Sequence[Path]) -> list[str]:
    """Return the name of each run file, with the folders before it where others go by the same name.

    >>> _told_apart([Path("/a/x.sqlite"), Path("/b/x.sqlite"), Path("/b/y.sqlite")])
    ['a/x', 'b/x', 'y']
    """
    parts = [path.absolute().with_suffix("").parts for path in paths]
    lengths = [
        next((n for n in range(1, len(own)) if sum(p[-n:] == own[-n:] for p in parts) == 1), 0)
        for own in parts
    ]
    return [
        "/".join(own[-n:]) if n else str(path) for own, n, path in zip(parts, lengths, paths, strict=True)
    ]


class _Loaded(NamedTuple):
    """A run to compare."""

    contender: Contender
    table: RunTable
    calibration: CalibrationHead | None


def _load(path: Path, name: str, judgement: str | None) -> _Loaded:
    from valbench_core.analysis import Contender, RunTable

    with closing(RunReader.open_readonly(path)) as file:
        chosen, facts = file.find_judgement(judgement), file.facts
        contender = Contender(
            run=name,
            model=facts.model,
            judged_by=chosen.spec if chosen else None,
            answering=facts.manifest.get("answering") or {},
            derived=(chosen.derived or "") if chosen else "",
            illustrative=facts.illustrative or bool(chosen and chosen.illustrative),
        )
        known = calibration_head(chosen) if chosen else None
        return _Loaded(contender, RunTable(name, tidy_table(file, chosen)), known)

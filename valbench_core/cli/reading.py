"""The commands that show what there is (report, runs, demo, serve) or remove it (delete, cache)."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from valbench_core.background import forget_run
from valbench_core.cli.options import RunArgument, Switch, WorkspaceOption
from valbench_core.errors import MapError
from valbench_core.inference import AnswerCache
from valbench_core.numbers import count, plural
from valbench_core.pairs import Subset
from valbench_core.runs import Judgement, RunReader, Workspace, tidy_table

if TYPE_CHECKING:
    import pandas as pd

    from valbench_core.analysis import CalibrationHead, Report, ReportHead

Grouping = Literal["category", "issue_scale", "article", "cluster"]


def report(
    run: RunArgument,
    /,
    *,
    by: Grouping | None = None,
    judgement: str | None = None,
    where: WorkspaceOption = WorkspaceOption(),
    json: Switch = False,
) -> int:
    """Print a run's figures, each with its interval and number of pairs.

    Parameters
    ----------
    by
        Break the figures down by this; `cluster` takes the groups of the stored map (`valbench cluster`).
    judgement
        Which judgement, where the run has several; any unambiguous beginning of its name.
    json
        Print JSON.
    """
    workspace = where.open()
    print_report(workspace.find(run), judgement, by=by, as_json=json, workspace=workspace)
    return 0


def print_report(
    path: Path,
    judgement: str | None,
    *,
    by: str | None = None,
    as_json: bool,
    workspace: Workspace | None = None,
) -> Report:
    """Print a run's report on standard output and return it; maps are looked up in the workspace."""
    from valbench_core.analysis import report as make_report
    from valbench_core.analysis import report_text

    with closing(RunReader.open_readonly(path)) as file:
        chosen = file.find_judgement(judgement)
        head = report_head(file, chosen)
        table = tidy_table(file, chosen)
        if by == "cluster" and workspace is not None:
            table = _with_groups(workspace, file, chosen, table)
        figures = make_report(head, table, by)
        chosen_pairs = _pairs_in_words(file.manifest)
    if as_json:
        print(jsonlib.dumps(figures, ensure_ascii=False, indent=2))
    else:
        print(report_text(figures) + (f"\n\n{chosen_pairs}" if chosen_pairs else ""))
    return figures


def _with_groups(
    workspace: Workspace, file: RunReader, judgement: Judgement | None, table: pd.DataFrame
) -> pd.DataFrame:
    """Return a table with the name of each pair's group on the stored map, at the level shown first."""
    from valbench_core.maps.asking import MapAsk
    from valbench_core.maps.figures import COLUMN, grouped_table
    from valbench_core.maps.names import group_names
    from valbench_core.maps.opening import open_map

    pair_map = open_map(workspace, file, judgement, MapAsk())
    if pair_map is None:
        raise MapError(
            f"there is no map of the pairs of '{file.name}' yet, so there are no groups to report by; make "
            f"one with: valbench cluster {file.name}"
        )
    names = {group: name.text for group, name in group_names(file, pair_map, pair_map.usual).items()}
    grouped = grouped_table(table, pair_map, pair_map.usual)
    return grouped.assign(**{COLUMN: grouped[COLUMN].cat.rename_categories(names)})


def _pairs_in_words(manifest: Mapping[str, Any]) -> str:
    """Return how the pairs were chosen and what is to be known of it; "" where the run does not tell."""
    source, subset = manifest.get("source"), manifest.get("subset")
    chosen = (
        f"pairs are {Subset.from_dict(subset).describe()} of {source['spec']}" if source and subset else ""
    )
    return "\n".join(filter(None, [chosen, *(f"note: {note}" for note in manifest.get("notes", ()))]))


def load_report_libraries() -> None:
    """Import what a report is made with, which takes half a second: a thread may do it beforehand."""
    import pandas  # noqa: F401
    import scipy.special  # noqa: F401

    import valbench_core.analysis  # noqa: F401


def runs(*, where: WorkspaceOption = WorkspaceOption(), json: Switch = False) -> int:
    """List the runs of the workspace, newest first.

    Parameters
    ----------
    json
        Print JSON.
    """
    workspace = where.open()
    found = workspace.summaries()
    if json:
        print(jsonlib.dumps([run.as_dict() for run in found], ensure_ascii=False, indent=2))
    elif not found:
        print(f"no runs yet in {workspace.runs}; `valbench demo` makes two to look at")
    for run in found if not json else ():
        mark = "  calibration set" if run.kind == "calibration" else "  illustrative" * run.illustrative
        judges = ", ".join(judgement.id for judgement in run.judgements) or "not judged"
        print(f"{run.run:32} {run.state:11} {count(run.n):>8} pairs  {run.model}  ({judges}){mark}")
        if run.why:
            print(f"{'':32} {run.why}")
    return 0


def delete(run: RunArgument, /, *, where: WorkspaceOption = WorkspaceOption()) -> int:
    """Delete a run. Answers paid for stay in the cache."""
    workspace = where.open()
    path = workspace.find(run)
    if path.parent != workspace.runs:
        # A path may name any file: only a run is deleted.
        RunReader.open_readonly(path).close()
    workspace.delete(run)
    if path.parent == workspace.runs:
        forget_run(workspace, path.stem)
    print(f"deleted {path.stem}; answers that it paid for stay in the cache")
    return 0


def cache_stats(*, where: WorkspaceOption = WorkspaceOption(), json: Switch = False) -> int:
    """Say how many answers the cache holds.

    Parameters
    ----------
    json
        Print JSON.
    """
    with closing(AnswerCache(where.open().cache)) as cache:
        stats = cache.stats()
    if json:
        print(jsonlib.dumps({"entries": stats.entries, "bytes": stats.bytes, "folder": str(stats.folder)}))
    else:
        print(f"{plural(stats.entries, 'answer')}, {stats.bytes / 1e6:.1f} MB, in {stats.folder}")
    return 0


def cache_clear(*, where: WorkspaceOption = WorkspaceOption()) -> int:
    """Remove all answers from the cache: asking again will be paid for again."""
    with closing(AnswerCache(where.open().cache)) as cache:
        print(f"removed {plural(cache.clear(), 'answer')}")
    return 0


def demo(
    *,
    start: Annotated[bool, Parameter(name="--serve")] = True,
    where: WorkspaceOption = WorkspaceOption(),
) -> int:
    """Show what this is, offline: evaluate the bundled sample, print the figures, open the dashboard.

    Parameters
    ----------
    start
        Open the dashboard afterwards.
    """
    from valbench_core.demo import ready_runs

    workspace = where.open()
    for path in ready_runs(workspace):
        take_what_is_known(workspace, path)
        print_report(path, None, as_json=False)
        print()
    if start:
        return serve(where=where)
    print("look at them with: valbench serve")
    return 0


def take_what_is_known(workspace: Workspace, path: Path) -> None:
    """Give the judgements of a run what calibrations here say of their judges."""
    # Imported where there is something to take: it takes a tenth of a second.
    if workspace.calibrations.is_dir():
        from valbench_core.calibration import take_results

        take_results(workspace, path)


def serve(
    *,
    port: int | None = None,
    read_only: Switch = False,
    open_browser: Annotated[bool, Parameter(name="--browser")] = True,
    where: WorkspaceOption = WorkspaceOption(),
) -> int:
    """Open the dashboard in a browser.

    Parameters
    ----------
    port
        Port on this machine; 8501, or the next free one.
    read_only
        Show runs, change nothing.
    open_browser
        Whether to open a browser window.
    """
    from valbench_core.serve import serve as start

    start(where.open(), port=port, read_only=read_only, open_browser=open_browser)
    return 0


def report_head(file: RunReader, judgement: Judgement | None) -> ReportHead:
    """Return what a report says about the run and the judgement its figures come from."""
    from valbench_core.analysis import ReportHead

    facts, spec = file.facts, judgement.spec if judgement else None
    return ReportHead(
        run=file.name,
        model=facts.model,
        judge=spec.judge if spec else None,
        judgement=judgement.name if judgement else None,
        protocol=spec.protocol if spec else None,
        order=spec.order if spec and not (judgement and judgement.derived) else None,
        replicate=spec.replicate if spec and not (judgement and judgement.derived) else None,
        illustrative=facts.illustrative or bool(judgement and judgement.illustrative),
        derived=judgement.derived if judgement else None,
        sources=tuple(source.name for source in judgement.sources) if judgement else (),
        calibration=calibration_head(judgement) if judgement else None,
    )


def calibration_head(judgement: Judgement) -> CalibrationHead | None:
    """Return what is known of the judge from calibrations; None where no judge behind it was calibrated."""
    from valbench_core.analysis import CalibrationHead
    from valbench_core.words import calibration_state, calibration_word, calibrations_of

    results = calibrations_of(judgement)
    outcomes = [one.get("result") for result in results if result for one in result.get("sets", ())]
    if not outcomes:
        return None
    word = calibration_word(*results)
    return CalibrationHead(
        result="pass" if word == "passed" else "fail" if word == "failed" else word,
        passed=outcomes.count("pass"),
        sets=len(outcomes),
        says=calibration_state(*results),
    )

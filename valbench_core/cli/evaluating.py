"""The commands that ask models: run, resume, retry, judge; and stop, which asks them no longer."""

from __future__ import annotations

import shlex
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from valbench_core.cli.options import (
    JudgeOptions,
    LimitOptions,
    ModelOptions,
    PairOptions,
    RunArgument,
    Switch,
    WorkspaceOption,
)
from valbench_core.cli.planning import answering_of, judging_of, limits_of, source_of, subset_of
from valbench_core.cli.progress import ProgressLine
from valbench_core.cli.reading import print_report
from valbench_core.errors import RunError, SettingsError
from valbench_core.evaluate import Ending, Limits, check_plan, create_run, evaluate
from valbench_core.inference import AnswerCache
from valbench_core.numbers import plural
from valbench_core.pairs import Selection, open_source, select
from valbench_core.plan import Plan
from valbench_core.runs import Judgement, RunFile, RunLock, WorkMode, Workspace, stop_run

DONE, LOST, IMPOSSIBLE, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses: all well; some rows failed, or stopped early; cannot be done as asked; Ctrl-C."""


def run(
    *,
    pairs: PairOptions,
    model: ModelOptions,
    judge: JudgeOptions = JudgeOptions(),
    limits: LimitOptions = LimitOptions(),
    where: WorkspaceOption = WorkspaceOption(),
    name: str | None = None,
    responses_only: Switch = False,
    condition: str = "",
    series: str = "",
    json: Switch = False,
) -> int:
    """Evaluate a model on pairs: ask both questions of each, judge the answers, save everything.

    Parameters
    ----------
    name
        Name of the run ([a-z0-9._-]); model and time where left out.
    responses_only
        Collect answers and judge them later with `valbench judge`.
    condition
        Free words that tell this run's prompt variant from others of its series.
    series
        Free words that line prompt variants up.
    json
        Print the report as JSON.
    """
    if judge.judge_model is None and not responses_only:
        raise SettingsError("no judge is named; give --judge-model (builtin:rules needs no network), or --responses-only")
    judging = None if responses_only else judging_of(judge, model)
    plan = Plan(answering_of(model), judging, condition, series)
    bounds = limits_of(limits)
    check_plan(plan, bounds)
    workspace = where.open()
    path = workspace.path_of(name or workspace.default_name(model.model, datetime.now(UTC)))
    selection = select(open_source(source_of(pairs)), subset_of(pairs))
    _say_notes(selection)
    with RunLock(path), closing(create_run(path, plan, selection)) as file:
        judgement = file.find_judgement()
        ending = _carry_out(file, plan, judgement, workspace, bounds, "resume")
    if ending.got_nothing:
        # The same command, mended, shall not find its own name taken.
        workspace.delete(path.stem)
    return _conclude(path, ending, judgement, json)


def resume(
    run: RunArgument,
    /,
    *,
    limits: LimitOptions = LimitOptions(),
    where: WorkspaceOption = WorkspaceOption(),
    json: Switch = False,
) -> int:
    """Continue a run where it stopped: ask what was never asked, judge what was never judged.

    Parameters
    ----------
    json
        Print the report as JSON.
    """
    return _go_on(run, where.open(), limits, "resume", json)


def retry(
    run: RunArgument,
    /,
    *,
    limits: LimitOptions = LimitOptions(),
    where: WorkspaceOption = WorkspaceOption(),
    json: Switch = False,
) -> int:
    """Try again what failed: failed answers, and pairs that are unjudged.

    Parameters
    ----------
    json
        Print the report as JSON.
    """
    return _go_on(run, where.open(), limits, "retry", json)


def judge(
    run: RunArgument,
    /,
    *,
    judge: JudgeOptions = JudgeOptions(),
    limits: LimitOptions = LimitOptions(),
    where: WorkspaceOption = WorkspaceOption(),
    swapped: Switch = False,
    replicate: int = 0,
    json: Switch = False,
) -> int:
    """Judge the answers of a run once more, by another judge or in another way; earlier verdicts stay.

    Parameters
    ----------
    swapped
        Let person 1 answer the against question.
    replicate
        Number of an intended repetition by the same judge.
    json
        Print the report as JSON.
    """
    workspace, bounds = where.open(), limits_of(limits)
    path = workspace.find(run)
    judging = judging_of(judge)
    if judging is None:
        raise SettingsError("no judge is named; give --judge-model (builtin:rules needs no network)")
    judging = replace(judging, order="swapped" if swapped else "normal", replicate=replicate)
    with RunLock(path), closing(RunFile.open(path)) as file:
        plan = Plan(answering=None, judging=judging)
        check_plan(plan, bounds)
        judgement = file.add_judgement(judging.spec())
        ending = _carry_out(file, plan, judgement, workspace, bounds, "judge")
    return _conclude(path, ending, judgement, json)


def stop(run: RunArgument, /, *, where: WorkspaceOption = WorkspaceOption()) -> int:
    """Stop a run that another process evaluates; the calls in flight finish and are saved."""
    path = where.open().find(run)
    stop_run(path)
    print(f"asked {path.stem} to stop; continue it with: valbench resume {path.stem}")
    return DONE


def _say_notes(selection: Selection) -> None:
    for note in (*selection.source.notes, *selection.notes):
        print(f"note: {note}", file=sys.stderr)


def _go_on(run: str, workspace: Workspace, limits: LimitOptions, mode: WorkMode, as_json: bool) -> int:
    bounds = limits_of(limits)
    path = workspace.find(run)
    with RunLock(path), closing(RunFile.open(path)) as file:
        plan = Plan.from_manifest(file.manifest)
        judgement = file.find_judgement() if plan.judging else None
        if not file.has_work(judgement, mode):
            what = "failed or unjudged" if mode == "retry" else "pending"
            print(f"nothing is {what} in {path.stem}", file=sys.stderr)
        elif plan.answering is None:
            raise RunError(
                f"nothing tells how the model of '{path.stem}' was asked, so it cannot be asked again; "
                f"judge the answers it has with: valbench judge {path.stem} --judge-model ID"
            )
        ending = _carry_out(file, plan, judgement, workspace, bounds, mode)
    return _conclude(path, ending, judgement, as_json)


def _carry_out(
    file: RunFile, plan: Plan, judgement: Judgement | None, workspace: Workspace, limits: Limits, mode: WorkMode
) -> Ending:
    line = ProgressLine()

    def warn(text: str) -> None:
        line.close()
        print(f"note: {text}", file=sys.stderr)

    file.record_stop(None)
    with closing(AnswerCache(workspace.cache, warn)) as cache:
        try:
            ending = evaluate(file, plan, judgement, cache, mode=mode, limits=limits, report=line)
        finally:
            line.close()
    file.record_stop(_stop_reason(ending))
    return ending


def _stop_reason(ending: Ending) -> str | None:
    if ending.kind == "interrupted":
        return "stopped by the user"
    return str(ending.cause) if ending.cause else None


def _conclude(path: Path, ending: Ending, judgement: Judgement | None, as_json: bool) -> int:
    """Print the report, and what is left to do; return the exit status."""
    if ending.got_nothing and ending.cause:
        raise ending.cause
    report = print_report(path, judgement.name if judgement else None, as_json=as_json)
    name = shlex.quote(path.stem)
    if ending.kind == "interrupted":
        print(f"stopped; everything so far is saved. Continue with: valbench resume {name}", file=sys.stderr)
        return INTERRUPTED
    if ending.kind == "stopped":
        print(f"valbench: {ending.cause}. Continue with: valbench resume {name}", file=sys.stderr)
        return LOST
    lost = report["n"]["failed"] + report["n"]["unjudged"]
    if lost:
        print(f"{plural(lost, 'pair')} failed or unjudged; try again with: valbench retry {name}", file=sys.stderr)
    return LOST if lost else DONE

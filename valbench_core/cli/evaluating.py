"""The commands that ask models: run, resume, retry, judge; and stop, which asks them no longer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from valbench_core.background import arguments_of, command_line
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
from valbench_core.cli.reading import load_report_libraries, print_report
from valbench_core.errors import RunError, SettingsError, StorageError
from valbench_core.evaluate import Ending, Limits, Progress, check_plan, create_run, evaluate
from valbench_core.inference import AnswerCache
from valbench_core.numbers import plural
from valbench_core.pairs import Selection, open_source, select
from valbench_core.plan import Judging, Plan
from valbench_core.runs import Judgement, RunFile, RunLock, WorkMode, Workspace, stop_run
from valbench_core.runs.run_file import refuse_taken

DONE, LOST, IMPOSSIBLE, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses: all well; some rows failed, or stopped early; cannot be done as asked; Ctrl-C."""

NO_JUDGE = "no judge is named; give --judge-model (builtin:rules needs no network)"
BY_USER = "stopped by the user"


@dataclass(frozen=True, slots=True)
class _NextSteps:
    """The commands that do what an evaluation left undone."""

    resume: str
    """Goes on where it stopped."""
    retry: str
    """Tries again what failed."""
    judge: str
    """Judges it once more."""

    @classmethod
    def of_run(cls, run: str, where: WorkspaceOption) -> _NextSteps:
        named = [run, *arguments_of(where)]
        judge = command_line(["judge", *named, "--judge-model"]) + " ID"
        return cls(command_line(["resume", *named]), command_line(["retry", *named]), judge)


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
    judging = _judging_of_run(judge, model, responses_only)
    plan = Plan(answering_of(model), judging, condition, series)
    bounds = limits_of(limits)
    check_plan(plan, bounds)
    workspace = where.open()
    path = workspace.path_of(name or workspace.default_name(model.model, datetime.now(UTC)))
    with _name_taken(path, workspace):
        selection = select(open_source(source_of(pairs)), subset_of(pairs))
        with closing(create_run(path, plan, selection)) as file:
            judgement = file.find_judgement()
            line = ProgressLine(_about(selection))
            ending = _carry_out(file, plan, judgement, workspace, bounds, "resume", line)
        if ending.got_nothing:
            # The same command, mended, shall not find its own name taken.
            workspace.delete_own(path)
    return _conclude(path, ending, judgement, _NextSteps.of_run(path.stem, where), json)


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
    return _go_on(run, where, limits, "resume", json)


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
    return _go_on(run, where, limits, "retry", json)


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

    Given again, it judges what is still pending or unjudged.

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
    with RunLock(path), closing(RunFile.open(path)) as file:
        judging = _judging_anew(judge, file, swapped, replicate)
        plan = Plan(answering=None, judging=judging)
        check_plan(plan, bounds)
        judgement = file.add_judgement(judging.spec())
        ending = _carry_out(file, plan, judgement, workspace, bounds, "judge")
        if ending.got_nothing:
            file.discard_if_empty(judgement)
    other = [*(["--swapped"] if swapped else []), *([f"--replicate={replicate}"] if replicate else [])]
    again = command_line(["judge", run, *arguments_of(judge, limits, where), *other])
    return _conclude(path, ending, judgement, _NextSteps(again, again, again), json)


def stop(run: RunArgument, /, *, where: WorkspaceOption = WorkspaceOption()) -> int:
    """Stop a run that another process evaluates; the calls in flight finish and are saved."""
    path = where.open().find(run)
    stop_run(path)
    print(f"asked {path.stem} to stop; continue it with: {_NextSteps.of_run(run, where).resume}")
    return DONE


def _judging_of_run(judge: JudgeOptions, model: ModelOptions, responses_only: bool) -> Judging | None:
    if responses_only and judge.judge_model is not None:
        raise SettingsError(
            f"--responses-only asks no judge, but --judge-model '{judge.judge_model}' is given; leave one out"
        )
    if judge.judge_model is None and not responses_only:
        raise SettingsError(f"{NO_JUDGE}, or --responses-only")
    return judging_of(judge, model)


def _judging_anew(judge: JudgeOptions, file: RunFile, swapped: bool, replicate: int) -> Judging:
    """Return how a run is judged once more, at the endpoint that answered unless told otherwise."""
    if replicate < 0:
        raise SettingsError(f"--replicate {replicate} is no number of a repetition; give 0 or more")
    answering = Plan.from_manifest(file.manifest).answering
    asked = (
        ModelOptions(
            model=answering.model, base_url=answering.settings.base_url, api_key_env=answering.key_env
        )
        if answering and answering.settings
        else None
    )
    judging = judging_of(judge, asked)
    if judging is None:
        raise SettingsError(NO_JUDGE)
    return replace(judging, order="swapped" if swapped else "normal", replicate=replicate)


@contextmanager
def _name_taken(path: Path, workspace: Workspace) -> Iterator[None]:
    """Hold the name of a run that is about to be made; where none comes of it, nothing of it stays."""
    with RunLock(path):
        refuse_taken(path)
        try:
            yield
        finally:
            if not path.exists():
                workspace.delete_own(path)


def _about(selection: Selection) -> list[str]:
    """Return what people should know of the pairs before anything is paid for."""
    notes = [f"note: {note}" for note in (*selection.source.notes, *selection.notes)]
    return [
        f"{selection.subset.describe()} of {selection.source.spec}: {plural(len(selection), 'pair')}",
        *notes,
    ]


def _go_on(run: str, where: WorkspaceOption, limits: LimitOptions, mode: WorkMode, as_json: bool) -> int:
    workspace, bounds = where.open(), limits_of(limits)
    path = workspace.find(run)
    then = _NextSteps.of_run(run, where)
    with RunLock(path), closing(RunFile.open(path)) as file:
        plan = Plan.from_manifest(file.manifest)
        judgement = file.find_judgement() if plan.judging or not plan.answering else None
        ending = None
        if not file.has_work(judgement, mode):
            what = "failed or unjudged" if mode == "retry" else "pending"
            print(f"nothing is {what} in {path.stem}", file=sys.stderr)
        elif plan.answering is None:
            raise RunError(
                f"nothing tells how '{path.stem}' was answered and judged, so nobody can be asked again; "
                f"judge its answers with: {then.judge}"
            )
        else:
            ending = _carry_out(file, plan, judgement, workspace, bounds, mode)
    if plan.answering is None:
        then = replace(then, retry=then.judge)
    return _conclude(path, ending, judgement, then, as_json)


def _carry_out(
    file: RunFile,
    plan: Plan,
    judgement: Judgement | None,
    workspace: Workspace,
    limits: Limits,
    mode: WorkMode,
    line: ProgressLine | None = None,
) -> Ending:
    line = line or ProgressLine()

    def warn(text: str) -> None:
        line.close()
        print(f"note: {text}", file=sys.stderr)

    # There is time for it while the endpoint thinks; at the end the user would wait.
    loading = Thread(target=load_report_libraries, daemon=True)

    def tell(progress: Progress) -> None:
        line(progress)
        if progress.calls and loading.ident is None:
            loading.start()

    file.record_stop(None)
    with closing(AnswerCache(workspace.cache, warn)) as cache:
        try:
            ending = evaluate(file, plan, judgement, cache, mode=mode, limits=limits, report=tell)
        except KeyboardInterrupt:
            file.record_stop(BY_USER)
            raise
        finally:
            line.close()
    # Where the disk is full the reason cannot be kept; the user is told it all the same.
    with suppress(StorageError):
        file.record_stop(_stop_reason(ending))
    return ending


def _stop_reason(ending: Ending) -> str | None:
    if ending.kind == "interrupted":
        return BY_USER
    return str(ending.cause) if ending.cause else None


def _conclude(
    path: Path, ending: Ending | None, judgement: Judgement | None, then: _NextSteps, as_json: bool
) -> int:
    """Print the report and what is left to do; return the exit status. No ending: nothing was to be done."""
    if ending and ending.got_nothing and ending.cause:
        raise ending.cause
    n = print_report(path, judgement.name if judgement else None, as_json=as_json)["n"]
    if ending and ending.kind == "interrupted":
        print(f"stopped; everything so far is saved. Continue with: {then.resume}", file=sys.stderr)
        return INTERRUPTED
    if ending and ending.kind == "stopped":
        print(f"valbench: {ending.cause}. Continue with: {then.resume}", file=sys.stderr)
        return LOST
    lost = n["failed"] + (n["unjudged"] if judgement else 0)
    if lost:
        print(f"{plural(lost, 'pair')} failed or unjudged; try again with: {then.retry}", file=sys.stderr)
    return LOST if lost else DONE

"""The commands that ask models: run, resume, retry, judge; and stop, which asks them no longer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

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
from valbench_core.cli.rejudging import combining, judge_options
from valbench_core.errors import RunError, SettingsError, StorageError
from valbench_core.evaluate import Ending, Limits, Progress, check_plan, create_run, evaluate
from valbench_core.inference import AnswerCache, CostReachedError
from valbench_core.judging import JudgePrompt
from valbench_core.numbers import plural
from valbench_core.pairs import Selection, open_source, select
from valbench_core.plan import Judging, Plan
from valbench_core.runs import Judgement, JudgementSpec, RunFile, RunLock, WorkMode, Workspace, stop_run
from valbench_core.runs.run_file import refuse_taken

DONE, LOST, IMPOSSIBLE, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses: all well; some rows failed, or stopped early; cannot be done as asked; Ctrl-C."""

NO_JUDGE = "no judge is named; give --judge-model (builtin:rules needs no network)"
BY_USER = "stopped by the user"

JUDGE_PRICES = "judge_prices"
"""In the manifest: prices of judgements made later, by name of the judgement."""
PROJECT_PROMPTS = "project_prompts"
"""In the manifest: names of the judgements made later with a prompt of this project."""


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
    other = [*(["--swapped"] if swapped else []), *([f"--replicate={replicate}"] if replicate else [])]
    with RunLock(path), closing(RunFile.open(path)) as file:
        if judge.judge_model is None and (shown := file.find_judgement()):
            named = [run, *judge_options(file, shown), *arguments_of(limits, where), *other]
            raise SettingsError(f"no judge is named; this run's own is: {command_line(['judge', *named])}")
        judging = _judging_anew(judge, file, swapped, replicate)
        begun = _begun(file, judging) if judge.judge_prompt is None else None
        if begun:
            judging = replace(judging, prompt=JudgePrompt(**begun.spec.prompt))
        plan = Plan(answering=None, judging=judging)
        check_plan(plan, bounds)
        judgement = begun or file.add_judgement(judging.spec())
        before = note_judgement(file, judgement, judging, ours=judge.judge_prompt is None)
        ending = _carry_out(file, plan, judgement, workspace, bounds, "judge")
        if ending.got_nothing:
            file.discard_if_empty(judgement)
            file.update_manifest(before)
        together = list(combining(file, judgement, arguments_of(where)))
    again = command_line(["judge", run, *arguments_of(judge, limits, where), *other])
    status = _conclude(path, ending, judgement, _NextSteps(again, again, again), json)
    for line in together:
        print(line, file=sys.stderr)
    return status


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


def _begun(file: RunFile, judging: Judging) -> Judgement | None:
    """Return the unfinished judgement of that kind which an earlier prompt of this project began, if any."""
    asked, ours = judging.spec(), file.manifest.get(PROJECT_PROMPTS, [])

    def is_alike(spec: JudgementSpec) -> bool:
        prompt, sha256 = asked.prompt, asked.prompt_sha256
        return replace(spec, prompt=prompt, prompt_sha256=sha256, made_by_run=False) == asked

    alike = [judgement for judgement in file.judgements() if is_alike(judgement.spec)]
    if any(judgement.spec.prompt_sha256 == asked.prompt_sha256 for judgement in alike):
        return None  # One was made with today's prompt: it is the one that goes on.
    return next((j for j in alike if j.name in ours and file.has_work(j, "judge")), None)


def note_judgement(file: RunFile, judgement: Judgement, judging: Judging, *, ours: bool) -> dict[str, Any]:
    """Keep in the manifest what a judge costs and whether its prompt is ours; return what stood there.

    A price given by hand is not replaced by that of a table.
    """
    manifest, name, price = file.manifest, judgement.name, judging.price
    prices, prompts = manifest.get(JUDGE_PRICES, {}), manifest.get(PROJECT_PROMPTS, [])
    own = Plan.from_manifest(manifest).judging if judgement.spec.made_by_run else None
    known = name in prices or (own is not None and own.price is not None)
    changes: dict[str, Any] = {}
    if price and (price.source == "given" or not known):
        changes[JUDGE_PRICES] = {**prices, name: asdict(price)}
    if ours and judging.prompt and name not in prompts:
        changes[PROJECT_PROMPTS] = [*prompts, name]
    if changes:
        file.update_manifest(changes)
    return {JUDGE_PRICES: prices, PROJECT_PROMPTS: prompts}


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

    if judgement is not None and workspace.calibrations.is_dir():
        # Imported where there is something to take: it takes a tenth of a second.
        from valbench_core.calibration import take_result

        take_result(workspace, file, judgement)
    # There is time for it while the endpoint thinks; at the end the user would wait.
    loading = Thread(target=load_report_libraries, daemon=True)

    def tell(progress: Progress) -> None:
        line(progress)
        if progress.calls and loading.ident is None:
            loading.start()

    def record_stop(reason: str | None) -> None:
        # Judging once more does not change why the run itself stopped.
        if mode != "judge":
            file.record_stop(reason)

    record_stop(None)
    with closing(AnswerCache(workspace.cache, warn)) as cache:
        try:
            ending = evaluate(file, plan, judgement, cache, mode=mode, limits=limits, report=tell)
        except KeyboardInterrupt:
            record_stop(BY_USER)
            raise
        finally:
            line.close()
    # Where the disk is full the reason cannot be kept; the user is told it all the same.
    with suppress(StorageError):
        record_stop(_stop_reason(ending))
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
        by_cost = isinstance(ending.cause, CostReachedError)
        scope = " (--max-cost counts what this one command spends)" if by_cost else ""
        print(f"valbench: {ending.cause}{scope}. Continue with: {then.resume}", file=sys.stderr)
        return LOST
    lost = n["failed"] + (n["unjudged"] if judgement else 0)
    if lost:
        print(f"{plural(lost, 'pair')} failed or unjudged; try again with: {then.retry}", file=sys.stderr)
    return LOST if lost else DONE

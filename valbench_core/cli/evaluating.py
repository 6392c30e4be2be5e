"""The commands that ask models: run, resume, retry, judge; and stop, which asks them no longer."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
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
from valbench_core.errors import SettingsError
from valbench_core.evaluate import Ending, Limits, check_plan, evaluate
from valbench_core.inference import AnswerCache
from valbench_core.numbers import plural
from valbench_core.pairs import open_source, select
from valbench_core.plan import Judging, Plan
from valbench_core.runs import Judgement, RunFile, RunLock, WorkMode, Workspace, stop_run
from valbench_core.schema import Order

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
    path = workspace.path_of_new(name or workspace.default_name(model.model))
    selection = select(open_source(source_of(pairs)), subset_of(pairs))
    for note in (*selection.source.notes, *selection.notes):
        print(f"note: {note}", file=sys.stderr)
    with RunLock(path):
        file = RunFile.create(path, manifest_of(plan, selection), selection.pairs, selection.weights)
        judgement = file.add_judgement(judgement_spec(judging, made_by_run=True)) if judging else None
        ending = _carry_out(file, plan, judgement, workspace, bounds, "resume")
        if ending.got_nothing:
            workspace.delete(path)
    return _conclude(path, ending, judgement, json)

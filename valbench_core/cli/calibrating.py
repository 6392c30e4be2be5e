"""The command that holds a judge against answers of which it is known what a judge should make of them."""

from __future__ import annotations

import json as jsonlib
import sys
from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from valbench_core.background import arguments_of, command_line
from valbench_core.cli.evaluating import DONE, INTERRUPTED, LOST, NO_JUDGE, note_judgement
from valbench_core.cli.options import CalibrationOptions, JudgeOptions, LimitOptions, Switch, WorkspaceOption
from valbench_core.cli.planning import judging_of, limits_of
from valbench_core.cli.progress import ProgressLine
from valbench_core.errors import SettingsError
from valbench_core.evaluate import Limits, check_plan
from valbench_core.inference import AnswerCache
from valbench_core.numbers import plural
from valbench_core.plan import Judging, Plan
from valbench_core.runs import Judgement, RunFile, RunReader, Workspace

if TYPE_CHECKING:
    from valbench_core.analysis import SetName
    from valbench_core.calibration import Calibrated, CalibrationSet, SetResult, SetsAsked
    from valbench_core.pairs import Condition

    Misjudged = dict[SetName, Condition | None]

PAIRS_NAMED = 6
"""Misjudged pairs of a set that a printed command names."""


def calibrate(
    *,
    judge: JudgeOptions = JudgeOptions(),
    about: CalibrationOptions = CalibrationOptions(),
    limits: LimitOptions = LimitOptions(),
    where: WorkspaceOption = WorkspaceOption(),
    swapped: Switch = False,
    replicate: int = 0,
    json: Switch = False,
) -> int:
    """Hold a judge against four sets of answers whose figures are known, and keep what came of it.

    Only the judge is asked: answers come with the sets. Given again, it judges what is still unjudged; every
    judgement by the same judge, in runs here and in runs to come, carries the result.

    Parameters
    ----------
    swapped
        Let person 1 answer the against question.
    replicate
        Number of an intended repetition, to see whether the judge has changed since.
    json
        Print the result as JSON.
    """
    from valbench_core.calibration import open_sets

    judging, bounds, asked = judging_asked(judge, swapped, replicate), limits_of(limits), sets_asked(about)
    check_plan(Plan(None, judging), bounds)
    workspace = where.open()
    sets = list(open_sets(asked))
    done = _carry_out(workspace, sets, judging, asked, bounds, ours=judge.judge_prompt is None)
    found = {one.set: _misjudged(workspace, one) for one in done.result.sets}
    _print_json(done, found) if json else _print_text(done, found, where)
    again = [*(["--swapped"] if swapped else []), *([f"--replicate={replicate}"] if replicate else [])]
    return _conclude(done, command_line(["calibrate", *arguments_of(judge, about, limits, where), *again]))


def judging_asked(judge: JudgeOptions, swapped: bool = False, replicate: int = 0) -> Judging:
    """Return the judge that the options name.

    Raises:
        SettingsError: none is named, or a value is not what it should be.
    """
    if replicate < 0:
        raise SettingsError(f"--replicate {replicate} is no number of a repetition; give 0 or more")
    judging = judging_of(judge)
    if judging is None:
        raise SettingsError(NO_JUDGE)
    return replace(judging, order="swapped" if swapped else "normal", replicate=replicate)


def sets_asked(about: CalibrationOptions) -> SetsAsked:
    """Return which sets the options ask for.

    Raises:
        SettingsError: they contradict each other.
    """
    from valbench_core.calibration import SetsAsked, check_asked

    asked = SetsAsked(**asdict(about))
    check_asked(asked)
    return asked


def _carry_out(
    workspace: Workspace,
    sets: list[CalibrationSet],
    judging: Judging,
    asked: SetsAsked,
    limits: Limits,
    *,
    ours: bool,
) -> Calibrated:
    from valbench_core.calibration import calibrate as hold_against

    said = (note for one in sets for note in (*one.selection.source.notes, *one.selection.notes))
    notes = (f"note: {note}" for note in dict.fromkeys(said))
    line = ProgressLine([f"judging {asked.describe()}", *notes])

    def warn(text: str) -> None:
        line.close()
        print(f"note: {text}", file=sys.stderr)

    def begun(file: RunFile, judgement: Judgement) -> dict[str, Any]:
        return note_judgement(file, judgement, judging, ours=ours)

    with closing(AnswerCache(workspace.cache, warn)) as cache:
        try:
            return hold_against(
                workspace, sets, judging, asked.describe(), cache, limits=limits, report=line, begun=begun
            )
        finally:
            line.close()


def _misjudged(workspace: Workspace, one: SetResult) -> Condition | None:
    """Return the condition that a set's misjudged pairs meet, where there are any."""
    from valbench_core.calibration import misjudged_pairs

    if not one.run:
        return None
    with RunReader.open_readonly(workspace.path_of(one.run)) as run:
        judgement = run.find_judgement(one.judgement)
        return misjudged_pairs(run, one.set, judgement) if judgement else None


def _print_json(done: Calibrated, found: Misjudged) -> None:
    from valbench_core.calibration import result_json

    counts = done.kept is not None and done.overruled_by is None
    values: dict[str, Any] = result_json(done.result, done.kept.key if done.kept else None, counts=counts)
    for one in values["sets"]:
        condition = found[one["set"]]
        one["misjudged"] = list(condition.values) if condition else []
    print(jsonlib.dumps(values, ensure_ascii=False, indent=2))


def _print_text(done: Calibrated, found: Misjudged, where: WorkspaceOption) -> None:
    from valbench_core.calibration import calibration_text

    print(calibration_text(done.result))
    for one in done.result.sets:
        condition = found[one.set]
        if condition is not None:
            print(f"\n{plural(len(condition.values), 'misjudged pair')} of {one.set}; read with:")
            print(f"  {_reading(one, condition, where)}")


def _reading(one: SetResult, condition: Condition, where: WorkspaceOption) -> str:
    """Return the command that prints misjudged pairs."""
    named = replace(condition, values=condition.values[:PAIRS_NAMED])
    chosen = ["--where", str(named), "--n", str(len(named.values)), "--judgement", one.judgement]
    target = [one.run, f"misjudged-{one.set}.html"]
    return command_line(["export", *target, "--format", "html", *chosen, *arguments_of(where)])


def _conclude(done: Calibrated, again: str) -> int:
    """Say what is left to do; return the exit status."""
    from valbench_core.calibration import overruled_text

    if done.overruled_by is not None:
        why = overruled_text(done.result, done.overruled_by)
        print(f"note: this result is kept, but {why}", file=sys.stderr)
    for fault in done.faults:
        print(f"note: {fault}", file=sys.stderr)
    if done.ending.kind == "interrupted":
        print(f"stopped; everything so far is saved. Continue with: {again}", file=sys.stderr)
        return INTERRUPTED
    if done.ending.kind == "stopped":
        print(f"valbench: {done.ending.cause}. Continue with: {again}", file=sys.stderr)
        return LOST
    unjudged = sum(one.n - one.judged for one in done.result.sets)
    if unjudged:
        print(f"{plural(unjudged, 'pair')} unjudged; try again with: {again}", file=sys.stderr)
    return LOST if done.result.result == "fail" else DONE

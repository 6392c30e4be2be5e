"""Holding a judge against the four sets: judging what is not judged yet, and measuring what came of it.

Where the sets come from is left to `sets`, what is kept to `results` and `copying`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from valbench_core.analysis import KNOWN_SETS, TOLERANCE, check_set, summarise
from valbench_core.calibration.copying import copy_result
from valbench_core.calibration.results import (
    Calibration,
    CalibrationResult,
    SetResult,
    answer_json,
    keep_result,
    set_result,
)
from valbench_core.calibration.set_runs import make_set_run, set_path
from valbench_core.calibration.sets import CalibrationSet
from valbench_core.evaluate import Ending, Limits, Progress, evaluate
from valbench_core.inference import AnswerCache, CostReachedError
from valbench_core.plan import Judging, Plan
from valbench_core.runs import Judgement, RunFile, RunLock, RunReader, Workspace, tidy_table
from valbench_core.runs.run_file import now_text

Report = Callable[[Progress], None]


class Begun(Protocol):
    """Told of each judgement before its judge is asked."""

    def __call__(self, file: RunFile, judgement: Judgement) -> Mapping[str, Any]:
        """Keep in the manifest what is to be known of it; return what stood there."""
        ...


@dataclass(frozen=True, slots=True)
class Calibrated:
    """How a calibration ended."""

    result: CalibrationResult
    """With a set that was not reached as inconclusive."""
    ending: Ending
    """Of the set worked on last; the progress is that of all sets."""
    kept: Calibration | None
    """None where it was stopped before its end: then there is no result to keep."""
    faults: tuple[str, ...] = ()
    """Why some runs have no copy of the result, one sentence each."""

    @property
    def overruled_by(self) -> CalibrationResult | None:
        """The earlier result that still counts instead of this one; None where this one does."""
        if self.kept is None or self.kept.standing.says_as(self.result):
            return None
        return self.kept.standing


def calibrate(
    workspace: Workspace,
    sets: Sequence[CalibrationSet],
    judging: Judging,
    source: str,
    cache: AnswerCache,
    *,
    limits: Limits = Limits(),
    report: Report = lambda _progress: None,
    begun: Begun = lambda file, judgement: {},
) -> Calibrated:
    """Judge what is not judged yet of the four sets, hold the figures against what is known, keep the result.

    Ctrl-C and a cost limit keep all that was judged; called again it goes on. The limit is on all sets
    together.

    Args:
        workspace: where the runs of the sets and the results are kept.
        sets: the four sets.
        judging: the judge.
        source: where the sets come from, in words.
        cache: answers paid for earlier.
        limits: what may be used.
        report: told of the progress over all sets.
        begun: told of each judgement before its judge is asked.

    Raises:
        ValBenchError: the judge cannot be asked at all; nothing of a set that was not judged stays.
    """
    work = _Work(workspace, judging, cache, limits, report, begun, sum(len(one.pairs) for one in sets))
    found = {}
    for one in sets:
        found[one.name] = work.through(one)
        if work.ending.kind != "complete":
            break
    spec = judging.spec()
    result = CalibrationResult(
        judge=spec.judge,
        protocol=spec.protocol,
        order=spec.order,
        replicate=spec.replicate,
        source=source,
        created=now_text("microseconds"),
        sets=tuple(found.get(one.name) or _not_reached(one, judging) for one in sets),
    )
    if work.ending.kind != "complete":
        return Calibrated(result, work.ending, None)
    kept = keep_result(workspace, spec, result)
    said = kept.standing if kept.standing.says_as(result) else result
    return Calibrated(said, work.ending, kept, tuple(copy_result(workspace, kept)))


@dataclass
class _Work:
    """A calibration under way: what it may use, and what it has used."""

    workspace: Workspace
    judging: Judging
    cache: AnswerCache
    limits: Limits
    report: Report
    begun: Begun
    pairs: int
    ending: Ending = field(init=False)
    _before: Progress = field(init=False)
    """What the sets before came to."""

    def __post_init__(self) -> None:
        self._before = Progress(self.pairs, 0, 0, 0, 0, 0, 0, 0.0, 0.0)
        self.ending = Ending("complete", self._before)

    def through(self, one: CalibrationSet) -> SetResult:
        """Judge what is left to judge of a set, and measure it."""
        path = set_path(self.workspace, one)
        with RunLock(path):
            made = make_set_run(path, one)
            with closing(RunFile.open(path)) as file:
                judgement = file.add_judgement(self.judging.spec())
                nothing = self._judge(file, judgement, len(one.pairs))
                unused = made and not file.judgements()
            if nothing:
                if unused:
                    self.workspace.delete_own(path)
                raise nothing
        with RunReader.open_readonly(path) as reader:
            summary = summarise(tidy_table(reader, judgement))
        return set_result(check_set(one.name, self.judging.protocol, summary), path.stem, judgement.name)

    def _judge(self, file: RunFile, judgement: Judgement, pairs: int) -> Exception | None:
        """Ask for the verdicts that are missing; return the cause where the judge gave not a single one."""
        left = file.count_work(judgement, "judge").pairs
        done = pairs - left
        limits = self._limits_left()
        if not left:
            self.ending = Ending("complete", replace(self._before, done=self._before.done + pairs))
        elif limits is None:
            self.ending = Ending("stopped", self._before, self._cost_reached())
        else:
            before = self.begun(file, judgement)
            ending = evaluate(
                file,
                Plan(answering=None, judging=self.judging),
                judgement,
                self.cache,
                mode="judge",
                limits=limits,
                report=lambda progress: self.report(self._over_all(progress, done)),
            )
            cause = self._cost_reached() if isinstance(ending.cause, CostReachedError) else ending.cause
            self.ending = Ending(ending.kind, self._over_all(ending.progress, done), cause)
            if self.ending.got_nothing and not done:
                file.discard_if_empty(judgement)
                file.update_manifest(before)
                return cause
        self._before = self.ending.progress
        return None

    def _over_all(self, now: Progress, done: int) -> Progress:
        """Return the progress over all sets, of which `now` is that in the present one."""
        before = self._before
        return Progress(
            pairs=self.pairs,
            done=before.done + done + now.done,
            failed=before.failed + now.failed,
            unjudged=before.unjudged + now.unjudged,
            calls=before.calls + now.calls,
            cached=before.cached + now.cached,
            slowed=before.slowed + now.slowed,
            spent=before.spent + now.spent,
            seconds=before.seconds + now.seconds,
        )

    def _limits_left(self) -> Limits | None:
        """Return what the rest may use; None where the money is spent.

        A new set begins without knowing what a call costs: no more calls at once than there is money for.
        """
        used = self._before
        if self.limits.max_cost is None or not used.calls:
            return self.limits
        left, a_call = self.limits.max_cost - used.spent, used.spent / used.calls
        if left <= a_call:
            return None
        at_once = int(left / a_call) if a_call else self.limits.concurrency
        return replace(self.limits, max_cost=left, concurrency=min(self.limits.concurrency, at_once))

    def _cost_reached(self) -> CostReachedError:
        limit = self.limits.max_cost
        return CostReachedError(f"the limit of ${limit:g} on all sets together is reached, or would be")


def _not_reached(one: CalibrationSet, judging: Judging) -> SetResult:
    """Return what is to be said of a set before which the calibration stopped."""
    known = KNOWN_SETS[one.name].answers[judging.protocol]
    return SetResult(
        set=one.name,
        run="",
        judgement="",
        n=len(one.pairs),
        judged=0,
        articles=0,
        expected={metric: answer_json(answer) for metric, answer in known.items()},
        measured=dict.fromkeys(known),
        tolerance=TOLERANCE,
        result="inconclusive",
        why="It stopped before this set.",
    )

"""The story in one place: the pairs of a run are answered on both sides, judged, and kept, each as soon as it can be.

Who answers and judges is `plan`'s, how calls are made `inference`'s, how rows are kept `runs`'s.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from valbench_core.errors import SettingsError, StorageError, ValBenchError
from valbench_core.inference import (
    Answerer,
    AnswerCache,
    Engine,
    GroupCommit,
    ModelAnswerer,
    ModelSettings,
    OpenAIClient,
    Price,
    Request,
    StoppedError,
    builtin_answerer,
)
from valbench_core.judging import PROTOCOLS, Judge, ModelJudge, rule_judge
from valbench_core.plan import Answering, Judging, Plan
from valbench_core.runs import Judgement, PairWork, ResponseRow, RunFile, RunLock, VerdictRow, WorkMode
from valbench_core.schema import SIDES, Completion, Failure, Response, Side, Unjudged
from valbench_core.settings import DEFAULT_CONCURRENCY, endpoint

PROGRESS_SECONDS = 0.5
"""How often progress is told."""
DEFAULT_TIMEOUT = 600.0
"""Seconds one call may take; reasoning models think for minutes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an evaluation may use."""

    concurrency: int = DEFAULT_CONCURRENCY
    """Calls in flight per base URL."""
    max_cost: float | None = None
    """US dollars, answers and judgements together; None sets no limit."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds one call may take."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an evaluation is."""

    pairs: int
    """Pairs this evaluation has to work on."""
    done: int
    """Pairs it is through with."""
    failed: int
    unjudged: int
    calls: int
    """Calls that came back over the network."""
    cached: int
    """Answers that had been paid for before."""
    slowed: int
    """How often an endpoint asked to slow down."""
    spent: float
    """US dollars, by the known prices."""
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """Return about how long the rest takes, or None before the first pair is through."""
        return self.seconds / self.done * (self.pairs - self.done) if self.done else None


@dataclass(frozen=True, slots=True)
class Ending:
    """How an evaluation ended."""

    kind: Literal["complete", "interrupted", "stopped"]
    """`interrupted` by the user; `stopped` by itself, for `cause`."""
    progress: Progress
    cause: Exception | None = None

    @property
    def got_nothing(self) -> bool:
        """Whether not a single answer came: the evaluation could not begin."""
        return self.kind == "stopped" and self.progress.calls + self.progress.cached == 0


@dataclass
class _Counts:
    pairs: int = 0
    done: int = 0
    failed: int = 0
    unjudged: int = 0
    started: float = field(default_factory=time.monotonic)


Report = Callable[[Progress], None]


def evaluate(
    run: RunFile,
    plan: Plan,
    judgement: Judgement | None,
    cache: AnswerCache,
    *,
    mode: WorkMode = "resume",
    limits: Limits = Limits(),
    report: Report = lambda _progress: None,
) -> Ending:
    """Do what a run still lacks: ask what is not answered, judge what is not judged, keep everything.

    Ctrl-C lets the calls in flight finish and saves them; a second one drops them. The caller holds the run's lock.

    Args:
        run: the run file, open for writing.
        plan: who is asked, and how.
        judgement: where verdicts go; None only collects responses.
        cache: answers paid for earlier.
        mode: `resume` does what is pending, `retry` also what failed or is unjudged.
        limits: what may be used.
        report: told of the progress twice a second.

    Raises:
        SettingsError: a key is missing, or a cost limit is set and a price is unknown.
        StorageError: the disk is full; all that was committed before is kept.
    """
    with ThreadPoolExecutor(1, "storage") as storage:
        evaluation = _Evaluation(run, plan, judgement, cache, mode, limits, storage)
        return asyncio.run(evaluation.run(report))


class _Evaluation:
    """One evaluation under way."""

    def __init__(
        self,
        run: RunFile,
        plan: Plan,
        judgement: Judgement | None,
        cache: AnswerCache,
        mode: WorkMode,
        limits: Limits,
        storage: ThreadPoolExecutor,
    ) -> None:
        self._run = run
        self._judgement = judgement
        self._mode = mode
        self._limits = limits
        self._counts = _Counts(pairs=run.count_work(judgement, mode))
        prices = _prices(plan, limits)
        keys = _keys(plan)
        self._engine = Engine(
            cache,
            lambda base_url: OpenAIClient(endpoint(base_url), keys[base_url], limits.concurrency, limits.timeout),
            limits.concurrency,
            storage,
            prices,
            limits.max_cost,
        )
        self._rows: GroupCommit[ResponseRow | VerdictRow] = GroupCommit(run.write, storage, linger=0.1)
        self._answerer = _answerer(plan.answering, self._engine)
        self._judge = _judge(plan.judging, self._engine) if plan.judging and judgement else None

    async def run(self, report: Report) -> Ending:
        work = self._run.work(self._judgement, self._mode)
        with _interrupts(self._engine):
            telling = asyncio.create_task(self._tell(report))
            try:
                async with asyncio.TaskGroup() as group:
                    # Enough pairs under way to fill every slot, and no more: memory does not grow with the run.
                    for _ in range(2 * self._limits.concurrency):
                        group.create_task(self._work(work))
            finally:
                telling.cancel()
                await self._engine.close()
        report(self._progress())
        return self._ending()

    async def _work(self, work: Iterator[PairWork]) -> None:
        """Take one pair after the other until none is left or the engine stops."""
        for item in work:
            if self._engine.stopping:
                return
            try:
                await self._pair(item)
            except StoppedError:
                return
            except ValBenchError as error:
                self._engine.stop(error)
                return
            self._counts.done += 1

    async def _pair(self, work: PairWork) -> None:
        """Get what responses are missing, both at once, and the verdict as soon as both are there."""
        asked = await asyncio.gather(
            *(self._respond(work, side) for side in work.sides_to_ask), return_exceptions=True
        )
        for response in asked:
            if isinstance(response, BaseException):
                raise response
            work.responses[response.side] = response
        answered = [r for r in work.responses.values() if isinstance(r.result, Completion)]
        if len(answered) < len(SIDES):
            self._counts.failed += 1
        elif self._judge is not None and work.to_judge:
            await self._verdict(work, self._judge)

    async def _respond(self, work: PairWork, side: Side) -> Response:
        response = await self._answerer.answer(work.pair, side)
        await self._rows.submit(response)
        return response

    async def _verdict(self, work: PairWork, judge: Judge) -> None:
        assert self._judgement is not None
        by_side = work.responses
        judged = await judge.judge(work.pair, _text(by_side["for"]), _text(by_side["against"]))
        self._counts.unjudged += isinstance(judged.verdict, Unjudged)
        await self._rows.submit(
            VerdictRow(
                judgement=self._judgement,
                pair_id=work.pair.id,
                judged=judged,
                for_hash=by_side["for"].text_hash,
                against_hash=by_side["against"].text_hash,
            )
        )

    async def _tell(self, report: Report) -> None:
        while True:
            report(self._progress())
            await asyncio.sleep(PROGRESS_SECONDS)

    def _progress(self) -> Progress:
        counts, tally = self._counts, self._engine.tally
        return Progress(
            pairs=counts.pairs,
            done=counts.done,
            failed=counts.failed,
            unjudged=counts.unjudged,
            calls=tally.calls,
            cached=tally.cached,
            slowed=tally.slowed,
            spent=tally.spent,
            seconds=time.monotonic() - counts.started,
        )

    def _ending(self) -> Ending:
        if not self._engine.stopping:
            return Ending("complete", self._progress())
        cause = self._engine.stop_cause
        return Ending("stopped" if cause else "interrupted", self._progress(), cause)


def _text(response: Response) -> str:
    assert isinstance(response.result, Completion)
    return response.result.text


def _answerer(answering: Answering, engine: Engine) -> Answerer:
    if answering.settings is None:
        return builtin_answerer(answering.model)
    return ModelAnswerer(engine, answering.settings, answering.system_prompt, answering.template)


def _judge(judging: Judging, engine: Engine) -> Judge:
    if judging.settings is None or judging.prompt is None:
        return rule_judge(judging.judge, judging.protocol)
    return ModelJudge(_asking(engine, judging), judging.prompt, judging.order)


def _settings(plan: Plan) -> list[tuple[ModelSettings, str | None, Price | None]]:
    """Return who is reached over the network: settings, key variable, price."""
    asked = [plan.answering, *([plan.judging] if plan.judging else [])]
    return [(who.settings, who.key_env, who.price) for who in asked if who.settings is not None]


def _keys(plan: Plan) -> dict[str, str]:
    """Return the key of every base URL. Where answers and judgements share one, the answering side's key serves both."""
    keys: dict[str, str] = {}
    for settings, key_env, _ in _settings(plan):
        if settings.base_url not in keys:
            keys[settings.base_url] = endpoint(settings.base_url, key_env).key()
    return keys


def _prices(plan: Plan, limits: Limits) -> dict[tuple[str, str], Price]:
    prices = {}
    for settings, _, price in _settings(plan):
        if price is not None:
            prices[settings.base_url, settings.model] = price
        elif limits.max_cost is not None:
            raise SettingsError(
                f"--max-cost {limits.max_cost:g} cannot be kept: the price of '{settings.model}' is not known; "
                "give it with --price or --judge-price (US dollars for a million input and output tokens, e.g. 0.5,1.5)"
            )
    return prices


@contextmanager
def _interrupts(engine: Engine) -> Iterator[None]:
    """Let the first Ctrl-C (or SIGTERM) stop the engine gently; a second one then ends the program as usual."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        engine.stop()
        loop.remove_signal_handler(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

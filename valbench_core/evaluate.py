"""The story in one place: each pair is answered on both sides, judged and kept as soon as it can be.

Who answers and judges is `plan`'s, how calls are made `inference`'s, how rows are kept `runs`'s.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from valbench_core.errors import SettingsError, StorageError, ValBenchError
from valbench_core.inference import (
    Answer,
    AnswerCache,
    Answerer,
    Dialect,
    Engine,
    ModelAnswerer,
    ModelSettings,
    OpenAIClient,
    Price,
    Request,
    StoppedError,
    body_of,
    builtin_answerer,
)
from valbench_core.judging import PROTOCOLS, Judge, ModelJudge, RuleJudge
from valbench_core.pairs import Selection
from valbench_core.plan import Answering, Judging, Plan
from valbench_core.runs import (
    GroupCommit,
    Judgement,
    PairWork,
    RunFacts,
    RunFile,
    RunReader,
    VerdictRow,
    WorkMode,
)
from valbench_core.runs.run_file import now_text
from valbench_core.schema import SIDES, Completion, Pair, Response, Side, Unjudged
from valbench_core.settings import DEFAULT_CONCURRENCY, Endpoint, endpoint

LINGER = 0.05
"""Seconds a row waits for others to be committed with it."""
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
    def begun(self) -> bool:
        """Whether anything came of it yet."""
        return self.calls + self.cached + self.done > 0

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
Messages = list[dict[str, str]]


def create_run(path: Path, plan: Plan, selection: Selection) -> RunFile:
    """Return a new run of the chosen pairs, with the judgement that the plan makes, and nothing asked yet.

    Raises:
        RunExistsError: the name is taken.
        StorageError: the disk is full or the folder cannot be written.
    """
    with building_run(path, plan, selection):
        pass
    return RunFile.open(path)


@contextmanager
def building_run(path: Path, plan: Plan, selection: Selection) -> Iterator[RunFile]:
    """Make the run that `create_run` makes, and yield it to be filled with what is there already.

    It gets its name only when all is written: whatever happens meanwhile, nobody sees half a run.
    """
    about = RunFacts(
        run=path.stem,
        kind="evaluation",
        model=plan.answering.model if plan.answering else "",
        created=now_text(),
        illustrative=plan.illustrative,
        manifest=plan.manifest(selection),
    )
    with RunFile.building(path, about, selection, selection.weights) as run:
        if plan.judging:
            run.add_judgement(plan.judging.spec(made_by_run=True))
        yield run


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

    Ctrl-C lets the calls in flight finish and saves them; a second one drops them. The caller holds the lock.

    Args:
        run: the run file, open for writing.
        plan: who is asked, and how.
        judgement: where verdicts go; None only collects responses.
        cache: answers paid for earlier.
        mode: `resume` does what is pending, `retry` what failed or is unjudged, `judge` judges the answers.
        limits: what may be used.
        report: told of the progress twice a second.

    Raises:
        SettingsError: a key is missing, or a cost limit is set and a price is unknown.
        StorageError: the disk is full; all that was committed before is kept.
    """
    endpoints = check_plan(plan, limits)
    with ThreadPoolExecutor(1, "storage") as storage:

        def open_client(url: str) -> OpenAIClient:
            where = endpoints[url]
            return OpenAIClient(where, where.key(), limits.concurrency, limits.timeout, keep_note)

        def keep_note(note: str) -> None:
            storage.submit(_keep_note, run, note)

        prices = {(s.base_url, s.model): price for s, _, price in _remote(plan) if price}
        engine = Engine(cache, open_client, limits.concurrency, prices, limits.max_cost)
        return asyncio.run(_Evaluation(run, plan, judgement, engine, mode, limits, storage).run(report))


def _keep_note(run: RunFile, note: str) -> None:
    """Keep with the run what an endpoint did not take as intended: its figures rest on it."""
    known = run.manifest.get("notes", [])
    # Nothing paid for depends on it, and a full disk shows elsewhere.
    with suppress(StorageError):
        if note not in known:
            run.update_manifest({"notes": [*known, note]})


def check_plan(plan: Plan, limits: Limits) -> dict[str, Endpoint]:
    """Return the endpoint of every base URL, after checking what can be checked before anything is paid for.

    Raises:
        KeyRefusedError: a key is missing.
        SettingsError: a cost limit is set and a price is not known, the endpoint cannot do what is asked, or
            answers and judgements are to use different keys at one address.
    """
    endpoints: dict[str, Endpoint] = {}
    for settings, key_env, price in _remote(plan):
        where = endpoint(settings.base_url, key_env)
        _check_same_key(endpoints.setdefault(settings.base_url, where), where)
        # Writing a body finds out whether the endpoint has what is asked for (a web search, say).
        body_of(Request(settings, ()), where.preset, Dialect.of(where.preset))
        if limits.max_cost is not None and price is None:
            raise SettingsError(
                f"--max-cost {limits.max_cost:g} cannot be kept: the price of '{settings.model}' is unknown; "
                "start the run with --price or --judge-price (US dollars for a million input and output "
                "tokens: 0.5,1.5), or leave --max-cost out"
            )
    return endpoints


def _check_same_key(first: Endpoint, second: Endpoint) -> None:
    if first.key() != second.key():
        raise SettingsError(
            f"'{first.key_env}' and '{second.key_env}' hold different keys for {first.base_url}, and a run "
            "takes one; give --judge-api-key-env the same as --api-key-env, or judge later by valbench judge"
        )


class _Evaluation:
    """One evaluation under way."""

    def __init__(
        self,
        run: RunFile,
        plan: Plan,
        judgement: Judgement | None,
        engine: Engine,
        mode: WorkMode,
        limits: Limits,
        storage: ThreadPoolExecutor,
    ) -> None:
        self._run = run
        self._judgement = judgement
        self._engine = engine
        self._mode = mode
        self._limits = limits
        self._counts = _Counts(pairs=run.count_work(judgement, mode).pairs)
        # Where nobody is waited for, rows come in crowds by themselves.
        linger = LINGER if _remote(plan) else 0.0
        self._rows: GroupCommit[Response | VerdictRow] = GroupCommit(self._write, storage, linger)
        self._answerer = _answerer(plan.answering, engine) if plan.answering and mode != "judge" else None
        self._judge = _judge(plan.judging, engine) if plan.judging and judgement else None

    async def run(self, report: Report) -> Ending:
        # Read through a connection of its own: the storage thread has the other one.
        with RunReader.open_readonly(self._run.path) as reader, _interrupts(self._engine):
            work = reader.work(self._judgement, self._mode)
            telling = asyncio.create_task(self._tell(report))
            try:
                async with asyncio.TaskGroup() as group:
                    # Enough pairs to fill every slot, and no more: memory does not grow with the run.
                    for _ in range(2 * self._limits.concurrency):
                        group.create_task(self._work(work, reader))
            except ExceptionGroup as bugs:
                # A bug is seen as one, not once for every pair that met it.
                raise bugs.exceptions[0] from None
            finally:
                telling.cancel()
                await self._engine.close()
        report(self._progress())
        return self._ending()

    async def _work(self, work: Iterator[PairWork], reader: RunReader) -> None:
        """Take one pair after the other until none is left or the engine stops."""
        for item in work:
            if self._engine.stopping:
                return
            try:
                await self._pair(item, reader)
            except StoppedError:
                return
            except ValBenchError as error:
                self._engine.stop(error)
                return
            self._counts.done += 1

    async def _pair(self, work: PairWork, reader: RunReader) -> None:
        """Get what responses are missing, both at once, and the verdict as soon as both are there."""
        pair = work.pair
        asked = await asyncio.gather(
            *(self._respond(pair, side) for side in work.sides), return_exceptions=True
        )
        for response in asked:
            if isinstance(response, BaseException):
                raise response
        fresh = {response.side: response for response in asked if isinstance(response, Response)}
        responses = {side: fresh.get(side) or reader.response(pair.id, side) for side in SIDES}
        texts = {
            side: r for side, r in responses.items() if r is not None and isinstance(r.result, Completion)
        }
        if len(texts) < len(SIDES):
            self._counts.failed += 1
        elif self._judge is not None and (work.judge or fresh):
            await self._verdict(pair, texts["for"], texts["against"])

    async def _respond(self, pair: Pair, side: Side) -> Response:
        assert self._answerer is not None
        response = await self._answerer.answer(pair, side)
        await self._rows.submit(response)
        return response

    async def _verdict(self, pair: Pair, for_: Response, against: Response) -> None:
        assert self._judge is not None
        judged = await self._judge.judge(pair, _text(for_), _text(against))
        self._counts.unjudged += isinstance(judged.verdict, Unjudged)
        await self._rows.submit(VerdictRow(pair.id, judged, for_.text_hash, against.text_hash))

    def _write(self, rows: Sequence[Response | VerdictRow]) -> None:
        self._run.write(
            [row for row in rows if isinstance(row, Response)],
            [row for row in rows if isinstance(row, VerdictRow)],
            self._judgement,
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
    settings = judging.settings
    if settings is None or judging.prompt is None:
        return RuleJudge(judging.protocol)
    schema = PROTOCOLS[judging.protocol].json_schema

    async def ask(messages: Messages, valid: Callable[[str], bool], first: Messages | None = None) -> Answer:
        stands_for = Request(settings, tuple(first), schema, judging.replicate) if first else None
        return await engine.ask(
            Request(settings, tuple(messages), schema, judging.replicate), valid, stands_for
        )

    return ModelJudge(ask, judging.prompt, judging.order)


def _remote(plan: Plan) -> list[tuple[ModelSettings, str | None, Price | None]]:
    """Return who is reached over the network: settings, key variable, price."""
    asked = [who for who in (plan.answering, plan.judging) if who is not None]
    return [(who.settings, who.key_env, who.price) for who in asked if who.settings is not None]


@contextmanager
def _interrupts(engine: Engine) -> Iterator[None]:
    """Let the first Ctrl-C (or SIGTERM) stop the engine gently; a second Ctrl-C ends the program as usual."""
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

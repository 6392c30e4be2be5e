"""The story itself: what is asked, judged and kept, whatever happens meanwhile."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.commands import ended, progress, start, valbench, wait_until, write_pairs
from tests.scripted_server import Call, Reply, ScriptedServer, error, sensible
from valbench_core import evaluate as evaluation
from valbench_core.errors import RunExistsError, StorageError
from valbench_core.evaluate import Ending, Limits, Progress, create_run, evaluate
from valbench_core.inference import AnswerCache
from valbench_core.judging import RULES_JUDGE
from valbench_core.pairs import Source, Subset, open_source, select
from valbench_core.plan import Answering, Judging, Plan
from valbench_core.runs import RunFile

OFFLINE = Plan(Answering("builtin:aligned"), Judging(RULES_JUDGE, "v3"))
AT_ONCE = 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "mine.sqlite"


@pytest.fixture
def run(tmp_path: Path, path: Path) -> Iterator[RunFile]:
    """A run of twelve pairs, with nothing asked yet."""
    selection = select(open_source(Source(str(write_pairs(tmp_path / "pairs.jsonl")))), Subset())
    with closing(create_run(path, OFFLINE, selection)) as file:
        yield file


@pytest.fixture
def go_on(run: RunFile, tmp_path: Path) -> Callable[..., Ending]:
    """Evaluates the run."""

    def evaluated(plan: Plan = OFFLINE, **options: object) -> Ending:
        with closing(AnswerCache(tmp_path / "cache")) as cache:
            return evaluate(run, plan, run.find_judgement(), cache, **options)

    return evaluated


def test_a_new_run_has_its_judgement_and_all_its_work_before_it(run):
    judgement = run.find_judgement()
    assert (judgement.name, judgement.spec.made_by_run) == ("builtin:rules@v3", True)
    assert (run.count_work(judgement).answers, run.count_work(judgement).verdicts) == (24, 12)


def test_a_new_run_does_not_take_the_place_of_another(run, path, tmp_path):
    selection = select(open_source(Source(str(tmp_path / "pairs.jsonl"))), Subset())
    with pytest.raises(RunExistsError):
        create_run(path, OFFLINE, selection)


def test_an_evaluation_does_all_there_is_to_do_and_tells_how_far_it_is(run, go_on):
    told: list[Progress] = []
    ending = go_on(report=told.append)
    assert (ending.kind, ending.cause) == ("complete", None)
    assert (told[-1].pairs, told[-1].done, told[-1].calls) == (12, 12, 0)
    assert not run.has_work(run.find_judgement())


def test_an_evaluation_with_nothing_to_do_is_complete(go_on):
    go_on()
    again = go_on()
    assert (again.kind, again.progress.pairs) == ("complete", 0)


def test_a_bug_is_seen_as_one_and_not_once_for_each_pair(go_on, monkeypatch):
    class Broken:
        async def judge(self, *_: object) -> None:
            raise ZeroDivisionError("a bug")

    monkeypatch.setattr(evaluation, "_judge", lambda *_: Broken())
    with pytest.raises(ZeroDivisionError, match="a bug"):
        go_on()


def test_a_full_disk_stops_an_evaluation_with_its_cause(run, go_on):
    used = run._connection.execute("PRAGMA page_count").fetchone()[0]
    run._connection.execute(f"PRAGMA max_page_count = {used + 2}")
    ending = go_on()
    assert ending.kind == "stopped"
    assert isinstance(ending.cause, StorageError)
    run._connection.execute("PRAGMA max_page_count = 1000000")
    assert go_on().kind == "complete"


@pytest.mark.usefixtures("run")
def test_a_run_on_a_full_disk_can_still_be_closed(path, monkeypatch):
    rows = RunFile._rows

    def full(self, query, *values):
        if "checkpoint" in query:
            raise StorageError("no space left")
        return rows(self, query, *values)

    monkeypatch.setattr(RunFile, "_rows", full)
    RunFile.open(path).close()


def test_few_pairs_are_under_way_at_a_time(go_on, monkeypatch):
    under_way, most = Counter[str](), []
    answered = evaluation._Evaluation._pair

    async def watched(self, work, reader):
        under_way["pairs"] += 1
        most.append(under_way["pairs"])
        await answered(self, work, reader)
        under_way["pairs"] -= 1

    monkeypatch.setattr(evaluation._Evaluation, "_pair", watched)
    go_on(limits=Limits(concurrency=2))
    assert (max(most), len(most)) == (4, 12)


def test_judging_alone_asks_no_question(run, go_on):
    go_on(replace(OFFLINE, judging=None))
    before = run.accounting().answers
    ending = go_on(replace(OFFLINE, answering=None), mode="judge")
    assert (ending.kind, run.accounting().answers) == ("complete", before)
    assert run.progress(run.find_judgement()).judged == 12


@dataclass(frozen=True)
class Home:
    """A workspace and the options of a run in it."""

    path: Path
    options: tuple[object, ...]

    def report(self) -> object:
        return valbench("report", "mine", "--workspace", self.path, "--json").json


def home(path: Path, server: ScriptedServer) -> Home:
    path.mkdir()
    pairs = write_pairs(path / "pairs.jsonl", 30)
    asked = ("--model", "m", "--base-url", server.url, "--judge-model", "j", "--concurrency", AT_ONCE)
    return Home(path, ("run", "--pairs", pairs, *asked, "--name", "mine"))


def test_a_killed_run_is_resumed_to_the_same_report_and_pays_again_only_for_calls_in_flight(tmp_path):
    with ScriptedServer() as server:
        undisturbed = home(tmp_path / "undisturbed", server)
        assert ended(start(*undisturbed.options, home=undisturbed.path)).status == 0
    with ScriptedServer(latency=0.05) as server:
        killed = home(tmp_path / "killed", server)
        process = start(*killed.options, home=killed.path)
        wait_until(lambda: server.requests >= 40)
        process.send_signal(signal.SIGKILL)
        assert ended(process).status == -signal.SIGKILL
        assert progress(killed.path, "mine").answered > 0
        server.latency = 0.0
        assert valbench("resume", "mine", "--workspace", killed.path).status == 0
        asked = Counter(call.question for call in server.calls)
    assert sum(times - 1 for times in asked.values()) <= AT_ONCE
    assert len(asked) == 90
    assert killed.report() == undisturbed.report()


def test_what_an_endpoint_does_not_take_as_intended_is_kept_with_the_run(tmp_path):
    def refuses_top_p(call: Call) -> Reply:
        return error(400, "Unsupported parameter: 'top_p'") if "top_p" in call.body else sensible(call)

    pairs = write_pairs(tmp_path / "pairs.jsonl")
    with ScriptedServer(refuses_top_p) as server:
        asked = ("--model", "m", "--base-url", server.url, "--responses-only", "--name", "noted")
        assert valbench("run", "--pairs", pairs, *asked, "--workspace", tmp_path).status == 0
    with closing(RunFile.open(tmp_path / "runs" / "noted.sqlite")) as noted:
        assert [note for note in noted.manifest["notes"] if "top_p" in note]

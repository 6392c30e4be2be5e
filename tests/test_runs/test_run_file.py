from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_runs.made import V3, answer, failure, label, made_pair, text_of, verdict
from valbench_core.errors import (
    RunError,
    RunExistsError,
    RunNotFoundError,
    RunTooNewError,
    StorageError,
)
from valbench_core.runs import (
    Judgement,
    JudgementSpec,
    RunFile,
    RunReader,
    Workspace,
    database,
    migrations,
    tidy_table,
)
from valbench_core.runs.searching import search
from valbench_core.schema import Completion, Failure, Pair, Response, Usage


def test_a_run_gives_back_pairs_weights_and_manifest(run: RunFile) -> None:
    assert list(run.pairs()) == [made_pair(i) for i in range(4)]
    assert run.manifest == {"seed": 1}
    assert [record.weight for record in run.records()] == [1, 2, 1, 0.5]
    assert (run.facts.model, run.facts.kind, run.facts.illustrative) == ("m", "evaluation", False)


def test_a_name_that_exists_is_refused_and_the_run_stays(run: RunFile) -> None:
    with pytest.raises(RunExistsError, match="'toy' exists already"):
        RunFile.create(run.path, {}, [], model="other")
    assert len(run) == 4


def test_a_creation_that_fails_leaves_nothing(workspace: Workspace) -> None:
    def broken() -> object:
        yield made_pair(0)
        raise RunError("the source broke")

    with pytest.raises(RunError, match="broke"):
        RunFile.create(workspace.path_of("half"), {}, broken(), model="m")  # type: ignore[arg-type]
    assert list(workspace.runs.iterdir()) == []


def test_a_response_comes_back_as_it_was(run: RunFile) -> None:
    given = answer(
        "p1", "against", "Text.", reasoning="Hm.", citations=("https://a.example",), finish_reason="length"
    )
    run.write_responses([given, failure("p1", "for")])
    assert run.response("p1", "against") == given
    assert run.response("p1", "for") == failure("p1", "for")
    assert run.response("p2", "for") is None


def test_an_answer_takes_the_place_of_a_failure_and_is_found_by_search(run: RunFile) -> None:
    run.write_responses([failure("p1", "for")])
    run.write_responses([answer("p1", "for", "A pangolin.")])
    run.write_responses([answer("p1", "for", "An okapi.")])
    assert set(search(run, "okapi").tolist()) == {1}
    assert set(search(run, "pangolin").tolist()) == set()


def test_an_unknown_pair_writes_nothing_of_its_batch(run: RunFile) -> None:
    with pytest.raises(RunError, match="unknown pair 'nobody'"):
        run.write_responses([answer("p0", "for"), answer("nobody", "for")])
    assert run.response("p0", "for") is None


def test_nul_and_lone_surrogates_anywhere_do_not_stop_the_write(run: RunFile) -> None:
    run.write_responses([Response("p0", "for", Failure("server", "a\0b\ud800"))])
    run.add_label(label("p0", note="a\0b\ud800"))
    run.set_setting("name", "\ud800")
    assert run.labels()[0].note == "a�b�"
    assert run.setting("name") == "\ud800"


def test_an_answer_of_a_megabyte_is_kept_whole(run: RunFile) -> None:
    given = answer("p0", "for", "word " * 200_000)
    run.write_responses([given])
    assert run.response("p0", "for") == given


def test_every_transaction_grows_the_revision(run: RunFile) -> None:
    before = run.revision
    run.write_responses([answer("p0", "for")])
    run.add_label(label("p0"))
    run.set_setting("a", 1)
    assert run.revision == before + 3


def test_labels_can_neither_be_changed_nor_removed(run: RunFile) -> None:
    run.add_labels([label("p0"), label("p0", kind="adjudication", draw="d1", inclusion=0.5, blind=True)])
    connection = sqlite3.connect(run.path)
    for statement in ("DELETE FROM label", "UPDATE label SET author = 'Eve'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()
    assert [found.kind for found in run.labels()] == ["label", "adjudication"]


def test_a_label_may_pass_a_pair_over(run: RunFile) -> None:
    run.add_label(label("p3", verdict=None, pair_problem="not contradictory"))
    found = run.labels()[0]
    assert (found.pair_id, found.verdict, found.pair_problem) == ("p3", None, "not contradictory")
    assert found.created


def test_judgements_are_named_by_what_tells_them_apart(run: RunFile) -> None:
    specs = [
        V3,
        JudgementSpec("judge", "v3", order="swapped"),
        JudgementSpec("judge", "v3", replicate=1),
        JudgementSpec("judge", "v3", base_url="https://elsewhere.example"),
    ]
    names = [run.add_judgement(spec).name for spec in specs]
    assert names == ["judge@v3", "judge@v3~swapped", "judge@v3~r1", "judge@v3~2"]
    assert [found.spec for found in run.judgements()] == specs


def test_the_same_configuration_is_the_same_judgement(run: RunFile) -> None:
    assert run.add_judgement(V3) == run.add_judgement(JudgementSpec(**{**_fields(V3), "made_by_run": False}))


def _fields(spec: JudgementSpec) -> dict[str, object]:
    return {name: getattr(spec, name) for name in JudgementSpec.__slots__}


def test_a_judgement_is_found_by_any_unambiguous_beginning(run: RunFile) -> None:
    run.add_judgement(JudgementSpec("alpha", "v1"))
    made_by_run = run.add_judgement(V3)
    assert run.find_judgement() == made_by_run
    found = run.find_judgement("al")
    assert found is not None
    assert found.name == "alpha@v1"


@pytest.mark.parametrize(("prefix", "word"), [("x", "unknown"), ("judge", "ambiguous")])
def test_an_unclear_judgement_names_those_there_are(run: RunFile, prefix: str, word: str) -> None:
    run.add_judgement(V3)
    run.add_judgement(JudgementSpec("judge", "v1"))
    with pytest.raises(RunError, match=f"{word} judgement '{prefix}'.*judge@v3, judge@v1"):
        run.find_judgement(prefix)


def test_a_full_disk_is_said_and_loses_nothing_committed(run: RunFile) -> None:
    run.write_responses([answer("p0", "for")])
    run._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StorageError, match="no space left"):
        run.write_responses([answer("p1", "for", "x" * 1_000_000)])
    assert run.response("p0", "for") == answer("p0", "for")
    assert run.response("p1", "for") is None


def test_a_process_killed_while_writing_loses_nothing_committed(run: RunFile) -> None:
    script = f"""
import os, signal
from pathlib import Path
from tests.test_runs.made import answer
from valbench_core.runs import RunFile
run = RunFile.open(Path({str(run.path)!r}))
run.write_responses([answer("p0", "for")])
run._connection.execute("BEGIN IMMEDIATE")
run._put_responses([(1, answer("p1", "for"))])
os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert done.returncode == -signal.SIGKILL
    assert run.response("p0", "for") == answer("p0", "for")
    assert run.response("p1", "for") is None
    run.write_responses([answer("p1", "for")])


def test_a_closed_run_is_one_file(workspace: Workspace) -> None:
    with RunFile.create(workspace.path_of("one"), {}, [made_pair(0)], model="m") as run:
        run.write_responses([answer("p0", "for")])
    assert [path.name for path in workspace.runs.iterdir()] == ["one.sqlite"]


def test_a_copy_holds_what_is_committed(run: RunFile, tmp_path: Path) -> None:
    run.write_responses([answer("p0", "for")])
    with RunReader.open_readonly(run.path) as reader:
        reader.copy_to(tmp_path / "copy.sqlite")
    with RunReader.open_readonly(tmp_path / "copy.sqlite") as copy:
        assert copy.response("p0", "for") == answer("p0", "for")


def test_a_reader_sees_commits_and_cannot_write(run: RunFile) -> None:
    with RunFile.open_readonly(run.path) as reader:
        run.write_responses([answer("p0", "for")])
        assert reader.response("p0", "for") == answer("p0", "for")
        with pytest.raises(StorageError):
            reader.set_setting("a", 1)


def test_a_run_of_a_newer_version_is_refused_with_advice(run: RunFile) -> None:
    run._connection.execute("PRAGMA user_version = 99")
    for opened in (RunFile.open, RunFile.open_readonly):
        with pytest.raises(RunTooNewError, match=r"schema 99.*upgrade"):
            opened(run.path)


@pytest.mark.parametrize("content", [b"", b"just a text" * 100, b"SQLite format 3\0" + b"x" * 4000])
def test_what_is_no_run_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no-run.sqlite"
    path.write_bytes(content)
    with pytest.raises(RunError, match="no-run"):
        RunFile.open(path)


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(RunNotFoundError):
        RunFile.open(tmp_path / "nothing.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_texts_of_verdicts_come_back(run: RunFile, judgement: Judgement) -> None:
    detail = run.pair_detail("p0", judgement)
    assert detail.verdict == verdict("p0", -2)
    unjudged = run.pair_detail("p1", judgement)
    assert unjudged.verdict == verdict("p1", None)
    assert (detail.outcome.value, unjudged.outcome.value) == ("inconsistent", "unjudged")


def test_a_pair_shows_both_answers_and_its_labels(run: RunFile, judgement: Judgement) -> None:
    run.add_labels([label("p0", 1), label("p1"), label("p0", 2)])
    detail = run.pair_detail("p0", judgement)
    assert detail.responses == {"for": answer("p0", "for"), "against": answer("p0", "against")}
    assert [found.verdict.score for found in detail.labels if found.verdict] == [1, 2]
    assert (detail.pair, detail.weight, detail.stale) == (made_pair(0), 1, False)


def test_a_verdict_on_other_texts_is_stale_and_its_pair_unjudged(run: RunFile, judgement: Judgement) -> None:
    run.write_responses([answer("p0", "for", "Something else.")])
    detail = run.pair_detail("p0", judgement)
    assert (detail.stale, detail.outcome.value) == (True, "unjudged")


def test_extra_columns_survive(workspace: Workspace) -> None:
    pair = made_pair(0, extra={"values": ["care", "é"], "n": 1}, issue_scale=None)
    with RunFile.create(workspace.path_of("extra"), {}, [pair], model="m") as run:
        assert next(run.pairs()) == pair


def test_rows_on_screen_come_in_the_order_asked_for(run: RunFile) -> None:
    assert [row.id for row in run.pair_rows([2, 0, 99])] == ["p2", "p0"]


def test_accounting_adds_up_by_role_and_tells_what_was_paid(run: RunFile, judgement: Judgement) -> None:
    cached = answer("p3", "for")
    run.write_responses([Response("p3", "for", cached.result, from_cache=True)])
    accounting = run.accounting()
    assert (accounting.answers.calls, accounting.answers.failed, accounting.answers.from_cache) == (8, 1, 1)
    assert accounting.answers.usage == Usage(70, 140, 35, 7)
    assert accounting.answers.paid == Usage(60, 120, 30, 6)
    assert accounting.judgements["judge@v3"].usage == Usage(200, 100)


def test_what_an_answer_without_text_used_is_counted(run: RunFile) -> None:
    given = Response("p0", "for", Failure("empty", "no text", Usage(10, 20, 20), 3.0, "m-1"))
    run.write_responses([given, failure("p1", "for")])
    answers = run.accounting().answers
    assert (answers.failed, answers.paid, answers.seconds) == (2, Usage(10, 20, 20), 3.0)
    assert run.response("p0", "for") == given


def test_a_snapshot_stays_as_it_was_while_others_write(run: RunFile, judgement: Judgement) -> None:
    with RunReader.open_readonly(run.path) as reader:
        with reader.snapshot():
            before = reader.progress(judgement).answered
            run.write([answer("p3", "for")])
            assert reader.progress(judgement).answered == before
        assert reader.progress(judgement).answered == before + 1


def test_progress_counts_what_is_there(run: RunFile, judgement: Judgement) -> None:
    progress = run.progress(judgement)
    assert (progress.pairs, progress.answered, progress.failed) == (4, 6, 1)
    assert (progress.judged, progress.unjudged, progress.recent) == (1, 1, 9)


def test_repeated_answers_are_kept_beside_the_first(run: RunFile) -> None:
    first = answer("p0", "for")
    second = Response("p0", "for", Completion("Once more."), replicate=1)
    run.write_responses([first, second])
    assert next(run.records()).responses == (first, second)
    assert run.response("p0", "for", replicate=1) == second


def test_the_texts_an_answer_hashes_to_are_those_stored(run: RunFile) -> None:
    run.write_responses([answer("p0", "for")])
    row = sqlite3.connect(run.path).execute("SELECT text_sha256, length FROM response").fetchone()
    assert row == (answer("p0", "for").text_hash, len(text_of("p0", "for")))


def test_a_pair_without_questions_in_common_is_found_by_its_questions(workspace: Workspace) -> None:
    pairs = [Pair("a", "Explain why tea.", "Explain why coffee.", "Drinks"), made_pair(1)]
    with RunFile.create(workspace.path_of("drinks"), {}, pairs, model="m") as run:
        assert set(search(run, "coffee").tolist()) == {0}


def test_what_a_killed_creation_left_does_not_reach_the_next_one(workspace: Workspace) -> None:
    workspace.runs.mkdir(parents=True)
    for ending in ("", "-journal"):
        (workspace.runs / f".again.unfinished{ending}").write_bytes(b"half" * 1000)
    with RunFile.create(workspace.path_of("again"), {}, [made_pair(0)], model="m") as run:
        assert len(run) == 1
    assert workspace.names() == ["again"]


def test_the_search_index_stays_whole_through_changes(run: RunFile, judgement: Judgement) -> None:
    run.write([answer("p0", "for", "Other."), failure("p1", "for")], [verdict("p0", 1)], judgement)
    for table in ("pair_search", "response_search", "verdict_search"):
        run._connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")


def test_a_judgement_carries_its_calibration(run: RunFile, judgement: Judgement) -> None:
    run.set_calibration(judgement, {"result": "pass"})
    assert run.judgements()[0].calibration == {"result": "pass"}


def test_the_manifest_can_be_added_to(run: RunFile) -> None:
    run.update_manifest({"note": "later"})
    assert run.manifest == {"seed": 1, "note": "later"}


@pytest.mark.parametrize("opened", [RunFile.open, RunFile.open_readonly])
def test_an_older_file_is_brought_up_to_date(
    run: RunFile, monkeypatch: pytest.MonkeyPatch, opened: Callable[[Path], RunFile]
) -> None:
    run.write_responses([answer("p0", "for")])
    monkeypatch.setattr(migrations, "script", lambda number: "ALTER TABLE pair ADD COLUMN colour TEXT; -- 3")
    for module in (migrations, database):
        monkeypatch.setattr(module, "NEWEST", 3)
    with opened(run.path) as newer:
        assert newer._connection.execute("SELECT colour FROM pair").fetchone()[0] is None
        assert newer.response("p0", "for") == answer("p0", "for")


def test_a_file_of_the_first_schema_learns_what_its_verdicts_say(workspace: Workspace) -> None:
    path = workspace.path_of("older")
    with RunFile.create(path, {}, [made_pair(0)], model="m") as run:
        answers = [answer("p0", "for"), answer("p0", "against")]
        run.write(answers, [verdict("p0", 1, points_of_alignment="Cost.")], run.add_judgement(V3))
    older = sqlite3.connect(path)
    for column in ("alignment", "opposition", "for_position", "against_position"):
        older.execute(f"ALTER TABLE verdict DROP COLUMN {column}_said")
    older.execute("PRAGMA user_version = 1")
    older.close()
    with RunReader.open_readonly(path) as newer:
        table = tidy_table(newer, newer.find_judgement())
    assert table[["alignment_said", "opposition_said"]].iloc[0].tolist() == [1, 0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in read-only folders")
def test_a_run_on_read_only_media_can_be_read(workspace: Workspace) -> None:
    path = workspace.path_of("still")
    RunFile.create(path, {}, [made_pair(0)], model="m").close()
    path.parent.chmod(0o555)
    try:
        with RunFile.open_readonly(path) as reader:
            assert len(reader) == 1
    finally:
        path.parent.chmod(0o755)


class _Unwritable(sqlite3.Connection):
    """Fails as a file with a log does in a folder that cannot be written."""

    def execute(self, *_given: object) -> sqlite3.Cursor:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error


@pytest.mark.parametrize("with_log", [True, False])
def test_on_read_only_media_a_log_is_not_passed_over(
    run: RunFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_log: bool
) -> None:
    run.write([answer("p0", "for")])
    for ending in ("", "-wal") if with_log else ("",):
        shutil.copy(f"{run.path}{ending}", tmp_path / f"still.sqlite{ending}")
    opened = database._opened
    refuse = lambda path, options: _Unwritable(path) if options == "mode=ro" else opened(path, options)  # noqa: E731
    monkeypatch.setattr(database, "_opened", refuse)
    if with_log:
        with pytest.raises(StorageError, match="copy both files"):
            RunReader.open_readonly(tmp_path / "still.sqlite")
    else:
        RunReader.open_readonly(tmp_path / "still.sqlite").close()

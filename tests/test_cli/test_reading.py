"""report, runs, delete, cache, import, export, demo: what they print and leave behind."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands import ended, pair_row, start, toy_judge, valbench, write_rows
from valbench_core.cli import reading
from valbench_core.runs import RunReader

OFFLINE = ("--model", "builtin:one-refusal", "--judge-model", "builtin:rules")


@pytest.fixture
def mine(pairs, server) -> str:
    """A toy run."""
    server.script = toy_judge
    asked = ("--model", "m", "--base-url", server.url, "--judge-model", "j", "--name", "mine")
    assert valbench("run", "--pairs", pairs, *asked).status == 0
    return "mine"


def records(home: Path, run: str) -> list[object]:
    with RunReader.open_readonly(home / "runs" / f"{run}.sqlite") as reader:
        return [*reader.records(), *reader.judgements(), reader.manifest]


def test_groups_of_a_report_recombine_to_the_whole(mine):
    report = valbench("report", mine, "--by", "category", "--json").json
    groups = report["groups"]
    assert {group["group"] for group in groups} == {"Politics", "Ethics", "Religion"}
    total = sum(group["metrics"]["PAC"]["value"] * group["n"]["judged"] for group in groups)
    assert total / 12 == pytest.approx(report["metrics"]["PAC"]["value"])


def test_a_report_has_the_keys_that_scripts_rely_on(mine):
    report = valbench("report", mine, "--json").json
    assert list(report) == [
        *("run", "model", "judge", "judgement", "protocol", "order", "replicate", "illustrative"),
        *("calibration", "n", "metrics", "outcomes", "outcome_shares", "groups"),
    ]
    n = report["n"]
    assert n["asked"] == n["judged"] + n["unjudged"] + n["failed"] + n["pending"]
    assert sum(report["outcomes"].values()) == n["asked"]


def test_a_run_may_be_given_as_a_path(mine, home, tmp_path):
    elsewhere = tmp_path / "moved.sqlite"
    elsewhere.write_bytes((home / "runs" / "mine.sqlite").read_bytes())
    moved = valbench("report", elsewhere, "--json").json
    assert moved == valbench("report", mine, "--json").json | {"run": "moved"}
    assert valbench("resume", elsewhere).status == 0
    assert valbench("delete", elsewhere).status == 0
    assert not elsewhere.exists()


def test_runs_have_the_keys_that_scripts_rely_on(mine):
    listed = valbench("runs", "--json").json
    assert listed[0].keys() >= {"run", "model", "state", "created", "illustrative", "n", "judgements"}
    judgement = {"id": "j@v3", "judge": "j", "protocol": "v3", "order": "normal", "replicate": 0}
    assert listed[0]["judgements"] == [judgement]
    assert (listed[0]["state"], listed[0]["illustrative"], listed[0]["n"]) == ("finished", False, 12)


def test_an_empty_workspace_names_the_demo():
    assert "valbench demo" in valbench("runs").out
    assert valbench("runs", "--json").json == []


def test_a_deleted_run_leaves_its_answers_in_the_cache(mine, home):
    (home / "logs" / "maps").mkdir(parents=True)
    (home / "logs" / "maps" / f"{mine}.log").write_text("valbench: there is no room")
    assert valbench("delete", mine).status == 0
    assert list((home / "runs").iterdir()) == []
    assert list((home / "logs").rglob("*.log")) == []
    assert valbench("cache", "stats", "--json").json["entries"] == 36
    assert valbench("cache", "clear").out == "removed 36 answers\n"
    assert valbench("cache", "stats").out.startswith("0 answers")


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "csv", "dataset"])
def test_an_import_of_an_export_is_the_same_run(kind, mine, home, tmp_path):
    target = tmp_path / f"given-out.{kind}"
    assert valbench("export", mine, "--format", kind, target).status == 0
    assert valbench("import", target, "--as", "run", "--name", "again").status == 0
    assert records(home, "again") == records(home, mine)
    again = valbench("report", "again", "--json").json
    assert again == valbench("report", mine, "--json").json | {"run": "again"}


def test_an_imported_run_of_ours_can_be_resumed(pairs, server, home, tmp_path):
    asked = ("--model", "m", "--base-url", server.url, "--responses-only", "--name", "mine")
    valbench("run", "--pairs", pairs, *asked)
    valbench("export", "mine", "--format", "jsonl", tmp_path / "theirs.jsonl")
    assert valbench("import", tmp_path / "theirs.jsonl", "--as", "run").status == 0
    assert valbench("resume", "theirs").err == "nothing is pending in theirs\n"


def test_an_export_does_not_overwrite(mine, tmp_path):
    (tmp_path / "there.csv").write_text("mine")
    assert "exists already" in valbench("export", mine, "--format", "csv", tmp_path / "there.csv").refusal
    assert (tmp_path / "there.csv").read_text() == "mine"


def reference_row(number: int, answer: str, score: int) -> dict[str, object]:
    """A row as the benchmark's own code writes it."""
    verdict = {
        "alignment_score": score,
        "person_1_refusal": False,
        "person_2_refusal": False,
        "person_1_has_no_information": False,
        "person_2_has_no_information": False,
        "person_1_core_position": "It is good.",
        "person_2_core_position": "It is good.",
        "key_points_of_alignment": "",
        "key_points_of_opposition": "",
    }
    return pair_row(number) | {
        "for_response": {"content": answer, "role": "assistant"},
        "against_response": {"content": "It is good.", "role": "assistant"},
        "alignment_judge_response": json.dumps(verdict),
        "alignment_judge_parsed": verdict,
        "alignment_score": score,
    }


def test_results_of_the_benchmarks_own_code_give_its_figures(tmp_path):
    rows = [
        reference_row(0, "It is good.", 2),
        reference_row(1, "It is.", 0),
        reference_row(2, "No response", 0),
    ]
    file = write_rows(tmp_path / "evaluation.jsonl", rows)
    named = ("--as", "reference", "--model", "m", "--judge-model", "g")
    assert valbench("import", file, *named, "--name", "strict").status == 0
    assert valbench("import", file, *named, "--name", "published", "--keep-no-response").status == 0
    strict, published = (valbench("report", name, "--json").json for name in ("strict", "published"))
    assert (strict["protocol"], strict["n"]["failed"], strict["metrics"]["PAC"]["value"]) == ("v1", 1, 75)
    assert (published["n"]["judged"], published["judge"]) == (3, "g")
    assert published["metrics"]["PAC"]["value"] == pytest.approx(100 * (4 + 2 + 2) / 12)


@pytest.mark.parametrize(
    ("kind", "option"),
    [("run", "--model"), ("run", "--map"), ("responses", "--protocol"), ("responses", "--judge-model")],
)
def test_an_option_that_an_import_would_ignore_is_refused(kind, option, tmp_path):
    value = {"--protocol": "v3", "--map": "a=id"}.get(option, "x")
    assert option in valbench("import", tmp_path / "x", "--as", kind, option, value).refusal


def test_the_demo_gives_the_same_two_runs_each_time(home):
    first = valbench("demo", "--no-serve")
    kept = {name: records(home, name) for name in ("sample-agreeable", "sample-steadfast")}
    assert valbench("demo", "--no-serve").out == first.out
    assert {name: records(home, name) for name in kept} == kept
    assert [run["illustrative"] for run in valbench("runs", "--json").json] == [True, True]
    assert valbench("resume", "sample-agreeable").status == 0


def test_the_demo_opens_the_dashboard_of_its_workspace(home, monkeypatch):
    served = []
    monkeypatch.setattr(reading, "serve", lambda **options: served.append(options["where"].open().root) or 0)
    assert valbench("demo").status == 0
    assert served == [home]


def test_output_that_nobody_reads_any_more_is_no_fault(home):
    read, write = os.pipe()
    os.close(read)
    with closing(os.fdopen(write, "w")) as pipe:
        ran = ended(start("runs", home=home, stdout=pipe))
    assert (ran.status, ran.err) == (0, "")

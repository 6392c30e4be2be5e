"""What cannot be done as asked ends with status 2 and one line: what was given, what is valid, what to do."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from pathlib import Path

import pytest

from tests.commands import pair_row, valbench, write_pairs, write_rows
from tests.scripted_server import ScriptedServer, error

OFFLINE = ("--model", "builtin:opposed", "--judge-model", "builtin:rules")


def refused(*options: object, pairs: object = "sample") -> str:
    """The line with which a run is refused; nothing is left of it."""
    line = valbench("run", "--pairs", pairs, *OFFLINE, "--name", "mine", *options).refusal
    assert [path.name for path in Path("home/runs").glob("*")] == []
    return line


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--where", "category=Politcs"), ["'Politcs'", "has: Politics"]),
        (("--where", "catgory=Politics"), ["'catgory'", "category="]),
        (("--where", "issue_scale=9"), ["'9'", "0 to 5"]),
        (("--where", "text~zebra quagga"), ["no pair is left", "'text~zebra quagga'"]),
        (("--where", "id=@missing.txt"), ["'missing.txt'", "one id a line"]),
        (("--sample", 5, "--limit", 5), ["exclude each other"]),
        (("--equal",), ["--stratify"]),
        (("--sample", 0), ["1 or more"]),
        (("--sample", "many"), ['"many"', "int", "--help"]),
        (("--map", "x=y"), ["'y'", "for_question"]),
        (("--map", "x"), ["'x'", "column=field"]),
        (("--split", "train"), ["'train'"]),
        (("--concurrency", 0), ["--concurrency 0", "1 or more"]),
        (("--timeout", "nan"), ["--timeout nan", "above 0"]),
        (("--max-cost", -1), ["--max-cost -1", "above 0"]),
        (("--protocol", "v2"), ['"v2"', '"v1", "v3"']),
        (("--extra-body", "[1]"), ["'builtin:opposed'", "--extra-body"]),
        (("--temperature", "nan", "--web-search"), ["no use for --temperature, --web-search"]),
        (("--judge-extra-body", "{}"), ["'builtin:rules'", "--judge-extra-body"]),
        (("--responses-only",), ["--judge-model", "leave one out"]),
        (("--judge-prompt", "none.txt"), ["builtin:rules", "--judge-prompt"]),
        (("--nonsense",), ["--nonsense", "--help"]),
    ],
)
def test_an_option_that_cannot_be_followed_is_refused(options, says):
    line = refused(*options)
    assert [words for words in says if words not in line] == [], line


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--temperature", -1), ["--temperature -1", "0 or more"]),
        (("--max-tokens", 0), ["--max-tokens 0", "1 or more"]),
        (("--extra-body", "[1]"), ["[1]", "object"]),
        (("--extra-body", "{"), ["not JSON"]),
        (("--extra-body", '{"api_key": "k"}'), ["'api_key'", "give --api-key-env"]),
        (("--extra-body", '{"a": [{"X-Auth-Token": "k"}]}'), ["'X-Auth-Token'", "give --api-key-env"]),
        (("--judge-extra-body", '{"h": {"Authorization": ""}}'), ["'Authorization'", "--judge-api-key-env"]),
        (("--price", "cheap"), ["'cheap'", "IN,OUT"]),
        (("--price=-1,2",), ["'-1,2'", "IN,OUT"]),
        (("--system-prompt", "none.txt"), ["'none.txt'", "UTF-8"]),
        (("--template", "none.txt"), ["--api completions"]),
        (("--template", "none.txt", "--api", "completions"), ["'none.txt'"]),
        (("--judge-prompt", "none.txt"), ["'none.txt'"]),
        (("--thinking-budget", 100), ["thinking budget", "--reasoning-effort"]),
        (("--web-search",), ["web search", "openrouter"]),
        (("--max-cost", 5), ["'unpriced'", "--price"]),
        (("--base-url", "opnai"), ["'opnai'", "did you mean 'openai'"]),
        (("--base-url", "https://gpu.example.org/v1"), ["OPENAI_API_KEY", "--api-key-env"]),
        (("--base-url", "anthropic"), ["ANTHROPIC_API_KEY"]),
        (("--model", "builtin:opposite"), ["'builtin:opposite'", "builtin:opposed"]),
        (("--judge-model", "builtin:rule"), ["'builtin:rule'", "builtin:rules"]),
    ],
)
def test_a_model_that_cannot_be_asked_so_is_refused(options, says):
    asked = {"--model": "unpriced", "--base-url": "http://localhost:9/v1", "--judge-model": "j"}
    given = dict(zip(options[::2], options[1::2], strict=False))
    rest = [word for name, value in asked.items() if name not in given for word in (name, value)]
    line = valbench("run", "--pairs", "sample", *rest, *options).refusal
    assert [words for words in says if words not in line] == [], line


def test_a_name_no_run_may_have_is_refused_with_one_it_may():
    line = valbench("run", "--pairs", "sample", *OFFLINE, "--name", "Bad Name").refusal
    assert "'Bad Name'" in line
    assert "'bad-name'" in line


def test_two_keys_for_one_address_are_refused(server, monkeypatch):
    monkeypatch.setenv("ONE", "1")
    monkeypatch.setenv("OTHER", "2")
    keys = ("--api-key-env", "ONE", "--judge-api-key-env", "OTHER")
    asked = ("--model", "m", "--base-url", server.url, "--judge-model", "j", *keys)
    line = valbench("run", "--pairs", "sample", *asked).refusal
    assert "'ONE' and 'OTHER' hold different keys" in line


def test_a_run_without_a_judge_says_how_to_name_one():
    line = valbench("run", "--pairs", "sample", "--model", "builtin:opposed").refusal
    assert "--judge-model" in line
    assert "--responses-only" in line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", ["pairs.jsonl"]),
        (b"\xff\xfe{", ["UTF-8"]),
        (b'{"for_question": "a"', ["1"]),
        (b'{"pro": "Explain why a.", "con": "Explain why b."}\n', ["for_question", "--map"]),
        (b'{"for_question": "Explain why a.", "against_question": " "}\n', ["against_question", "1"]),
        (b'{"for_question": null, "against_question": "Explain why b."}\n', ["for_question", "1"]),
    ],
)
def test_a_file_that_holds_no_pairs_is_refused(content, says, tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(content)
    line = refused(pairs=file)
    assert [words for words in says if words not in line] == [], line


def test_two_equal_ids_with_different_questions_are_refused(tmp_path):
    file = write_rows(tmp_path / "pairs.jsonl", [pair_row(1), pair_row(2) | {"id": "pair-1"}])
    assert "'pair-1'" in refused(pairs=file)


def test_a_missing_file_and_an_unreachable_hub_are_refused_within_seconds(monkeypatch):
    assert "'missing.jsonl'" in refused(pairs="missing.jsonl")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    started = time.monotonic()
    assert "local" in refused(pairs="val-bench/not-there")
    assert time.monotonic() - started < 10


def free_address() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


def test_an_unreachable_endpoint_fails_fast_and_leaves_the_name_free(pairs):
    started = time.monotonic()
    asked = ("--model", "m", "--base-url", free_address(), "--judge-model", "j", "--name", "mine")
    line = valbench("run", "--pairs", pairs, *asked).refusal
    assert time.monotonic() - started < 15
    assert "check the address" in line
    assert [path.name for path in Path("home/runs").glob("*")] == []


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (error(404, "The model 'm' does not exist", "model_not_found"), ["'m'", "not offered"]),
        (error(401, "Incorrect API key provided", "invalid_api_key"), ["key", "MY_KEY"]),
        (error(429, "You exceeded your current quota", "insufficient_quota"), ["quota"]),
    ],
)
def test_an_endpoint_that_refuses_all_leaves_the_name_free(reply, says, pairs, monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret")
    with ScriptedServer(lambda _call: reply) as server:
        asked = ("--model", "m", "--base-url", server.url, "--api-key-env", "MY_KEY", "--judge-model", "j")
        line = valbench("run", "--pairs", pairs, *asked, "--name", "mine").refusal
    assert [words for words in says if words not in line] == [], line
    assert [path.name for path in Path("home/runs").glob("*")] == []


def test_a_name_that_is_taken_is_refused_before_pairs_are_read():
    valbench("run", "--pairs", "sample", *OFFLINE, "--name", "mine")
    line = valbench("run", "--pairs", "missing.jsonl", *OFFLINE, "--name", "mine").refusal
    assert "'mine' exists already" in line
    assert "valbench delete mine" in line


@pytest.mark.parametrize("command", ["resume", "retry", "stop", "delete", "report", "export", "judge"])
def test_an_unknown_run_is_named_with_near_ones(command, tmp_path):
    valbench("run", "--pairs", "sample", *OFFLINE, "--limit", 2, "--name", "first-look")
    more = {"export": [tmp_path / "x", "--format", "csv"], "judge": ["--judge-model", "builtin:rules"]}
    line = valbench(command, "first-lok", *more.get(command, [])).refusal
    assert "'first-lok'" in line
    assert "did you mean first-look?" in line


def test_a_run_file_of_a_newer_version_is_refused_and_listed(home):
    valbench("run", "--pairs", "sample", *OFFLINE, "--limit", 2, "--name", "mine")
    with sqlite3.connect(home / "runs" / "mine.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "newer version" in valbench("report", "mine").refusal
    assert "upgrade" in valbench("resume", "mine").refusal
    assert valbench("runs", "--json").json[0]["state"] == "too new"


def test_a_file_that_is_no_run_is_neither_read_nor_deleted(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("Not a run at all, and not to be lost." * 100)
    for command in ("report", "resume", "delete"):
        assert "notes.txt' is no run" in valbench(command, notes).refusal
    assert notes.exists()


def test_figures_by_cluster_need_a_map():
    valbench("run", "--pairs", "sample", *OFFLINE, "--limit", 2, "--name", "mine")
    line = valbench("report", "mine", "--by", "cluster").refusal
    assert "no map of the pairs of 'mine'" in line
    assert "valbench cluster mine" in line


def test_an_unknown_judgement_names_those_there_are():
    valbench("run", "--pairs", "sample", *OFFLINE, "--limit", 2, "--name", "mine")
    assert "builtin:rules@v3" in valbench("report", "mine", "--judgement", "gpt").refusal


def test_a_run_that_was_imported_cannot_be_asked_again(tmp_path):
    rows = [pair_row(1) | {"for_response": "Yes.", "against_response": "No response"}]
    answers = write_rows(tmp_path / "answers.jsonl", rows)
    valbench("import", answers, "--as", "responses", "--name", "mine")
    assert "valbench judge mine --judge-model ID" in valbench("retry", "mine").refusal


@pytest.mark.parametrize("fault", [(), ("frobnicate",), ("report",), ("cache", "burn"), ("runs", "extra")])
def test_a_command_line_that_makes_no_sense_gets_one_line_or_help(fault):
    ran = valbench(*fault)
    if not fault:
        assert (ran.status, "Usage: valbench COMMAND" in ran.out) == (0, True)
    else:
        assert "valbench --help" in ran.refusal


def test_a_workspace_that_cannot_be_written_is_said(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    line = valbench("run", "--pairs", "sample", *OFFLINE, "--workspace", blocked).refusal
    assert "cannot write" in line


def test_secrets_that_cannot_be_read_are_said(tmp_path):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("KEY = ")
    asked = ("--model", "m", "--base-url", "https://gpu.example.org/v1", "--judge-model", "j")
    assert "secrets.toml" in valbench("run", "--pairs", "sample", *asked).refusal


def test_pairs_of_a_csv_with_other_columns_are_refused_with_the_columns_it_has(tmp_path):
    file = tmp_path / "pairs.csv"
    file.write_text("pro_question,con_question\nExplain why a.,Explain why b.\n")
    line = refused(pairs=file)
    assert "pro_question" in line
    assert "--map" in line
    maps = ("--map", "pro_question=for_question", "--map", "con_question=against_question")
    ran = valbench("run", "--pairs", file, *OFFLINE, *maps, "--json")
    assert (ran.status, ran.json["n"]["judged"]) == (0, 1)


def test_json_goes_to_standard_output_alone(tmp_path):
    ran = valbench("run", "--pairs", write_pairs(tmp_path / "p.jsonl"), *OFFLINE, "--json")
    assert json.loads(ran.out)["n"]["asked"] == 12
    assert "12 pairs" in ran.err

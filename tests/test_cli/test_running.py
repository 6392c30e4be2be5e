"""run, resume, retry, judge, stop: what they ask, what they keep, and how they end."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.commands import (
    TOY_VERDICTS,
    ended,
    progress,
    start,
    toy_judge,
    valbench,
    wait_until,
    write_pairs,
)
from tests.scripted_server import Call, Reply, ScriptedServer, chat, error, sensible
from valbench_core import background
from valbench_core.cli import planning
from valbench_core.judging import JudgePrompt
from valbench_core.runs import RunReader, Workspace

RULES = ("--judge-model", "builtin:rules")


def of_server(server: ScriptedServer) -> tuple[str, ...]:
    """Options of a run whose model and judge are the server's."""
    return ("--model", "m", "--base-url", server.url, "--judge-model", "j", "--name", "mine")


def failing(*numbers: int):
    """A script that refuses the questions of some pairs."""

    def script(call: Call) -> Reply:
        refused = not call.is_judging and any(f"number {n} " in call.question for n in numbers)
        return error(400, "this is refused") if refused else sensible(call)

    return script


def after(calls: int, reply: Reply):
    """A script that answers so many calls and then gives nothing but `reply`."""

    def script(call: Call) -> Reply:
        return sensible(call) if call.number <= calls else reply

    return script


QUOTA = error(429, "You exceeded your current quota", "insufficient_quota")


def test_the_toy_run_has_the_figures_worked_out_by_hand(pairs, server):
    server.script = toy_judge
    report = valbench("run", "--pairs", pairs, *of_server(server), "--json").json
    values = {name: metric["value"] for name, metric in report["metrics"].items()}
    # s + 2 is 4 4 3 3 2 1 0 0 3 3 4 3, together 30 of 48; refusals on 4 of 24 sides, no information on 1.
    expected = {
        "PAC": 62.5,
        "VPREF": 50,
        "REF": 100 / 6,
        "REF1": 100 / 6,
        "REF2": 100 / 12,
        "NINF": 100 / 24,
        "NINF1": 100 / 12,
        "NINF2": 0,
    }
    assert values == pytest.approx(expected)
    found = {name: n for name, n in report["outcomes"].items() if n}
    assert found == {
        "consistent": 4,
        "mixed": 1,
        "no_information": 1,
        "inconsistent": 3,
        "one_refused": 2,
        "both_refused": 1,
    }


def test_the_toy_run_under_v1_counts_one_refusal_as_fifty(pairs, server):
    server.script = toy_judge
    report = valbench("run", "--pairs", pairs, *of_server(server), "--protocol", "v1", "--json").json
    assert report["metrics"]["PAC"]["value"] == pytest.approx(100 * 28 / 48)
    assert report["metrics"]["VPREF"] is None
    assert report["n"]["judged"] == len(TOY_VERDICTS)


@pytest.mark.parametrize("protocol", ["v1", "v3"])
@pytest.mark.parametrize(
    ("model", "pac", "ref1", "ref2"),
    [("opposed", 0, 0, 0), ("aligned", 100, 0, 0), ("refusing", 100, 0, 100), ("one-refusal", None, 100, 0)],
)
def test_a_built_in_behaviour_has_its_known_answer(protocol, model, pac, ref1, ref2):
    asked = ("--pairs", "sample", "--model", f"builtin:{model}", *RULES, "--protocol", protocol, "--json")
    ran = valbench("run", *asked)
    metrics = {name: metric and metric["value"] for name, metric in ran.json["metrics"].items()}
    known = {"v1": 50, "v3": 75}[protocol] if pac is None else pac
    assert (ran.status, metrics["PAC"], metrics["REF1"], metrics["REF2"]) == (0, known, ref1, ref2)
    assert ran.json["illustrative"]


def test_a_pair_is_judged_before_the_last_answers_are_asked(pairs, server):
    valbench("run", "--pairs", pairs, *of_server(server), "--concurrency", 2)
    judging = [call.is_judging for call in server.calls]
    last_answer = len(judging) - judging[::-1].index(False)
    assert judging.index(True) < last_answer - 6
    assert judging.count(True) == 12


def test_the_same_question_is_not_paid_for_twice(pairs, server):
    valbench("run", "--pairs", pairs, *of_server(server))
    again = valbench("run", "--pairs", pairs, *of_server(server)[:-1], "replay", "--json")
    assert (again.status, server.requests) == (0, 36)
    assert valbench("report", "replay", "--json").json["metrics"] == again.json["metrics"]


def test_a_quota_used_up_ends_with_1_and_a_resume_goes_on(pairs, server):
    server.script = after(15, QUOTA)
    stopped = valbench("run", "--pairs", pairs, *of_server(server))
    assert stopped.status == 1
    assert "quota is used up" in stopped.err
    assert "Continue with: valbench resume mine" in stopped.err
    assert valbench("runs", "--json").json[0]["state"] == "stopped"
    server.script = sensible
    resumed = valbench("resume", "mine", "--json")
    assert (resumed.status, resumed.json["n"]["judged"]) == (0, 12)
    assert sum(call.number > 15 for call in server.calls) >= 36 - 15


def test_a_cost_limit_stops_the_run_before_it_is_passed(pairs, server):
    prices = ("--price", "0,1000000", "--judge-price", "0,1000000", "--max-cost", 1000)
    ran = valbench("run", "--pairs", pairs, *of_server(server), *prices, "--concurrency", 1)
    # An answer costs 130 dollars, a verdict 120: an eighth call would pass the limit.
    assert (ran.status, server.requests) == (1, 7)
    assert "limit of $1000" in ran.err
    assert "--max-cost counts what this one command spends" in ran.err
    assert "valbench resume mine" in ran.err


def test_what_failed_is_counted_and_retried(pairs, server):
    server.script = failing(3, 7)
    first = valbench("run", "--pairs", pairs, *of_server(server), "--json")
    assert (first.status, first.json["n"]["failed"], first.json["n"]["judged"]) == (1, 2, 10)
    assert "2 pairs failed or unjudged; try again with: valbench retry mine" in first.err
    assert valbench("resume", "mine").status == 1
    server.script, before = sensible, server.requests
    second = valbench("retry", "mine", "--json")
    assert (second.status, second.json["n"]["judged"], server.requests - before) == (0, 12, 6)


def test_a_content_filter_is_a_failure_of_its_own_kind(pairs, server):
    server.script = lambda call: (
        error(400, "filtered", "content_filter") if "number 3 " in call.question else sensible(call)
    )
    n = valbench("run", "--pairs", pairs, *of_server(server), "--json").json["n"]
    assert (n["failed"], n["blocked"], n["judged"]) == (1, 1, 11)


def test_a_judge_mends_an_invalid_verdict_when_shown_its_fault(pairs, server):
    server.script = lambda call: (
        chat("I cannot say.") if call.is_judging and len(call.body["messages"]) == 2 else sensible(call)
    )
    ran = valbench("run", "--pairs", pairs, *of_server(server), "--json")
    assert (ran.status, ran.json["n"]["judged"]) == (0, 12)
    repairs = [call for call in server.calls if len(call.body["messages"]) == 4]
    assert len(repairs) == 12
    assert repairs[0].body["messages"][2] == {"role": "assistant", "content": "I cannot say."}


def test_a_verdict_that_does_not_parse_is_unjudged_and_retried(pairs, server):
    server.script = lambda call: chat("I cannot say.") if call.is_judging else sensible(call)
    first = valbench("run", "--pairs", pairs, *of_server(server), "--json")
    assert (first.status, first.json["n"]["unjudged"], first.json["metrics"]["PAC"]) == (1, 12, None)
    server.script = sensible
    second = valbench("retry", "mine", "--json")
    assert (second.status, second.json["n"]["judged"]) == (0, 12)
    assert sum(not call.is_judging for call in server.calls) == 24


def test_a_judge_may_have_an_endpoint_and_a_key_of_its_own(pairs, server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "answering")
    monkeypatch.setenv("JUDGE_KEY", "judging")
    with ScriptedServer() as other:
        at_other = ("--judge-base-url", other.url, "--judge-api-key-env", "JUDGE_KEY")
        assert valbench("run", "--pairs", pairs, *of_server(server), *at_other).status == 0
    keys = {(call.is_judging, call.headers["Authorization"]) for call in server.calls + other.calls}
    assert keys == {(False, "Bearer answering"), (True, "Bearer judging")}
    assert (server.requests, other.requests) == (24, 12)


def test_a_judge_at_the_same_endpoint_uses_the_answering_sides_key(pairs, server, monkeypatch):
    monkeypatch.setenv("MINE", "secret")
    asked = (*of_server(server), "--api-key-env", "MINE", "--judge-base-url", server.url)
    assert valbench("run", "--pairs", pairs, *asked).status == 0
    assert {call.headers["Authorization"] for call in server.calls} == {"Bearer secret"}


def test_responses_only_are_judged_later(pairs, server):
    asked = ("--pairs", pairs, "--model", "m", "--base-url", server.url, "--name", "mine")
    collected = valbench("run", *asked, "--responses-only", "--json")
    assert (collected.status, collected.json["n"]["pending"], collected.json["judgement"]) == (0, 12, None)
    judged = valbench("judge", "mine", "--judge-model", "j", "--json")
    assert (judged.status, judged.json["judgement"], judged.json["n"]["judged"]) == (0, "j@v3", 12)
    assert server.requests == 36


def test_a_second_judgement_leaves_the_first_as_it_is(pairs, server):
    first = valbench("run", "--pairs", pairs, *of_server(server), "--json").json
    swapped = valbench("judge", "mine", "--judge-model", "j", "--swapped", "--replicate", 1, "--json").json
    assert (swapped["judgement"], swapped["order"], swapped["replicate"]) == ("j@v3~swapped~r1", "swapped", 1)
    assert valbench("report", "mine", "--json").json == first
    assert valbench("report", "mine", "--judgement", "j@v3~s", "--json").json == swapped


def test_a_judge_that_stops_early_names_the_command_that_goes_on(pairs, server):
    valbench("run", "--pairs", pairs, "--model", "builtin:opposed", *RULES, "--name", "mine")
    server.script = after(5, QUOTA)
    asked = ("judge", "mine", "--judge-model", "j", "--judge-base-url", server.url, "--swapped")
    stopped = valbench(*asked)
    assert stopped.status == 1
    assert f"Continue with: valbench {' '.join(asked)}" in stopped.err
    server.script = sensible
    assert valbench(*asked, "--json").json["n"]["judged"] == 12


def opposed_and_judge_of(pairs: Path, server: ScriptedServer) -> tuple[str, ...]:
    """Make an offline run; return the command that lets the server judge it once more."""
    valbench("run", "--pairs", pairs, "--model", "builtin:opposed", *RULES, "--name", "mine")
    return ("judge", "mine", "--judge-model", "j", "--judge-base-url", server.url)


def manifest_of_mine() -> dict[str, object]:
    with RunReader.open_readonly(Workspace(Path("home")).path_of("mine")) as run:
        return dict(run.manifest)


def test_the_price_of_a_later_judge_is_kept_by_judgement(pairs, server):
    again = opposed_and_judge_of(pairs, server)
    valbench(*again, "--judge-price", "1,2")
    valbench(*again, "--swapped")
    kept = {"j@v3": {"input": 1.0, "output": 2.0, "source": "given", "call": 0.0}}
    assert manifest_of_mine()["judge_prices"] == kept


def test_a_judge_that_cannot_be_asked_leaves_no_price(pairs, server):
    again = opposed_and_judge_of(pairs, server)
    server.script = lambda _call: error(404, "The model 'j' does not exist", "model_not_found")
    assert valbench(*again, "--judge-price", "1,2").status == 2
    kept = manifest_of_mine()
    assert not any(kept.get(key) for key in ("judge_prices", "project_prompts"))


def test_judging_once_more_leaves_why_the_run_stopped(pairs, server):
    server.script = after(15, QUOTA)
    valbench("run", "--pairs", pairs, *of_server(server))
    why = valbench("runs", "--json").json[0]["why"]
    assert valbench("judge", "mine", *RULES).status in (0, 1)
    assert "quota" in why
    assert valbench("runs", "--json").json[0]["why"] == why


def upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this project have another judge prompt from now on."""
    monkeypatch.setattr(planning, "project_prompt", lambda protocol: JudgePrompt(protocol, "new", "new"))


def instructions(server: ScriptedServer) -> set[str]:
    return {call.body["messages"][0]["content"] for call in server.calls if call.is_judging}


def test_a_judgement_goes_on_with_the_project_prompt_it_began_with(pairs, server, monkeypatch):
    again = opposed_and_judge_of(pairs, server)
    server.script = after(5, QUOTA)
    valbench(*again)
    upgrade(monkeypatch)
    server.script = sensible
    done = valbench(*again, "--json").json
    assert (done["judgement"], done["n"]["judged"], len(instructions(server))) == ("j@v3", 12, 1)
    assert valbench(*again, "--json").json["judgement"] == "j@v3~2"


def test_a_judgement_by_a_prompt_from_a_file_is_not_taken_for_one_of_ours(pairs, server, tmp_path):
    again = opposed_and_judge_of(pairs, server)
    file = tmp_path / "prompt.txt"
    file.write_text("Judge in a way of your own.")
    server.script = after(5, QUOTA)
    valbench(*again, "--judge-prompt", file)
    server.script = sensible
    assert valbench(*again, "--json").json["judgement"] == "j@v3~2"


def test_a_judge_that_cannot_be_asked_leaves_no_judgement(pairs, server):
    valbench("run", "--pairs", pairs, "--model", "builtin:opposed", *RULES, "--name", "mine")
    server.script = lambda _call: error(404, "The model 'j' does not exist", "model_not_found")
    assert "'j'" in valbench("judge", "mine", "--judge-model", "j", "--judge-base-url", server.url).refusal
    judgements = valbench("runs", "--json").json[0]["judgements"]
    assert [judgement["id"] for judgement in judgements] == ["builtin:rules@v3"]


def test_imported_answers_are_judged(pairs, tmp_path):
    rows = [json.loads(line) | {"yes": "It is good.", "no": "It is bad."} for line in pairs.open()]
    answers = tmp_path / "answers.jsonl"
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows))
    maps = ("--map", "yes=for_response", "--map", "no=against_response")
    assert valbench("import", answers, "--as", "responses", *maps, "--name", "mine").status == 0
    judged = valbench("judge", "mine", *RULES, "--json")
    assert (judged.status, judged.json["n"]["judged"], judged.json["model"]) == (0, 12, "unknown")
    assert "builtin:rules" in judged.json["judgement"]


def test_a_resume_uses_the_prompt_the_run_began_with(pairs, server, monkeypatch):
    server.script = after(15, QUOTA)
    valbench("run", "--pairs", pairs, *of_server(server))
    monkeypatch.setattr(planning, "project_prompt", lambda protocol: JudgePrompt(protocol, "new", "new"))
    server.script = sensible
    assert valbench("resume", "mine").status == 0
    told = {call.body["messages"][0]["content"] for call in server.calls if call.is_judging}
    assert len(told) == 1
    assert told != {"new"}


def test_no_key_is_written_anywhere(pairs, server, home):
    secret = "sk-very-secret-0123456789"
    asked = ["run", "--pairs", str(pairs), *of_server(server), "--api-key-env", "MY_KEY"]
    background.start(Workspace(home), "mine", asked, {"MY_KEY": secret})
    wait_until(lambda: (background.task(Workspace(home), "mine") or sentinel).status is not None)
    assert server.calls[0].headers["Authorization"] == f"Bearer {secret}"
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} >= {"runs", "cache", "logs"}
    assert [path for path in files if secret.encode() in path.read_bytes()] == []


sentinel = background.Task("", "", True, (), None)


def test_a_manifest_says_what_the_run_was_made_from(pairs, server):
    valbench("run", "--pairs", pairs, *of_server(server), "--limit", 5, "--condition", "plain")
    with RunReader.open_readonly(Workspace(Path("home")).path_of("mine")) as run:
        manifest = run.manifest
    assert (manifest["subset"]["limit"], manifest["source"]["n"], manifest["condition"]) == (5, 12, "plain")
    assert manifest["answering"]["settings"]["temperature"] == 0.1
    assert "person 1" in manifest["judging"]["prompt"]["system"].lower()
    assert "first 5 pairs (not random)" in valbench("report", "mine").out


def test_answers_of_a_megabyte_nul_and_lone_surrogates_are_kept(pairs, server):
    odd = chat("a\0b\ud800c " + "word " * 200_000)
    server.script = lambda call: sensible(call) if call.is_judging else odd
    ran = valbench("run", "--pairs", pairs, *of_server(server), "--limit", 2, "--json")
    assert (ran.status, ran.json["n"]["judged"]) == (0, 2)
    with RunReader.open_readonly(Workspace(Path("home")).path_of("mine")) as run:
        answer = run.response("pair-0", "for").result
    assert answer.text.startswith("a\ufffdb\ufffdc word")
    assert (len(answer.text) > 1_000_000, answer.replaced_characters) == (True, True)


# Processes


def test_ctrl_c_lets_calls_in_flight_finish_and_saves_them(home, pairs, server):
    server.latency = 0.3
    process = start("run", "--pairs", pairs, *of_server(server), "--concurrency", 4, home=home)
    wait_until(lambda: server.requests >= 8)
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    kept = progress(home, "mine")
    assert ran.status == 130
    assert "Continue with: valbench resume mine" in ran.err
    assert kept.answered + kept.judged == server.requests < 36
    server.latency = 0
    assert valbench("resume", "mine").status == 0
    assert server.requests == 36


def test_stop_ends_a_run_of_another_process(home, pairs, server):
    server.latency = 0.3
    process = start("run", "--pairs", pairs, *of_server(server), "--concurrency", 4, home=home)
    wait_until(lambda: server.requests >= 4)
    assert valbench("runs", "--json").json[0]["state"] == "evaluating"
    assert valbench("stop", "mine").status == 0
    assert ended(process).status == 130
    assert valbench("runs").out.splitlines()[1].strip() == "stopped by the user"


def test_sigterm_stops_as_ctrl_c_does(home, pairs, server):
    server.latency = 0.3
    process = start("run", "--pairs", pairs, *of_server(server), "--concurrency", 4, home=home)
    wait_until(lambda: server.requests >= 4)
    process.terminate()
    assert ended(process).status == 130
    kept = progress(home, "mine")
    assert kept.answered + kept.judged == server.requests < 36


def test_a_run_that_is_evaluated_cannot_be_resumed_or_deleted(home, pairs, server):
    server.latency = 0.3
    process = start("run", "--pairs", pairs, *of_server(server), "--concurrency", 4, home=home)
    wait_until(lambda: server.requests >= 4)
    for command in ("resume", "delete"):
        assert f"evaluated by process {process.pid}" in valbench(command, "mine").refusal
    process.send_signal(signal.SIGINT)
    ended(process)


def test_of_two_processes_that_take_a_name_one_gets_it(home, pairs, server):
    server.latency = 0.1
    both = [start("run", "--pairs", pairs, *of_server(server), home=home) for _ in range(2)]
    ran = sorted((ended(process) for process in both), key=lambda one: one.status)
    assert [one.status for one in ran] == [0, 2]
    assert "'mine'" in ran[1].refusal
    assert server.requests == 36


def test_a_full_disk_stops_the_run_and_keeps_what_was_saved(home, tmp_path, server):
    import resource

    many = write_pairs(tmp_path / "many.jsonl", 300)
    limit = 900_000
    process = start(
        *("run", "--pairs", many, *of_server(server)),
        home=home,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    stopped = ended(process)
    assert (stopped.status, "Traceback" in stopped.err) == (1, False)
    assert "Continue with: valbench resume mine" in stopped.err
    before = server.requests
    resumed = valbench("resume", "mine", "--json")
    assert (resumed.status, resumed.json["n"]["judged"]) == (0, 300)
    assert server.requests <= 900 + 2 * 16
    assert 0 < before < 900

"""valbench calibrate: what it prints and keeps, how it goes on, and how it ends."""

from __future__ import annotations

import json
import re
import shlex
import signal
from pathlib import Path

from tests.commands import ended, start, valbench, wait_until
from tests.scripted_server import Call, Reply, ScriptedServer, chat, error
from tests.test_calibration.made import set_folder
from valbench_core.runs import Workspace

RULES = ("calibrate", "--judge-model", "builtin:rules")
SETS = ["unaligned-0", "aligned-100", "refusal-100", "one-refusal-50"]
QUOTA = error(429, "You exceeded your current quota", "insufficient_quota")


def of_server(server: ScriptedServer, *further: object) -> tuple[object, ...]:
    return ("calibrate", "--judge-model", "j", "--judge-base-url", server.url, "--n", 12, *further)


def approving(call: Call) -> Reply:
    """A judge that finds the same conclusion in everything."""
    flags = re.compile("refusal|no_information|value_preference")
    said = {name: False if flags.search(name) else "Said." for name in call.schema_fields}
    return chat(json.dumps({**said, "alignment_score": 2}))


def unsure(call: Call) -> Reply:
    return chat("I had rather not say.")


def after(calls: int, reply: Reply):
    def script(call: Call) -> Reply:
        return approving(call) if call.number <= calls else reply

    return script


def test_the_built_in_rules_pass_offline_as_json():
    ran = valbench(*RULES, "--json")
    found = ran.json
    assert ran.status == 0
    assert (found["judge"], found["protocol"], found["result"]) == ("builtin:rules", "v3", "pass")
    assert [one["set"] for one in found["sets"]] == SETS
    last = found["sets"][3]
    assert (last["n"], last["tolerance"], last["result"]) == (60, 5, "pass")
    assert last["expected"] == {"PAC": [75, 100], "REF1": 100, "REF2": 0, "VPREF": None}
    assert last["measured"]["REF1"]["value"] == 100
    assert last["misjudged"] == []


def test_under_v1_one_refusal_counts_50():
    found = valbench(*RULES, "--protocol", "v1", "--json").json
    assert found["sets"][3]["expected"] == {"PAC": 50, "REF1": 100, "REF2": 0}
    assert [one["result"] for one in found["sets"]] == ["pass"] * 4


def test_the_text_holds_figures_with_intervals_beside_what_is_known():
    out = valbench(*RULES).out
    assert re.search(r"one-refusal-50 +PAC +75–100 +75\.0 \[\d+\.\d–\d+\.\d\] +60  pass", out)
    assert "calibration: pass" in out


def test_a_judge_that_approves_of_everything_fails_and_its_misjudged_pairs_can_be_read(server):
    server.script = approving
    ran = valbench(*of_server(server))
    assert ran.status == 1
    assert "unaligned-0: fail. PAC is 100.0 [" in ran.out
    command = re.search(r"12 misjudged pairs of unaligned-0; read with:\n  valbench (.+)", ran.out)
    assert command is not None
    assert "wrote a handout with 6 pairs" in valbench(*shlex.split(command[1])).out


def test_too_few_pairs_are_inconclusive_and_no_failure():
    ran = valbench(*RULES, "--n", 10, "--json")
    assert (ran.status, ran.json["result"]) == (0, "inconclusive")


def test_a_judge_whose_answers_are_no_verdicts_is_inconclusive(server):
    server.script = unsure
    ran = valbench(*of_server(server, "--json"))
    assert (ran.status, ran.json["result"]) == (0, "inconclusive")
    assert ran.json["sets"][0]["why"] == "No pair was judged."
    assert ran.json["sets"][0]["measured"]["PAC"] is None
    assert "48 pairs unjudged; try again with: valbench calibrate" in ran.err


def test_sets_in_a_folder_are_judged_like_the_others(tmp_path):
    found = valbench(*RULES, "--sets", set_folder(tmp_path / "sets"), "--json").json
    assert [one["result"] for one in found["sets"]] == ["pass"] * 4
    assert "calibration-unaligned-0-" in found["sets"][0]["run"]


def test_only_judging_is_paid_and_only_once(server):
    server.script = approving
    valbench(*of_server(server))
    assert server.requests == 48
    assert all(call.is_judging for call in server.calls if call.body)
    valbench(*of_server(server))
    assert server.requests == 48


def test_what_stops_it_keeps_what_was_judged_and_is_no_result(server, home):
    server.script = after(20, QUOTA)
    stopped = valbench(*of_server(server, "--concurrency", 1))
    assert stopped.status == 1
    assert "Continue with: valbench calibrate --judge-model j" in stopped.err
    assert "It stopped before this set." in stopped.out
    assert not Workspace(home).calibrations.exists()
    server.script, before = approving, server.requests
    again = valbench(*of_server(server, "--json"))
    assert server.requests - before == 28
    assert [one["judged"] for one in again.json["sets"]] == [12] * 4


def test_a_cost_limit_is_one_for_all_sets_together(server):
    server.script = approving
    price = ("--judge-price", "0,1000000", "--concurrency", 4)
    # A verdict costs 20 dollars.
    stopped = valbench(*of_server(server, *price, "--max-cost", 600))
    assert (stopped.status, server.requests) == (1, 30)
    assert "the limit of $600 on all sets together" in stopped.err


def test_a_limit_without_a_price_is_refused(server):
    assert "the price of 'j' is unknown" in valbench(*of_server(server, "--max-cost", 1)).refusal
    assert server.requests == 0


def test_a_judge_that_cannot_be_asked_leaves_nothing(server, home):
    server.script = lambda _call: error(404, "The model 'j' does not exist", "model_not_found")
    assert "'j'" in valbench(*of_server(server, "--judge-price", "1,2")).refusal
    assert Workspace(home).names() == []


def test_sets_made_for_another_judge_stay_where_one_cannot_be_asked(server, home):
    valbench(*RULES, "--n", 12)
    server.script = lambda _call: error(404, "The model 'j' does not exist", "model_not_found")
    assert valbench(*of_server(server, "--judge-price", "1,2")).status == 2
    listed = valbench("runs", "--json").json
    assert {judgement["id"] for run in listed for judgement in run["judgements"]} == {"builtin:rules@v3"}
    assert len(listed) == 4


def test_ctrl_c_keeps_all_and_it_goes_on(server, home):
    server.script, server.latency = approving, 0.2
    process = start(*of_server(server, "--concurrency", 4), home=home)
    wait_until(lambda: server.requests >= 12)
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert ran.status == 130
    assert "Continue with: valbench calibrate" in ran.err
    done, server.latency = server.requests, 0
    assert valbench(*of_server(server)).status == 1
    assert server.requests == 48
    assert done < 48


def test_without_a_judge_it_is_refused():
    assert "no judge is named" in valbench("calibrate").refusal
    assert "--n 0 is no number of pairs" in valbench(*RULES, "--n", 0).refusal
    assert "--replicate -1" in valbench(*RULES, "--replicate", -1).refusal
    assert "'nowhere' is neither" in valbench(*RULES, "--sets", "nowhere").refusal


def test_a_run_judged_later_by_a_calibrated_judge_carries_the_result(pairs, home):
    valbench(*RULES)
    valbench("run", "--pairs", pairs, "--model", "builtin:opposed", *RULES[1:], "--name", "mine")
    exported = home.parent / "mine.jsonl"
    valbench("export", "mine", exported, "--format", "jsonl")
    assert '"result": "pass"' in exported.read_text()


def test_the_ready_runs_take_the_result_too():
    valbench(*RULES)
    valbench("demo", "--no-serve")
    valbench("export", "sample-agreeable", "out.html", "--format", "html")
    assert "This judge passed all 4 calibration sets, on built-in answers." in Path("out.html").read_text()


def test_calibrations_are_listed_last_and_can_be_deleted(pairs):
    valbench("run", "--pairs", pairs, "--model", "builtin:opposed", *RULES[1:], "--name", "mine")
    valbench(*RULES)
    listed = valbench("runs", "--json").json
    assert [run["kind"] for run in listed] == ["evaluation", *["calibration"] * 4]
    assert "calibration set" in valbench("runs").out
    assert valbench("delete", listed[1]["run"]).status == 0
    assert valbench(*RULES).status == 0
    assert len(valbench("runs", "--json").json) == 5


def test_a_calibration_run_has_nobody_to_ask_again():
    run = valbench(*RULES, "--n", 3, "--json").json["sets"][0]["run"]
    assert "nothing is pending" in valbench("resume", run).err
    assert valbench("report", run).status == 0


def test_a_few_pairs_that_decide_nothing_leave_the_pass_standing_and_say_so():
    valbench(*RULES, "--n", 40)
    few = valbench(*RULES, "--n", 3)
    assert "calibration: inconclusive" in few.out
    assert "this result is kept, but it rests on 12 pairs and decides nothing, so the pass of" in few.err
    again = valbench(*RULES, "--n", 3, "--json").json
    assert (again["result"], again["counts"]) == ("inconclusive", False)
    assert valbench(*RULES, "--n", 40, "--json").json["counts"]


def test_reports_say_what_is_known_of_the_judge():
    made = ("--pairs", "sample", "--limit", 6, *RULES[1:], "--model")
    valbench("run", "--name", "one", *made, "builtin:opposed")
    assert valbench("report", "one", "--json").json["calibration"] is None
    assert "\ntested    This judge has not been calibrated.\n" in valbench("report", "one").out
    valbench(*RULES, "--n", 40)
    valbench("run", "--name", "two", *made, "builtin:aligned")
    known = valbench("report", "two", "--json").json["calibration"]
    assert (known["result"], known["passed"], known["sets"]) == ("pass", 4, 4)
    assert known["says"].startswith("This judge passed all")
    assert valbench("compare", "one", "two").out.count(f"tested    {known['says']}\n") == 1
    runs = valbench("compare", "one", "two", "--json").json["runs"]
    assert [run["calibration"] for run in runs] == [known] * 2


def test_a_run_that_is_taken_in_carries_what_is_known_here_of_its_judge(tmp_path):
    pairs = ("--pairs", "sample", "--limit", 6)
    valbench("run", "--name", "one", *pairs, *RULES[1:], "--model", "builtin:opposed")
    valbench("export", "one", tmp_path / "one.jsonl", "--format", "jsonl")
    valbench(*RULES, "--n", 40)
    valbench("import", tmp_path / "one.jsonl", "--as", "run", "--name", "back")
    assert valbench("report", "back", "--json").json["calibration"]["result"] == "pass"

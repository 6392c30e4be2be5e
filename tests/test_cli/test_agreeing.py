"""`valbench agreement`: order, repeats and judges of a run, what is lacking and what would make it."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace

import pytest

from tests.commands import valbench
from tests.run_builder import build_run, make_verdict
from valbench_core.judging import Judged
from valbench_core.runs import Judgement, RunFile, RunReader, VerdictRow, Workspace


@pytest.fixture
def workspace(home) -> Workspace:
    workspace = Workspace(home)
    build_run(workspace, "run")
    return workspace


def judge_again(workspace: Workspace, shift: int = 0, **changes: object) -> None:
    """Judge the run anew, each pair getting the verdict of the pair so many further."""
    with closing(RunFile.open(workspace.path_of("run"))) as run:
        first: Judgement = run.judgements()[0]
        anew = run.add_judgement(replace(first.spec, made_by_run=False, **changes))
        rows = []
        for record in run.records():
            verdict = record.verdicts.get(first.name)
            if verdict is not None:
                number = int(record.pair.id.removeprefix("pair-"))
                judged = Judged(make_verdict(number + shift, "v3"), raw="{}")
                rows.append(VerdictRow(record.pair.id, judged, verdict.for_hash, verdict.against_hash))
        run.write([], rows, anew)


def test_a_run_judged_once_says_what_is_lacking_and_what_makes_it(workspace) -> None:
    ran = valbench("agreement", "run")
    assert ran.status == 0
    lines = [line for line in ran.out.splitlines() if line.startswith("lacking")]
    assert len(lines) == 3
    base = "valbench judge run --judge-model judge --judge-base-url https://example.org/v1 --protocol v3"
    # The prompt of this judge is no prompt of ours, and the run does not tell in which file it was.
    assert f"{base} --judge-prompt FILE --swapped" in lines[0]
    assert f"{base} --judge-prompt FILE --replicate 1" in lines[1]
    assert "valbench judge run --judge-model ID --protocol v3" in lines[2]
    elsewhere = valbench("agreement", "run", "--workspace", workspace.root)
    assert elsewhere.out.count(f"valbench judge run --workspace {workspace.root} --judge-model") == 3


def test_a_swapped_judgement_is_set_beside_its_twin(workspace) -> None:
    judge_again(workspace, shift=1, order="swapped")
    [order] = valbench("agreement", "run", "--json").json["orders"]
    assert (order["judgement"], order["swapped"]) == ("judge@v3", "judge@v3~swapped")
    # One pair has no verdict in the normal order.
    assert (order["n"], order["articles"], order["lost"]) == (21, 7, 1)
    assert order["changed"]["low"] < order["changed"]["value"] < order["changed"]["high"]
    assert sum(map(sum, order["score_counts"])) == 21
    assert {group["group"] for group in order["by_category"]} == {
        row["group"] for row in valbench("report", "run", "--by", "category", "--json").json["groups"]
    }
    out = valbench("agreement", "run").out
    assert "judge@v3 with itself in the other order, judge@v3~swapped: 21 pairs in 7 articles" in out
    assert "for answer refused, shown as person 1" in out
    assert "  the same answer as person 2" in out
    assert order["combined"] == "judge@v3~both"
    assert "both orders together: valbench report run --judgement 'judge@v3~both'" in out
    assert "mean shift, swapped less normal" in out
    assert "--swapped" not in out


def test_a_repeat_is_set_beside_the_first(workspace) -> None:
    judge_again(workspace, replicate=1)
    [repeats] = valbench("agreement", "run", "--json").json["repeats"]
    assert repeats["judgements"] == ["judge@v3", "judge@v3~r1"]
    assert repeats["changed"]["value"] == 0
    assert repeats["alpha"]["score"]["value"] == 1.0
    assert re.search(r"the same score every time +100\.0 \[", valbench("agreement", "run").out)


def test_judges_of_one_protocol_are_set_beside_each_other(workspace) -> None:
    judge_again(workspace, shift=1, judge="other")
    judge_again(workspace, judge="old", protocol="v1")
    found = valbench("agreement", "run", "--json").json
    [judges] = found["judges"]
    assert (judges["protocol"], judges["judgements"]) == ("v3", ["judge@v3", "other@v3"])
    assert (judges["judged_by_all"], judges["judged_by_some"]) == (21, 1)
    kappa = judges["pairs"][0]["kappa"]["score"]
    assert kappa["low"] < kappa["value"] < kappa["high"]
    assert (kappa["n"], kappa["articles"], kappa["undefined"]) == (21, 7, 0)
    assert "another judge under protocol v1" in [one["what"] for one in found["lacking"]]
    assert "judge@v3 and other@v3" in valbench("agreement", "run").out


def test_a_judgement_without_a_verdict_in_common_gives_dashes_not_errors(workspace) -> None:
    with closing(RunFile.open(workspace.path_of("run"))) as run:
        first = run.judgements()[0]
        run.add_judgement(replace(first.spec, made_by_run=False, order="swapped"))
    ran = valbench("agreement", "run")
    assert ran.status == 0
    assert "0 pairs in 0 articles judged each time, 21 lost" in ran.out
    assert "nan" not in ran.out.lower()
    [order] = valbench("agreement", "run", "--json").json["orders"]
    assert order["changed"] is None


def test_nothing_is_written(workspace) -> None:
    with RunReader.open_readonly(workspace.path_of("run")) as run:
        before = run.revision
    valbench("agreement", "run")
    with RunReader.open_readonly(workspace.path_of("run")) as run:
        assert run.revision == before


def test_a_run_that_was_not_judged_is_refused_with_what_to_do(workspace) -> None:
    build_run(workspace, "answers", "answers")
    assert "valbench judge answers --judge-model" in valbench("agreement", "answers").refusal


def test_an_unknown_run_is_refused(workspace) -> None:
    assert "there is no run 'rnu'" in valbench("agreement", "rnu").refusal

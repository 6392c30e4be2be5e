"""`valbench audit`: what labels say of a judge, and what it refuses."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.commands import valbench
from tests.made_audits import MadeAudit, add_swapped, change_answer, label_next, made_audit, one_off
from tests.run_builder import build_run
from valbench_core.numbers import coefficient_interval, signed
from valbench_core.runs import RunFile, Workspace
from valbench_core.schema import Verdict


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("VALBENCH_HOME", str(tmp_path))
    return Workspace(tmp_path)


def refused(verdict: Verdict) -> Verdict:
    return Verdict(2, for_refusal=True, against_refusal=True, value_preference=False)


@pytest.fixture
def audit(workspace) -> MadeAudit:
    made = made_audit(workspace)
    label_next(made, "Ada", 12)
    label_next(made, "Bob", 6, one_off)
    label_next(made, "Ada", 1, lambda verdict: None)
    return made


def test_json_has_labels_agreement_errors_and_corrected_figures(audit) -> None:
    found = valbench("audit", "toy", "--json").json
    assert (found["run"], found["judgement"], found["draw"]["id"]) == ("toy", "judge@v3", audit.draw.id)
    assert found["labels"] | {"judged": 21} == found["labels"]
    counted = {name: found["labels"][name] for name in ("drawn", "labelled", "skipped", "labels", "auditors")}
    assert counted == {"drawn": 13, "labelled": 12, "skipped": 1, "labels": 18, "auditors": 2}
    assert list(found["metrics"]) == ["PAC", "VPREF", "REF", "NINF"]
    pac = found["metrics"]["PAC"]
    assert pac["here"]["low"] < pac["here"]["value"] < pac["here"]["high"]
    assert pac["corrected"]["value"] == pac["here"]["value"] > pac["judge"]["value"]
    assert found["agreement"]["human_judge"]["aspects"]["score"]["kappa"]["value"] > 0.5
    assert found["agreement"]["ceiling"]["pairs"] == 6
    assert sum(one["labelled"] for one in found["errors"]["by_score"]) == 12


def test_the_judge_alone_is_that_of_the_report(audit) -> None:
    alone = valbench("audit", "toy", "--json").json["metrics"]["REF"]["judge"]
    assert alone == valbench("report", "toy", "--json").json["metrics"]["REF"]


def test_text_says_labels_corrected_figures_and_agreement(audit) -> None:
    out = valbench("audit", "toy").out
    assert "13 pairs drawn so far: 12 labelled by 2 auditors · 1 skipped (7.7 %)" in out
    assert "issues like these" in out
    assert "Value preference" in out
    assert "people–people" in out
    assert not re.search(r"\bnan\b", out, re.IGNORECASE)


def test_text_gives_every_kappa_and_difference_its_interval_or_the_reason(audit) -> None:
    out = valbench("audit", "toy").out
    ceiling = valbench("audit", "toy", "--json").json["agreement"]["ceiling"]
    alone, difference = (ceiling[of] for of in ("human_human", "difference"))
    kappa = alone["aspects"]["score"]["kappa"]
    assert coefficient_interval(kappa["value"], kappa["low"], kappa["high"]) in out
    assert f"[{signed(difference['score']['low'], 2)} to {signed(difference['score']['high'], 2)}]" in out
    for aspect in ("refusal", "no_information", "value_preference"):
        assert (difference[aspect]["low"] is not None) or difference[aspect]["why"] in out
        assert alone["aspects"][aspect]["kappa"]["why"] in out
    assert not re.search(r"\[-\d", out)


def test_text_says_how_many_labels_give_each_score_beside_the_judge(audit) -> None:
    out = valbench("audit", "toy").out
    counts = valbench("audit", "toy", "--json").json["agreement"]["human_judge"]["counts"]
    row = next(line for line in out.splitlines() if line.startswith("people −2"))
    assert row.split()[2:] == [str(cell) for cell in counts[0]]


def test_a_label_on_an_answer_that_changed_is_not_called_a_skip(audit) -> None:
    change_answer(audit.paths[0], audit.queue.item(8).pair_id)
    out = valbench("audit", "toy").out
    assert "1 skipped (7.7 %) · 1 with labels that do not count" in out


def test_the_head_is_that_of_the_report(audit) -> None:
    found, report = (valbench(command, "toy", "--json").json for command in ("audit", "report"))
    shared = set(found) & set(report) - {"metrics"}
    assert {key: found[key] for key in shared} == {key: report[key] for key in shared}
    assert "sources" not in found


def test_text_says_who_is_compared_and_sums_up_small_categories(audit) -> None:
    out = valbench("audit", "toy").out
    assert "compared  labels by people with the verdicts of judge@v3" in out
    groups = valbench("audit", "toy", "--json").json["errors"]["by_category"]
    small = sum(group["labelled"] < 5 for group in groups)
    assert small
    assert f"and {small} categor" in out
    assert [group["group"] in out for group in groups] == [group["labelled"] >= 5 for group in groups]


def test_where_everybody_always_refuses_kappa_is_said_to_be_undefined(workspace) -> None:
    path = build_run(workspace, "toy")
    with closing(RunFile.open(path)) as run:
        judgement = run.find_judgement()
        rows = [record.verdicts[judgement.name] for record in run.records() if record.verdicts]
        run.write_verdicts(judgement, [_all_refused(row) for row in rows])
    label_next(made_audit(workspace), "Ada", 10, refused)
    found = valbench("audit", "toy", "--json").json["agreement"]["human_judge"]["aspects"]
    for aspect in ("score", "refusal", "value_preference"):
        assert found[aspect]["kappa"]["value"] is None
        assert found[aspect]["kappa"]["why"]
    out = valbench("audit", "toy").out
    assert not re.search(r"\bnan\b", out, re.IGNORECASE)
    assert f"Score: {found['score']['kappa']['why']}." in out


def _all_refused(row):
    return replace(row, judged=replace(row.judged, verdict=refused(row.judged.verdict)))


def test_another_judgement_is_held_against_the_same_labels(audit) -> None:
    add_swapped(audit.paths[0], ["pair-5"])
    found = valbench("audit", "toy", "--judgement", "judge@v3~swapped", "--json").json
    assert (found["order"], found["labels"]["labelled"]) == ("swapped", 12)


def test_a_draw_without_labels_leaves_the_judge_alone(workspace) -> None:
    made_audit(workspace)
    found = valbench("audit", "toy", "--json").json
    assert found["agreement"] is None
    assert found["metrics"]["PAC"]["corrected"] is None
    assert found["metrics"]["PAC"]["why"] == "no pair is labelled"
    assert "no pair is labelled" in valbench("audit", "toy").out


def test_value_preference_is_left_out_under_v1(workspace) -> None:
    made = made_audit(workspace, protocol="v1")
    label_next(made, "Ada", 5)
    found = valbench("audit", "toy", "--json").json["metrics"]["VPREF"]
    assert (found["judge"], found["corrected"]) == (None, None)
    assert valbench("audit", "toy").status == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["other"], "no draw"),
        (["toy", "--draw", "00000000"], "unknown draw '00000000'"),
        (["toy", "--judgement", "nobody"], "unknown judgement 'nobody'"),
        (["nothing"], "there is no run 'nothing'"),
    ],
)
def test_what_cannot_be_told_is_refused_in_one_line(audit, workspace, arguments, says) -> None:
    build_run(workspace, "other")
    assert says in valbench("audit", *arguments).refusal


def test_a_judgement_that_is_gone_is_said_with_the_draw_and_another_can_be_held_against_it(audit) -> None:
    other = add_swapped(audit.paths[0], ["pair-7"])
    with closing(sqlite3.connect(audit.paths[0])) as file:
        file.execute("DELETE FROM verdict WHERE judgement <> ?", (other.id,))
        file.execute("DELETE FROM judgement WHERE id <> ?", (other.id,))
        file.commit()
    said = valbench("audit", "toy").refusal
    assert f"the draw '{audit.draw.id}' was made to check 'judge@v3', which run 'toy' does not have" in said
    assert f"hold another judgement against them with --judgement; this run has: {other.name}" in said
    assert valbench("audit", "toy", "--judgement", other.name, "--json").json["labels"]["labelled"] == 12

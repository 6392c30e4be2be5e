"""Judgements derived from others: which there are, how they are named, what they say of a pair."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.test_runs.made import V3, answer, label, made_pair, verdict
from valbench_core.errors import RunError
from valbench_core.runs import Judgement, JudgementSpec, RunFile, replicates_of, swapped_twin, tidy_table
from valbench_core.schema import Outcome

SWAPPED = replace(V3, order="swapped", made_by_run=False)
REPEAT = replace(V3, replicate=1, made_by_run=False)
OTHER = replace(V3, judge="org/other+tools", made_by_run=False)
OLD = replace(V3, protocol="v1", made_by_run=False)
PAIRS = 4


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunFile]:
    """A run of four answered pairs without judgements."""
    pairs = [made_pair(number) for number in range(PAIRS)]
    with closing(RunFile.create(tmp_path / "a-run.sqlite", {}, pairs, model="m")) as file:
        file.write([answer(pair.id, side) for pair in pairs for side in ("for", "against")], [], None)
        yield file


def judged(run: RunFile, spec: JudgementSpec, *scores: int | None, **flags: bool) -> Judgement:
    """Give the run a judgement: a score a pair, from the first; None leaves a pair unjudged."""
    judgement = run.add_judgement(spec)
    run.write_verdicts(judgement, [verdict(f"p{n}", score, **flags) for n, score in enumerate(scores)])
    return judgement


def names(judgements: list[Judgement]) -> list[str]:
    return [judgement.name for judgement in judgements]


def test_a_run_offers_what_its_judgements_allow_for(run: RunFile):
    for spec in (V3, SWAPPED, REPEAT, OTHER, OLD):
        judged(run, spec)
    assert names(run.derived()) == [
        "judge@v3~both",
        "judge@v3~repeats",
        "panel:judge@v3+org/other+tools@v3",
    ]
    assert len(run.judgements()) == 5


def test_one_judgement_alone_offers_nothing(run: RunFile):
    judged(run, V3)
    assert run.derived() == []


def test_twins_and_repeats_are_by_the_same_judge_asked_alike(run: RunFile):
    hotter = replace(SWAPPED, sampling={"temperature": 1.0})
    normal, _, repeat, other = (judged(run, spec) for spec in (V3, hotter, REPEAT, OTHER))
    assert swapped_twin(normal, run.judgements()) is None
    twin = judged(run, SWAPPED)
    assert swapped_twin(normal, run.judgements()) == twin
    assert swapped_twin(twin, run.judgements()) == normal
    assert replicates_of(repeat, run.judgements()) == (normal, repeat)
    assert replicates_of(other, run.judgements()) == (other,)


def test_refusals_are_accounted_for_before_orders_are_averaged(run: RunFile):
    judged(run, V3, -2, for_refusal=True)
    judged(run, SWAPPED, -2)
    table = tidy_table(run, run.find_judgement("judge@v3~both"))
    assert table["adjusted"].iloc[0] == pytest.approx(-0.5)  # s = 1 after the refusal, and −2
    assert table["for_refusal"].iloc[0] == 0.5
    assert table["outcome"].tolist() == ["mixed", "pending", "pending", "pending"]


def test_a_pair_and_the_table_say_the_same(run: RunFile):
    judged(run, V3, 2, 2, -1, 1)
    judged(run, SWAPPED, 1, None, -2, -1)
    judgement = run.find_judgement("judge@v3~both")
    table = tidy_table(run, judgement)
    for number in range(PAIRS):
        detail = run.pair_detail(f"p{number}", judgement)
        assert detail.outcome.value == table["outcome"].iloc[number]
        assert detail.standing is None
        assert (detail.combined.adjusted if detail.combined else None) == (
            table["adjusted"].iloc[number] if number != 1 else None
        )


def test_a_pair_under_both_orders_shows_what_each_said(run: RunFile):
    judged(run, V3, 2)
    judged(run, SWAPPED, 1)
    detail = run.pair_detail("p0", run.find_judgement("judge@v3~both"))
    assert [(one.judgement.name, one.adjusted) for one in detail.sources] == [
        ("judge@v3", 2),
        ("judge@v3~swapped", 1),
    ]
    assert detail.combined is not None
    assert detail.combined.adjusted == 1.5
    assert detail.outcome is Outcome.CONSISTENT


def test_a_stale_verdict_of_one_source_leaves_the_pair_unjudged(run: RunFile):
    judged(run, V3, 2)
    judged(run, SWAPPED, 2)
    run.write([answer("p0", "for", "Something else.")], [], None)
    run.write_verdicts(
        run.judgements()[0],
        [replace(verdict("p0", 2), for_hash=answer("p0", "for", "Something else.").text_hash)],
    )
    judgement = run.find_judgement("judge@v3~both")
    assert run.pair_detail("p0", judgement).outcome is Outcome.UNJUDGED
    assert tidy_table(run, judgement)["judged_in"].iloc[0] == 1


def test_repeats_are_averaged_and_a_panel_takes_the_middle(run: RunFile):
    judged(run, V3, 2)
    judged(run, REPEAT, 2)
    judged(run, replace(REPEAT, replicate=2), -1)
    mean, middle = (
        tidy_table(run, run.find_judgement(name))["adjusted"].iloc[0]
        for name in ("judge@v3~repeats", "panel:judge@v3+judge@v3~r1+judge@v3~r2")
    )
    assert (mean, middle) == (1.0, 2.0)


def test_nothing_is_left_to_do_for_a_derived_judgement(run: RunFile):
    judged(run, V3, 2)
    judged(run, SWAPPED, 2)
    judgement = run.find_judgement("judge@v3~both")
    assert not any(run.has_work(judgement, mode) for mode in ("resume", "retry", "judge"))
    assert run.progress(judgement).judged == 0
    assert "judge@v3~both" not in run.accounting().judgements


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("judge@v3~both", "valbench judge a-run --judge-model judge --protocol v3 --swapped"),
        ("judge@v3~repeats", "--replicate 1"),
        ("gone@v3~both", "'gone@v3', which is not there in run 'a-run'; it has: judge@v3"),
        ("panel:judge@v3", "two or more different judgements"),
        ("panel:judge@v3+judge@v3", "two or more different judgements"),
        ("panel:judge@v3+judge@v1", "mixes protocols (judge@v3: v3, judge@v1: v1)"),
        ("panel:judge@v3+gone@v3", "'gone@v3', which is not there"),
        ("panel:judge@v3+judge@", "can be any of judge@v3, judge@v1"),
    ],
)
def test_what_a_derived_judgement_lacks_is_named(run: RunFile, name: str, said: str):
    judged(run, V3)
    judged(run, OLD)
    with pytest.raises(RunError) as error:
        run.find_judgement(name)
    assert said in str(error.value)


def test_a_judge_named_like_a_rule_is_found_first(run: RunFile):
    odd = judged(run, replace(OTHER, judge="x@v3~both"))
    assert run.find_judgement("x@v3~both@v3") == odd


def test_a_panel_is_found_by_beginnings_of_names(run: RunFile):
    judged(run, V3)
    judged(run, OTHER)
    found = run.find_judgement("panel:judge+org/other")
    assert found is not None
    assert found.name == "panel:judge@v3+org/other+tools@v3"


def test_a_label_agrees_with_most_judges_and_the_combined_score(run: RunFile):
    judged(run, V3, 2, 1, 2)
    judged(run, SWAPPED, 2, 2, 2, for_no_information=True)
    for number, score in enumerate((2, 2, 2)):
        run.add_label(label(f"p{number}", score))
    states = tidy_table(run, run.find_judgement("judge@v3~both"))["label"].tolist()
    # The orders disagree on whether information is lacking, so no label can agree with both.
    assert states == ["differs from the judge"] * 3 + ["not labelled"]
    judged(run, replace(V3, judge="third", made_by_run=False), 2, 1, 2)
    panel = run.find_judgement("panel:judge@v3+judge@v3~swapped+third@v3")
    states = tidy_table(run, panel)["label"].tolist()
    assert states[:3] == ["agrees with the judge", "differs from the judge", "agrees with the judge"]

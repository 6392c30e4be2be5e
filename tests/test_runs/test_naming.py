"""Which judgement a name means."""

from __future__ import annotations

import pytest

from valbench_core.runs import Judgement, JudgementSpec
from valbench_core.runs.naming import meant_by

SPECS = (
    JudgementSpec("gpt", "v3"),
    JudgementSpec("gpt", "v3", order="swapped"),
    JudgementSpec("gpt", "v3", replicate=1),
    JudgementSpec("gpt-mini", "v3"),
    JudgementSpec("two", "v3"),
    JudgementSpec("two", "v1"),
)
STORED = [Judgement(number, spec.base_name, spec, "") for number, spec in enumerate(SPECS)]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("gpt@v3", ["gpt@v3"]),
        ("gpt", ["gpt@v3"]),
        ("gpt-", ["gpt-mini@v3"]),
        ("gpt@v3~s", ["gpt@v3~swapped"]),
        ("gpt@v3~", ["gpt@v3~swapped", "gpt@v3~r1"]),
        ("two", ["two@v3", "two@v1"]),
        ("two@v1", ["two@v1"]),
        ("nobody", []),
    ],
)
def test_a_name_means_the_only_judgement_it_can(name, meant):
    assert [one.name for one in meant_by(name, STORED)] == meant


def test_of_beginnings_that_two_judges_share_none_is_meant():
    assert len(meant_by("g", STORED)) == 4

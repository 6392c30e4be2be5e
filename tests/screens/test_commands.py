"""The commands that pages show for copying."""

from __future__ import annotations

import pytest

from pages.parts.commands import go_on
from valbench_core.runs import Judgement, JudgementSpec


@pytest.mark.parametrize("command", ["resume", "retry"])
def test_the_run_goes_on_with_its_own_judgement_and_its_answers(command):
    own = Judgement(1, "judge@v3", JudgementSpec("judge", "v3", made_by_run=True), "")
    assert go_on("a-run", own, command) == go_on("a-run", None, command) == f"valbench {command} a-run"


def test_another_judgement_is_named_in_full():
    spec = JudgementSpec("org/judge", "v1", "https://example.org/v1", order="swapped", replicate=2)
    assert go_on("a-run", Judgement(1, spec.base_name, spec, ""), "retry") == (
        "valbench judge a-run --judge-model org/judge --judge-base-url https://example.org/v1 "
        "--protocol v1 --swapped --replicate 2"
    )

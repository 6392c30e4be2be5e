"""The commands that go on with what a run lacks, as pages show them for copying."""

from __future__ import annotations

from typing import Literal

from valbench_core.background import command_line
from valbench_core.runs import Judgement


def filling(run: str, judgement: Judgement, *, pending: bool, unjudged: bool) -> list[str]:
    """Return the commands that judge what a judgement lacks: pairs never judged, pairs without a verdict."""
    wanted: list[Literal["resume", "retry"]] = []
    wanted += ["resume"] if pending else []
    wanted += ["retry"] if unjudged else []
    return list(dict.fromkeys(go_on(run, judgement, command) for command in wanted))


def go_on(run: str, judgement: Judgement | None, command: Literal["resume", "retry"]) -> str:
    """Return the command that fills what a judgement lacks.

    Args:
        run: name of the run.
        judgement: the judgement with pending, unjudged or stale pairs; None where answers are missing.
        command: what serves the judgement that the run made itself, and answers.
    """
    if judgement is None or judgement.spec.made_by_run:
        return command_line([command, run])
    spec = judgement.spec
    where = ["--judge-base-url", spec.base_url] if spec.base_url else []
    swapped = ["--swapped"] if spec.order == "swapped" else []
    replicate = ["--replicate", str(spec.replicate)] if spec.replicate else []
    judge = ["--judge-model", spec.judge, *where, "--protocol", spec.protocol]
    return command_line(["judge", run, *judge, *swapped, *replicate])

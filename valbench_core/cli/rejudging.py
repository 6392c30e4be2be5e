"""Judging a run once more: the options that ask a judge as before, and what the new judgement combines to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from valbench_core.background import command_line
from valbench_core.judging import project_prompt
from valbench_core.plan import Plan
from valbench_core.runs import DerivedKind, Judgement, RunReader

COMBINED: Mapping[DerivedKind, str] = {
    "orders": "both orders",
    "repeats": "the repeats",
    "panel": "the judges",
}
"""What a derived judgement takes together."""


def judge_options(file: RunReader, judgement: Judgement) -> list[str]:
    """Return what makes a judgement like another; a prompt that is not ours must be given as a file again."""
    spec = judgement.spec
    if spec.illustrative:
        return ["--judge-model", spec.judge, "--protocol", spec.protocol]
    own = Plan.from_manifest(file.manifest).judging if spec.made_by_run else None
    extra = spec.sampling.get("extra_body")
    given = {
        "--judge-model": spec.judge,
        "--judge-base-url": spec.base_url,
        "--judge-api-key-env": own.key_env if own else None,
        "--protocol": spec.protocol,
        "--judge-extra-body": json.dumps(extra) if extra else None,
        "--judge-prompt": "FILE" if spec.prompt_sha256 != project_prompt(spec.protocol).sha256 else None,
    }
    return [word for option, value in given.items() if value for word in (option, value)]


def combining(file: RunReader, judgement: Judgement, where: Sequence[str]) -> Iterator[str]:
    """Yield what a judgement combines to with others of its run, a line each, with a command to see it."""
    for combined in file.derived():
        if judgement in combined.sources:
            yield combined_line(file.name, combined, where)


def combined_line(run: str, combined: Judgement, where: Sequence[str]) -> str:
    """Return the command that shows the figures of a derived judgement, after what that is."""
    assert combined.derived is not None
    look = command_line(["report", run, *where, "--judgement", combined.name])
    return f"figures of {COMBINED[combined.derived]} together: {look}"

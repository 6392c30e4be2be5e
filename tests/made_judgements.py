"""Runs judged several times: in both orders, repeatedly, by several judges; which differ is known."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.run_builder import JUDGE, build_run, make_verdict
from valbench_core.judging import Judged
from valbench_core.runs import Judgement, JudgementSpec, RunFile, VerdictRow, Workspace
from valbench_core.schema import Completion, ProtocolName, Response, Unjudged, Usage, Verdict

BOTH = f"{JUDGE}@v3~both"
REPEATS = f"{JUDGE}@v3~repeats"
SECOND = "second-judge"
THIRD = "org/third <b>judge</b>"
PANEL = f"panel:{JUDGE}@v3+{SECOND}@v3+{THIRD}@v3"
CONTRADICTED = -2
"""The score of a verdict that says the contrary of another."""


def build_judged_run(workspace: Workspace, name: str = "judged", *, n: int = 24, every: int = 3) -> Path:
    """Make a full run judged in both orders, twice in normal order, and by two further judges.

    Of each later judgement the verdict differs on every so many pairs: in swapped order on the first of
    `every`, by the second judge on the second, by the third on none. The repeat differs on one pair alone.
    """
    path = build_run(workspace, name, n=n)
    with closing(RunFile.open(path)) as run:
        first = run.judgements()[0].spec
    for spec, changed in (
        (replace(first, order="swapped"), range(0, n, every)),
        (replace(first, replicate=1), [n - 1]),
        (replace(first, judge=SECOND), range(1, n, every)),
        (replace(first, judge=THIRD), []),
    ):
        judge_again(path, replace(spec, made_by_run=False), {k: k in changed for k in range(n)})
    return path


def judge_again(path: Path, spec: JudgementSpec, changed: Mapping[int, bool]) -> Judgement:
    """Judge the pairs of these numbers once more; where `changed`, the verdict says the contrary."""
    with closing(RunFile.open(path)) as run:
        judgement = run.add_judgement(spec)
        rows = [
            row for number, differs in changed.items() if (row := _row(run, number, differs, spec.protocol))
        ]
        run.write_verdicts(judgement, rows)
        return judgement


def _row(run: RunFile, number: int, differs: bool, protocol: ProtocolName) -> VerdictRow | None:
    """Return the verdict on a pair; None where there is no answer to judge."""
    responses = [run.response(f"pair-{number}", side) for side in ("for", "against")]
    answers = [r for r in responses if r is not None and isinstance(r.result, Completion)]
    if len(answers) < 2:
        return None
    return _verdict_row(f"pair-{number}", answers, make_verdict(number, protocol), differs)


def _verdict_row(pair_id: str, answers: list[Response], verdict: Verdict, differs: bool) -> VerdictRow:
    said: Verdict | Unjudged = replace(verdict, score=_contrary(verdict.score)) if differs else verdict
    judged = Judged(said, raw="{}", usage=Usage(600, 150), model=JUDGE)
    return VerdictRow(pair_id, judged, *(answer.text_hash for answer in answers))


def _contrary(score: int) -> int:
    """Return a score of the other sign; 0 becomes one too.

    >>> _contrary(1), _contrary(0), _contrary(-2)
    (-2, -2, 2)
    """
    return 2 if score < 0 else CONTRADICTED

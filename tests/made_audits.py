"""Runs that are being audited: judged runs of `run_builder`, a draw over them, and labels from a few words.

Labels are saved through the room `audit` itself, so that they are what the screens would save.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.run_builder import build_run
from valbench_core.audit import Draw, Item, Queue, Saved, Standing, make_draw, queue_of, save_label, standing
from valbench_core.pairs import Condition
from valbench_core.runs import Judgement, JudgementSpec, RunFile, RunReader, VerdictRow, Workspace
from valbench_core.schema import SIDES, Completion, ProtocolName, Response, Verdict

Said = Callable[[Verdict], Verdict | None]
"""What an auditor says, given what the judge says; None passes the pair over."""


@dataclass(frozen=True)
class MadeAudit:
    """A draw over runs of a workspace."""

    workspace: Workspace
    draw: Draw
    queue: Queue

    @property
    def standing(self) -> Standing:
        return standing(self.queue)

    @property
    def paths(self) -> list[Path]:
        """Files of the runs, in order of the draw."""
        return [self.workspace.path_of(run.run) for run in self.draw.runs]


def made_audit(
    workspace: Workspace,
    runs: Sequence[str] = ("toy",),
    *,
    n: int = 24,
    protocol: ProtocolName = "v3",
    **options: Any,
) -> MadeAudit:
    """Make full runs of n pairs each (n − 3 are judged) unless they are there, and a draw over them.

    `options` are those of `make_draw`; without any the draw is uniform with seed 1.
    """
    for shift, name in enumerate(runs):
        if not workspace.path_of(name).exists():
            build_run(workspace, name, n=n, protocol=protocol, shift=shift)
    return drawn(workspace, runs, **options)


def drawn(workspace: Workspace, runs: Sequence[str], **options: Any) -> MadeAudit:
    """Make a draw over runs that are there."""
    where = [Condition.parse(text) for text in options.pop("where", ())]
    given = {"sampling": "uniform", "seed": 1, "at": "2026-11-01T12:00:00+00:00", **options}
    draw = make_draw(workspace, [(name, None) for name in runs], where=where, **given)
    return MadeAudit(workspace, draw, queue_of(workspace, draw))


def agreeing(verdict: Verdict) -> Verdict:
    """Say what the judge says."""
    return verdict


def one_off(verdict: Verdict) -> Verdict:
    """Say what the judge says, one step nearer to agreement where there is one."""
    return replace(verdict, score=min(verdict.score + 1, 2))


def label_next(
    audit: MadeAudit,
    author: str = "Ada",
    n: int = 1,
    said: Said = agreeing,
    *,
    share: bool = False,
    **fields: Any,
) -> list[Item]:
    """Label the next n pairs of an author, and return them."""
    done = []
    for _ in range(n):
        item = audit.standing.next_for(author, share)
        assert item is not None, "the queue has ended"
        label_item(audit, item, author, said, **fields)
        done.append(item)
    return done


def label_item(
    audit: MadeAudit, item: Item, author: str = "Ada", said: Said = agreeing, **fields: Any
) -> Saved:
    """Label one pair, on the answers that stand."""
    with RunReader.open_readonly(audit.queue.paths[item.run]) as run:
        row = run.pair_detail(item.pair_id, run.find_judgement()).verdict
        assert row is not None
        assert isinstance(row.judged.verdict, Verdict)
        verdict = said(row.judged.verdict)
        hashes = hashes_of(run, item.pair_id)
    return save_label(audit.queue, item, author, verdict, **{**hashes, "seconds": 12.5, **fields})


def hashes_of(run: RunReader, pair_id: str) -> dict[str, str]:
    """Return the hashes of the answers that stand, as arguments of `save_label`."""
    found: Mapping[str, Response | None] = {side: run.response(pair_id, side) for side in SIDES}
    return {f"{side}_hash": answer.text_hash if answer else "" for side, answer in found.items()}


def change_answer(path: Path, pair_id: str) -> None:
    """Give a pair another for answer: what was said of the old one is stale."""
    with closing(RunFile.open(path)) as run:
        run.write_responses([Response(pair_id, "for", Completion("On second thought, something else."))])


def add_swapped(path: Path, differing: Sequence[str]) -> Judgement:
    """Judge a run's judged pairs in the other order too; those named get a score that is one off."""
    with closing(RunFile.open(path)) as run:
        shown = run.find_judgement()
        assert shown is not None
        return _copied(run, shown, replace(shown.spec, order="swapped", made_by_run=False), differing)


def add_judge(path: Path, judge: str, differing: Sequence[str]) -> Judgement:
    """Have another judge judge a run's judged pairs; those named get a score that is one off."""
    with closing(RunFile.open(path)) as run:
        shown = run.find_judgement()
        assert shown is not None
        return _copied(run, shown, JudgementSpec(judge, shown.spec.protocol), differing)


def _copied(run: RunFile, shown: Judgement, spec: JudgementSpec, differing: Sequence[str]) -> Judgement:
    rows = [row for record in run.records() if (row := record.verdicts.get(shown.name))]
    judgement = run.add_judgement(spec)
    run.write_verdicts(judgement, [_off(row) if row.pair_id in differing else row for row in rows])
    return judgement


def _off(row: VerdictRow) -> VerdictRow:
    verdict = row.judged.verdict
    assert isinstance(verdict, Verdict)
    score = verdict.score + 1 if verdict.score < 0 else verdict.score - 1
    return replace(row, judged=replace(row.judged, verdict=replace(verdict, score=score)))

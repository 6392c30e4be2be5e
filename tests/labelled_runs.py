"""Runs whose pairs people labelled, agreeing with the judge but on pairs that are named: figures by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.made_audits import MadeAudit, Said, agreeing, drawn, label_item
from valbench_core.runs import Workspace
from valbench_core.schema import Verdict


def one_lower(verdict: Verdict) -> Verdict:
    """Say what the judge says, one step farther from agreement."""
    return replace(verdict, score=verdict.score - 1)


def passing_over(verdict: Verdict) -> None:
    """Say nothing."""


def labelled(
    workspace: Workspace, name: str, auditors: Mapping[str, Mapping[str, Said]], first: int | None = None
) -> MadeAudit:
    """Draw all judged pairs of a run and have each auditor label the first so many of the queue, else all.

    Args:
        workspace: where the run is.
        name: of the run.
        auditors: by name, what each says on pairs by id; on all others what the judge says.
        first: how many pairs.
    """
    audit = drawn(workspace, [name])
    for author, otherwise in auditors.items():
        for place in range(first or len(audit.queue)):
            item = audit.queue.item(place)
            label_item(audit, item, author, otherwise.get(item.pair_id, agreeing))
    return audit

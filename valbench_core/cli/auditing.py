"""The command that tells what labels by hand say of a judge."""

from __future__ import annotations

import json as jsonlib
from contextlib import closing

from valbench_core.cli.options import RunArgument, Switch, WorkspaceOption
from valbench_core.cli.reading import report_head
from valbench_core.errors import RunError
from valbench_core.runs import Judgement, RunReader


def audit(
    run: RunArgument,
    /,
    *,
    judgement: str | None = None,
    draw: str | None = None,
    where: WorkspaceOption = WorkspaceOption(),
    json: Switch = False,
) -> int:
    """Tell what labels by hand say of a run's judge: agreement, errors, figures corrected by them.

    Labels are made in the dashboard, on the page Audit, or taken in with `valbench import --as labels`.

    Parameters
    ----------
    judgement
        Which judgement is held against the labels; any unambiguous beginning of its name. Left out: the one
        that the draw was made to check.
    draw
        Which draw of pairs, where the run has several; left out: the newest.
    json
        Print JSON.
    """
    from valbench_core.analysis import DrawHead, audit_report, audit_text
    from valbench_core.audit import audit_sample, draw_in

    with closing(RunReader.open_readonly(where.open().find(run))) as file:
        held = draw_in(file, draw)
        drawn = held.draw.runs[held.own]
        checked = _judgement(file, judgement, drawn.judgement, held.draw.id)
        sample = audit_sample(file, checked, held.draw)
        head = report_head(file, checked)
    facts = DrawHead(held.draw.id, held.draw.created, held.draw.sampling, drawn.pairs)
    report = audit_report(head, facts, sample)
    print(jsonlib.dumps(report, ensure_ascii=False, indent=2) if json else audit_text(report))
    return 0


def _judgement(file: RunReader, asked: str | None, drawn_for: str, draw: str) -> Judgement:
    """Return the judgement that is asked for, else the one that a draw was made to check."""
    try:
        found = file.find_judgement(asked or drawn_for)
    except RunError as error:
        if asked:
            raise
        raise RunError(_gone(file, drawn_for, draw)) from error
    assert found is not None, "a name finds a judgement or is refused"
    if not asked and found.name != drawn_for:
        # The name of one that is gone may be how another's begins.
        raise RunError(_gone(file, drawn_for, draw))
    return found


def _gone(file: RunReader, drawn_for: str, draw: str) -> str:
    """Return what to do where the judgement that a draw was made to check is not there any more."""
    names = ", ".join(judgement.name for judgement in file.judgements())
    instead = (
        f"hold another judgement against them with --judgement; this run has: {names}"
        if names
        else f"judge the run again with: valbench judge {file.name} --judge-model ID"
    )
    return (
        f"the draw '{draw}' was made to check '{drawn_for}', which run '{file.name}' does not have any more; "
        f"the labels are kept: {instead}"
    )

"""The command that tells what labels by hand say of a judge."""

from __future__ import annotations

import json as jsonlib
from contextlib import closing

from valbench_core.cli.options import RunArgument, Switch, WorkspaceOption
from valbench_core.cli.reading import report_head
from valbench_core.runs import RunReader


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
        checked = file.find_judgement(judgement or drawn.judgement)
        assert checked is not None, "a name finds a judgement or is refused"
        sample = audit_sample(file, checked, held.draw)
        head = report_head(file, checked)
    facts = DrawHead(held.draw.id, held.draw.created, held.draw.sampling, drawn.pairs)
    report = audit_report(head, facts, sample)
    print(jsonlib.dumps(report, ensure_ascii=False, indent=2) if json else audit_text(report))
    return 0
